"""服务日 on the phone: today's session, its five steps as buttons, and what is next."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Permission
from grids.models import Grid
from surfaces.doors import Visitor, needs
from surfaces.field import work
from surfaces.field.arrivals import settles
from surfaces.field.tasks import FieldTask
from surfaces.service import steps
from surfaces.service.page import SessionPage, sessions_of
from visits.actions import join_session
from visits.models import LAST_STEP
from workdays.now import now

P = Permission
SHOWN = 20
BACK = timedelta(days=60)


@require_GET
@needs(P.VISIT_VIEW)
def sessions(request: Visitor) -> HttpResponse:
    """Today's, what is not finished, what comes, what was."""
    at = now()
    on = at.date()
    rows = sessions_of(request.user)
    standing = rows.standing()
    known = {
        "today": _pages(request, standing.filter(day=on)),
        "open": _pages(request, standing.unfinished(on).filter(day__gte=on - BACK).order_by("-day")),
        "coming": _pages(request, rows.filter(day__gt=on).order_by("day", "pk")),
        "past": _pages(request, rows.filter(day__lt=on, step__in=("", LAST_STEP)).order_by("-day", "-pk")),
    }
    return render(request, "field/sessions.html", known)


def _pages(request: Visitor, rows: object) -> list[SessionPage]:
    at = now()
    return [SessionPage(session, request.user, at) for session in rows[:SHOWN]]  # type: ignore[index]


@require_GET
@needs(P.VISIT_VIEW)
def session(request: Visitor, pk: int) -> HttpResponse:
    one = get_object_or_404(sessions_of(request.user), pk=pk)
    page = SessionPage(one, request.user, now())
    due = work.mine(request.user).filter(village_id=one.village_id).select_related("household__grid", "member")
    known = {
        "one": one,
        "page": page,
        "due": due.order_by("next_due_on", "id")[:SHOWN] if one.step and page.turn else [],
        "village": Grid.objects.get(pk=one.village_id),
    }
    return render(request, "field/session.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
@settles
def session_step(request: Visitor, pk: int, name: str) -> HttpResponse:
    return steps.take(request, pk, name, FieldTask, reverse("field:session", args=[pk]))


@require_POST
@needs(P.VISIT_RECORD)
def session_join(request: Visitor, pk: int) -> HttpResponse:
    """我也参加: one tap, no place, no photo."""
    one = get_object_or_404(sessions_of(request.user), pk=pk)
    me = SessionPage(one, request.user, now()).may_join
    if me:
        join_session(session=one, member=me, at=now(), by=request.user)
        messages.success(request, "已记下您参加。")
    return redirect("field:session", pk)
