"""Issues in the field: the lists, one issue, its moves, and taking down a new one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.scope import Scope
from households.models import Household
from issues.case import Case
from issues.models import Issue
from issues.step import must_hold_right, permit
from issues.workflow import MOVES, Move
from surfaces import paging
from surfaces.doors import Visitor, needs
from surfaces.field import work
from surfaces.field.arrivals import settles
from surfaces.field.forms import HeardForm
from surfaces.field.tasks import FieldTask
from surfaces.issue_page import IssuePage
from surfaces.moves import ManyFiles, MoveForm, sent_twice
from surfaces.tasks import draw, sent
from workdays.now import now

P = Permission


@require_GET
@needs(P.ISSUE_VIEW)
def issues(request: Visitor) -> HttpResponse:
    piles = work.piles(request.user)
    chosen = next((pile for pile in piles if pile.name == request.GET.get("list")), piles[0])
    rows, order = chosen.ordered(request.user)
    known = {
        "tabs": [_tab(pile, request, chosen) for pile in piles],
        "page": paging.page(request, rows, order=order),
        "chosen": chosen,
        "may_collect": Scope.of(request.user).may(P.ISSUE_COLLECT),
    }
    return render(request, "field/issues.html", known)


def _tab(pile: work.Pile, request: Visitor, chosen: work.Pile) -> dict[str, Any]:
    user = request.user
    label = work.area_word(user, pile.permission) if pile.name == "area" else pile.label
    count = work.counted(pile.rows(user))
    return {"label": label, "url": f"?list={pile.name}", "count": count, "current": pile is chosen}


@require_GET
@needs(P.ISSUE_VIEW)
def issue(request: Visitor, pk: int) -> HttpResponse:
    one = _found(request, pk)
    return render(request, "field/issue.html", {"issue": one, "page": IssuePage(one, request.user, now())})


@require_http_methods(["GET", "POST"])
@needs(P.ISSUE_VIEW)
@settles
def move(request: Visitor, pk: int, name: str) -> HttpResponse:
    """The form of one move. A rule that says no keeps what was typed."""
    one, chosen = _found(request, pk), MOVES.get(name)
    if chosen is None or not chosen.sources:
        raise Http404
    if request.method == "POST" and sent_twice(one, chosen, request.user, request.POST.get("seen", "")):
        messages.info(request, f"“{chosen.label}”刚才已经办好，没有重复提交。")
        return _back(request, one)
    case = Case(one, request.user, Scope.of(request.user))
    must_hold_right(case, chosen)
    form = MoveForm(chosen, one, request.user, at=now(), **sent(request))
    if form.is_bound and form.is_valid() and form.make():
        messages.success(request, f"“{chosen.label}”已办好。")
        return _back(request, one)
    if not form.is_bound:
        permit(case, chosen)
    return draw(request, _task(one, chosen), _camera_ready(form))


def _camera_ready(form: MoveForm) -> MoveForm:
    """Offers the camera where a result is to be shown."""
    for field in form.fields.values():
        if isinstance(field.widget, ManyFiles) and form.move.name == "report":
            field.widget.attrs["accept"] = "image/*"
    return form


def _task(issue: Issue, move: Move) -> Any:
    return FieldTask(move.label, reverse("field:issue", args=[issue.pk]), move.hint, facts=[issue.title])


def _found(request: Visitor, pk: int) -> Issue:
    rows = Issue.objects.visible_to(request.user)
    one: Issue = get_object_or_404(
        rows.select_related("handler", "unit", "grid", "reporter", "household", "parent"), pk=pk
    )
    return one


def _back(request: Visitor, issue: Issue) -> HttpResponse:
    """To the issue, or to my lists when it left my sight."""
    seen = Issue.objects.visible_to(request.user).filter(pk=issue.pk).exists()
    return redirect("field:issue", issue.pk) if seen else redirect("field:issues")


@require_http_methods(["GET", "POST"])
@needs(P.ISSUE_COLLECT)
@settles
def collect(request: Visitor) -> HttpResponse:
    """A matter heard at a household (`?household=`) or seen at a place."""
    household = _household(request)
    form = HeardForm(household, request.user, at=now(), **sent(request))
    if form.is_valid() and form.make():
        messages.success(request, "诉求已收进来，村里会尽快梳理。")
        return redirect("field:issue", form.made.pk)
    known = {"form": form, "household": household}
    return render(request, "field/collect.html", known, status=422 if form.errors else 200)


def _household(request: Visitor) -> Household | None:
    asked = request.GET.get("household", "")
    if not asked:
        return None
    rows = Household.objects.visible_to(request.user).living().select_related("grid")
    household: Household = get_object_or_404(rows, pk=asked if asked.isdecimal() else 0)
    work.must_at(request.user, P.ISSUE_COLLECT, household)
    return household
