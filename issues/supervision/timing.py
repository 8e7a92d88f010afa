"""When a supervision order of which colour is due on a running clock. Pure: reads a clock and a calendar."""

from dataclasses import dataclass
from datetime import datetime

from issues.models import Colour, Issue, SupervisionOrder
from workdays.arithmetic import CLOSING, ZONE, Calendar

Cause = SupervisionOrder.Cause
NONE = Issue.Supervision.NONE.value
RANK: dict[str, int] = {colour.value: rank for rank, colour in enumerate(Issue.Supervision)}
RED_AFTER = 3
"""Workdays after the due."""


@dataclass(frozen=True)
class Moments:
    """Of one clock: before its due, at its due, and three workdays later."""

    warn_at: datetime | None
    due_at: datetime
    red_at: datetime

    @classmethod
    def of(cls, warn_at: datetime | None, due_at: datetime, calendar: Calendar) -> "Moments":
        last = calendar.add_workdays(due_at.astimezone(ZONE).date(), RED_AFTER)
        return cls(warn_at, due_at, datetime.combine(last, CLOSING, ZONE))


def due_now(
    moments: Moments, colour: str, at: datetime, answer_due_at: datetime | None
) -> tuple[Colour, SupervisionOrder.Cause] | None:
    """The highest order due, if it is higher than what was given; after a silence the lower ones are passed over.

    `answer_due_at` is the earliest among the clock's orders that nobody answered.
    """
    steps = (
        (moments.red_at, Colour.RED, Cause.LATE),
        (answer_due_at, Colour.RED, Cause.UNANSWERED),
        (moments.due_at, Colour.ORANGE, Cause.OVERDUE),
        (moments.warn_at, Colour.BLUE, Cause.WARNED),
    )
    for moment, step, cause in steps:
        if moment is not None and moment <= at:
            return (step, cause) if RANK[step] > RANK[colour] else None
    return None


def next_after(moments: Moments, colour: str, answer_due_at: datetime | None = None) -> datetime | None:
    """When to look at the clock again: the earliest moment of a higher colour; None once it is red."""
    if colour == Colour.RED:
        return None
    by_time = {
        NONE: moments.warn_at or moments.due_at,
        Colour.BLUE.value: moments.due_at,
        Colour.ORANGE.value: moments.red_at,
    }[colour]
    return min(by_time, answer_due_at) if answer_due_at else by_time
