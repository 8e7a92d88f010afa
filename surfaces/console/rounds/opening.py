"""The list of rounds, and opening one: of a branch, of a whole place, or one for each branch of a place."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Refused
from accounts.roles import Permission
from grids.scope import Scope
from households.models import ChoiceRound, Programme, Quota, RoundStatus
from households.rounds.actions import open_round, open_rounds
from households.rounds.area import BRANCHES
from members.models import PartyOrg
from surfaces import paging
from surfaces.console.filters import Filter, pick
from surfaces.console.places import PlaceField, inside
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, date_input, go, run, sent
from workdays.now import now, today

P = Permission
BRANCH, PLACE, EACH = "branch", "place", "each"
HOW = [
    (BRANCH, "一个党支部"),
    (PLACE, "一个村、乡镇或全县合成一轮（可跨支部、跨村结对）"),
    (EACH, "一个乡镇或全县，每个支部各开一轮"),
]
USUAL_DAYS = 7
HINT = "住户按需求、党员按能力分类；征集期内双方填志愿，到期后生成方案，由支部商议、表决、公示后生效。"


class RoundFilter(Filter):
    place = PlaceField()
    status = pick("状态", RoundStatus.choices)

    def rows(self) -> QuerySet[ChoiceRound]:
        rows: QuerySet[ChoiceRound] = ChoiceRound.objects.filter(Scope.of(self.user).q(P.PAIRING_EDIT))
        if "place" in self.chosen:
            rows = rows.filter(inside(self.chosen["place"]))
        return rows.filter(status=self.chosen["status"]) if "status" in self.chosen else rows


@require_GET
@needs(P.PAIRING_EDIT)
def rounds(request: Visitor) -> HttpResponse:
    asked = RoundFilter(request.user, request.GET, now())
    rows = asked.rows().select_related("grid").annotate(homes=Count("households"))
    page = paging.page(request, rows, order=("-id",))
    return render(request, "console/rounds/list.html", {"filter": asked, "page": page})


class OpenForm(TaskForm):
    how = forms.ChoiceField(label="怎样开展", choices=HOW, initial=BRANCH, widget=forms.RadioSelect)
    branch = forms.ModelChoiceField(
        PartyOrg.objects.none(), label="党支部", required=False, help_text="选“一个党支部”时填"
    )
    place = PlaceField("地方")
    wishes_from = forms.DateField(label="志愿征集自", widget=date_input())
    wishes_until = forms.DateField(label="至（含）", widget=date_input())
    most_wishes = forms.IntegerField(label="每方最多几个志愿", min_value=1, max_value=10, initial=3)

    def __init__(self, request: Visitor, **sent: Any) -> None:
        days = {"wishes_from": today(), "wishes_until": today() + timedelta(days=USUAL_DAYS - 1)}
        super().__init__(initial=days, **sent)
        place, branch = self.fields["place"], self.fields["branch"]
        assert isinstance(place, PlaceField)
        assert isinstance(branch, forms.ModelChoiceField)
        place.open_for(request.user, request.POST.get("place"))
        mine = PartyOrg.objects.filter(Scope.of(request.user).q(P.PAIRING_EDIT), kind__in=BRANCHES)
        branch.queryset = mine.order_by("grid__code", "name")


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def open_new(request: Visitor) -> HttpResponse:
    made: list[ChoiceRound] = []

    def do(given: dict[str, Any]) -> str:
        how, branch, place = (given.pop(name) for name in ("how", "branch", "place"))
        if how == BRANCH and branch is None:
            raise Refused("请选择党支部。", field="branch")
        if how != BRANCH and place is None:
            raise Refused("请选择地方。", field="place")
        known = {**given, "programme": _programme(branch if how == BRANCH else place), "by": request.user, "at": now()}
        if how == EACH:
            batch = open_rounds(grid=place, reach=ChoiceRound.Reach.BRANCH, **known)
            return f"已开启{batch.rounds.count()}轮，已通知党员填志愿。"
        made.append(open_round(**({"branch": branch} if how == BRANCH else {"grid": place}), **known))
        return "已开启，党员和住户已分类，已通知党员填志愿。"

    back = reverse("console:rounds")
    task = Task("开启互选", back, HINT, facts=_quotas(request), crumbs=[("双向互选", back)])
    response = run(request, task, OpenForm(request, **sent(request)), do)
    return go(request, reverse("console:round", args=[made[0].pk])) if made else response


def _programme(row: Any) -> Programme:
    return get_object_or_404(Programme.objects.filter(county=row.county_id).order_by("pk")[:1])


def _quotas(request: Visitor) -> list[str]:
    """How many households each kind of member looks after here."""
    counties = {posting.county_id for posting in Scope.of(request.user).postings}
    rows = Quota.objects.filter(programme__county__in=counties).order_by("cadre")
    said = [f"{row.get_cadre_display()}每人{row.least}–{row.most}户，目标{row.target}户" for row in rows]
    return said or ["每名党员联几户，按“党员”页登记的联户上下限"]
