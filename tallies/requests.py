"""Service requests (三单) behind the figures: how far the orders of the period came, and what waits.

On a past day the events of a request tell how it stood, as `then_…`.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, DateTimeField, QuerySet

from issues.models import LIVE, RatingValue, RequestStatus, ServiceRequest
from issues.requests.history import REQUESTS
from tallies.area import Area

THEN: Mapping[str, Any] = {
    "status": CharField(),
    "taken_at": DateTimeField(),
    "done_at": DateTimeField(),
    "due_at": DateTimeField(),
    "rating": CharField(),
}
Rows = QuerySet[Any]


def column(area: Area, name: str) -> str:
    return f"then_{name}" if area.past and name in THEN else name


def _around(area: Area) -> Rows:
    found: Rows = area.rows(ServiceRequest)
    if not area.past:
        return found
    then = {column(area, name): REQUESTS.last_told(name, kind, area.at) for name, kind in THEN.items()}
    return found.filter(requested_at__lte=area.at).annotate(**then)


def _with(area: Area, rows: Rows, **wanted: Any) -> Rows:
    return rows.filter(**{f"{column(area, name)}__{how}": value for name, (how, value) in wanted.items()})


def placed(area: Area) -> Rows:
    return _around(area).filter(area.period.holds("requested_at"))


def taken(area: Area) -> Rows:
    return _with(area, placed(area), taken_at=("isnull", False))


def done(area: Area) -> Rows:
    return _with(area, placed(area), done_at=("isnull", False))


def rated(area: Area) -> Rows:
    return _with(area, done(area), rating=("in", RatingValue.values))


def satisfied(area: Area) -> Rows:
    return _with(area, done(area), rating=("exact", RatingValue.SATISFIED))


def to_dispatch(area: Area) -> Rows:
    return _with(area, _around(area), status=("exact", RequestStatus.REQUESTED))


def late(area: Area) -> Rows:
    return _with(area, _around(area), status=("in", LIVE), due_at=("lt", area.at))


def unrated(area: Area) -> Rows:
    """Done, and not rated within the county's days; never taken for satisfaction."""
    return _with(area, _around(area), status=("exact", RequestStatus.DONE), due_at=("lt", area.at))
