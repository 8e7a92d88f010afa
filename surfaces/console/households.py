"""Households: the list, the gap list, and one page per household (一户一档)."""

import io
from typing import Any

import segno
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.models import Grid
from grids.scope import Scope
from households import actions
from households.models import Household, HouseholdTag, Pairing, Tag
from households.public import public_url
from issues.models import Issue
from surfaces import paging, pausing
from surfaces.console import dossier
from surfaces.console.household_forms import CloseForm, HouseholdForm, MoveHouseholdForm, TagForm
from surfaces.console.household_lists import GapFilter, HouseholdFilter
from surfaces.console.saved import Shelf
from surfaces.doors import Visitor, must_cover, needs
from surfaces.requests import lists as request_lists
from surfaces.tasks import Task, TaskForm, run, sent
from surfaces.visiting import TriggerForm
from visits.actions import tag_household, trigger_visit, untag_household
from visits.models import Visit, VisitTrigger
from workdays.now import now, today

P = Permission
ORDER = ("number", "id")
VISITS_SHOWN = 10
ISSUES_SHOWN = 20


@require_GET
@needs(P.HOUSEHOLD_VIEW)
def households(request: Visitor) -> HttpResponse:
    asked = HouseholdFilter(request.user, request.GET, now())
    page = paging.page(request, _listed(asked.rows(), request), order=ORDER)
    known = {
        "filter": asked,
        "page": page,
        "saved": Shelf("households", request.user, asked),
        "may_add": Scope.of(request.user).may(P.HOUSEHOLD_EDIT),
    }
    return render(request, "console/households/list.html", known)


@require_GET
@needs(P.PAIRING_EDIT)
def gaps(request: Visitor) -> HttpResponse:
    asked = GapFilter(request.user, request.GET, now())
    page = paging.page(request, _listed(asked.rows(), request), order=ORDER)
    return render(request, "console/households/gaps.html", {"filter": asked, "page": page})


def _listed(rows: Any, request: Visitor) -> Any:
    """With what a row of the list shows: place, tags of today, who looks after them."""
    on = today()
    tags = Prefetch("tags", HouseholdTag.objects.borne(on), to_attr="borne")
    paired = Prefetch("pairings", Pairing.objects.current(on).select_related("member"), to_attr="standing")
    return rows.select_related("grid").prefetch_related(tags, paired)


def found(request: Visitor, pk: int) -> Household:
    """A household this person may see."""
    household: Household = get_object_or_404(Household.objects.visible_to(request.user).select_related("grid"), pk=pk)
    return household


@require_GET
@needs(P.HOUSEHOLD_VIEW)
def household(request: Visitor, pk: int) -> HttpResponse:
    one = found(request, pk)
    on, scope = today(), Scope.of(request.user)
    pairings = (
        Pairing.objects.visible_to(request.user)
        .filter(household=one)
        .select_related("member", "member__branch", "programme", "made_by")
    )
    may_edit = scope.covers(P.HOUSEHOLD_EDIT, one)
    visits = Visit.objects.visible_to(request.user).filter(household=one)
    issues = Issue.objects.visible_to(request.user).filter(household=one)
    helpers = pairings.current(on).values_list("member_id", flat=True)
    known = {
        "household": one,
        "residents": one.residents.order_by("left_on", "relation", "id"),
        "tags": HouseholdTag.objects.borne(on).filter(household=one),
        "standing": pairings.usual().current(on).order_by("since"),
        "typed": pairings.typed().current(on).order_by("since"),
        "tags_of_once": dossier.tags_of_once(one, on),
        "former": pairings.exclude(pk__in=pairings.current(on).values("pk")).order_by("-since", "-id"),
        "visits": visits.select_related("done_by", "entered_by").order_by("-at", "-id")[:VISITS_SHOWN],
        "visits_counted": visits.count(),
        **pausing.known_of(request, one),
        "issues": issues.select_related("grid", "handler", "unit").order_by("-collected_at", "-id")[:ISSUES_SHOWN],
        "issues_counted": issues.count(),
        "pledges": dossier.pledges(request.user, one, helpers),
        "looks": dossier.looks(one) if may_edit else [],
        "corrections": dossier.corrections(one) if may_edit else [],
        "may_place": request_lists.open_for(request.user),
        "orders": request_lists.of_household(request.user, one)[:ISSUES_SHOWN],
        "triggers": VisitTrigger.objects.filter(household=one, answered_by=None).order_by("-reported_at"),
        "may_reveal": scope.covers(P.REVEAL, one),
        "may_edit": may_edit,
        "may_pair": scope.covers(P.PAIRING_EDIT, one),
        "may_visit": scope.covers(P.VISIT_RECORD, one),
        "public_url": public_url(one),
    }
    return render(request, "console/households/page.html", known)


@require_GET
@needs(P.HOUSEHOLD_VIEW)
def qr(request: Visitor, pk: int) -> HttpResponse:
    """The QR code as a picture; whoever scans it reaches the household's own page."""
    picture = io.BytesIO()
    segno.make(public_url(found(request, pk)), error="m").save(picture, kind="png", scale=6, border=2)
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(picture.getvalue(), content_type="image/png", headers=headers)


@require_http_methods(["GET", "POST"])
@needs(P.HOUSEHOLD_EDIT)
def add(request: Visitor) -> HttpResponse:
    form = HouseholdForm(request.user, today(), **sent(request))
    task = Task("登记住户", reverse("console:households"), crumbs=_crumbs())
    return run(request, task, form, lambda given: _register(request, given))


def _register(request: Visitor, given: dict[str, Any]) -> str:
    must_cover(request, P.HOUSEHOLD_EDIT, given["grid"])
    made = actions.register_household(by=request.user, at=now(), **given)
    return f"已登记{made.number}号住户。"


@require_http_methods(["GET", "POST"])
@needs(P.HOUSEHOLD_EDIT)
def move(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Grid]) -> str:
        must_cover(request, P.HOUSEHOLD_EDIT, given["grid"])
        actions.move_household(household=one, by=request.user, **given)
        return f"已移到{given['grid'].full_name}。"

    hint = "在联的结对一起移过去，以前的走访留在原地。"
    return run(request, _task("移到别的网格", one, hint), MoveHouseholdForm(request.user, today(), **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.HOUSEHOLD_EDIT)
def close(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Any]) -> str:
        actions.close_household(household=one, by=request.user, **given)
        return "已销户，在联的结对一起结束。"

    form = CloseForm(initial={"on": today()}, **sent(request))
    return run(request, _task("销户", one, "迁走、并户或消亡。走访和诉求的记录都保留。", danger=True), form, do)


@require_http_methods(["GET", "POST"])
@needs(P.HOUSEHOLD_EDIT)
def tag(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Any]) -> str:
        tag_household(household=one, tag=Tag(given["tag"]), on=today(), by=request.user)
        return "已加标签，下次走访日期已按规则重算。"

    return run(request, _task("加标签", one, "走访间隔按标签的规则重算。"), TagForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.HOUSEHOLD_EDIT)
def untag(request: Visitor, pk: int, tag: str) -> HttpResponse:
    one = _editable(request, pk)
    borne = get_object_or_404(HouseholdTag, household=one, tag=tag, until=None)

    def do(given: dict[str, Any]) -> str:
        untag_household(household=one, tag=Tag(tag), on=today(), by=request.user)
        return "标签已去掉，下次走访日期已按规则重算。"

    task = _task("去掉标签", one, f"去掉“{borne.get_tag_display()}”，历史记录保留。")
    return run(request, task, TaskForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
def trigger(request: Visitor, pk: int) -> HttpResponse:
    one = found(request, pk)
    must_cover(request, P.VISIT_RECORD, one)

    def do(given: dict[str, Any]) -> str:
        trigger_visit(household=one, kind=Visit.Trigger(given["kind"]), note=given["note"], at=now(), by=request.user)
        return "已通知联户党员尽快上门。"

    task = _task("三必访", one, "有困难、有突发事件、有矛盾纠纷的，马上到期，直到有人见面或通话为止。")
    return run(request, task, TriggerForm(**sent(request)), do)


def _editable(request: Visitor, pk: int) -> Household:
    one = found(request, pk)
    must_cover(request, P.HOUSEHOLD_EDIT, one)
    return one


def _crumbs() -> list[tuple[str, str]]:
    return [("住户", reverse("console:households"))]


def _task(title: str, household: Household, hint: str = "", *, danger: bool = False) -> Task:
    back = reverse("console:household", args=[household.pk])
    return Task(title, back, hint, danger=danger, crumbs=[*_crumbs(), (household.number, back)])
