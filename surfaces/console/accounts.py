"""Accounts of the people in my area: a new first password, may or may not log in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts import actions
from accounts.models import User
from accounts.roles import Permission, Role
from accounts.second_step import actions as second_step
from grids.models import Posting
from grids.scope import Scope
from surfaces import find, paging
from surfaces.console.filters import Filter, pick, search_box
from surfaces.doors import Visitor, address, needs
from surfaces.tasks import Task, TaskForm, reason_input, run, sent
from workdays.now import now, real_now, today

P = Permission
GUARDED = frozenset({Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
"""Their accounts are in the hands of the security administrator alone (domain.md §9)."""


class UserFilter(Filter):
    q = search_box("姓名或电话后四位")
    role = pick("岗位", Role.choices)
    state = pick("状态", [("off", "已停用"), ("new", "未改初始密码")])

    def rows(self) -> QuerySet[User]:
        chosen = self.chosen
        posts = Posting.objects.active(self.at.date()).filter(Scope.of(self.user).q(P.USER_MANAGE))
        if "role" in chosen:
            posts = posts.filter(role=chosen["role"])
        rows = User.objects.filter(pk__in=posts.values("user"))
        if "state" in chosen:
            rows = rows.filter(is_active=False) if chosen["state"] == "off" else rows.filter(must_change=True)
        if "q" in chosen:
            text = find.cleaned(chosen["q"])
            rows = rows.filter(phone_tail=text) if text.isdigit() else rows.filter(name__contains=text)
        return rows


@require_GET
@needs(P.USER_MANAGE)
def users(request: Visitor) -> HttpResponse:
    asked = UserFilter(request.user, request.GET, now())
    mine = Posting.objects.active(today()).filter(Scope.of(request.user).q(P.USER_MANAGE)).select_related("grid")
    rows = asked.rows().prefetch_related(Prefetch("postings", mine, to_attr="held")).select_related("second_step")
    page = paging.page(request, rows, order=("id",))
    known = {"filter": asked, "page": page, "may_reset": Role.SECURITY_ADMIN in Scope.of(request.user).roles}
    return render(request, "console/people/users.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.USER_MANAGE)
def reset(request: Visitor, pk: int) -> HttpResponse:
    user = _manageable(request, pk)

    def do(given: dict[str, Any]) -> str:
        password = actions.reset_password(user=user, by=request.user, at=now())
        messages.warning(request, first_password(user, password))
        return f"{user.name}的密码已重置。"

    return run(request, _task("重置密码", "原来的密码马上失效，已登录的会退出。"), TaskForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.USER_MANAGE)
def switch(request: Visitor, pk: int) -> HttpResponse:
    """Off when on, on when off."""
    user = _manageable(request, pk)
    verb = "停用" if user.is_active else "启用"

    def do(given: dict[str, Any]) -> str:
        actions.set_active(user=user, active=verb == "启用", by=request.user, at=now())
        return f"{user.name}的账号已{verb}。"

    hint = "停用后不能登录；岗位还在，要换人请办理离任或登记不在岗。" if user.is_active else ""
    return run(request, _task(f"{verb}账号", hint, danger=user.is_active), TaskForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.USER_MANAGE)
def reset_second_step(request: Visitor, pk: int) -> HttpResponse:
    """A phone was lost: the security administrator takes the second step away, with a reason."""
    user = _manageable(request, pk)
    if Role.SECURITY_ADMIN not in Scope.of(request.user).roles:
        raise PermissionDenied

    def do(given: dict[str, Any]) -> str:
        second_step.reset(user=user, by=request.user, at=real_now(), address=address(request), **given)
        return f"{user.name}的动态口令已重置。"

    hint = "先核实是本人。重置后，动态口令和备用码都作废，已登录的会退出；岗位要求的，下次登录时重新设置。"
    return run(request, _task("重置动态口令", hint, danger=True), ReasonForm(**sent(request)), do)


class ReasonForm(TaskForm):
    reason = forms.CharField(label="原因", max_length=150, widget=reason_input())


def first_password(user: User, password: str) -> str:
    return f"初始密码 {password}，只显示这一次，请当面告诉{user.name}；首次登录须修改。"


def _manageable(request: Visitor, pk: int) -> User:
    user = get_object_or_404(UserFilter(request.user, request.GET, now()).rows(), pk=pk)
    roles = {Role(post.role) for post in Posting.objects.active(today()).filter(user=user)}
    if roles & GUARDED and Role.SECURITY_ADMIN not in Scope.of(request.user).roles:
        raise PermissionDenied
    return user


def _task(title: str, hint: str, *, danger: bool = False) -> Task:
    back = reverse("console:users")
    return Task(title, back, hint, danger=danger, crumbs=[("用户", back)])
