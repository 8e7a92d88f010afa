"""Invariants of the clocks in pure arithmetic: I6 paused time is never counted, I11 for a clock that stood still."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from issues.clocks import due_by, moved
from issues.models import Clock
from workdays.arithmetic import CLOSING, ZONE, Calendar

dates = st.dates(date(2026, 1, 1), date(2026, 12, 31))
exceptions = st.dictionaries(dates, st.sampled_from(["holiday", "makeup"]), max_size=40)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 9, 30)).map(lambda at: at.replace(tzinfo=ZONE))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=40))
amounts = st.integers(1, 30)


def calendar_of(kinds: dict[date, str]) -> Calendar:
    return Calendar(
        {day: "节" for day, kind in kinds.items() if kind == "holiday"},
        {day: "节" for day, kind in kinds.items() if kind == "makeup"},
    )


def clock(calendar: Calendar, start: datetime, amount: int, unit: str = "workday") -> Clock:
    """As Clocks.start would make it, and as the database gives it back: in UTC."""
    due = calendar.due(start, amount, unit)
    counted_from = start.date() if due.workdays is not None else None
    return Clock(
        unit=unit,
        started_at=start,
        counted_from=counted_from,
        workdays=due.workdays,
        due_at=due.at.astimezone(UTC),
        sentence=due.sentence,
    )


def left(calendar: Calendar, at: datetime, due: datetime) -> int:
    """Working days still to come, the present one as long as it is not over; negative when overdue."""
    today = int(calendar.is_workday(at.date()) and at.time() < CLOSING)
    return calendar.workdays_between(at.date(), due.astimezone(ZONE).date()) + today


@given(exceptions, moments, amounts, spans, spans)
def test_i6_after_a_pause_as_many_workdays_are_left_as_before(kinds, start, amount, until_pause, paused):
    calendar = calendar_of(kinds)
    running, began = clock(calendar, start, amount), start + until_pause
    due = moved(running, began, began + paused, calendar)
    assert left(calendar, began + paused, due.at) == left(calendar, began, running.due_at)
    assert due.at >= running.due_at


@given(moments, st.integers(1, 200), spans, spans)
def test_i6_a_pause_of_hours_is_added_to_the_hour(start, amount, until_pause, paused):
    running, began = clock(Calendar(), start, amount, "hour"), start + until_pause
    assert moved(running, began, began + paused, Calendar()).at == running.due_at + paused


@given(exceptions, moments, amounts, spans, spans, spans)
def test_i6_two_pauses_on_end_are_one(kinds, start, amount, until_pause, first, second):
    calendar = calendar_of(kinds)
    running, began = clock(calendar, start, amount), start + until_pause
    between, ended = began + first, began + first + second
    once = moved(running, began, between, calendar)
    resumed = Clock(
        unit="workday",
        due_at=once.at.astimezone(UTC),
        counted_from=between.date() if once.workdays is not None else None,
        workdays=once.workdays,
    )
    assert moved(resumed, between, ended, calendar).at == moved(running, began, ended, calendar).at


@given(exceptions, dates, moments, amounts, spans, spans)
def test_i11_holds_for_a_clock_that_stood_still_when_the_calendar_changed(
    kinds, added, start, amount, until_pause, paused
):
    """Not before the work began: what was counted until the pause is the same by both calendars."""
    began = start + until_pause
    assume(added > began.date())
    before, running = calendar_of(kinds), clock(calendar_of(kinds), start, amount)
    assume(running.due_at > began)
    for kind, later in (("holiday", True), ("makeup", False)):
        after = calendar_of(kinds | {added: kind})
        was, now = moved(running, began, began + paused, before).at, moved(running, began, began + paused, after).at
        assert now >= was if later else now <= was


@given(exceptions, exceptions, moments, amounts)
def test_a_clock_counted_by_another_calendar_is_due_as_if_started_by_it(kinds, others, start, amount):
    running, calendar = clock(calendar_of(kinds), start, amount), calendar_of(others)
    assert due_by(running, calendar).at == calendar.due(start, amount, "workday").at
