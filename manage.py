#!/usr/bin/env python
"""Django's command line. Starts or attaches to the embedded servers when no URL names others."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        reason = " ".join(str(error).split())
        sys.exit(f"数据库用不了:{reason}(加 --traceback 看详情)。 The database cannot be used: {reason}")


if __name__ == "__main__":
    main()
