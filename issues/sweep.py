"""Automatic escalation: finds what is overdue and moves it up, in chunks, exactly once.

Safe to run twice, twice at once, and after silence: rows are claimed with SKIP LOCKED, each chunk is one transaction,
and a moved row is no longer due. A row that cannot be moved is left, named, and blocks nobody.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import DatabaseError, connection, transaction

from issues import climbing
from issues.climbing import Claim, Climb
from issues.escalation import Ladder, NoWayUp, Spot, plan, spot_columns
from issues.rules import CountyRules

CHUNK = 1000
log = logging.getLogger(__name__)


@dataclass
class Swept:
    """What one run did. `stuck` are the ids of issues that could not be moved, with the reason."""

    climbed: int = 0
    topped: int = 0
    stuck: dict[int, str] = field(default_factory=dict)

    def count(self, steps: Iterable[Climb]) -> None:
        names = [step.name for step in steps]
        self.climbed += names.count("escalate")
        self.topped += names.count("topped")


class Overdue(NamedTuple):
    """A claimed row."""

    id: int
    version: int
    escalate_at: datetime
    spot: Spot


CLAIM = f"""
    SELECT id, version, escalate_at, {spot_columns("issue")}
    FROM issues_issue issue
    WHERE escalate_at <= %(at)s AND (escalate_at, id) > (%(after)s, %(after_id)s)
    ORDER BY escalate_at, id LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
"""
BEGINNING: tuple[datetime | str, int] = ("-infinity", 0)


def escalate_overdue(*, at: datetime) -> Swept:
    """Moves every issue that should have gone up by itself by `at`."""
    swept, ladders, after = Swept(), dict[int, Ladder](), BEGINNING
    while True:
        with transaction.atomic():
            rows = claimed(at, after, CHUNK)
            if not rows:
                break
            _move(rows, ladders, at, swept)
        after = (rows[-1].escalate_at, rows[-1].id)
    if swept.stuck:
        log.warning("%d issues cannot go up, e.g. %s", len(swept.stuck), next(iter(swept.stuck.items())))
    return swept


def claimed(at: datetime, after: tuple[datetime | str, int] = BEGINNING, limit: int = CHUNK) -> list[Overdue]:
    """Locks the next rows due after a place; those that another worker holds are left to it."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "after": after[0], "after_id": after[1], "limit": limit})
        return [Overdue(row[0], row[1], row[2], Spot._make(row[3:])) for row in cursor.fetchall()]


def _move(rows: Sequence[Overdue], ladders: dict[int, Ladder], at: datetime, swept: Swept) -> None:
    """Plans once per spot, then writes. The claim holds the rows, so every one is still as it was read."""
    numbers: dict[Spot, int] = {}
    plans: list[Climb] = []
    claims: list[Claim] = []
    for row in rows:
        if row.spot not in numbers:
            step = _planned(row, ladders, at, swept)
            if step is None:
                continue
            numbers[row.spot] = len(plans)
            plans.append(step)
        claims.append(Claim(row.id, row.version, numbers[row.spot]))
    _write(claims, plans, at, swept)


def _planned(row: Overdue, ladders: dict[int, Ladder], at: datetime, swept: Swept) -> Climb | None:
    county_id = row.spot.county_id
    if county_id not in ladders:
        ladders[county_id] = Ladder.of(CountyRules(county_id), at)
    try:
        return plan(row.spot, ladders[county_id], by_hand=False)
    except (NoWayUp, ValueError) as error:
        swept.stuck[row.id] = str(error)
        return None


def _write(claims: Sequence[Claim], plans: Sequence[Climb], at: datetime, swept: Swept) -> None:
    """One statement; should the database refuse it, the halves, down to the one row that is to blame."""
    if not claims:
        return
    try:
        with transaction.atomic():
            climbing.write(claims, plans, by=None, at=at)
    except DatabaseError as error:
        if len(claims) == 1:
            swept.stuck[claims[0].issue_id] = str(error)
            return
        half = len(claims) // 2
        _write(claims[:half], plans, at, swept)
        _write(claims[half:], plans, at, swept)
    else:
        swept.count(plans[claim.plan] for claim in claims)
