"""Service days and pledges behind the figures. Pledges stand as they stood on the last evening of the period, and the
steps of a service day, on a past day, as they had been taken by then (`then_step`)."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tallies.area import Area
from visits.models import LAST_STEP, Pledge, ServiceSession, SessionStep
from visits.models.pledges import PledgeQuerySet


def sessions(area: Area) -> QuerySet[Any]:
    """Of the period, up to the day: those that were called off do not count."""
    days = (area.period.since, min(area.period.until, area.on))
    found: QuerySet[Any] = area.rows(ServiceSession).standing().filter(day__range=days)
    if not area.past:
        return found
    taken = SessionStep.objects.filter(session=OuterRef("pk"), at__lte=area.at).order_by("-at", "-id")
    return found.annotate(then_step=Coalesce(Subquery(taken.values("step")[:1]), Value("")))


def _step(area: Area) -> str:
    return "then_step" if area.past else "step"


def held(area: Area) -> QuerySet[Any]:
    return sessions(area).exclude(**{_step(area): ""})


def complete(area: Area) -> QuerySet[Any]:
    return sessions(area).filter(**{_step(area): LAST_STEP})


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
