"""When a rota has shifts, and whose turn is next. Pure: no query, no clock.

Times are local to Asia/Shanghai, which has no summer time, so a shift is as long as its hours say.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from rosters.models import Days, DutyRota, DutyTurn, Pace
from workdays.arithmetic import ZONE, Calendar
from workdays.recurring import Kind, Recurrence

DAY = timedelta(days=1)
HORIZON = timedelta(days=14)
"""Shifts are generated, and empty ones sought, for so many days from today on."""


def _market(rota: DutyRota, *, lunar: bool) -> Recurrence:
    return Recurrence(Kind.MARKET, tuple(rota.numbers), lunar=lunar)


FALLS_ON: dict[str, Callable[[DutyRota, Calendar, date], bool]] = {
    Days.DAILY: lambda rota, calendar, day: True,
    Days.WORKDAY: lambda rota, calendar, day: calendar.is_workday(day),
    Days.OFF: lambda rota, calendar, day: not calendar.is_workday(day),
    Days.WEEKLY: lambda rota, calendar, day: day.isoweekday() in rota.numbers,
    Days.MARKET: lambda rota, calendar, day: _market(rota, lunar=False).falls_on(day),
    Days.LUNAR: lambda rota, calendar, day: _market(rota, lunar=True).falls_on(day),
}


class Placed(Protocol):
    """What is remembered of the shift before: its day and whose turn it was."""

    @property
    def day(self) -> date: ...

    @property
    def turn(self) -> DutyTurn | None: ...


def falls_on(rota: DutyRota, calendar: Calendar, day: date) -> bool:
    inside = rota.since <= day and (rota.until is None or day < rota.until)
    return inside and FALLS_ON[rota.days](rota, calendar, day)


def days_of(rota: DutyRota, calendar: Calendar, first: date, last: date) -> Iterator[date]:
    """The days from first to last, both included, on which a shift of the rota starts."""
    day = first
    while day <= last:
        if falls_on(rota, calendar, day):
            yield day
        day += DAY


def span(rota: DutyRota, day: date) -> tuple[datetime, datetime]:
    """From when to when the shift of a day is; one that ends at or before the time it starts ends the next day."""
    starts = datetime.combine(day, rota.starts, ZONE)
    ends = datetime.combine(day, rota.ends, ZONE)
    return starts, ends if ends > starts else datetime.combine(day + DAY, rota.ends, ZONE)


def next_turn(turns: Sequence[DutyTurn], day: date, before: Placed | None, pace: str) -> DutyTurn | None:
    """Who is on duty on `day`: the one after whose turn it was before, and round again. With a weekly pace the same
    person until Sunday. `turns` are in their order, without those who no longer take part."""
    if before is None or before.turn is None:
        return turns[0] if turns else None
    same_week = before.day.isocalendar()[:2] == day.isocalendar()[:2]
    if pace == Pace.WEEK and same_week and before.turn in turns:
        return before.turn
    later = (turn for turn in turns if turn.order > before.turn.order)
    return next(later, turns[0] if turns else None)
