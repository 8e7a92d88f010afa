"""The lunar calendar (农历) by table, for days that villages keep by it: market days, festivals. Pure.

The calendar is the one of GB/T 33661-2017 《农历的编算和颁行》: a month begins on the day of the new moon in Beijing
time, and the leap month is the first without a major solar term. Its results are published years ahead, so a year is
one integer here and nothing is computed from the sky. A year outside the table is refused, never guessed.
"""

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

FIRST_YEAR = 2020
NEW_YEAR = date(2020, 1, 25)
"""The first day of the first month of the first year."""
LEAP_IS_LONG = 0x10000
YEARS = (
    *(0x07954, 0x06AA0, 0x0AD50, 0x05B52, 0x04B60, 0x0A6E6, 0x0A4E0, 0x0D260, 0x0EA65, 0x0D530),  # 2020
    *(0x05AA0, 0x076A3, 0x096D0, 0x04AFB, 0x04AD0, 0x0A4D0, 0x1D0B6, 0x0D250, 0x0D520, 0x0DD45),  # 2030
    0x0B5A0,  # 2040
)
"""Bits 15 to 4: whether month 1 to 12 has 30 days; bits 3 to 0: the month after which a leap month stands, 0 for none;
bit 16: whether that one has 30."""
MONTH_NAMES = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
DAY_TENS = ("初", "十", "廿", "三")
DIGITS = "一二三四五六七八九十"


class LunarDay(NamedTuple):
    year: int
    month: int
    day: int
    leap: bool = False

    def __str__(self) -> str:
        """八月十五, 闰六月初一."""
        return f"{'闰' if self.leap else ''}{MONTH_NAMES[self.month - 1]}月{_day_name(self.day)}"


def lunar(day: date) -> LunarDay:
    """The lunar date of a day. Raises ValueError, with a Chinese sentence, outside the table."""
    begins, months = _months()
    last = begins[-1] + timedelta(days=months[-1][1] - 1)
    if not begins[0] <= day <= last:
        raise ValueError(f"农历只收录{begins[0]}至{last}，{day}请改用公历规则")
    place = bisect_right(begins, day) - 1
    month, _ = months[place]
    return month._replace(day=(day - begins[place]).days + 1)


def knows(day: date) -> bool:
    begins, months = _months()
    return begins[0] <= day < begins[-1] + timedelta(days=months[-1][1])


@cache
def _months() -> tuple[list[date], list[tuple[LunarDay, int]]]:
    """The first day of every month of the table, and beside it the month with its length."""
    begins, months, day = [], [], NEW_YEAR
    for year, coded in enumerate(YEARS, FIRST_YEAR):
        for month, length in _lengths(year, coded):
            begins.append(day)
            months.append((month, length))
            day += timedelta(days=length)
    return begins, months


def _lengths(year: int, coded: int) -> list[tuple[LunarDay, int]]:
    found = []
    for month in range(1, 13):
        found.append((LunarDay(year, month, 1), 30 if coded >> (16 - month) & 1 else 29))
        if coded & 0xF == month:
            found.append((LunarDay(year, month, 1, leap=True), 30 if coded & LEAP_IS_LONG else 29))
    return found


def _day_name(day: int) -> str:
    if day in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return f"{DAY_TENS[day // 10]}{DIGITS[day % 10 - 1]}"
