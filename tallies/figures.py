"""Figures: numbers with their denominators, for an area, for each grid right below it, and over time.

What happened (MEASURES) is read from the roll-up; what stands now, and which of what happened has since been closed
or visited, is counted live. Both name the list behind them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Aggregate, DurationField, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from grids.models import Grid, Kind
from tallies import lists, standing
from tallies.area import Area, Period
from tallies.models import MEASURES, DailyTally

OWN = 0
"""Stands for the grid itself among the grids below it: what lies in none of them."""
LEVELS = (Kind.COUNTY, Kind.TOWN, Kind.VILLAGE, Kind.CELL, Kind.SUB_CELL)
DAYS_BY_DAY = 31
"""A trend over more days goes by month."""


@dataclass(frozen=True)
class Figure:
    """`value` rows of the list `what`, out of `whole` rows of the list `whole_what` (None: a plain count)."""

    label: str
    value: int
    what: str
    whole: int | None = None
    whole_what: str = ""
    unit: str = "件"
    tone: str = ""
    narrowed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """Which figure to make. `tone` is taken when the value is not zero: something waits."""

    label: str
    what: str
    whole: str = ""
    unit: str = "件"
    tone: str = ""


class Counting:
    """The counts of one area, each made once."""

    def __init__(self, area: Area) -> None:
        self.area = area
        self._below: dict[str, dict[int, int]] = {}

    def total(self, what: str) -> int:
        if what in MEASURES:
            return self._flows[what]
        if self.area.below is None:
            return lists.rows(self.area, what).count()
        return sum(self.below(what).values())

    def below(self, what: str) -> dict[int, int]:
        """By grid right below, and OWN."""
        if what not in self._below:
            self._below[what] = self._flow_below(what) if what in MEASURES else self._stock_below(what)
        return self._below[what]

    def figure(self, ask: Ask) -> Figure:
        return _figure(ask, self.total(ask.what), self.total(ask.whole) if ask.whole else None)

    def figures_below(self, ask: Ask) -> dict[int, Figure]:
        grids = {*self.below(ask.what), *(self.below(ask.whole) if ask.whole else ())}
        return {
            each: _figure(
                ask, self.below(ask.what).get(each, 0), self.below(ask.whole).get(each, 0) if ask.whole else None
            )
            for each in grids
        }

    @cached_property
    def _flows(self) -> dict[str, int]:
        return _sums(tallies(self.area).filter(grid=self.area.grid))

    @cached_property
    def _flows_below(self) -> dict[int, dict[str, int]]:
        column = str(self.area.below)
        each = tallies(self.area).filter(right_below(self.area)).values(column).annotate(**_SUMS).order_by()
        return {row.pop(column): row for row in each}

    def _flow_below(self, what: str) -> dict[int, int]:
        below = {grid: sums[what] for grid, sums in self._flows_below.items()}
        return {**below, OWN: self._flows[what] - sum(below.values())}

    def _stock_below(self, what: str) -> dict[int, int]:
        found: dict[int, int] = lists.counts(self.area, what, str(self.area.below))
        return {OWN if grid == self.area.grid.pk else grid: count for grid, count in found.items()}


def _figure(ask: Ask, value: int, whole: int | None) -> Figure:
    return Figure(ask.label, value, ask.what, whole, ask.whole, ask.unit, ask.tone if value else "")


_SUMS = {name: Sum(name, default=0) for name in MEASURES}


def tallies(area: Area) -> "QuerySet[Any]":
    days = Q(day__gte=area.period.since, day__lte=area.period.until)
    return area.rows(DailyTally).filter(days)


def _sums(rows: "QuerySet[Any]") -> dict[str, int]:
    return dict(rows.aggregate(**_SUMS))


def right_below(area: Area) -> Q:
    """The roll-up rows of the grids right below: those that name themselves in the column below."""
    deeper = {"town_id": Q(village_id=0), "village_id": Q(cell_id=0), "cell_id": Q(), "grid_id": Q()}
    column = str(area.below)
    if column == "grid_id":
        return ~Q(grid=area.grid)
    return deeper[column] & ~Q(**{column: 0}) & Q(grid=F(column))


def grids_below(area: Area, seen: set[int]) -> list[Grid]:
    """The grids right below in the order of their codes: those in force, and those that were and have rows."""
    if area.grid.kind == Kind.SUB_CELL:
        return []
    kind = LEVELS[LEVELS.index(Kind(area.grid.kind)) + 1]
    here = Grid.objects.visible_to(area.user).filter(kind=kind, **{area.column: area.grid.pk}).current(area.on)
    return list((here | Grid.objects.filter(pk__in=seen)).order_by("code", "pk"))


class Step(NamedTuple):
    """One day or month of a trend."""

    period: Period
    counts: dict[str, int]


def by_month(period: Period) -> bool:
    return (period.until - period.since).days >= DAYS_BY_DAY


def trend(area: Area) -> list[Step]:
    """What happened on each day of the period, or in each month of a longer one; days without anything count too."""
    step = TruncMonth("day") if by_month(area.period) else F("day")
    own = tallies(area).filter(grid=area.grid).annotate(step=step)
    found = {row.pop("step"): row for row in own.values("step").annotate(**_SUMS).order_by()}
    nothing = dict.fromkeys(MEASURES, 0)
    return [Step(each, found.get(_named(each, area.period), nothing)) for each in steps(area.period)]


def steps(period: Period) -> list[Period]:
    """The period in days, or in months cut to its ends."""
    found, since = [], period.since
    while since <= period.until:
        until = min(_month_end(since), period.until) if by_month(period) else since
        found.append(Period(since, until))
        since = until + timedelta(days=1)
    return found


def _named(step: Period, whole: Period) -> date:
    return step.since.replace(day=1) if by_month(whole) else step.since


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def median_time(area: Area) -> timedelta | None:
    """Half of the matters registered in the period and closed since took no longer than this from 挂号 to 销号."""
    closed = standing.column(area, "closed_at")
    taken: Any = F(closed) - F("registered_at")
    found = lists.rows(area, "registered_closed").exclude(**{closed: None})
    median: timedelta | None = found.aggregate(median=_Median(taken, output_field=DurationField()))["median"]
    return median
