"""Service days by rule: days of the month, weekdays, market days."""

from datetime import date

import pytest

from workdays.recurring import Kind, Recurrence


def days(rule: Recurrence, first: str, last: str) -> str:
    found = rule.between(date.fromisoformat(first), date.fromisoformat(last))
    return " ".join(f"{day:%m-%d}" for day in found)


def test_heping_serves_on_the_15th_and_16th():
    rule = Recurrence(Kind.MONTHDAY, (15, 16))
    assert days(rule, "2026-11-01", "2026-12-31") == "11-15 11-16 12-15 12-16"
    assert rule.sentence == "每月15、16日"


def test_a_day_that_a_month_lacks_is_left_out():
    assert days(Recurrence(Kind.MONTHDAY, (31,)), "2026-01-01", "2026-05-31") == "01-31 03-31 05-31"


def test_zhucheng_serves_on_the_second_saturday():
    rule = Recurrence(Kind.WEEKDAY, (2,), weekday=6)
    assert days(rule, "2026-08-01", "2026-12-31") == "08-08 09-12 10-10 11-14 12-12"
    assert rule.sentence == "每月第二个周六"


def test_a_fifth_weekday_comes_only_in_months_that_have_one():
    assert days(Recurrence(Kind.WEEKDAY, (5,), weekday=7), "2026-01-01", "2026-06-30") == "03-29 05-31"


def test_markets_of_the_solar_month_go_by_the_last_digit():
    rule = Recurrence(Kind.MARKET, (1, 4, 7))
    assert days(rule, "2026-10-28", "2026-11-12") == "10-31 11-01 11-04 11-07 11-11"
    assert rule.sentence == "公历逢1、4、7"


def test_wanzhou_markets_go_by_the_lunar_month():
    """冬月初一 is 9 December 2026."""
    rule = Recurrence(Kind.MARKET, (1, 4, 7), lunar=True)
    assert days(rule, "2026-12-01", "2026-12-31") == "12-02 12-05 12-09 12-12 12-15 12-19 12-22 12-25 12-29"
    assert rule.sentence == "农历逢1、4、7"


def test_a_leap_month_has_markets_like_any_other():
    rule = Recurrence(Kind.MARKET, (0,), lunar=True)
    assert days(rule, "2025-07-25", "2025-08-22") == "08-03 08-13"


def test_the_lunar_15th_is_a_day_of_the_lunar_month():
    rule = Recurrence(Kind.MONTHDAY, (15,), lunar=True)
    assert days(rule, "2026-09-01", "2026-10-31") == "09-25 10-24"
    assert rule.sentence == "农历每月15日"


@pytest.mark.parametrize("kind", [Kind.MARKET, Kind.MONTHDAY])
def test_past_the_lunar_table_nothing_is_guessed(kind):
    assert days(Recurrence(kind, (1,), lunar=True), "2041-02-01", "2041-04-30") == ""
