"""What surrounds every dashboard page: where one is, the other pages, the period, and how fresh the figures are."""

from typing import Any

from django.http import HttpRequest

from grids.models import Grid
from surfaces import words
from surfaces.county.asking import DayForm, PeriodForm, in_reach, own_grids, page_url, presets
from tallies.area import Area
from tallies.models import Recount

PAGES = (
    ("home", "总览"),
    ("cockpit", "驾驶舱"),
    ("support", "走势和支持"),
    ("coverage", "联户覆盖"),
    ("visits", "走访"),
    ("funnel", "诉求办理"),
    ("overdue", "逾期"),
    ("orders", "督办单"),
    ("rates", "五率"),
    ("evenings", "梳理清零"),
    ("requests", "群众点单"),
    ("duty", "值班"),
    ("burden", "填报负担"),
    ("service", "服务日和承诺"),
)
NOW_ONLY = ("duty", "burden")
"""Pages that cannot be asked for as they stood on a past day, and say why."""


def frame(request: HttpRequest, area: Area, page: str) -> dict[str, Any]:
    asked = PeriodForm if page in NOW_ONLY else DayForm
    form = asked(request.GET)
    asked_badly = "since" in request.GET and not form.is_valid()
    return {
        "now": area.at,
        "today": page_url(page, area, as_of=None),
        "area": area,
        "path": path_of(area, page),
        "others": _others(area, page),
        "tabs": [{"label": label, "url": page_url(name, area), "current": name == page} for name, label in PAGES],
        "presets": _presets(area, page),
        "period": f"{words.day(area.period.since)}至{words.day(area.period.until)}",
        "period_form": form if asked_badly else asked(initial=_shown(area)),
        "count_heads": ["件数"],
        "counted_at": Recount.objects.values_list("at", flat=True).first(),
    }


def _shown(area: Area) -> dict[str, Any]:
    return {
        "grid": area.grid.pk,
        "since": area.period.since,
        "until": area.period.until,
        "as_of": area.on if area.past else None,
    }


def _presets(area: Area, page: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": page_url(page, area, since=period.since, until=period.until),
            "current": period == area.period,
        }
        for label, period in presets(area.on)
    ]


def path_of(area: Area, page: str, *, linked: bool = False) -> list[tuple[str, str]]:
    """The grids above, as far as the person's dashboards reach, and the grid itself, `linked` when one is deeper."""
    grid = area.grid
    above = {grid.county_id, grid.town_id, grid.village_id, grid.cell_id} - {0, grid.pk}
    steps = in_reach(area.user).filter(pk__in=above).order_by("code")
    own = (grid.name, page_url(page, area) if linked else "")
    return [*((each.name, page_url(page, area, grid=each.pk)) for each in steps), own]


def _others(area: Area, page: str) -> list[dict[str, Any]]:
    """The grids of a person who holds posts in several, to change between them."""
    grids: list[Grid] = own_grids(area.user)
    if len(grids) < 2:
        return []
    return [
        {"label": each.name, "url": page_url(page, area, grid=each.pk), "current": each == area.grid} for each in grids
    ]
