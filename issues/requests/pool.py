"""Who may be asked to take a request: the people of its village, and who decides there."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from grids.models import Posting
from grids.posts import acting, substitutes
from issues.models import HANDLING, ServiceRequest
from members.models import CommunityReport, Member

DECIDING = ((Role.BRANCH_SECRETARY, "village_id"), (Role.CHIEF_GRID_LEADER, "village_id"))
DECIDING_ABOVE = ((Role.FIRST_SECRETARY, "village_id"), (Role.TOWN_CLERK, "town_id"), (Role.TOWN_LEADER, "town_id"))
"""Posts of the branch, first filled first; where the village has none, the town is told."""


def people(request: ServiceRequest, on: date) -> QuerySet[User]:
    """Everybody of the village's pool who is there on the day: the other side of `models.villages_of`."""
    village = request.village_id
    posts = Posting.objects.active(on).filter(role__in=HANDLING)
    members = Member.objects.filter(left_on=None, user__isnull=False)
    reporting = CommunityReport.objects.filter(until=None, village_id=village)
    near = members.filter(Q(village_id=village) | Q(branch__village_id=village) | Q(pk__in=reporting.values("member")))
    here = Q(pk__in=posts.filter(village_id=village).values("user")) | Q(pk__in=near.values("user"))
    able = User.objects.filter(here, pk__in=posts.values("user"), is_active=True)
    return able.exclude(pk__in=list(substitutes(on))).order_by("name", "id")


def branch(request: ServiceRequest, on: date) -> list[User]:
    """Who decides in the branch: everybody acting in the first filled of its posts."""
    away = substitutes(on)
    for role, column in (*DECIDING, *DECIDING_ABOVE):
        posts = Posting.objects.active(on).filter(role=role, grid=getattr(request, column)).order_by("since", "id")
        there = (acting(user_id, away) for user_id in posts.values_list("user_id", flat=True))
        found = {person for person in there if person is not None}
        if found:
            return list(User.objects.filter(pk__in=found).order_by("pk"))
    return []
