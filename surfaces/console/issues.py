"""The issue desk: the list, one issue, its moves, and taking down a new opinion."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.scope import Scope
from households.models import Household
from issues.case import Case
from issues.models import Issue
from issues.step import must_hold_right, permit
from issues.workflow import MOVES, Move
from surfaces import paging
from surfaces.collecting import CollectForm
from surfaces.console.bulk import offered
from surfaces.console.issue_list import IssueFilter, OpinionFilter, statuses_of
from surfaces.console.saved import Shelf
from surfaces.doors import Visitor, needs
from surfaces.issue_page import IssuePage
from surfaces.moves import MoveForm, sent_twice
from surfaces.tasks import Task, draw, go
from workdays.now import now

PANE = "pane"
"""The element of the desk that shows an issue beside the list."""


@require_GET
@needs(Permission.ISSUE_VIEW)
def desk(request: Visitor) -> HttpResponse:
    asked = IssueFilter(request.user, request.GET, now())
    rows, order = asked.ordered()
    page = paging.page(request, rows.select_related("handler", "unit", "grid"), order=order)
    known = {
        "filter": asked,
        "page": page,
        "tabs": asked.tabs(),
        "everywhere": f"?{asked.query(status='all')}",
        "bulk": offered(request.user, statuses_of(asked.status_chosen)),
        "saved": Shelf("issues", request.user, asked),
        "may_collect": _may_collect(request),
    }
    return render(request, "console/issues/list.html", known)


@require_GET
@needs(Permission.ISSUE_TRIAGE)
def opinions(request: Visitor) -> HttpResponse:
    """The triage inbox; empty every evening (遵义)."""
    asked = OpinionFilter(request.user, request.GET, now())
    rows, order = asked.ordered()
    page = paging.page(request, rows.select_related("handler", "unit", "grid"), order=order)
    known = {"filter": asked, "page": page, "may_collect": _may_collect(request)}
    return render(request, "console/issues/opinions.html", known)


def _may_collect(request: Visitor) -> bool:
    return Scope.of(request.user).may(Permission.ISSUE_COLLECT)


@require_GET
@needs(Permission.ISSUE_VIEW)
def issue(request: Visitor, pk: int) -> HttpResponse:
    """A page of its own or, for the desk, the pane beside the list."""
    found = get_object_or_404(_visible(request), pk=pk)
    known = {"issue": found, "page": IssuePage(found, request.user, now())}
    if request.htmx.target == PANE:
        return render(request, "console/issues/pane.html", known | {"back": _desk_with(request, found)})
    return render(request, "console/issues/page.html", known)


def _desk_with(request: Visitor, issue: Issue) -> str:
    """The list the pane was opened from, with this issue beside it."""
    listed = urlsplit(request.htmx.current_url or "")
    query = QueryDict(listed.query, mutable=True)
    query["open"] = str(issue.pk)
    return f"{reverse('console:issues')}?{query.urlencode()}"


@require_http_methods(["GET", "POST"])
@needs(Permission.ISSUE_VIEW)
def move(request: Visitor, pk: int, name: str) -> HttpResponse:
    """The form of one move, as a page of its own or, for htmx, as the inside of a dialog."""
    found = get_object_or_404(_visible(request), pk=pk)
    chosen = MOVES.get(name)
    if chosen is None or not chosen.sources:
        raise Http404
    if request.method == "POST" and sent_twice(found, chosen, request.user, request.POST.get("seen", "")):
        messages.info(request, f"“{chosen.label}”刚才已经办好，没有重复提交。")
        return _done(request, found)
    case = Case(found, request.user, Scope.of(request.user))
    must_hold_right(case, chosen)
    form = _move_form(request, chosen, found)
    if request.method == "POST" and form.is_valid() and form.make():
        messages.success(request, f"“{chosen.label}”已办好。")
        return _done(request, found)
    if not form.is_bound:
        permit(case, chosen)
    return draw(request, _task(found, chosen), form)


def _task(issue: Issue, move: Move) -> Task:
    back = reverse("console:issue", args=[issue.pk])
    crumbs = [("诉求办理", reverse("console:issues")), (str(issue), back)]
    return Task(move.label, back, hint=move.hint, crumbs=crumbs)


def _back(request: Visitor) -> str:
    """Where the move was begun, when it is one of our pages."""
    asked = request.GET.get("back", "")
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}) else ""


def _move_form(request: Visitor, move: Move, issue: Issue) -> MoveForm:
    if request.method == "POST":
        return MoveForm(move, issue, request.user, at=now(), data=request.POST, files=request.FILES)
    return MoveForm(move, issue, request.user, at=now())


def _visible(request: Visitor) -> QuerySet[Issue]:
    rows: QuerySet[Issue] = Issue.objects.visible_to(request.user)
    return rows.select_related("handler", "unit", "grid", "reporter", "household", "parent")


def _done(request: Visitor, issue: Issue) -> HttpResponse:
    """Back to where the move was begun, else to the issue; to the list when it left my sight."""
    seen = Issue.objects.visible_to(request.user).filter(pk=issue.pk).exists()
    here = _back(request) or reverse("console:issue", args=[issue.pk])
    return go(request, here if seen else reverse("console:issues"))


@require_http_methods(["GET", "POST"])
@needs(Permission.ISSUE_COLLECT)
def collect_page(request: Visitor) -> HttpResponse:
    """Taking down an opinion, of a household (`?household=`) or in a grid."""
    household = _household(request)
    form = CollectForm(household, request.user, at=now(), data=request.POST if request.method == "POST" else None)
    if form.is_valid() and form.make():
        messages.success(request, "诉求已收进来。")
        return redirect("console:issue", form.made.pk)
    known = {"form": form, "household": household}
    return render(request, "console/issues/collect.html", known, status=422 if form.errors else 200)


def _household(request: Visitor) -> Household | None:
    asked = request.GET.get("household", "")
    if not asked:
        return None
    rows = Household.objects.visible_to(request.user).living().select_related("grid")
    return get_object_or_404(rows, pk=asked if asked.isdecimal() else 0)
