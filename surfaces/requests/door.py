"""Addresses of a request that hold on every surface, and what every surface does with a move."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from accounts.errors import Refused
from accounts.roles import GRANTS, Permission, Surface
from grids.scope import Scope
from issues.models import RequestPhoto, RequestStatus, ServiceRequest, villages_of
from issues.requests.case import Case
from issues.requests.step import must_hold_right, permit
from issues.requests.workflow import Move
from surfaces.doors import Visitor, needs
from surfaces.files import send
from surfaces.moves import sent_twice
from surfaces.requests.forms import RequestForm
from surfaces.requests.page import MOVING
from surfaces.tasks import Task, draw, sent
from workdays.now import now

PEOPLE = ("grid", "household", "requested_by", "dispatched_by", "addressee", "taker")


@require_GET
@needs(Permission.ISSUE_VIEW)
def request(request: Visitor, pk: int) -> HttpResponse:
    """To the request on the surface of whoever opens it: the phone for people who work nowhere else."""
    found(request, pk)
    surfaces = {GRANTS[role].surface for role in Scope.of(request.user).roles}
    return redirect("field:request" if surfaces == {Surface.FIELD} else "console:request", pk)


@require_GET
@needs(Permission.ISSUE_VIEW)
def photo(request: Visitor, pk: int, photo_pk: int) -> HttpResponseBase:
    """A photo, for whoever may read what the household said."""
    row = found(request, pk)
    if not Case(row, request.user, Scope.of(request.user)).sees_details:
        raise Http404
    one = get_object_or_404(RequestPhoto, pk=photo_pk, request=row)
    return send(one.file, f"{row.number}-{one.get_kind_display()}-{one.pk}")


def found(request: Visitor, pk: int) -> ServiceRequest:
    """A request this person may see, else 404; who comes too late for one of their pool is told who was first."""
    seen: QuerySet[ServiceRequest] = ServiceRequest.objects.visible_to(request.user)
    row = seen.select_related(*PEOPLE).filter(pk=pk).first()
    if row is None:
        _tell_who_was_first(request, pk)
        raise Http404
    return row


def _tell_who_was_first(request: Visitor, pk: int) -> None:
    mine = ServiceRequest.objects.filter(village_id__in=villages_of(Scope.of(request.user)), pk=pk, addressee=None)
    taken = mine.filter(status=RequestStatus.TAKEN).select_related("taker").first()
    if taken and taken.taker:
        raise Refused(f"这一单已被{taken.taker.name}接走，谢谢您。")


def make_move(
    request: Visitor,
    pk: int,
    name: str,
    task: Callable[[ServiceRequest, Move], Task],
    back: Callable[[ServiceRequest], HttpResponse],
) -> HttpResponse:
    """The form of one move; a rule that says no keeps what was typed. `back` is where one goes when it is made."""
    row = found(request, pk)
    chosen = next((move for move in MOVING if move.name == name), None)
    if chosen is None:
        raise Http404
    if request.method == "POST" and sent_twice(row, chosen, request.user, request.POST.get("seen", "")):
        messages.info(request, f"“{chosen.label}”刚才已经办好，没有重复提交。")
        return back(row)
    case = Case(row, request.user, Scope.of(request.user))
    must_hold_right(case, chosen)
    form = RequestForm(chosen, row, request.user, at=now(), **sent(request))
    if form.is_bound and form.is_valid() and form.make():
        messages.success(request, f"“{chosen.label}”已办好。")
        return back(row)
    if not form.is_bound:
        permit(case, chosen)
    return draw(request, task(row, chosen), form)
