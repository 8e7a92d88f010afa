"""Which rows a list is asked for, and how they are fetched."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from issues.models import LIVE, Category, Colour, Status
from surfaces.colours import Colours
from surfaces.paging import Page
from tallies import requests, standing
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
    "grids": ("parent",),
    "postings": ("grid", "user"),
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


def fetched(found: "QuerySet[Any]", kind: str, area: Area) -> "QuerySet[Any]":
    """The rows with what their line shows, in one query."""
    found = found.select_related(*_FETCH[kind])
    if kind != "households":
        return found
    visits = Visit.objects.completed().filter(household=OuterRef("pk"), at__lte=area.at).order_by().values("household")
    return found.annotate(last_visit=Subquery(visits.annotate(last=Max("at")).values("last")))


def as_told(page: Page[Any], kind: str, area: Area) -> Page[Any]:
    """The rows of the page as they stood on the past day; never to be saved."""
    if area.past and kind in _THEN:
        for row in page:
            _THEN[kind](row, area)
    return page


def _matter_then(row: Any, area: Area) -> None:
    row.status, row.due_at = row.then_status, row.then_due_at


def _pairing_then(row: Any, area: Area) -> None:
    row.next_due_on, row.grace_until = standing.late_days(area).get(row.pk, (None, None))


def _order_then(row: Any, area: Area) -> None:
    for name in ("answered_at", "lapsed_at"):
        if (getattr(row, name) or area.at) > area.at:
            setattr(row, name, None)


def _request_then(row: Any, area: Area) -> None:
    for name in requests.THEN:
        setattr(row, name, getattr(row, requests.column(area, name)))
    row.live_grid_id = row.grid_id if row.status in LIVE else None


def _session_then(row: Any, area: Area) -> None:
    row.step = row.then_step


_THEN: Mapping[str, Callable[[Any, Area], None]] = {
    "issues": _matter_then,
    "pairings": _pairing_then,
    "orders": _order_then,
    "requests": _request_then,
    "sessions": _session_then,
}
