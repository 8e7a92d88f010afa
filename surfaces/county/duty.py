"""值班 of an area: how many shifts lie ahead in each grid below, and how many of them are empty."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from rosters.holes import ahead, holes
from rosters.models import DutyRota, DutyShift
from surfaces.county.asking import dashboard, page_url
from surfaces.county.frame import frame
from surfaces.doors import Visitor
from tallies.area import Area
from tallies.figures import OWN, grids_below


@dataclass(frozen=True)
class Line:
    """`url` opens the dashboard of the grid, `holes_url` the list behind the number."""

    name: str
    url: str
    rotas: int
    shifts: int
    holes: int
    holes_url: str


@dashboard
def duty(request: Visitor, area: Area) -> HttpResponse:
    """As of now; the period of the frame plays no part."""
    rotas = Counter(area.within(DutyRota.objects.in_force()).values_list(_below(area), flat=True))
    rows = area.within(DutyShift.objects.all())
    shifts = Counter(ahead(rows, area.at).values_list(_below(area), flat=True))
    empty = Counter(getattr(one.shift, _below(area)) for one in holes(rows, area.at))
    lines = [
        Line(
            grid.name,
            page_url("duty", area, grid=grid.pk),
            rotas[grid.pk],
            shifts[grid.pk],
            empty[grid.pk],
            _list(grid.pk),
        )
        for grid in grids_below(area, {*rotas, *shifts} - {OWN})
    ]
    own = Line(f"{area.grid.name}本级", "", rotas[OWN], shifts[OWN], empty[OWN], _list(area.grid.pk))
    known = {
        "lines": [*lines, *([own] if rotas[OWN] or shifts[OWN] else [])],
        "total": Line("合计", "", rotas.total(), shifts.total(), empty.total(), _list(area.grid.pk)),
    }
    return render(request, "county/duty.html", frame(request, area, "duty") | known)


def _below(area: Area) -> str:
    return area.below or "cell_id"


def _list(grid: int) -> str:
    return f"{reverse('console:duty_holes')}?place={grid}"
