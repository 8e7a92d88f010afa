"""驾驶舱: the figures of the overview on one large screen; every number opens its list here too."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from grids.models import Boundary, Grid
from surfaces.county import boards
from surfaces.county.asking import any_day, page_url
from surfaces.county.frame import frame
from surfaces.county.outlines import patches
from surfaces.county.treemap import HEIGHT, WIDTH, Plot, treemap
from surfaces.county.views import median_of, stages_of, trend_of
from surfaces.doors import Visitor
from tallies.area import Area
from tallies.asks import OPEN, OVERDUE, OVERVIEW
from tallies.figures import OWN, Counting, Figure, grids_below


@any_day
def cockpit(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    content = {
        "cards": boards.cards(counting, OVERVIEW),
        "median": median_of(counting),
        "stages": stages_of(area),
        "ages": boards.age_lines(area),
        "visit_trend": trend_of(area, "visits_kept"),
        "issue_trend": trend_of(area, "collected", "registered", "closed"),
        "map_size": (WIDTH, HEIGHT),
        **_map(counting),
    }
    return render(request, "county/cockpit.html", frame(request, area, "cockpit") | content)


def _map(counting: Counting) -> dict[str, Any]:
    """The grids right below in their outlines, when some are loaded, else as a treemap; and the numbers of both."""
    area = counting.area
    found = counting.figures_below(OVERDUE) if area.below else {}
    nothing = Figure(OVERDUE.label, 0, OVERDUE.what, 0, OVERDUE.whole)
    grids = grids_below(area, set(found) - {OWN})
    plots = {grid.pk: _plot(area, grid, found.get(grid.pk, nothing)) for grid in grids}
    outlines = dict(Boundary.objects.filter(grid__in=plots).values_list("grid_id", "polygons"))
    drawn = patches([(plots[pk], outlines[pk]) for pk in plots if pk in outlines])
    return {
        "patches": drawn,
        "tiles": [] if drawn else treemap(list(plots.values())),
        "unbounded": len(plots) - len(outlines) if drawn else 0,
        "map_heads": (OPEN.label, "逾期"),
        "map_lines": _lines(area, found, grids),
    }


def _plot(area: Area, grid: Grid, figure: Figure) -> Plot:
    return Plot(grid.name, page_url("cockpit", area, grid=grid.pk), figure.whole or 0, figure.value)


def _lines(area: Area, found: dict[int, Figure], grids: Sequence[Grid]) -> list[boards.Line]:
    places: list[tuple[str, int, dict[str, int]]] = [(grid.name, grid.pk, {"grid": grid.pk}) for grid in grids]
    places += [(f"{area.grid.name}本级", OWN, {"own": 1})] if OWN in found else []
    return [
        boards.Line(
            name,
            [
                boards.number(area, "open", found[key].whole or 0 if key in found else 0, **where),
                boards.number(area, "overdue", found[key].value if key in found else 0, **where),
            ],
        )
        for name, key, where in places
    ]
