"""Pure date arithmetic over working days. No Django, no clock.

A calendar is the plain Monday–Friday week corrected by the days that differ from it (holidays on weekdays,
make-up workdays on weekends). Counting is closed-form over the plain week plus a bisect over those few
corrections, so a sweep over tens of thousands of clocks costs microseconds each.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal, get_args
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
CLOSING = time(18, 0)
"""Deadlines in days end at 18:00 local time."""

Unit = Literal["workday", "hour"]
UNIT_NAMES: dict[Unit, str] = {"workday": "个工作日", "hour": "小时"}
LONGEST: dict[Unit, int] = {"workday": 10_000, "hour": 100_000}
"""No clock of any county comes near; beyond it, and outside these years, a typing error is certain."""
SENSIBLE_YEARS = range(1900, 2201)


@dataclass(frozen=True)
class Due:
    """When something is due (aware, Asia/Shanghai) and one Chinese sentence that explains why then.

    `workdays` after the day it was counted from is the due; None when hours ran or somebody chose the day.
    """

    at: datetime
    sentence: str
    workdays: int | None = None


@dataclass(frozen=True, eq=False)
class Calendar:
    """Holidays and make-up workdays by date with their names, and the years whose arrangement is loaded."""

    holidays: Mapping[date, str] = field(default_factory=dict)
    makeup: Mapping[date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        both = self.holidays.keys() & self.makeup.keys()
        if both:
            raise ValueError(f"{spell(min(both))}既登记为放假又登记为调休上班，只能留一种")

    def is_workday(self, day: date) -> bool:
        if day in self.holidays:
            return False
        return day in self.makeup or day.weekday() < 5

    def workdays_between(self, after: date, until: date) -> int:
        """Working days later than `after` and not later than `until`; negative when `until` comes first."""
        return self._count(until.toordinal()) - self._count(after.toordinal())

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th working day after `day`; for n < 0 the n-th before it.

        n = 0 is `day` itself when it is a working day, else the next one: no deadline falls on a day off.
        Raises ValueError with a Chinese sentence when the day or |n| is absurd.
        """
        _check_day(day)
        _check_size(abs(n), "workday")
        first = day.toordinal()
        if n > 0:
            return self._nth(self._count(first) + n)
        return self._nth(self._count(first - 1) + 1 + n)

    def due(self, start: datetime, amount: int, unit: Unit) -> Due:
        """The end of `amount` units from `start` (aware).

        Workdays count from the next working day and end at 18:00; 0 workdays end at 18:00 today, or on the
        next working day when today is over or off. Hours are natural hours, nights and holidays included.
        Raises ValueError with a Chinese sentence for a negative or absurd amount.
        """
        _check_amount(start, amount, unit)
        start = start.astimezone(ZONE)
        if unit == "hour":
            return _due_in_hours(start, amount)
        return self._due_in_workdays(start, amount)

    def _due_in_workdays(self, start: datetime, amount: int) -> Due:
        today_is_over = start.time() >= CLOSING and self.is_workday(start.date())
        counted = 1 if amount == 0 and today_is_over else amount
        key = (start.date(), amount, counted)
        if key not in self._known:
            last = self.add_workdays(start.date(), counted)
            at = datetime.combine(last, CLOSING, ZONE)
            self._known[key] = Due(at, self.explain(start.date(), amount, last), counted)
        return self._known[key]

    def warning(self, start: datetime, due: datetime, unit: Unit) -> datetime:
        """When 80 % of the time is gone: of the workdays, rounded down, at 18:00, and so one workday before the due at
        the latest; of the time by the clock, where hours run or a single day is left."""
        days = self.workdays_between(start.astimezone(ZONE).date(), due.astimezone(ZONE).date())
        if unit == "hour" or days < 2:
            return start + (due - start) * 4 / 5
        last = self.add_workdays(start.astimezone(ZONE).date(), days * 4 // 5)
        return datetime.combine(last, CLOSING, ZONE)

    @cached_property
    def _known(self) -> dict[tuple[date, int, int], Due]:
        """A sweep asks for the same few limits from the same day thousands of times."""
        return {}

    def explain(self, start: date, amount: int, last: date) -> str:
        """9月30日（周三）起算，3个工作日 → 10月10日（周六）18:00到期：跳过…国庆节，10月10日（周六）调休上班计入"""
        limit = f"{amount}个工作日" if amount else "限当日"
        said = f"{spell(start)}起算，{limit} → {spell(last, since=start)}18:00到期"
        notes = "，".join(filter(None, (self._skipped(start, last), self._counted(start, last))))
        warning = self.unloaded(start, last)
        return said + (f"：{notes}" if notes else "") + (f"；{warning}" if warning else "")

    def _skipped(self, start: date, last: date) -> str:
        off = _inside(self._holiday_dates, start, last)
        parts = [f"{_spell_run(run, since=start)}{self.holidays[run[0]]}" for run in self._runs(off)]
        days_off = max((last - start).days - self.workdays_between(start, last), 0)
        if days_off > len(off):
            parts.append(f"周末{days_off - len(off)}天")
        return f"跳过{'、'.join(parts)}" if parts else ""

    def _counted(self, start: date, last: date) -> str:
        extra = [spell(day, since=start) for day in _inside(self._makeup_dates, start, last)]
        return f"{'、'.join(extra)}调休上班计入" if extra else ""

    def unloaded(self, start: date, last: date) -> str:
        """The warning to add to a due counted from `start` to `last` over years that are not loaded; empty for none."""
        first = min(start + timedelta(days=1), last)
        return unloaded_sentence(year for year in range(first.year, last.year + 1) if year not in self.years)

    def _runs(self, days: list[date]) -> list[list[date]]:
        """Consecutive days of one holiday together."""
        runs = [days[:1]] if days else []
        for before, day in pairwise(days):
            if (day - before).days == 1 and self.holidays[day] == self.holidays[before]:
                runs[-1].append(day)
            else:
                runs.append([day])
        return runs

    @cached_property
    def _holiday_dates(self) -> list[date]:
        return sorted(self.holidays)

    @cached_property
    def _makeup_dates(self) -> list[date]:
        return sorted(self.makeup)

    @cached_property
    def _corrections(self) -> tuple[list[int], list[int]]:
        """Ordinals of the days unlike the plain week, and the working days up to and including each."""
        changes = {day.toordinal(): -1 for day in self.holidays if day.weekday() < 5}
        changes |= {day.toordinal(): 1 for day in self.makeup if day.weekday() >= 5}
        ordinals, counts, sum_so_far = sorted(changes), [], 0
        for ordinal in ordinals:
            sum_so_far += changes[ordinal]
            counts.append(_plain_count(ordinal) + sum_so_far)
        return ordinals, counts

    def _count(self, ordinal: int) -> int:
        """Working days from the year 1 up to and including a day."""
        ordinals, counts = self._corrections
        i = bisect_right(ordinals, ordinal)
        if i == 0:
            return _plain_count(ordinal)
        return counts[i - 1] + _plain_count(ordinal) - _plain_count(ordinals[i - 1])

    def _nth(self, n: int) -> date:
        """The day on which the count reaches n: in the plain stretch before the first correction that has it,
        or that correction itself, when it is the make-up day that completes the count."""
        ordinals, counts = self._corrections
        i = bisect_left(counts, n)
        found = _plain_nth(n if i == 0 else n - counts[i - 1] + _plain_count(ordinals[i - 1]))
        return date.fromordinal(found if i == len(ordinals) else min(found, ordinals[i]))


PLAIN_WEEK = Calendar()


def parse_day(text: str) -> date:
    """2026-10-01 and nothing else. Raises ValueError with a Chinese sentence."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZONE).date()
    except ValueError:
        raise ValueError(f"日期“{text}”不对，应写成 2026-10-01 这样") from None


def spell(day: date, *, since: date | None = None) -> str:
    """11月21日（周六）; with its year when that differs from `since`."""
    year = f"{day.year}年" if since and since.year != day.year else ""
    return f"{year}{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"


def unloaded_sentence(years: Iterable[int]) -> str:
    """The warning to show beside a date counted over years without an arrangement; empty for none."""
    spans: list[list[int]] = []
    for year in sorted(years):
        if spans and spans[-1][-1] == year - 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    said = "、".join(f"{s[0]}年" if len(s) == 1 else f"{s[0]}年至{s[-1]}年" for s in spans)
    return f"{said}放假安排尚未导入，暂按普通周末推算" if said else ""


def _plain_count(ordinal: int) -> int:
    """Mondays to Fridays up to and including a day; 0001-01-01, ordinal 1, was a Monday."""
    weeks, days = divmod(ordinal, 7)
    return weeks * 5 + min(days, 5)


def _plain_nth(n: int) -> int:
    weeks, days = divmod(n - 1, 5)
    return weeks * 7 + days + 1


def _check_amount(start: datetime, amount: int, unit: Unit) -> None:
    if start.tzinfo is None:
        raise ValueError("起算时间缺少时区")
    if unit not in get_args(Unit):
        raise ValueError(f"不认识的期限单位“{unit}”，可用：workday、hour")
    if amount < 0:
        raise ValueError(f"期限不能是负数（{amount}）")
    _check_day(start.date())
    _check_size(amount, unit)


def _check_day(day: date) -> None:
    if day.year not in SENSIBLE_YEARS:
        raise ValueError(f"{day.year}年不在可推算的范围（1900年至2200年）内，请核对日期")


def _check_size(amount: int, unit: Unit) -> None:
    if amount > LONGEST[unit]:
        raise ValueError(f"期限{amount}{UNIT_NAMES[unit]}太长，最长{LONGEST[unit]}{UNIT_NAMES[unit]}")


def _due_in_hours(start: datetime, amount: int) -> Due:
    at = start + timedelta(hours=amount)
    begun, ended = f"{spell(start)}{start:%H:%M}", f"{spell(at, since=start)}{at:%H:%M}"
    days, hours = divmod(amount, 24)
    limit = f"{amount}小时" if hours or not days else f"{days}天"
    return Due(at, f"{begun}起算，{limit} → {ended}到期：按自然时间连续计算，含夜间和节假日")


def _inside(days: list[date], start: date, last: date) -> list[date]:
    return days[bisect_right(days, start) : bisect_right(days, last)]


def _spell_run(run: list[date], *, since: date) -> str:
    """10月1日至7日; the month again when it changes, the year when it is another."""
    first, last = run[0], run[-1]
    year = f"{first.year}年" if first.year != since.year else ""
    said = f"{year}{first.month}月{first.day}日"
    if first == last:
        return said
    end = f"{last.day}日" if last.month == first.month else f"{last.month}月{last.day}日"
    return f"{said}至{end}"
