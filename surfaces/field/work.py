"""What lies before one person in the field. Every list is one queryset: what home counts is what the list shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.roles import GRANTS, Permission, Role
from grids.models import Kind
from grids.posts import stood_in_for, substitutes
from grids.scope import Scope
from households.models import Household, Pairing, PairingQuerySet
from issues.models import ENDED, IN_HAND, Issue, Status
from surfaces.paging import COUNT_CAP
from workdays.arithmetic import ZONE

P = Permission
AHEAD = timedelta(days=7)
AREA_WORDS = {Kind.COUNTY: "全县", Kind.TOWN: "全镇", Kind.VILLAGE: "全村"}
NEVER, LAST = date.max, datetime(9999, 1, 1, tzinfo=ZONE)
"""Where a household without a due date and an issue without a deadline sort: after all others."""

Issues = QuerySet[Issue]


def mine(user: User) -> PairingQuerySet:
    """The households I look after, and today those of whom I stand in for."""
    return _standing(Pairing.objects.filter(member__user__in=Scope.of(user).people), user)


def overdue(user: User) -> PairingQuerySet:
    """Mine whose day and days of grace have passed, however long ago."""
    return mine(user).late(Scope.of(user).on)


def soon(user: User) -> PairingQuerySet:
    """Mine that are due within a week, or whose day has passed while the days of grace last."""
    on = Scope.of(user).on
    return mine(user).filter(Q(next_due_on__gte=on) | Q(grace_until__gte=on), next_due_on__lte=on + AHEAD)


def area_overdue(user: User) -> PairingQuerySet:
    """Overdue visits of my area, whoever looks after the household."""
    scope = Scope.of(user)
    return _standing(Pairing.objects.filter(scope.q(P.VISIT_RECORD)).late(scope.on), user)


def _standing(rows: PairingQuerySet, user: User) -> PairingQuerySet:
    living = rows.current(Scope.of(user).on).filter(household__isnull=False, household__closed_on=None)
    return living.annotate(due_or_never=Coalesce("next_due_on", Value(NEVER)))


def next_home(user: User, after: Household) -> Household | None:
    """Where to go after a household: the first due on my list, else the longest overdue of my area."""
    due = mine(user).filter(next_due_on__lte=Scope.of(user).on + AHEAD)
    for rows in (due, area_overdue(user)):
        pairing = rows.exclude(household=after).select_related("household__grid").order_by("next_due_on", "id").first()
        if pairing:
            return pairing.household
    return None


def _in_hand(user: User) -> Issues:
    """Mine, and those of people I stand in for today."""
    people = stood_in_for(user.pk, substitutes(Scope.of(user).on))
    rows: Issues = Issue.objects.visible_to(user).filter(handler__in=people, status__in=IN_HAND)
    return rows


def _to_triage(user: User) -> Issues:
    return Issue.objects.filter(Scope.of(user).q(P.ISSUE_TRIAGE), status=Status.COLLECTED)


def _to_assign(user: User) -> Issues:
    return Issue.objects.filter(Scope.of(user).q(P.ISSUE_ASSIGN), status=Status.REGISTERED)


def _to_verify(user: User) -> Issues:
    """Nobody verifies their own work."""
    return Issue.objects.filter(Scope.of(user).q(P.ISSUE_VERIFY), status=Status.REPORTED).exclude(handler=user)


def _reported(user: User) -> Issues:
    rows: Issues = Issue.objects.visible_to(user).filter(reporter=user)
    return rows


def _around(user: User) -> Issues:
    return Issue.objects.filter(Scope.of(user).q(P.ISSUE_VIEW)).exclude(status__in=ENDED)


@dataclass(frozen=True)
class Pile:
    """One list of issues. `area`: for people whose permission reaches beyond what is their own. `waits`: something is
    to be done, so home shows it."""

    name: str
    label: str
    permission: Permission
    rows: Callable[[User], Issues]
    area: bool = True
    waits: bool = True
    newest_first: bool = False

    def ordered(self, user: User) -> tuple[Issues, tuple[str, ...]]:
        """The rows and their keyset order: the nearest deadline first, or what came in last."""
        rows = self.rows(user).select_related("grid", "handler", "unit")
        if self.newest_first:
            return rows, ("-collected_at", "-id")
        return rows.annotate(due_or_never=Coalesce("due_at", Value(LAST))), ("due_or_never", "id")


PILES = (
    Pile("mine", "我承办的", P.ISSUE_HANDLE, _in_hand, area=False),
    Pile("triage", "待梳理", P.ISSUE_TRIAGE, _to_triage),
    Pile("assign", "待交办", P.ISSUE_ASSIGN, _to_assign),
    Pile("verify", "待核查", P.ISSUE_VERIFY, _to_verify),
    Pile("reported", "我收集的", P.ISSUE_COLLECT, _reported, area=False, waits=False, newest_first=True),
    Pile("area", "本网格", P.ISSUE_VIEW, _around, waits=False),
)


def piles(user: User) -> list[Pile]:
    """The lists this person has."""
    scope = Scope.of(user)
    return [p for p in PILES if (reaches(user, p.permission) if p.area else scope.may(p.permission))]


def reaches(user: User, permission: Permission) -> bool:
    """Does the person hold this permission over an area, not only over what is their own?"""
    return any(permission in GRANTS[Role(posting.role)].area for posting in Scope.of(user).postings)


def area_word(user: User, permission: Permission) -> str:
    """本网格, 全村 …: what the widest area of this permission is called."""
    held = (posting for posting in Scope.of(user).postings if permission in GRANTS[Role(posting.role)].area)
    kinds = {posting.grid.kind for posting in held}
    return next((word for kind, word in AREA_WORDS.items() if kind in kinds), "本网格")


def counted(rows: QuerySet[Any]) -> int:
    """How many, not counting on beyond the cap of a list."""
    return rows.order_by()[: COUNT_CAP + 1].count()


def is_mine(user: User, household: Household) -> bool:
    """Do I look after it today?"""
    return mine(user).filter(household=household).exists()


def may_at(user: User, permission: Permission, household: Household) -> bool:
    """At a household of my area, or at one I look after."""
    scope = Scope.of(user)
    return scope.covers(permission, household) or (scope.may_own(permission) and is_mine(user, household))


def must_at(user: User, permission: Permission, household: Household) -> None:
    """403 for a household that is seen but neither mine nor in an area of this permission."""
    if not may_at(user, permission, household):
        raise PermissionDenied
