"""Many issues at once: copies of one that was brought to where it stands by its verbs."""

import json

from django.db import connection

from issues import events
from issues.history import told
from issues.models import Clock, Issue

OWN = {"id", "code", "number", "client_id", "version"}


def cloned(issue: Issue, count: int) -> list[int]:
    """The ids of `count` copies with their clocks, each with one event that tells its whole row."""
    shared = ", ".join(field.column for field in Issue._meta.concrete_fields if field.column not in OWN)
    clocked = ", ".join(field.column for field in Clock._meta.concrete_fields if field.column not in ("id", "issue_id"))
    row = json.dumps({column: told(value) for column, value in events.row(issue).items()} | {"version": 1})
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO issues_issue ({shared}, version, code, number) "
            f"SELECT {shared}, 1, left(code, 14) || '-' || n, "
            "'99' || lpad((id %% 10000)::text, 4, '0') || '-' || lpad(n::text, 6, '0') "
            "FROM issues_issue, generate_series(1, %s) AS n WHERE id = %s RETURNING id",
            [count, issue.pk],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(
            f"INSERT INTO issues_clock (issue_id, {clocked}) SELECT clone, {clocked} FROM issues_clock, "
            "unnest(%s) AS clone WHERE issue_id = %s",
            [ids, issue.pk],
        )
        cursor.execute(
            "INSERT INTO issues_issueevent (issue_id, seq, at, by_id, name, changes, facts, note, prev_hash, hash) "
            "SELECT id, 0, collected_at, reporter_id, 'collect', %s::jsonb || jsonb_build_object('number', number), "
            "'{}', '', '', '' FROM issues_issue WHERE id = ANY(%s)",
            [row, ids],
        )
        cursor.execute("ANALYZE issues_issue, issues_clock, issues_issueevent")  # inside a test nobody else does it
    return ids
