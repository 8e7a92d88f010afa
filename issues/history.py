"""Rows whose history is a list of chained events: appended with every change, and enough to rebuild the row.

    REQUESTS = History(ServiceRequest, RequestEvent, "request")

The database numbers and chains the events (issues.models.chained); `broken()` recomputes all of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import User
from accounts.privacy import plain_fields
from issues.models.chained import ChainedEvent, event_digest

FOLLOWING = {"grid", "live_grid", "county_id", "town_id", "village_id", "cell_id"}
"""Columns that follow the grid when it is moved or merged; no event of the row."""
AS_JSON = (datetime, date, UUID)


@dataclass(frozen=True)
class Broken:
    """What is wrong with one row's history."""

    row_id: int
    sentence: str


def told(value: Any) -> Any:
    """A column's value as JSON keeps it, to the microsecond."""
    if isinstance(value, AS_JSON):
        return str(value) if isinstance(value, UUID) else value.isoformat()
    return value


class History:
    """`owner` is the name of the events' foreign key to the row."""

    def __init__(self, rows: type[models.Model], events: type[ChainedEvent], owner: str) -> None:
        self.rows = rows
        self.events = events
        self.owner = owner

    @cached_property
    def replayed(self) -> dict[str, Any]:
        """The columns that replaying the events rebuilds, with their fields."""
        wanted = plain_fields(self.rows) - FOLLOWING - {"id"}
        return {field.attname: field for field in self.rows._meta.concrete_fields if field.name in wanted}

    def append(
        self,
        row: Any,
        name: str,
        *,
        by: User | None,
        at: datetime,
        changes: Mapping[str, Any],
        facts: Mapping[str, Any] | None = None,
        note: str = "",
    ) -> Any:
        """One event. `changes` are new values of columns, of which the plain ones are kept; `facts` holds nothing
        personal either."""
        return self.events._default_manager.create(
            seq=0,
            name=name,
            by=by,
            at=at,
            changes={column: told(value) for column, value in changes.items() if column in self.replayed},
            facts={key: told(value) for key, value in (facts or {}).items()},
            note=note,
            **{self.owner: row},
        )

    def last_told(self, column: str, kind: Any, moment: datetime) -> Combinable:
        """For each of the rows: the value the last event before the moment gave the column."""
        owner = {self.owner: models.OuterRef("pk")}
        told = self.events._default_manager.filter(**owner, at__lt=moment, changes__has_key=column).order_by("-seq")
        return models.Subquery(told.annotate(told=Cast(KT(f"changes__{column}"), kind)).values("told")[:1])

    def replay(self, row: Any) -> dict[str, Any]:
        """The plain columns as the row's events leave them."""
        state: dict[str, Any] = {}
        mine = self.events._default_manager.filter(**{self.owner: row}).order_by("seq")
        for changes in mine.values_list("changes", flat=True):
            state |= changes
        return {column: self.replayed[column].to_python(value) for column, value in state.items()}

    def row(self, row: Any) -> dict[str, Any]:
        """The same columns as the row has them."""
        return {column: getattr(row, column) for column in self.replayed}

    def broken(self) -> Iterator[Broken]:
        """Every event whose digest, place or link is wrong, and every row that its events do not rebuild."""
        with connection.cursor() as cursor:
            cursor.execute(self._chain_check())
            for row_id, seq, faults in cursor.fetchall():
                yield Broken(row_id, f"第{seq}条记录：{'、'.join(faults)}")
            cursor.execute(self._replay_check())
            for row_id, columns in cursor.fetchall():
                yield Broken(row_id, f"按记录重演与现状不符：{'、'.join(columns)}")

    def _chain_check(self) -> str:
        owner, digest = f"{self.owner}_id", event_digest("event", f"{self.owner}_id")
        return f"""
            SELECT {owner}, seq, array_remove(ARRAY[
                       CASE WHEN seq <> place THEN '编号不连续' END,
                       CASE WHEN prev_hash <> COALESCE(hash_before, repeat('0', 64)) THEN '与上一条不相连' END,
                       CASE WHEN hash <> {digest} THEN '内容被改动' END], NULL)
            FROM (SELECT *, lag(hash) OVER chain AS hash_before, row_number() OVER chain AS place
                  FROM {self.events._meta.db_table} WINDOW chain AS (PARTITION BY {owner} ORDER BY seq)) AS event
            WHERE seq <> place OR prev_hash <> COALESCE(hash_before, repeat('0', 64)) OR hash <> {digest}
            ORDER BY {owner}, seq
        """

    def _replay_check(self) -> str:
        differing = ", ".join(
            f"CASE WHEN {_of_state(name, field)} IS DISTINCT FROM {_of_row(name, field)} THEN '{name}' END"
            for name, field in self.replayed.items()
        )
        return f"""
            SELECT id, columns FROM (
                SELECT kept.id, array_remove(ARRAY[{differing}], NULL) AS columns
                FROM {self.rows._meta.db_table} kept LEFT JOIN (
                    SELECT {self.owner}_id, jsonb_object_agg(change.key, change.value ORDER BY seq) AS state
                    FROM {self.events._meta.db_table}, jsonb_each(changes) AS change GROUP BY {self.owner}_id
                ) AS told ON told.{self.owner}_id = kept.id
            ) AS compared WHERE columns <> '{{}}' ORDER BY id
        """


def _of_state(name: str, field: Any) -> str:
    return f"(state->>'{name}'){'::timestamptz' if isinstance(field, models.DateTimeField) else ''}"


def _of_row(name: str, field: Any) -> str:
    return f"kept.{name}{'' if isinstance(field, models.DateTimeField) else '::text'}"
