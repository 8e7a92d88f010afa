#!/usr/bin/env python
"""Django's command line. Starts or attaches to the embedded servers when no URL names others."""

import os
import sys

WORK_WITH_TABLES = {
    "check_grids",
    "deliver_notices",
    "escalate_overdue",
    "explain_due",
    "import_divisions",
    "load_profile",
    "seed_county",
    "verify_events",
}
"""Commands that a person may call first of all: an empty database is prepared for them."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        if set(sys.argv[1:2]) & WORK_WITH_TABLES:
            prepare_empty_database()
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        reason = " ".join(str(error).split())
        sys.exit(f"数据库用不了：{reason}（加 --traceback 看详情）。 The database cannot be used: {reason}")


def prepare_empty_database() -> None:
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    if not connection.introspection.table_names():
        call_command("prepare", stdout=sys.stderr)


if __name__ == "__main__":
    main()
