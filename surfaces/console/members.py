"""Members: the list, one member with the households they look after, and what changes about them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.models import Posting
from grids.scope import Scope
from households.models import Pairing
from members import actions
from members.models import Ability, Member
from surfaces import paging
from surfaces.console.accounts import first_password
from surfaces.console.household_lists import MemberFilter
from surfaces.console.member_forms import CapacityForm, ExemptForm, MemberForm, RetireForm
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, TaskForm, run, sent
from workdays.now import now, today

P = Permission


@require_GET
@needs(P.MEMBER_VIEW)
def members(request: Visitor) -> HttpResponse:
    asked = MemberFilter(request.user, request.GET, now())
    scope = Scope.of(request.user)
    page = paging.page(request, asked.rows().select_related("branch", "grid"), order=("number", "id"))
    known = {"filter": asked, "page": page, "may_add": scope.may(P.MEMBER_EDIT), "may_print": scope.may(P.PAIRING_EDIT)}
    return render(request, "console/people/members.html", known)


@require_GET
@needs(P.MEMBER_VIEW)
def member(request: Visitor, pk: int) -> HttpResponse:
    one = _found(request, pk)
    on, scope = today(), Scope.of(request.user)
    pairings = Pairing.objects.visible_to(request.user).filter(member=one).select_related("household", "grid")
    known = {
        "member": one,
        "abilities": "、".join(Ability(ability).label for ability in one.abilities),
        "standing": pairings.usual().current(on).order_by("next_due_on", "id"),
        "typed": pairings.typed().current(on).select_related("group").order_by("contact_type", "since", "id"),
        "former": pairings.exclude(pk__in=pairings.current(on).values("pk")).order_by("-until", "-id"),
        "posts": Posting.objects.visible_to(request.user)
        .active(on)
        .filter(user=one.user_id or 0)
        .select_related("grid"),
        "available": Member.objects.available(on).filter(pk=one.pk).exists(),
        "may_reveal": scope.covers(P.REVEAL, one),
        "may_edit": scope.covers(P.MEMBER_EDIT, one),
        "may_pair": scope.covers(P.PAIRING_EDIT, one),
        "may_visit": scope.covers(P.VISIT_RECORD, one),
    }
    return render(request, "console/people/member.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.MEMBER_EDIT)
def add(request: Visitor) -> HttpResponse:
    def do(given: dict[str, Any]) -> str:
        must_cover(request, P.MEMBER_EDIT, given["grid"])
        made = actions.add_member(by=request.user, **given)
        return f"已登记{made.name}。"

    list_url = reverse("console:members")
    return run(
        request, Task("登记党员", list_url, crumbs=[("党员", list_url)]), MemberForm(request, **sent(request)), do
    )


@require_http_methods(["GET", "POST"])
@needs(P.MEMBER_EDIT)
def capacity(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)
    known = {"capacity_min": one.capacity_min, "capacity_max": one.capacity_max}

    def do(given: dict[str, Any]) -> str:
        actions.set_capacity(member=one, by=request.user, **given)
        return "联户上下限已改。"

    task = _task("改联户上下限", one, "已经结的对不受影响。")
    return run(request, task, CapacityForm(initial=known, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.MEMBER_EDIT)
def exempt(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Any]) -> str:
        given["reason"] = Member.Exemption(given["reason"])
        actions.exempt(member=one, by=request.user, **given)
        return "已登记免联，在联的户请尽快移交。"

    task = _task("免联", one, "在联的户不会自动结束，会列入“待移交结对”。")
    return run(request, task, ExemptForm(initial={"since": today()}, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.MEMBER_EDIT)
def end_exemption(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Any]) -> str:
        actions.end_exemption(member=one, on=today(), by=request.user)
        return f"{one.name}从今天起恢复联户。"

    return run(request, _task("恢复联户", one), TaskForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.MEMBER_EDIT)
def retire(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Any]) -> str:
        actions.retire(member=one, by=request.user, **given)
        return "已办理转出，在联的户请尽快移交。"

    task = _task("转出", one, "组织关系转出或去世。联户党员岗位随之结束，在联的户列入“待移交结对”。", danger=True)
    return run(request, task, RetireForm(initial={"on": today()}, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.MEMBER_EDIT)
def account(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Any]) -> str:
        user, password = actions.account_for(member=one, on=today(), by=request.user)
        if password:
            messages.warning(request, first_password(user, password))
        return "账号已开通，用登记的手机号登录。"

    return run(
        request, _task("开通账号", one, "用登记的手机号登录，在所在网格任联户党员。"), TaskForm(**sent(request)), do
    )


def _found(request: Visitor, pk: int) -> Member:
    rows = Member.objects.visible_to(request.user).select_related("branch", "grid", "unit", "user")
    member: Member = get_object_or_404(rows, pk=pk)
    return member


def _editable(request: Visitor, pk: int) -> Member:
    one = _found(request, pk)
    must_cover(request, P.MEMBER_EDIT, one)
    return one


def _task(title: str, member: Member, hint: str = "", *, danger: bool = False) -> Task:
    back = reverse("console:member", args=[member.pk])
    return Task(title, back, hint, danger=danger, crumbs=[("党员", reverse("console:members")), (member.name, back)])
