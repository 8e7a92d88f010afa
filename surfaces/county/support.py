"""走势和支持: each place against its own months before, and where it needs support, with what can be done next.

Places stand in the order of their codes and nothing is compared between them (减负).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.roles import Permission
from grids.models import Grid
from grids.scope import Scope
from surfaces.county import boards
from surfaces.county.asking import any_day, page_url
from surfaces.county.boards import Line, Number
from surfaces.county.frame import frame
from surfaces.county.sparks import HEIGHT, WIDTH, Column, columns
from surfaces.doors import Visitor
from tallies import months
from tallies.area import Area, Period
from tallies.asks import GAPS, OVERDUE_LONG, UNATTENDED, UNCOVERED, VACANT
from tallies.figures import OWN, Ask, Counting, grids_below
from tallies.models import DailyTally

MEASURES = ("visits_kept", "collected", "closed")


@dataclass(frozen=True)
class Step:
    """What can be done about a gap: where, and who may."""

    label: str
    page: str
    right: Permission
    asked: str = ""

    def url(self, grid: Grid) -> str:
        place = urlencode({"place": grid.pk})
        return f"{reverse(self.page)}?{place}{self.asked}"


NEXT: dict[Ask, Step] = {
    UNCOVERED: Step("安排联户", "console:gaps", Permission.PAIRING_EDIT),
    VACANT: Step("任命", "console:vacancies", Permission.POSTING_EDIT),
    UNATTENDED: Step("登记代理人", "console:postings", Permission.POSTING_EDIT),
    OVERDUE_LONG: Step("逐件督办", "console:issues", Permission.ISSUE_ASSIGN, "&status=open&overdue=on"),
}


@dataclass(frozen=True)
class Need:
    label: str
    number: Number
    unit: str
    step: str
    url: str


@dataclass(frozen=True)
class Spark:
    """One measure of a place, month by month."""

    name: str
    columns: Sequence[Column]
    last: int
    said: str


@dataclass(frozen=True)
class Place:
    name: str
    href: str
    key: int
    sparks: Sequence[Spark]
    lines: Sequence[Line]
    needs: Sequence[Need]


@any_day
def support(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    content = {
        "cards": boards.cards(counting, GAPS),
        "heads": [_name(measure) for measure in MEASURES],
        "places": _places(area, counting),
        "size": (WIDTH, HEIGHT),
        "span": _span(months.with_data(area)),
    }
    return render(request, "county/support.html", frame(request, area, "support") | content)


def _places(area: Area, counting: Counting) -> list[Place]:
    """The place itself, then those right below."""
    periods = months.with_data(area)
    told = months.by_month(area, periods, MEASURES)
    lacks = [(ask, counting.below(ask.what) if area.below else {}) for ask in GAPS]
    below = grids_below(area, {grid for _, found in lacks for grid in found} - {OWN})
    whole = _place(area, area.grid, periods, told, [(ask, counting.total(ask.what)) for ask in GAPS])
    return [whole, *(_place(area, grid, periods, told, [(a, n.get(grid.pk, 0)) for a, n in lacks]) for grid in below)]


def _place(
    area: Area,
    grid: Grid,
    periods: Sequence[Period],
    told: dict[int, list[months.Counts]],
    lacks: Sequence[tuple[Ask, int]],
) -> Place:
    counts = told.get(grid.pk, [dict.fromkeys(MEASURES, 0) for _ in periods])
    names = [f"{each.since.month}月" for each in periods]
    sparks = [_spark(measure, names, [each[measure] for each in counts]) for measure in MEASURES]
    lines = [
        Line(name, [_number(area, grid, period, measure, each[measure]) for measure in MEASURES])
        for name, period, each in zip(names, periods, counts, strict=True)
    ]
    href = page_url("support", area, grid=grid.pk) if grid != area.grid else ""
    return Place(grid.name, href, grid.pk, sparks, lines, [_need(area, grid, ask, lack) for ask, lack in lacks if lack])


def _span(periods: Sequence[Period]) -> str:
    ends = [f"{each.since.year}年{each.since.month}月" for each in (periods[0], periods[-1])]
    return "至".join(dict.fromkeys(ends))


def _number(area: Area, grid: Grid, period: Period, what: str, value: int) -> Number:
    return boards.number(area, what, value, grid=grid.pk, since=period.since, until=period.until)


def _spark(measure: str, names: Sequence[str], values: Sequence[int]) -> Spark:
    said = "，".join(f"{name}{value:,}" for name, value in zip(names, values, strict=True))
    return Spark(_name(measure), columns(values), values[-1], f"{_name(measure)}：{said}")


def _name(measure: str) -> str:
    field: Any = DailyTally._meta.get_field(measure)
    return str(field.verbose_name)


def _need(area: Area, grid: Grid, ask: Ask, lack: int) -> Need:
    step = NEXT[ask]
    open_to_me = not area.past and Scope.of(area.user).covers(step.right, grid)
    number = boards.number(area, ask.what, lack, grid=grid.pk)
    return Need(ask.label, number, ask.unit, step.label if open_to_me else "", step.url(grid) if open_to_me else "")
