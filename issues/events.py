"""The history of an issue: appended with every change, and enough to rebuild the row.

The database numbers and chains the events (trigger `issueevent_chain`); `manage.py verify_events` asks `broken()`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

from accounts.models import User
from accounts.privacy import plain_fields
from issues.models import Issue, IssueEvent, event_digest

FOLLOWING = {"grid", "live_grid", "county_id", "town_id", "village_id", "cell_id"}
"""Columns that follow the grid when it is moved or merged; no event of the issue."""


def _replayed() -> dict[str, Any]:
    wanted = plain_fields(Issue) - FOLLOWING - {"id"}
    return {field.attname: field for field in Issue._meta.concrete_fields if field.name in wanted}


REPLAYED: dict[str, Any] = _replayed()
"""The columns that replaying the events rebuilds, with their fields."""


def append(
    issue: Issue,
    name: str,
    *,
    by: User | None,
    at: datetime,
    changes: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
    note: str = "",
) -> IssueEvent:
    """One event. `changes` are the new values of plain columns; nothing personal goes into it or into `facts`."""
    return IssueEvent.objects.create(
        issue=issue,
        seq=0,
        name=name,
        by=by,
        at=at,
        changes={column: told(value) for column, value in changes.items()},
        facts={key: told(value) for key, value in (facts or {}).items()},
        note=note,
    )


def told(value: Any) -> Any:
    """A column's value as JSON keeps it, to the microsecond."""
    if isinstance(value, datetime | UUID):
        return value.isoformat() if isinstance(value, datetime) else str(value)
    return value


def replay(issue: Issue) -> dict[str, Any]:
    """The plain columns as the issue's events leave them."""
    state: dict[str, Any] = {}
    for changes in IssueEvent.objects.filter(issue=issue).order_by("seq").values_list("changes", flat=True):
        state |= changes
    return {column: REPLAYED[column].to_python(value) for column, value in state.items()}


def row(issue: Issue) -> dict[str, Any]:
    """The same columns as the row has them."""
    return {column: getattr(issue, column) for column in REPLAYED}


@dataclass(frozen=True)
class Broken:
    """What is wrong with one issue's history."""

    issue_id: int
    sentence: str


def broken() -> Iterator[Broken]:
    """Every event whose digest, place or link is wrong, and every issue that its events do not rebuild."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN_CHECK)
        for issue_id, seq, faults in cursor.fetchall():
            yield Broken(issue_id, f"第{seq}条记录:{'、'.join(faults)}")
        cursor.execute(_replay_check())
        for issue_id, columns in cursor.fetchall():
            yield Broken(issue_id, f"按记录重演与现状不符:{'、'.join(columns)}")


CHAIN_CHECK = f"""
    SELECT issue_id, seq, array_remove(ARRAY[
               CASE WHEN seq <> place THEN '编号不连续' END,
               CASE WHEN prev_hash <> COALESCE(hash_before, repeat('0', 64)) THEN '与上一条不相连' END,
               CASE WHEN hash <> {event_digest("event")} THEN '内容被改动' END], NULL)
    FROM (SELECT *, lag(hash) OVER issue AS hash_before, row_number() OVER issue AS place FROM issues_issueevent
          WINDOW issue AS (PARTITION BY issue_id ORDER BY seq)) AS event
    WHERE seq <> place OR prev_hash <> COALESCE(hash_before, repeat('0', 64)) OR hash <> {event_digest("event")}
    ORDER BY issue_id, seq
"""


def _replay_check() -> str:
    differing = ", ".join(
        f"CASE WHEN {_of_state(name, field)} IS DISTINCT FROM {_of_row(name, field)} THEN '{name}' END"
        for name, field in REPLAYED.items()
    )
    return f"""
        SELECT id, columns FROM (
            SELECT issue.id, array_remove(ARRAY[{differing}], NULL) AS columns
            FROM issues_issue issue LEFT JOIN (
                SELECT issue_id, jsonb_object_agg(change.key, change.value ORDER BY seq) AS state
                FROM issues_issueevent, jsonb_each(changes) AS change GROUP BY issue_id
            ) AS told ON told.issue_id = issue.id
        ) AS compared WHERE columns <> '{{}}' ORDER BY id
    """


def _of_state(name: str, field: Any) -> str:
    return f"(state->>'{name}'){'::timestamptz' if isinstance(field, models.DateTimeField) else ''}"


def _of_row(name: str, field: Any) -> str:
    return f"issue.{name}{'' if isinstance(field, models.DateTimeField) else '::text'}"
