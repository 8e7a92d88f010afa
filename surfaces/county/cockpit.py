"""驾驶舱: the figures of the overview on one large screen; every number opens its list here too."""

from django.http import HttpResponse
from django.shortcuts import render

from surfaces.county import boards
from surfaces.county.asking import any_day, page_url
from surfaces.county.frame import frame
from surfaces.county.treemap import HEIGHT, WIDTH, Plot, treemap
from surfaces.county.views import stages_of, trend_of
from surfaces.doors import Visitor
from tallies.area import Area
from tallies.asks import COVERED, DONE, LATE, OPEN, OVERDUE, SATISFIED, VISITED, WAITING
from tallies.figures import OWN, Counting, grids_below

CARDS = (COVERED, VISITED, LATE, WAITING, OPEN, OVERDUE, DONE, SATISFIED)


@any_day
def cockpit(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    content = {
        "cards": boards.cards(counting, CARDS),
        "stages": stages_of(area),
        "ages": boards.age_lines(area),
        "visit_trend": trend_of(area, "visits_kept"),
        "issue_trend": trend_of(area, "collected", "registered", "closed"),
        "tiles": treemap(plots(counting)),
        "map_size": (WIDTH, HEIGHT),
    }
    return render(request, "county/cockpit.html", frame(request, area, "cockpit") | content)


def plots(counting: Counting) -> list[Plot]:
    """One per grid right below: what is open there, and how much of it is late."""
    area = counting.area
    if not area.below:
        return []
    found = counting.figures_below(OVERDUE)
    grids = grids_below(area, set(found) - {OWN})
    shown = [(grid, found[grid.pk]) for grid in grids if grid.pk in found]
    return [
        Plot(grid.name, page_url("cockpit", area, grid=grid.pk), figure.whole or 0, figure.value)
        for grid, figure in shown
    ]
