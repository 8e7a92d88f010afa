"""When shifts fall and whose turn is next."""

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest

from rosters.models import Days, DutyRota, DutyTurn, Pace
from rosters.timing import days_of, next_turn, span
from workdays.arithmetic import ZONE, Calendar

NATIONAL_DAY = Calendar(
    holidays={date(2026, 10, day): "国庆节" for day in range(1, 8)}, makeup={date(2026, 10, 10): "国庆节"}
)
ALWAYS = {"since": date(2026, 1, 1), "starts": time(17, 30), "ends": time(8)}


def falling(days: str, *numbers: int, **known) -> list[int]:
    """The days of 28 September to 12 October 2026 on which a shift starts."""
    rota = DutyRota(days=days, numbers=list(numbers), **(ALWAYS | known))
    return [day.day for day in days_of(rota, NATIONAL_DAY, date(2026, 9, 28), date(2026, 10, 12))]


@pytest.mark.parametrize(
    ("days", "numbers", "expected"),
    [
        (Days.DAILY, (), [28, 29, 30, *range(1, 13)]),
        (Days.WORKDAY, (), [28, 29, 30, 8, 9, 10, 12]),
        (Days.OFF, (), [1, 2, 3, 4, 5, 6, 7, 11]),
        (Days.WEEKLY, (1, 5), [28, 2, 5, 9, 12]),
        (Days.MARKET, (3, 8), [28, 3, 8]),
        (Days.LUNAR, (1, 5), [1, 5, 10]),
    ],
)
def test_shifts_fall_on_the_days_of_the_rule_holidays_and_make_up_days_included(days, numbers, expected):
    """28 September 2026 is the 18th day of a lunar month, 1 October its 21st, 10 October the first of the next."""
    assert falling(days, *numbers) == expected


def test_nothing_falls_before_a_rota_begins_or_from_the_day_it_ends():
    assert falling(Days.DAILY, since=date(2026, 10, 3), until=date(2026, 10, 6)) == [3, 4, 5]


def test_a_shift_over_midnight_ends_the_next_day_and_is_as_long_as_its_hours_in_every_month():
    """No summer time in Asia/Shanghai: neither the nights on which Europe turns its clocks nor any other."""
    night = DutyRota(**ALWAYS)
    for day in (date(2026, 3, 28), date(2026, 10, 24), date(2026, 12, 31)):
        starts, ends = span(night, day)
        assert (starts, ends - starts) == (datetime.combine(day, time(17, 30), ZONE), timedelta(hours=14.5))
        assert ends.utcoffset() == timedelta(hours=8)


def test_a_shift_that_ends_when_it_starts_lasts_a_whole_day():
    starts, ends = span(DutyRota(starts=time(8), ends=time(8)), date(2026, 11, 2))
    assert ends - starts == timedelta(days=1)


def turns(*orders: int) -> list[DutyTurn]:
    return [DutyTurn(pk=order, order=order) for order in orders]


def test_the_order_goes_round():
    first, second, third = order = turns(1, 2, 3)
    monday = date(2026, 11, 2)
    before, came = None, []
    for passed in range(4):
        turn = next_turn(order, monday + timedelta(days=passed), before, Pace.SHIFT)
        before = SimpleNamespace(day=monday + timedelta(days=passed), turn=turn)
        came.append(turn)
    assert came == [first, second, third, first]


def test_a_week_belongs_to_one_person_until_sunday_even_across_the_year():
    first, second = order = turns(1, 2)
    before = SimpleNamespace(day=date(2026, 12, 28), turn=first)
    assert next_turn(order, date(2027, 1, 3), before, Pace.WEEK) == first
    assert next_turn(order, date(2027, 1, 4), before, Pace.WEEK) == second


def test_when_somebody_leaves_the_order_goes_on_after_their_place():
    gone, third = turns(2, 3)
    before = SimpleNamespace(day=date(2026, 11, 2), turn=gone)
    assert next_turn([*turns(1), third], date(2026, 11, 3), before, Pace.SHIFT) == third
    assert next_turn([*turns(1), third], date(2026, 11, 3), before, Pace.WEEK) == third


def test_nobody_in_the_order_is_nobody_on_duty():
    assert next_turn([], date(2026, 11, 2), None, Pace.SHIFT) is None
