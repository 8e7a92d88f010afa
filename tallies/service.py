"""Service days and pledges behind the figures. Pledges stand as they stood on the last evening of the period."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from tallies.area import Area
from visits.models import LAST_STEP, Pledge, ServiceSession
from visits.models.pledges import PledgeQuerySet


def sessions(area: Area) -> QuerySet[Any]:
    """Of the period, up to today: those that were called off do not count."""
    days = (area.period.since, min(area.period.until, area.on))
    found: QuerySet[Any] = area.rows(ServiceSession).standing().filter(day__range=days)
    return found


def held(area: Area) -> QuerySet[Any]:
    return sessions(area).exclude(step="")


def complete(area: Area) -> QuerySet[Any]:
    return sessions(area).filter(step=LAST_STEP)


def _as_of(area: Area) -> date:
    return min(area.period.until, area.on)


def pledges(area: Area) -> PledgeQuerySet:
    """Of the year of that evening, published by then."""
    found: PledgeQuerySet = area.rows(Pledge)
    return found.filter(year=_as_of(area).year).made_public(_as_of(area))


def kept(area: Area) -> PledgeQuerySet:
    return pledges(area).kept(_as_of(area))


def not_kept(area: Area) -> PledgeQuerySet:
    return pledges(area).not_kept(_as_of(area))


def overdue(area: Area) -> PledgeQuerySet:
    """Of any year: a new year makes none of them good."""
    found: PledgeQuerySet = area.rows(Pledge)
    return found.overdue(_as_of(area))
