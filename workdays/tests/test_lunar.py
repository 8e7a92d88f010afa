"""The lunar table against published days, and market days counted by it."""

from datetime import date, timedelta

import pytest

from workdays.lunar import LunarDay, knows, lunar

SPRING_FESTIVALS = (
    *("2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22"),
    *("2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"),
    *("2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23"),
    *("2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08"),
)
MID_AUTUMNS = (
    *("2020-10-01", "2021-09-21", "2022-09-10", "2023-09-29"),
    *("2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15"),
    *("2028-10-03", "2029-09-22", "2030-09-12", "2031-10-01"),
    *("2032-09-19", "2033-09-08", "2034-09-27", "2035-09-16"),
)
LEAP_MONTHS = {
    "2020-05-23": (2020, 4),
    "2023-03-22": (2023, 2),
    "2025-07-25": (2025, 6),
    "2028-06-23": (2028, 5),
    "2031-04-22": (2031, 3),
    "2033-12-22": (2033, 11),
}
"""Their first days."""


@pytest.mark.parametrize("text", SPRING_FESTIVALS)
def test_spring_festivals_are_where_they_were_published(text):
    day = date.fromisoformat(text)
    assert lunar(day) == LunarDay(day.year, 1, 1)


@pytest.mark.parametrize("text", MID_AUTUMNS)
def test_mid_autumns_are_where_they_were_published(text):
    day = date.fromisoformat(text)
    assert lunar(day) == LunarDay(day.year, 8, 15)


@pytest.mark.parametrize(("text", "month"), LEAP_MONTHS.items())
def test_leap_months_begin_where_they_were_published(text, month):
    year, number = month
    assert lunar(date.fromisoformat(text)) == LunarDay(year, number, 1, leap=True)


def test_the_other_years_up_to_2035_have_no_leap_month():
    first, last = date(2020, 1, 25), date(2036, 1, 27)
    days = [lunar(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    assert {(day.year, day.month) for day in days if day.leap} == set(LEAP_MONTHS.values())


def test_every_day_of_the_table_follows_the_one_before():
    day, before = date(2020, 1, 26), lunar(date(2020, 1, 25))
    while knows(day):
        this = lunar(day)
        assert this.day == before.day + 1 or (this.day == 1 and before.day in (29, 30)), day
        day, before = day + timedelta(days=1), this
    assert (day, before) == (date(2041, 2, 1), LunarDay(2040, 12, 29))


def test_days_outside_the_table_are_refused_and_not_guessed():
    for day in (date(2020, 1, 24), date(2041, 2, 1)):
        assert not knows(day)
        with pytest.raises(ValueError, match="农历只收录2020-01-25至2041-01-31"):
            lunar(day)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-17", "正月初一"),
        ("2025-07-25", "闰六月初一"),
        ("2026-09-25", "八月十五"),
        ("2026-11-28", "十月二十"),
        ("2026-11-29", "十月廿一"),
        ("2026-02-16", "腊月廿九"),
        ("2025-02-27", "正月三十"),
        ("2026-12-18", "冬月初十"),
    ],
)
def test_a_lunar_day_is_said_as_people_say_it(text, said):
    assert str(lunar(date.fromisoformat(text))) == said
