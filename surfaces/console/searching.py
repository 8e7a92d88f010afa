"""The search box in the head: issues, households, members and grids of my scope at once."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.privacy import mask, personal_fields
from accounts.roles import Permission
from grids.models import Grid
from grids.scope import Scope
from households.models import Household
from issues.models import Issue
from members.models import Member
from surfaces import find
from surfaces.doors import Visitor, needs
from workdays.now import today

P = Permission
SHOWN = 8
Hit = tuple[str, str, str]
"""Address, what it is called, what tells it apart."""


@require_GET
@needs()
def search(request: Visitor) -> HttpResponse:
    text = find.cleaned(request.GET.get("q", ""))[:60]
    groups = _groups(request, text) if find.long_enough(text) else []
    known = {"q": text, "groups": [group for group in groups if group["hits"]], "too_short": not find.long_enough(text)}
    return render(request, "console/search.html", known)


def _groups(request: Visitor, text: str) -> list[dict[str, Any]]:
    scope = Scope.of(request.user)
    kinds: tuple[tuple[str, Permission, Callable[[Visitor, str], list[Hit]], str, dict[str, str]], ...] = (
        ("诉求", P.ISSUE_VIEW, _issues, "console:issues", {"status": "all"}),
        ("住户", P.HOUSEHOLD_VIEW, _households, "console:households", {}),
        ("党员", P.MEMBER_VIEW, _members, "console:members", {}),
        ("网格", P.GRID_VIEW, _grids, "", {}),
    )
    found = []
    for label, permission, look, url_name, more in kinds:
        if scope.may(permission):
            hits = look(request, text)
            url = f"{reverse(url_name)}?{urlencode({'q': text, **more})}" if url_name and len(hits) > SHOWN else ""
            found.append({"label": label, "hits": hits[:SHOWN], "all": url})
    return found


def _issues(request: Visitor, text: str) -> list[Hit]:
    rows = find.issues(Issue.objects.visible_to(request.user), text).select_related("grid")
    return [
        (
            reverse("console:issue", args=[one.pk]),
            one.title,
            f"{one.number or '未挂号'} · {one.get_status_display()} · {one.grid.full_name}",
        )
        for one in rows.order_by("-collected_at", "-id")[: SHOWN + 1]
    ]


def _households(request: Visitor, text: str) -> list[Hit]:
    rows = find.households(Household.objects.visible_to(request.user), text).select_related("grid")
    masks = personal_fields(Household)
    return [
        (
            reverse("console:household", args=[one.pk]),
            f"{mask(one.head_name, masks['head_name'])}户",
            f"{one.number} · {one.grid.full_name}",
        )
        for one in rows.order_by("number", "id")[: SHOWN + 1]
    ]


def _members(request: Visitor, text: str) -> list[Hit]:
    rows = find.members(Member.objects.visible_to(request.user), text).select_related("branch")
    return [
        (reverse("console:member", args=[one.pk]), one.name, one.branch.name)
        for one in rows.order_by("number", "id")[: SHOWN + 1]
    ]


def _grids(request: Visitor, text: str) -> list[Hit]:
    rows = find.grids(Grid.objects.visible_to(request.user).current(today()), text)
    return [
        (reverse("console:grid", args=[one.pk]), one.full_name, f"{one.get_kind_display()} · {one.code}")
        for one in rows.order_by("code", "id")[: SHOWN + 1]
    ]
