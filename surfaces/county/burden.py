"""填报负担: how much the forms take of people's time, by form, month and grid, and which fields anybody fills in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from surfaces import words
from surfaces.county import boards
from surfaces.county.asking import dashboard
from surfaces.county.frame import frame
from surfaces.doors import Visitor
from tallies import burden as figures
from tallies import lists
from tallies.area import Area
from tallies.burden import FORMS, Uses
from tallies.figures import OWN, grids_below


@dashboard
def burden(request: Visitor, area: Area) -> HttpResponse:
    found = figures.uses(area)
    used = [figures.total(form, found[form.name]) for form in FORMS]
    content = {
        "heads": [form.label for form in FORMS],
        "forms": [_form(use) for use in used],
        "months": _months(found),
        "places": _places(area, found),
        "seconds": figures.SECONDS,
        "suggestions": boards.number(area, "suggestions", lists.rows(area, "suggestions").count()),
    }
    return render(request, "county/burden.html", frame(request, area, "burden") | content)


def _form(use: figures.Use) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [
        {"label": field.label, "seconds": field.seconds, "times": times, "share": words.share(times, use.times)}
        for field, times in zip(use.form.fields, use.filled, strict=True)
    ]
    never = [field["label"] for field in fields if not field["times"]]
    return {"use": use, "most": use.form.most, "fields": fields, "never": "、".join(never) if use.times else ""}


def _months(found: Uses) -> list[tuple[str, list[int], int]]:
    by_month = figures.minutes_by(found, 0)
    return [_line(f"{month.year}年{month.month}月", by_month[month]) for month in sorted(by_month)]


def _places(area: Area, found: Uses) -> list[tuple[str, list[int], int]]:
    """The grids right below in the order of their codes."""
    if not area.below:
        return []
    by_grid = figures.minutes_by(found, 1)
    own = by_grid.pop(OWN, None)
    lines = [_line(grid.name, by_grid.get(grid.pk, {})) for grid in grids_below(area, set(by_grid) - {area.grid.pk})]
    return [*lines, *([_line(f"{area.grid.name}本级", own)] if own else [])]


def _line(name: str, minutes: dict[str, int]) -> tuple[str, list[int], int]:
    cells = [minutes.get(form.name, 0) for form in FORMS]
    return name, cells, sum(cells)
