"""值班 on the console: a month of a place, empty slots, one shift, the log."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.roles import Permission
from exchange.papers.duty import Column, Sheet, duty_paper
from grids.models import Grid
from grids.scope import Scope
from rosters.actions import assign, cancel_shift, vacate
from rosters.actions.shifts import said
from rosters.holes import holes
from rosters.models import DutyLog, DutyShift, Swap
from rosters.people import Staffed, staffed
from surfaces import paging
from surfaces.console.filters import Filter
from surfaces.console.places import PlaceField, inside
from surfaces.doors import Visitor, must_cover, needs
from surfaces.duty.desk import with_matters
from surfaces.duty.forms import PersonForm, PlaceChoice, ReasonForm, long_list, places, who_may
from surfaces.duty.month import Month, first_of, month_of
from surfaces.tasks import Task, TaskForm, run, sent
from surfaces.words import day, moment
from workdays.now import now

P = Permission


class OfficeField(PlaceChoice):
    """A town or village whose duty the person sees to."""

    def open_for(self, user: User, chosen: str | None) -> None:
        self.queryset = places(user)


class MonthFilter(Filter):
    """What is not asked for, or out of reach, is the office of the person's own post and this month."""

    place = OfficeField(Grid.objects.none(), label="乡镇、村", empty_label=None, widget=long_list())
    month = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, user: User, asked: QueryDict, at: datetime) -> None:
        known = asked.copy()
        wanted = asked.get("place", "")
        if not (wanted.isdecimal() and places(user).filter(pk=wanted).exists()):
            known["place"] = str(own_office(user).pk)
        known["month"] = f"{first_of(asked.get('month', ''), at):%Y-%m}"
        super().__init__(user, known, at)

    def month_shown(self) -> Month:
        return month_of(self.cleaned_data["place"], first_of(self.cleaned_data["month"], self.at))


def own_office(user: User) -> Grid:
    """Where the person's post is, else the first of the area."""
    own = [post.grid_id for post in Scope.of(user).postings]
    found = places(user).filter(pk__in=own).first() or places(user).first()
    if found is None:
        raise Http404
    return found


class HoleFilter(Filter):
    place = PlaceField()

    def rows(self) -> Any:
        rows = DutyShift.objects.filter(Scope.of(self.user).q(P.ROTA_EDIT))
        return rows.filter(inside(self.chosen["place"])) if "place" in self.chosen else rows


class LogFilter(HoleFilter):
    def rows(self) -> Any:
        rows = DutyLog.objects.visible_to(self.user)
        return rows.filter(inside(self.chosen["place"])) if "place" in self.chosen else rows


@require_GET
@needs(P.ROTA_EDIT)
def month(request: Visitor) -> HttpResponse:
    asked = MonthFilter(request.user, request.GET, now())
    shown = asked.month_shown()
    ours = HoleFilter(request.user, request.GET, now()).rows().filter(grid=shown.place)
    known = {
        "filter": asked,
        "month": shown,
        "empty": len(holes(ours, now())),
        "swaps": Swap.objects.open().told().filter(shift__grid=shown.place).order_by("shift__day"),
        "may_edit": Scope.of(request.user).covers(P.ROTA_EDIT, shown.place),
    }
    return render(request, "console/duty/month.html", known)


@require_GET
@needs(P.ROTA_EDIT)
def month_paper(request: Visitor) -> HttpResponseBase:
    shown = MonthFilter(request.user, request.GET, now()).month_shown()
    foot = f"{shown.place.full_name} · {moment(now())}由{request.user.name}打印"
    answer = HttpResponse(duty_paper(_sheet(shown), foot=foot), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename=duty-{shown.first:%Y-%m}.pdf"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _sheet(shown: Month) -> Sheet:
    columns = [Column(rota.get_kind_display(), rota.place, rota.phone, rota.hours) for rota in shown.rotas]
    rows = [(f"{day(row.day)}{row.off}", [_cell(one) for one in row.cells]) for row in shown.rows]
    return Sheet(shown.place.full_name, shown.label, columns, rows)


def _cell(one: Staffed | None) -> str:
    if one is None:
        return ""
    if one.why:
        return f"空岗（{one.why.label}）"
    return f"{one.name}（代{one.instead.name}）" if one.instead else one.name


@require_GET
@needs(P.ROTA_EDIT)
def empty_slots(request: Visitor) -> HttpResponse:
    asked = HoleFilter(request.user, request.GET, now())
    return render(request, "console/duty/holes.html", {"filter": asked, "holes": holes(asked.rows(), now())})


@require_GET
@needs(P.ROTA_EDIT)
def log(request: Visitor) -> HttpResponse:
    asked = LogFilter(request.user, request.GET, now())
    rows = asked.rows().select_related("shift__grid", "written_by", "grid")
    page = paging.page(request, rows, order=("-at", "-id"))
    known = {"filter": asked, "page": page, "entries": with_matters(list(page), request.user)}
    return render(request, "console/duty/log.html", known)


@require_GET
@needs(P.ROTA_EDIT)
def shift(request: Visitor, pk: int) -> HttpResponse:
    found = _shift(request, pk)
    [one] = staffed([found])
    entries = DutyLog.objects.visible_to(request.user).filter(shift=found).select_related("written_by").order_by("at")
    known = {
        "shift": found,
        "one": one,
        "said": said(found),
        "swaps": found.swaps.told().order_by("-asked_at"),
        "entries": with_matters(list(entries), request.user),
        "open": found.ends_at > now() and found.state != DutyShift.State.CANCELLED,
    }
    return render(request, "console/duty/shift.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.ROTA_EDIT)
def shift_assign(request: Visitor, pk: int) -> HttpResponse:
    found = _mine(request, pk)

    def do(given: dict[str, Any]) -> str:
        assign(shift=found, by=request.user, at=now(), **given)
        return f"已安排{given['person'].name}值班，已发消息告知。"

    return run(request, _task(found, "安排人"), PersonForm(who_may(found), **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.ROTA_EDIT)
def shift_vacate(request: Visitor, pk: int) -> HttpResponse:
    found = _mine(request, pk)

    def do(given: dict[str, Any]) -> str:
        vacate(shift=found, by=request.user, at=now())
        return "这一班现在是空岗，请尽快安排人。"

    return run(request, _task(found, "空出这一班", danger=True), TaskForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.ROTA_EDIT)
def shift_cancel(request: Visitor, pk: int) -> HttpResponse:
    found = _mine(request, pk)

    def do(given: dict[str, Any]) -> str:
        cancel_shift(shift=found, by=request.user, at=now(), **given)
        return "已取消这一班，不算空岗。"

    return run(request, _task(found, "取消这一班", danger=True), ReasonForm(**sent(request)), do)


def _shift(request: Visitor, pk: int) -> DutyShift:
    rows = DutyShift.objects.visible_to(request.user).told()
    return get_object_or_404(rows, pk=pk)


def _mine(request: Visitor, pk: int) -> DutyShift:
    found = _shift(request, pk)
    must_cover(request, P.ROTA_EDIT, found)
    return found


def _task(shift: DutyShift, title: str, *, danger: bool = False) -> Task:
    back = reverse("console:shift", args=[shift.pk])
    crumbs = [("值班", reverse("console:duty")), (said(shift), back)]
    return Task(title, back, facts=[said(shift)], danger=danger, crumbs=crumbs)
