"""Calls in vain: how many since somebody was met, and whom of the village to tell of them."""

from datetime import datetime

from accounts.models import User
from accounts.roles import Role
from grids.models import Posting
from grids.posts import acting, substitutes
from households.models import Household
from visits.models import VillageCheck, Visit
from workdays.arithmetic import ZONE

TOLD = (Role.CHIEF_GRID_LEADER, Role.BRANCH_SECRETARY, Role.FIRST_SECRETARY)
"""Whoever speaks for a village: all holders of the first of these posts that is filled."""


def attempts(household: Household, until: datetime) -> int:
    """The calls in vain up to a moment, since somebody was met or the village last said what is so."""
    past = Visit.objects.filter(household=household, at__lte=until)
    since = [
        past.completed().order_by("-at").values_list("at", flat=True).first(),
        VillageCheck.objects.filter(household=household, settled_at__lte=until)
        .order_by("-settled_at")
        .values_list("settled_at", flat=True)
        .first(),
    ]
    past = past.exclude(outcome__in=Visit.COMPLETING)
    return past.filter(at__gt=max((each for each in since if each), default=datetime.min.replace(tzinfo=ZONE))).count()


def to_tell(household: Household, at: datetime) -> list[User]:
    """Whoever speaks for the village today, or stands in for them."""
    on = at.astimezone(ZONE).date()
    away = substitutes(on)
    for role in TOLD:
        holders = Posting.objects.active(on).filter(role=role, village_id=household.village_id, cell_id=0)
        acted = [acting(user, away) for user in holders.values_list("user", flat=True)]
        people = [person for person in acted if person is not None]
        if people:
            return list(User.objects.filter(pk__in=people, is_active=True).order_by("pk"))
    return []
