"""群机器人: the groups that get the day's figures every working morning."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid, Kind
from grids.scope import Scope
from issues.models import Robot
from issues.robots import add_robot, remove_robot, try_robot
from notices.models import Notice
from notices.robots import HELP, kind_of
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, run, sent
from workdays.now import now

P = Permission


def places(user: User) -> QuerySet[Grid]:
    mine = Grid.objects.in_force().filter(Scope.of(user).grid_q(P.NOTICE_EDIT))
    return mine.filter(kind__in=[Kind.COUNTY, Kind.TOWN]).order_by("code")


def mine(user: User) -> QuerySet[Robot]:
    return Robot.objects.filter(grid__in=places(user)).select_related("grid", "added_by").order_by("grid__code", "pk")


class RobotForm(TaskForm):
    grid = forms.ModelChoiceField(label="乡镇（县）", queryset=Grid.objects.none())
    name = forms.CharField(label="群名", max_length=30)
    address = forms.CharField(label="机器人地址", max_length=500, help_text=HELP)

    def __init__(self, user: User, **given: Any) -> None:
        super().__init__(**given)
        self.fields["grid"].queryset = places(user)  # type: ignore[attr-defined]


@require_GET
@needs(P.NOTICE_EDIT)
def robots(request: Visitor) -> HttpResponse:
    rows = [
        {"robot": robot, "kind": kind_of(robot.address or ""), "last": _last(robot)} for robot in mine(request.user)
    ]
    return render(request, "console/notices/robots.html", {"rows": rows})


def _last(robot: Robot) -> Notice | None:
    """The last message to this group."""
    keys = [f"{word}:{robot.pk}:" for word in ("group", "group-try")]
    sent_there = [Notice.objects.filter(key__startswith=key).order_by("-pk").first() for key in keys]
    return max((one for one in sent_there if one), key=lambda one: one.pk, default=None)


@require_http_methods(["GET", "POST"])
@needs(P.NOTICE_EDIT)
def robot_add(request: Visitor) -> HttpResponse:
    def do(given: dict[str, Any]) -> str:
        add_robot(by=request.user, at=now(), **given)
        return "已登记。可以点“试发”看看群里收不收得到。"

    hint = "每个工作日早上8点半，把待办和超期的件数发到群里；只有件数，没有姓名和事项。"
    return run(request, _task("登记群机器人", hint), RobotForm(request.user, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.NOTICE_EDIT)
def robot_try(request: Visitor, pk: int) -> HttpResponse:
    robot = get_object_or_404(mine(request.user), pk=pk)

    def do(given: dict[str, Any]) -> str:
        try_robot(robot=robot, by=request.user, at=now())
        return "已发出，请到群里看看。"

    return run(request, _task("试发", f"向“{robot.name}”发一句话。"), TaskForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.NOTICE_EDIT)
def robot_remove(request: Visitor, pk: int) -> HttpResponse:
    robot = get_object_or_404(mine(request.user), pk=pk)

    def do(given: dict[str, Any]) -> str:
        remove_robot(robot=robot)
        return "已停用，不再往这个群发。"

    task = _task("停用群机器人", f"“{robot.name}”不再收到每天的待办。", danger=True)
    return run(request, task, TaskForm(**sent(request)), do)


def _task(title: str, hint: str, *, danger: bool = False) -> Task:
    back = reverse("console:robots")
    return Task(title, back, hint, danger=danger, crumbs=[("群机器人", back)])
