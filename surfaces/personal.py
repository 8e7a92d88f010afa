"""One full personal value of one row, with a reason, once, logged (domain.md §9)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.privacy import Mask, personal_fields
from accounts.roles import Permission
from grids.scope import Scope
from households.models import Household, Pairing, Resident
from issues.models import Issue, Objection, ServiceRequest
from members.models import Member
from surfaces import doors
from surfaces.doors import Visitor, needs
from surfaces.duty.phones import people_on_duty, shift_of, takes_part
from visits.models import Visit


class Window(NamedTuple):
    """How rows of a model are reached: which a person sees, where a row stands, and what makes it their own."""

    rows: Callable[[User], QuerySet[Any]]
    place: Callable[[Any], Any]
    own: Callable[[User, Any], bool]


def _residents(user: User) -> QuerySet[Resident]:
    return Resident.objects.filter(household__in=Household.objects.visible_to(user)).select_related("household")


def _objections(user: User) -> QuerySet[Objection]:
    mine = Issue.objects.visible_to(user).exclude(handler=user)
    return Objection.objects.filter(notice__issue__in=mine).select_related("notice__issue")


def _is_mine(user: User, household_id: int | None) -> bool:
    """A household I am paired with today."""
    pairings = Pairing.objects.current(Scope.of(user).on).filter(member__user__in=Scope.of(user).people)
    return household_id is not None and pairings.filter(household=household_id).exists()


def _itself(row: Any) -> Any:
    return row


WINDOWS = {
    "accounts.user": Window(people_on_duty, shift_of, lambda user, row: takes_part(user, shift_of(row))),
    "households.household": Window(Household.objects.visible_to, _itself, lambda user, row: _is_mine(user, row.pk)),
    "households.resident": Window(
        _residents, lambda row: row.household, lambda user, row: _is_mine(user, row.household_id)
    ),
    "members.member": Window(Member.objects.visible_to, _itself, lambda user, row: row.user_id == user.pk),
    "visits.visit": Window(Visit.objects.visible_to, _itself, lambda user, row: _is_mine(user, row.household_id)),
    "issues.servicerequest": Window(
        ServiceRequest.objects.visible_to, _itself, lambda user, row: row.taker_id == user.pk
    ),
    "issues.objection": Window(_objections, lambda row: row.notice.issue, lambda user, row: False),
    "issues.issue": Window(Issue.objects.visible_to, _itself, lambda user, row: row.handler_id == user.pk),
}
"""The models whose personal values can be asked for, by label."""


@require_POST
@never_cache
@needs()
def reveal(request: Visitor, label: str, pk: int, field: str) -> HttpResponse:
    """404 out of scope or for a field that is not personal, 403 without the right, 409 without a proper reason."""
    window = WINDOWS.get(label)
    if window is None:
        raise Http404
    row = get_object_or_404(window.rows(request.user), pk=pk)
    if personal_fields(type(row)).get(field, Mask.KEYED) == Mask.KEYED:
        raise Http404
    if not (Scope.of(request.user).covers(Permission.REVEAL, window.place(row)) or window.own(request.user, row)):
        raise PermissionDenied
    return doors.reveal(request, row, field)
