"""Automatic supervision orders: finds the clocks on which the next colour is due, in chunks, exactly once.

Safe to run twice, twice at once, and after silence: issue and clock are claimed with SKIP LOCKED, each chunk is one
transaction, and a clock that was looked at is due again only for a higher colour. After days of silence one order of
the highest colour due is issued, not one of each. A row that cannot be written is left, named, and blocks nobody.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import DatabaseError, connection, transaction
from django.db.models import Min

from issues.escalation import Ladder, Spot, spot_columns
from issues.models import Clock, RegisterRules, SupervisionOrder
from issues.rules import CountyRules
from issues.supervision import issuing
from issues.supervision.issuing import Sheet, answer_due, copied_to
from issues.supervision.timing import Moments, due_now, next_after

CHUNK = 1000
log = logging.getLogger(__name__)


@dataclass
class Swept:
    """What one run did: orders by colour. `stuck` are the ids of issues whose order could not be written, and why."""

    issued: Counter[str] = field(default_factory=Counter)
    stuck: dict[int, str] = field(default_factory=dict)


class Watched(NamedTuple):
    """A claimed clock and its issue."""

    clock_id: int
    supervise_at: datetime
    warn_at: datetime | None
    due_at: datetime
    issue_id: int
    version: int
    supervision: str
    handler_id: int | None
    spot: Spot


CLAIM = f"""
    SELECT clock.id, clock.supervise_at, clock.warn_at, clock.due_at, issue.id, issue.version, issue.supervision,
           issue.handler_id, {spot_columns("issue")}
    FROM issues_clock clock JOIN issues_issue issue ON issue.id = clock.issue_id
    WHERE clock.supervise_at <= %(at)s AND (clock.supervise_at, clock.id) > (%(after)s, %(after_id)s)
          AND issue.county_id = %(county)s
    ORDER BY clock.supervise_at, clock.id LIMIT %(limit)s
    FOR UPDATE OF issue, clock SKIP LOCKED
"""
BEGINNING: tuple[datetime | str, int] = ("-infinity", 0)


def supervise(*, at: datetime) -> Swept:
    """Issues every order due by `at`, in the counties whose orders are automatic."""
    swept = Swept()
    for county_id in RegisterRules.objects.filter(automatic_orders=True).order_by("county").values_list("county"):
        _supervise_county(*county_id, at, swept)
    if swept.stuck:
        log.warning("%d orders not issued, e.g. %s", len(swept.stuck), next(iter(swept.stuck.items())))
    return swept


def _supervise_county(county_id: int, at: datetime, swept: Swept) -> None:
    after, ladder = BEGINNING, None
    while True:
        with transaction.atomic():
            rows = claimed(county_id, at, after)
            if not rows:
                return
            ladder = ladder or Ladder.of(CountyRules(county_id), at)
            _look_at(rows, ladder, at, swept)
        after = (rows[-1].supervise_at, rows[-1].clock_id)


def claimed(county_id: int, at: datetime, after: tuple[datetime | str, int] = BEGINNING) -> list[Watched]:
    """Locks the next clocks due after a place; those that another worker holds are left to it."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"county": county_id, "at": at, "after": after[0], "after_id": after[1], "limit": CHUNK})
        return [Watched._make([*row[:8], Spot._make(row[8:])]) for row in cursor.fetchall()]


def _look_at(rows: Sequence[Watched], ladder: Ladder, at: datetime, swept: Swept) -> None:
    waiting = _unanswered(rows)
    until = answer_due(ladder.rules, at)
    sheets: list[Sheet] = []
    for row in rows:
        moments = Moments.of(row.warn_at, row.due_at, ladder.rules.calendar)
        found = due_now(moments, row.supervision, at, waiting.get(row.clock_id))
        if found is None:
            later = next_after(moments, row.supervision, waiting.get(row.clock_id))
            Clock.objects.filter(pk=row.clock_id).update(supervise_at=later)
            continue
        colour, cause = found
        copy = copied_to(row.spot, row.handler_id, ladder)
        again = next_after(moments, colour, min(waiting.get(row.clock_id, until), until))
        sheets.append(
            Sheet(
                row.issue_id,
                row.version,
                row.clock_id,
                colour,
                cause,
                copy,
                until,
                supervision=colour,
                supervise_at=again,
            )
        )
    _write(sheets, ladder.rules, at, swept)


def _unanswered(rows: Sequence[Watched]) -> dict[int, datetime]:
    """The earliest answer due of each clock, read after its issue is locked: nobody can be answering now."""
    found = SupervisionOrder.objects.unanswered().filter(clock__in=[row.clock_id for row in rows])
    return dict(found.values("clock").annotate(first=Min("answer_due_at")).values_list("clock", "first"))


def _write(sheets: Sequence[Sheet], rules: CountyRules, at: datetime, swept: Swept) -> None:
    """One statement; should the database refuse it, the halves, down to the one row that is to blame."""
    if not sheets:
        return
    try:
        with transaction.atomic():
            issued = issuing.issue(sheets, rules, by=None, at=at)
    except DatabaseError as error:
        if len(sheets) == 1:
            swept.stuck[sheets[0].issue_id] = str(error)
            return
        half = len(sheets) // 2
        _write(sheets[:half], rules, at, swept)
        _write(sheets[half:], rules, at, swept)
    else:
        swept.issued.update(one.colour for one in issued)
