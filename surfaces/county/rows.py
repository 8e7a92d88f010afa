"""Which rows a list is asked for, and how they are fetched."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from issues.models import Category, Colour, Status
from surfaces.colours import Colours
from tallies.area import Area
from tallies.lists import AGES, LISTS, rows
from visits.models import Visit

_FETCH = {
    "households": ("grid",),
    "pairings": ("grid", "household", "member"),
    "visits": ("grid", "household", "done_by"),
    "issues": ("grid",),
    "requests": ("grid",),
    "events": ("issue__grid",),
    "clocks": ("issue__grid",),
    "verdicts": ("issue__grid",),
    "orders": ("issue", "grid", "addressee"),
    "sessions": ("grid",),
    "pledges": ("grid", "member", "branch"),
}


_WORDS: dict[str, dict[str, str]] = {
    "category": dict(Category.choices),
    "status": dict(Status.choices),
    "colour": dict(Colour.choices),
    "age": {code: f"逾期{label}" for code, label, _ in AGES},
}


def rows_asked(area: Area, what: str, given: Mapping[str, str]) -> "tuple[QuerySet[Any], list[str]]":
    """The rows, and in words what they were narrowed to: 本级, 生活保障, 逾期4至7天. Unknown values narrow nothing."""
    asked = {name: given.get(name, "") for name in LISTS[what].narrowing}
    narrowed = {name: value for name, value in asked.items() if value in _WORDS[name]}
    own = given.get("own") == "1"
    said = [_said(area, name, value) for name, value in narrowed.items()]
    return rows(area, what, own=own, **narrowed), [*(["本级"] if own else []), *said]


def _said(area: Area, name: str, value: str) -> str:
    return Colours().label(area.grid.county_id, value) if name == "colour" else str(_WORDS[name][value])


def fetched(found: "QuerySet[Any]", kind: str) -> "QuerySet[Any]":
    """The rows with what their line shows, in one query."""
    found = found.select_related(*_FETCH[kind])
    if kind != "households":
        return found
    visits = Visit.objects.completed().filter(household=OuterRef("pk")).order_by().values("household")
    return found.annotate(last_visit=Subquery(visits.annotate(last=Max("at")).values("last")))
