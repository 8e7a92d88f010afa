"""三单 on the phone: what I may take, what I took, what I brought in, and what waits in the branch."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.scope import Scope
from households.models import Household
from issues.models import ServiceRequest
from issues.requests.workflow import Move
from surfaces import paging
from surfaces.doors import Visitor, needs
from surfaces.field import work
from surfaces.field.arrivals import settles
from surfaces.field.tasks import FieldTask
from surfaces.requests import door, lists
from surfaces.requests.forms import PlaceForm
from surfaces.requests.page import RequestPage
from surfaces.tasks import Task
from workdays.now import now

P = Permission


@require_GET
@needs(P.ISSUE_VIEW)
def requests(request: Visitor) -> HttpResponse:
    piles = lists.piles(request.user)
    chosen = next((pile for pile in piles if pile.name == request.GET.get("list")), piles[0] if piles else None)
    known: dict[str, Any] = {"may_place": Scope.of(request.user).may(P.ISSUE_COLLECT)}
    if chosen:
        rows, order = chosen.ordered(request.user)
        tabs = [_tab(pile, request, chosen) for pile in piles]
        known |= {"tabs": tabs, "page": paging.page(request, rows, order=order), "chosen": chosen}
    return render(request, "field/requests.html", known)


def _tab(pile: lists.Pile, request: Visitor, chosen: lists.Pile) -> dict[str, Any]:
    label = work.area_word(request.user, pile.permission) if pile.name == "area" else pile.label
    count = work.counted(pile.rows(request.user))
    return {"label": label, "url": f"?list={pile.name}", "count": count, "current": pile is chosen}


@require_GET
@needs(P.ISSUE_VIEW)
def one(request: Visitor, pk: int) -> HttpResponse:
    row = door.found(request, pk)
    return render(request, "field/request.html", {"one": row, "page": RequestPage(row, request.user, now())})


@require_http_methods(["GET", "POST"])
@needs(P.ISSUE_VIEW)
@settles
def move(request: Visitor, pk: int, name: str) -> HttpResponse:
    return door.make_move(request, pk, name, _task, lambda row: _back(request, row))


def _task(row: ServiceRequest, move: Move) -> Task:
    return FieldTask(move.label, reverse("field:request", args=[row.pk]), move.hint, facts=[row.title])


def _back(request: Visitor, row: ServiceRequest) -> HttpResponse:
    """To the request, or to my lists when it left my sight."""
    seen = ServiceRequest.objects.visible_to(request.user).filter(pk=row.pk).exists()
    return redirect("field:request", row.pk) if seen else redirect("field:requests")


@require_http_methods(["GET", "POST"])
@needs(P.ISSUE_COLLECT)
@settles
def place(request: Visitor) -> HttpResponse:
    """点单 for a household (`?household=`) or at a place."""
    household = _household(request)
    form = PlaceForm(household, request.user, at=now(), data=request.POST if request.method == "POST" else None)
    if form.is_valid() and form.make():
        messages.success(request, "已送到村党支部，支部会下单给党员。")
        return redirect("field:request", form.made.pk)
    known = {"form": form, "household": household}
    return render(request, "field/place.html", known, status=422 if form.errors else 200)


def _household(request: Visitor) -> Household | None:
    asked = request.GET.get("household", "")
    if not asked:
        return None
    rows = Household.objects.visible_to(request.user).living().select_related("grid")
    household: Household = get_object_or_404(rows, pk=asked if asked.isdecimal() else 0)
    work.must_at(request.user, P.ISSUE_COLLECT, household)
    return household
