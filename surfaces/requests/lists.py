"""The lists of requests before one person. What home counts is what the list shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from households.models import Household
from issues.models import LIVE, RequestRules, RequestStatus, ServiceRequest, villages_of
from workdays.arithmetic import ZONE

P = Permission
S = RequestStatus
Requests = QuerySet[ServiceRequest]
LAST = datetime(9999, 1, 1, tzinfo=ZONE)
"""Where a request without a deadline sorts: after all others."""


def to_take(user: User) -> Requests:
    """What waits in my village's pool, and what is offered to me by name."""
    scope = Scope.of(user)
    named = Q(status=S.DISPATCHED, addressee__in=scope.people)
    return ServiceRequest.objects.filter(named | ServiceRequest.objects.in_pool(villages_of(scope)))


def taken(user: User) -> Requests:
    """Mine, and those of people I stand in for."""
    return ServiceRequest.objects.filter(status=S.TAKEN, taker__in=Scope.of(user).people)


def to_dispatch(user: User) -> Requests:
    return ServiceRequest.objects.filter(Scope.of(user).q(P.ISSUE_ASSIGN), status=S.REQUESTED)


def _unrated(user: User) -> Requests:
    return ServiceRequest.objects.filter(Scope.of(user).q(P.ISSUE_ASSIGN), status=S.DONE)


def _brought_in(user: User) -> Requests:
    return ServiceRequest.objects.filter(requested_by=user)


def _around(user: User) -> Requests:
    return ServiceRequest.objects.filter(Scope.of(user).q(P.ISSUE_VIEW), status__in=LIVE)


@dataclass(frozen=True)
class Pile:
    """One list. `area`: for people whose permission reaches beyond what is their own. `waits`: home shows it."""

    name: str
    label: str
    permission: Permission
    rows: Callable[[User], Requests]
    area: bool = False
    waits: bool = True
    newest_first: bool = False

    def ordered(self, user: User) -> tuple[Requests, tuple[str, ...]]:
        """The rows and their keyset order: the nearest deadline first, or what came in last."""
        rows = self.rows(user).select_related("grid", "taker", "addressee")
        if self.newest_first:
            return rows, ("-requested_at", "-id")
        return rows.annotate(due_or_never=Coalesce("due_at", Value(LAST))), ("due_or_never", "id")


PILES = (
    Pile("open", "可接的单", P.ISSUE_HANDLE, to_take),
    Pile("mine", "我的单", P.ISSUE_HANDLE, taken),
    Pile("branch", "待下单", P.ISSUE_ASSIGN, to_dispatch, area=True),
    Pile("unrated", "待评单", P.ISSUE_ASSIGN, _unrated, area=True, waits=False),
    Pile("asked", "我点的", P.ISSUE_COLLECT, _brought_in, waits=False, newest_first=True),
    Pile("area", "本网格", P.ISSUE_VIEW, _around, area=True, waits=False),
)


def piles(user: User) -> list[Pile]:
    """The lists this person has."""
    scope = Scope.of(user)
    return [pile for pile in PILES if (scope.has_area if pile.area else scope.may)(pile.permission)]


def of_household(user: User, household: Household) -> Requests:
    """What this person may see of what a household ordered, newest first."""
    rows: Requests = ServiceRequest.objects.visible_to(user).filter(household=household)
    return rows.select_related("grid", "taker").order_by("-requested_at", "-id")


def open_for(user: User) -> bool:
    """Does a county in which the person works do 三单?"""
    counties = {posting.county_id for posting in Scope.of(user).postings} - {0}
    closed = RequestRules.objects.filter(county__in=counties, enabled=False).count()
    return closed < len(counties)
