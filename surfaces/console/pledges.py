"""服务承诺 at the desk: the list with what is due and overdue, and one pledge."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.scope import Scope
from surfaces import paging
from surfaces.console.filters import PiledFilter, pick
from surfaces.console.places import PlaceField, inside
from surfaces.doors import Visitor, needs
from surfaces.pledges import deeds
from surfaces.pledges.page import BY_DUE, known_of, pledges_of, standing
from surfaces.tasks import Task
from visits.models import Pledge
from visits.models.pledges import PledgeQuerySet
from workdays.now import now

P, S = Permission, Pledge.Status
SOON = timedelta(days=30)
OPEN = Q(status__in=(S.PUBLISHED, S.REPORTED))
TABS = {
    "open": "未到期",
    "soon": "30天内到期",
    "overdue": "到期未兑现",
    "reported": "待见证",
    "kept": "已兑现",
    "not_kept": "未兑现",
    "draft": "待公开",
    "all": "全部",
}


def narrowing(name: str, on: date) -> Q:
    """What a tab shows."""
    return {
        "open": OPEN & Q(due_on__gte=on),
        "soon": OPEN & Q(due_on__range=(on, on + SOON)),
        "overdue": OPEN & Q(due_on__lt=on),
        "reported": Q(status=S.REPORTED),
        "kept": Q(status=S.KEPT),
        "not_kept": Q(status=S.NOT_KEPT),
        "draft": Q(status=S.DRAFT),
        "all": Q(),
    }[name]


class PledgeFilter(PiledFilter):
    PILES = TABS
    FIRST = "all"
    pile = staticmethod(narrowing)
    kind = pick("类型", Pledge.Kind.choices)
    place = PlaceField()

    def narrowed(self) -> PledgeQuerySet:
        chosen, rows = self.chosen, pledges_of(self.user)
        if "place" in chosen:
            rows = rows.filter(inside(chosen["place"]))
        return rows.filter(kind=chosen["kind"]) if "kind" in chosen else rows


@require_GET
@needs(P.VISIT_VIEW)
def pledges(request: Visitor) -> HttpResponse:
    asked = PledgeFilter(request.user, request.GET, now())
    page = paging.page(request, asked.rows(), order=BY_DUE)
    on = asked.at.date()
    known = {
        "filter": asked,
        "tabs": asked.tabs(),
        "page": page,
        "rows": [(pledge, standing(pledge, on)) for pledge in page],
        "may_make": Scope.of(request.user).has_area(P.PAIRING_EDIT),
    }
    return render(request, "console/pledges/list.html", known)


@require_GET
@needs(P.VISIT_VIEW)
def pledge(request: Visitor, pk: int) -> HttpResponse:
    return render(request, "console/pledges/page.html", known_of(request.user, pk))


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def pledge_new(request: Visitor) -> HttpResponse:
    return deeds.make(request, _frame, reverse("console:pledges"), now())


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
def pledge_deed(request: Visitor, pk: int, name: str) -> HttpResponse:
    return deeds.run_deed(request, pk, name, _frame, "console")


def _frame(title: str, back: str, hint: str, **more: Any) -> Task:
    return Task(title, back, hint, crumbs=[("服务承诺", reverse("console:pledges"))], **more)
