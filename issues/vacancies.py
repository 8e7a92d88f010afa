"""Vacant posts: grids with a rung of their county's chain that nobody holds on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from grids.models import Posting
from issues.models import Rung


def vacant(rungs: Iterable[Rung], on: date) -> Q:
    """Which grids those are."""
    found = Q(pk__in=[])
    for rung in rungs:
        held = Posting.objects.active(on).filter(grid=OuterRef("pk"), role__in=rung.roles)
        found |= Q(~Exists(held), county_id=rung.county_id, kind=rung.at)
    return found
