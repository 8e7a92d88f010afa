"""服务承诺 at the desk: the list with what is due and overdue, and one pledge."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.models import Grid
from grids.scope import Scope
from surfaces import paging
from surfaces.console.filters import Filter, pick
from surfaces.console.places import PlaceField, inside
from surfaces.doors import Visitor, needs
from surfaces.pledges import deeds
from surfaces.pledges.page import BY_DUE, PledgePage, pledges_of, standing
from surfaces.tasks import Task
from visits.models import Pledge
from visits.models.pledges import PledgeQuerySet
from workdays.now import now, today

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


class PledgeFilter(Filter):
    state = forms.ChoiceField(label="情况", required=False, choices=list(TABS.items()), widget=forms.HiddenInput)
    kind = pick("类型", Pledge.Kind.choices)
    place = PlaceField()

    @property
    def state_chosen(self) -> str:
        return str(self.chosen.get("state", "all"))

    def narrowed(self) -> PledgeQuerySet:
        chosen, rows = self.chosen, pledges_of(self.user)
        if "place" in chosen:
            rows = rows.filter(inside(chosen["place"]))
        return rows.filter(kind=chosen["kind"]) if "kind" in chosen else rows

    def rows(self) -> PledgeQuerySet:
        return self.narrowed().filter(narrowing(self.state_chosen, self.at.date()))

    def tabs(self) -> list[dict[str, Any]]:
        on = self.at.date()
        counts = self.narrowed().aggregate(**{f"tab_{name}": Count("pk", filter=narrowing(name, on)) for name in TABS})
        return [
            {
                "label": label,
                "url": f"?{self.query(state=name)}",
                "count": counts[f"tab_{name}"],
                "current": name == self.state_chosen,
            }
            for name, label in TABS.items()
        ]


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
    one = get_object_or_404(pledges_of(request.user), pk=pk)
    village = Grid.objects.filter(pk=one.village_id).first()
    known = {"one": one, "page": PledgePage(one, request.user, today()), "village": village}
    return render(request, "console/pledges/page.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def pledge_new(request: Visitor) -> HttpResponse:
    return deeds.make(request, _frame, reverse("console:pledges"), now())


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
def pledge_deed(request: Visitor, pk: int, name: str) -> HttpResponse:
    def back(one: Pledge) -> str:
        return reverse("console:pledges") if name == "drop" else reverse("console:pledge", args=[one.pk])

    return deeds.run_deed(request, pk, name, _frame, back)


def _frame(title: str, back: str, hint: str, **more: Any) -> Task:
    return Task(title, back, hint, crumbs=[("服务承诺", reverse("console:pledges"))], **more)
