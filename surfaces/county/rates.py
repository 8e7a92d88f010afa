"""The five rates and the evenings: printable tables in which every number opens its list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from grids.models import Grid
from surfaces.county import boards
from surfaces.county.asking import any_day, page_url
from surfaces.county.boards import Number
from surfaces.county.frame import frame
from surfaces.doors import Visitor
from tallies import evenings as counted
from tallies import rates as figures
from tallies.area import Area
from tallies.figures import OWN, Counting, grids_below


@any_day
def rates(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    total = boards.cards(counting, figures.EVERY)
    content = {
        "cards": total,
        "board": boards.board(counting, figures.EVERY),
        "categories": boards.category_board(area, figures.by_category(area, figures.EVERY), total),
        "months": boards.month_board(area, figures.by_month(area, figures.EVERY), total),
        "meanings": figures.MEANINGS,
    }
    return render(request, "county/rates.html", frame(request, area, "rates") | content)


@dataclass(frozen=True)
class Evening:
    """One day at 18:00; no number means that nothing was left."""

    day: date
    total: Number
    grids: list[Number]


@any_day
def evenings(request: Visitor, area: Area) -> HttpResponse:
    days = counted.evenings(area)
    found = counted.untriaged_by_grid(area, days)
    grids = grids_below(area, {grid for each in found.values() for grid in each} - {OWN})
    own = any(OWN in each for each in found.values())
    content = {
        "heads": [(grid.name, page_url("evenings", area, grid=grid.pk)) for grid in grids],
        "own": own,
        "evenings": [_evening(area, day, found[day], grids, own=own) for day in days],
        "empty_days": sum(not found[day] for day in days),
        "most": counted.MOST_DAYS,
    }
    return render(request, "county/evenings.html", frame(request, area, "evenings") | content)


def _evening(area: Area, day: date, found: dict[int, int], grids: list[Grid], *, own: bool) -> Evening:
    def number(key: int, **where: Any) -> Number:
        return boards.number(area, "untriaged", found.get(key, 0), since=day, until=day, **where)

    cells = [number(grid.pk, grid=grid.pk) for grid in grids]
    total = boards.number(area, "untriaged", sum(found.values()), since=day, until=day)
    return Evening(day, total, [*cells, *([number(OWN, own=1)] if own else [])])
