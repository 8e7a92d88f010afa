"""值班 on the phone: who is on duty now, my shifts, swaps, the log, and a matter taken at the desk."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from rosters.actions import agree, ask_swap, decline, withdraw, write_log
from rosters.actions.logs import may_write
from rosters.actions.shifts import said
from rosters.board import over
from rosters.models import DutyLog, DutyShift, Swap
from rosters.models.shift import ShiftQuerySet
from rosters.people import staffed
from surfaces.doors import Visitor, needs
from surfaces.duty.desk import DeskForm, with_matters
from surfaces.duty.forms import LogForm, SwapForm
from surfaces.duty.phones import may_ring
from surfaces.field.arrivals import settles
from surfaces.field.tasks import FieldTask
from surfaces.tasks import run, sent
from workdays.now import now

AHEAD = timedelta(days=30)
MINE_SHOWN = 10
ANSWERS = {
    "agree": (agree, "已换班，双方都收到了消息。"),
    "decline": (decline, "已答复不换，对方会收到消息。"),
    "withdraw": (withdraw, "已撤回换班。"),
}


def around(user: User) -> ShiftQuerySet:
    """The shifts of the offices I work in or under."""
    offices = Q(pk__in=[])
    for posting in Scope.of(user).postings:
        offices |= over(posting.grid)
    return DutyShift.objects.visible_to(user).filter(offices).standing().told()


def mine(user: User, at: datetime) -> ShiftQuerySet:
    """My shifts of the next weeks, and those of whom I stand in for today."""
    rows = DutyShift.objects.visible_to(user).standing().told().filter(user__in=Scope.of(user).people)
    return rows.filter(ends_at__gt=at, starts_at__lt=at + AHEAD).order_by("starts_at", "pk")


def asked_of(user: User) -> Any:
    return Swap.objects.open().told().filter(asked_of=user).order_by("shift__starts_at")


@require_GET
@needs()
def duty(request: Visitor) -> HttpResponse:
    user, at = request.user, now()
    running = staffed(around(user).running(at).order_by("-grid__depth", "kind", "pk"))
    later = around(user).filter(day=at.date(), starts_at__gt=at)
    known = {
        "running": [(one, may_ring(user, one)) for one in running],
        "later": staffed(later.order_by("starts_at", "pk")),
        "mine": staffed(mine(user, at)[:MINE_SHOWN]),
        "asked": asked_of(user),
        "asking": Swap.objects.open().told().filter(asked_by=user).order_by("shift__starts_at"),
    }
    return render(request, "field/duty/home.html", known)


@require_GET
@needs()
def shift(request: Visitor, pk: int) -> HttpResponse:
    found, user, at = _found(request, pk), request.user, now()
    [one] = staffed([found])
    entries = DutyLog.objects.visible_to(user).filter(shift=found).select_related("written_by").order_by("at", "pk")
    writes = may_write(found, user) and found.starts_at <= at
    known = {
        "shift": found,
        "one": one,
        "may_ring": may_ring(user, one),
        "entries": with_matters(list(entries), user),
        "may_write": writes,
        "may_take": writes and Scope.of(user).may(Permission.ISSUE_COLLECT),
        "may_swap": found.user_id == user.pk and found.starts_at > at and found.state == DutyShift.State.PLANNED,
        "swap": found.swaps.open().told().first(),
    }
    return render(request, "field/duty/shift.html", known)


@require_http_methods(["GET", "POST"])
@needs()
@settles
def log_entry(request: Visitor, pk: int) -> HttpResponse:
    found = _found(request, pk)
    if not may_write(found, request.user):
        raise PermissionDenied

    def do(given: dict[str, Any]) -> str:
        write_log(shift=found, by=request.user, at=now(), **given)
        return "已记入值班日志。"

    return run(request, _task(found, "记日志", "记下就不能改，写错了再记一条说明。"), LogForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(Permission.ISSUE_COLLECT)
@settles
def desk(request: Visitor, pk: int) -> HttpResponse:
    """A resident came to the desk: an issue, and a line in the log."""
    found = _found(request, pk)
    if not may_write(found, request.user):
        raise PermissionDenied
    form = DeskForm(found, request.user, at=now(), data=request.POST if request.method == "POST" else None)
    if form.is_valid() and form.make():
        messages.success(request, "诉求已收进来，值班日志里也记了一条。")
        return redirect("field:issue", form.made.pk)
    known = {"form": form, "shift": found}
    return render(request, "field/duty/desk.html", known, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs()
@settles
def swap_ask(request: Visitor, pk: int) -> HttpResponse:
    found = _found(request, pk)
    if found.user_id != request.user.pk:
        raise PermissionDenied

    def do(given: dict[str, Any]) -> str:
        ask_swap(shift=found, by=request.user, at=now(), **given)
        return f"已请{given['asked_of'].name}答复；对方同意以前还是您值班。"

    hint = "对方同意以后，两班同时换过来；不同意就不变。"
    return run(request, _task(found, "提出换班", hint), SwapForm(found, request.user, now(), **sent(request)), do)


@require_POST
@needs()
def swap_answer(request: Visitor, pk: int, word: str) -> HttpResponse:
    mine_too = Q(asked_of=request.user) | Q(asked_by=request.user)
    swap = get_object_or_404(Swap.objects.told().filter(mine_too), pk=pk)
    if word not in ANSWERS:
        raise Http404
    answer, sentence = ANSWERS[word]
    answer(swap=swap, by=request.user, at=now())
    messages.success(request, sentence)
    return redirect("field:duty")


def _found(request: Visitor, pk: int) -> DutyShift:
    found: DutyShift = get_object_or_404(DutyShift.objects.visible_to(request.user).told(), pk=pk)
    return found


def _task(shift: DutyShift, title: str, hint: str) -> Any:
    return FieldTask(title, reverse("field:shift", args=[shift.pk]), hint, facts=[said(shift)])
