"""Service requests (三单) behind the figures: how far the orders of the period came, and what waits now."""

from django.db.models import Q

from issues.models import RatingValue, RequestQuerySet, RequestStatus, ServiceRequest
from tallies.area import Area


def _around(area: Area) -> RequestQuerySet:
    found: RequestQuerySet = area.rows(ServiceRequest)
    return found


def placed(area: Area) -> RequestQuerySet:
    return _around(area).filter(area.period.holds("requested_at"))


def taken(area: Area) -> RequestQuerySet:
    return placed(area).exclude(taken_at=None)


def done(area: Area) -> RequestQuerySet:
    return placed(area).exclude(done_at=None)


def rated(area: Area) -> RequestQuerySet:
    return done(area).exclude(rating="")


def satisfied(area: Area) -> RequestQuerySet:
    return rated(area).filter(rating=RatingValue.SATISFIED)


def to_dispatch(area: Area) -> RequestQuerySet:
    return _around(area).filter(status=RequestStatus.REQUESTED)


def late(area: Area) -> RequestQuerySet:
    return _around(area).overdue(area.at)


def unrated(area: Area) -> RequestQuerySet:
    """Done, and not rated within the county's days; never taken for satisfaction."""
    return _around(area).filter(Q(status=RequestStatus.DONE, due_at__lt=area.at))
