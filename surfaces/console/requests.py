"""三单 at the desk: the list, one request, its moves, and 点单 for a household that rings or comes in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.scope import Scope
from households.models import Household
from issues.models import ServiceRequest
from issues.requests.case import Case
from issues.requests.workflow import Move
from surfaces import paging
from surfaces.console.request_list import RequestFilter
from surfaces.doors import Visitor, needs
from surfaces.requests import door
from surfaces.requests.forms import PlaceForm
from surfaces.requests.page import RequestPage
from surfaces.tasks import Task, go
from workdays.now import now

P = Permission


@require_GET
@needs(P.ISSUE_VIEW)
def requests(request: Visitor) -> HttpResponse:
    asked = RequestFilter(request.user, request.GET, now())
    rows, order = asked.ordered()
    page = paging.page(request, rows.select_related("grid", "taker", "addressee"), order=order)
    known = {
        "filter": asked,
        "page": page,
        "rows": [(row, Case(row, request.user, Scope.of(request.user)).sees_details) for row in page],
        "tabs": asked.tabs(),
        "everywhere": f"?{asked.query(status='all')}",
        "may_place": Scope.of(request.user).may(P.ISSUE_COLLECT),
    }
    return render(request, "console/requests/list.html", known)


@require_GET
@needs(P.ISSUE_VIEW)
def one(request: Visitor, pk: int) -> HttpResponse:
    row = door.found(request, pk)
    return render(request, "console/requests/page.html", {"one": row, "page": RequestPage(row, request.user, now())})


@require_http_methods(["GET", "POST"])
@needs(P.ISSUE_VIEW)
def move(request: Visitor, pk: int, name: str) -> HttpResponse:
    """The form of one move, as a page of its own or, for htmx, as the inside of a dialog."""
    return door.make_move(request, pk, name, _task, lambda row: _done(request, row))


def _task(row: ServiceRequest, move: Move) -> Task:
    back = reverse("console:request", args=[row.pk])
    crumbs = [("群众点单", reverse("console:requests")), (row.number, back)]
    return Task(move.label, back, hint=move.hint, facts=[row.title], crumbs=crumbs)


def _done(request: Visitor, row: ServiceRequest) -> HttpResponse:
    """Back to the request, or to the list when it left my sight."""
    seen = ServiceRequest.objects.visible_to(request.user).filter(pk=row.pk).exists()
    return go(request, reverse("console:request", args=[row.pk]) if seen else reverse("console:requests"))


@require_http_methods(["GET", "POST"])
@needs(P.ISSUE_COLLECT)
def place(request: Visitor) -> HttpResponse:
    """点单 for a household (`?household=`) or in a village."""
    household = _household(request)
    form = PlaceForm(household, request.user, at=now(), data=request.POST if request.method == "POST" else None)
    if form.is_valid() and form.make():
        messages.success(request, "已登记，待支部下单。")
        return redirect("console:request", form.made.pk)
    known = {"form": form, "household": household}
    return render(request, "console/requests/place.html", known, status=422 if form.errors else 200)


def _household(request: Visitor) -> Household | None:
    asked = request.GET.get("household", "")
    if not asked:
        return None
    rows = Household.objects.visible_to(request.user).living().select_related("grid")
    return get_object_or_404(rows, pk=asked if asked.isdecimal() else 0)
