"""今日: the visits due, the issues I hold, what waits for a village secretary, the requests to take, and the late
visits of an area.

The page comes whole or not at all: it is never half loaded, and an empty day says so in words.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from surfaces.doors import Visitor, needs
from surfaces.field import duty, households, rounds, work
from surfaces.field.keeping import for_keeping
from surfaces.help.guides import to_show
from surfaces.inquiries import waiting
from surfaces.order_page import LATE_FIRST, WITH, to_answer
from surfaces.requests import lists
from surfaces.service.page import open_today
from visits.models import VillageCheck
from workdays.now import now

LISTED = 20
"""Rows of one list at home; the figure above it opens the rest."""


@require_GET
@needs()
def home(request: Visitor) -> HttpResponse:
    user = request.user
    parts = [*_orders(user), *_visits(user)]
    if not for_keeping(request):
        parts += [*_issues(user), *_requests(user), *_checks(user), *_area(user)]
    known = {
        "parts": [part for part in parts if part["count"]],
        "figures": parts,
        "day": now(),
        "sessions": open_today(user, now()),
        "inquiries": waiting(request.user),
        "duty": _duty(user),
        "rounds": rounds.live(user),
        "guide": None if for_keeping(request) else to_show(user, "field"),
        "may_collect": Scope.of(request.user).may(Permission.ISSUE_COLLECT),
    }
    return render(request, "field/home.html", known)


def _duty(user: User) -> dict[str, Any] | None:
    """The way to who is on duty, with my next shift and what I am asked; None where nobody keeps rotas."""
    at = now()
    if not duty.around(user).filter(ends_at__gt=at).exists():
        return None
    return {"mine": duty.mine(user, at).first(), "asked": duty.asked_of(user).count()}


def _orders(user: User) -> list[dict[str, Any]]:
    """Supervision orders that wait for my answer; nothing while there is none."""
    rows = to_answer(user).select_related(*WITH)
    figure = _figure("待回复督办单", reverse("field:orders"), rows, "red")
    return [figure | {"orders": rows.order_by(*LATE_FIRST)[:LISTED]}] if figure["count"] else []


def _visits(user: User) -> list[dict[str, Any]]:
    """Nothing for people who look after no household."""
    if not work.mine(user).exists():
        return []
    lists = (("走访逾期", "overdue", work.overdue(user), "red"), ("7天内走访", "soon", work.soon(user), ""))
    return [_to_visit(user, *one) for one in lists]


def _to_visit(user: User, label: str, name: str, rows: Any, tone: str) -> dict[str, Any]:
    first = households.complete(rows, Scope.of(user).on).order_by(*households.BY_DUE)[:LISTED]
    url = f"{reverse('field:households')}?list={name}"
    return _figure(label, url, rows, tone) | {"homes": households.of_pairings(first, user)}


def _area(user: User) -> list[dict[str, Any]]:
    if not work.reaches(user, Permission.VISIT_RECORD):
        return []
    word = work.area_word(user, Permission.VISIT_RECORD)
    return [_to_visit(user, f"{word}走访逾期", "area_overdue", work.area_overdue(user), "red")]


def _issues(user: User) -> list[dict[str, Any]]:
    found = []
    for pile in work.piles(user):
        if pile.waits:
            rows, order = pile.ordered(user)
            url = f"{reverse('field:issues')}?list={pile.name}"
            found.append(_figure(pile.label, url, rows, "amber") | {"rows": rows.order_by(*order)[:LISTED]})
    return found


def _requests(user: User) -> list[dict[str, Any]]:
    """三单, where the county does it: what I may take, what I took, what waits in my branch."""
    if not lists.open_for(user):
        return []
    found = []
    for pile in lists.piles(user):
        if pile.waits:
            rows, order = pile.ordered(user)
            url = f"{reverse('field:requests')}?list={pile.name}"
            found.append(_figure(pile.label, url, rows, "amber") | {"requests": rows.order_by(*order)[:LISTED]})
    return found


def _checks(user: User) -> list[dict[str, Any]]:
    """Households of which the village is to find out, for whoever speaks for it; nothing while there is none."""
    if not work.reaches(user, Permission.PAIRING_EDIT):
        return []
    rows = VillageCheck.objects.visible_to(user).open()
    figure = _figure("待核实住户", reverse("field:checks"), rows, "amber")
    first = rows.select_related("household__grid", "visit__done_by").order_by("raised_at", "id")[:LISTED]
    return [figure | {"checks": first}] if figure["count"] else []


def _figure(label: str, url: str, rows: Any, tone: str) -> dict[str, Any]:
    count = work.counted(rows)
    return {"label": label, "url": url, "count": count, "tone": tone if count else "", "more": count > LISTED}
