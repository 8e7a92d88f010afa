"""服务日 at the desk: the calendar of sessions, one session, and what is changed by hand."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid, Kind
from grids.scope import Scope
from households.models import Programme
from surfaces import paging
from surfaces.console.filters import PiledFilter
from surfaces.console.places import PlaceField, inside
from surfaces.doors import Visitor, must_cover, needs
from surfaces.service import steps
from surfaces.service.page import SessionPage, sessions_of
from surfaces.tasks import Task, TaskForm, date_input, reason_input, run, sent
from visits.actions import add_session, call_off_session, join_session, shift_session
from visits.models import LAST_STEP, ServiceSession
from workdays.now import now, today

P = Permission


def standing(name: str, on: date) -> Q:
    """What a tab shows."""
    return {
        "coming": Q(day__gte=on, called_off=False),
        "today": Q(day=on, called_off=False),
        "unfinished": Q(day__lt=on, called_off=False) & ~Q(step__in=("", LAST_STEP)),
        "missed": Q(day__lt=on, called_off=False, step=""),
        "done": Q(step=LAST_STEP),
        "off": Q(called_off=True),
    }[name]


TABS = {
    "coming": "今天和以后",
    "today": "今天",
    "unfinished": "步骤没做完",
    "missed": "没有开展",
    "done": "已完成",
    "off": "已取消",
}
OLDEST_FIRST = ("coming", "today")


class SessionFilter(PiledFilter):
    PILES = TABS
    FIRST = "coming"
    pile = staticmethod(standing)
    place = PlaceField()

    def narrowed(self) -> QuerySet[ServiceSession]:
        rows = sessions_of(self.user)
        return rows.filter(inside(self.chosen["place"])) if "place" in self.chosen else rows

    @property
    def order(self) -> tuple[str, ...]:
        return ("day", "id") if self.state_chosen in OLDEST_FIRST else ("-day", "-id")


@require_GET
@needs(P.VISIT_VIEW)
def sessions(request: Visitor) -> HttpResponse:
    asked = SessionFilter(request.user, request.GET, now())
    page = paging.page(request, asked.rows(), order=asked.order)
    homes = households_of([session.pk for session in page])
    known = {
        "filter": asked,
        "tabs": asked.tabs(),
        "page": page,
        "rows": [(session, session.state(asked.at.date()), homes.get(session.pk, 0)) for session in page],
        "may_rule": Scope.of(request.user).has_area(P.GRID_EDIT),
        "may_add": Scope.of(request.user).has_area(P.PAIRING_EDIT),
    }
    return render(request, "console/service/sessions.html", known)


def households_of(keys: list[int]) -> dict[int, int]:
    """How many households each session visited."""
    counted = ServiceSession.objects.filter(pk__in=keys).annotate(homes=Count("visits__household", distinct=True))
    return dict(counted.values_list("pk", "homes"))


@require_GET
@needs(P.VISIT_VIEW)
def session(request: Visitor, pk: int) -> HttpResponse:
    one = get_object_or_404(sessions_of(request.user), pk=pk)
    page = SessionPage(one, request.user, now())
    village = Grid.objects.get(pk=one.village_id)
    return render(request, "console/service/session.html", {"one": one, "page": page, "village": village})


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
def session_step(request: Visitor, pk: int, name: str) -> HttpResponse:
    return steps.take(request, pk, name, _frame, reverse("console:session", args=[pk]))


def _frame(title: str, back: str, hint: str, **more: Any) -> Task:
    return Task(title, back, hint, crumbs=[("服务日", reverse("console:sessions"))], **more)


@require_POST
@needs(P.VISIT_RECORD)
def session_join(request: Visitor, pk: int) -> HttpResponse:
    one = get_object_or_404(sessions_of(request.user), pk=pk)
    me = SessionPage(one, request.user, now()).may_join
    if me:
        join_session(session=one, member=me, at=now(), by=request.user)
    return redirect("console:session", pk)


class ShiftForm(TaskForm):
    day = forms.DateField(label="改到哪天", widget=date_input())
    reason = forms.CharField(label="原因", max_length=100, widget=reason_input())


class CallOffForm(TaskForm):
    reason = forms.CharField(label="原因", max_length=100, widget=reason_input())


class AddForm(TaskForm):
    village = forms.ModelChoiceField(Grid.objects.none(), label="哪个村", empty_label="请选择…")
    programme = forms.ModelChoiceField(Programme.objects.none(), label="项目", empty_label=None)
    day = forms.DateField(label="哪天", widget=date_input())
    reason = forms.CharField(label="说明", max_length=100, required=False)

    def __init__(self, user: User, **given: Any) -> None:
        scope = Scope.of(user)
        super().__init__(initial={"day": scope.on + timedelta(days=1)}, **given)
        villages = Grid.objects.in_force().filter(scope.grid_q(P.PAIRING_EDIT), kind=Kind.VILLAGE).order_by("code")
        counties = villages.order_by().values("county_id")
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]
        self.fields["programme"].queryset = Programme.objects.filter(county__in=counties).order_by("pk")  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def session_add(request: Visitor) -> HttpResponse:
    """One more day for a village: 赶集, 农忙 and whatever no rule knows."""

    def do(given: dict[str, Any]) -> str:
        add_session(at=now(), by=request.user, **given)
        return "已加上。"

    task = _frame("加一次服务日", reverse("console:sessions"), "规则之外再加一次，村里的人在手机上能看到。")
    return run(request, task, AddForm(request.user, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def session_shift(request: Visitor, pk: int) -> HttpResponse:
    one = _mine(request, pk)

    def do(given: dict[str, Any]) -> str:
        shift_session(session=one, at=now(), by=request.user, **given)
        return "已改期。"

    form = ShiftForm(initial={"day": max(one.day, today()) + timedelta(days=1)}, **sent(request))
    return run(request, _frame("改期", reverse("console:session", args=[pk]), "原来的日期会留着。"), form, do)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def session_call_off(request: Visitor, pk: int) -> HttpResponse:
    one = _mine(request, pk)

    def do(given: dict[str, Any]) -> str:
        call_off_session(session=one, by=request.user, **given)
        return "已取消。"

    task = _frame("取消这次", reverse("console:session", args=[pk]), "按规则不会再排这一天。", danger=True)
    return run(request, task, CallOffForm(**sent(request)), do)


def _mine(request: Visitor, pk: int) -> ServiceSession:
    one = get_object_or_404(sessions_of(request.user), pk=pk)
    must_cover(request, P.PAIRING_EDIT, one)
    return one
