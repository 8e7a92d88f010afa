"""The pages to read: all types and quotas with what is missing, one type with its gaps and history, one quota."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.roles import Permission
from households.models import LIAISON, ContactType, PairingQuerySet, Quota, Tag
from members.models import Member
from surfaces import paging
from surfaces.console.contacts.reach import Reach, Target, found
from surfaces.console.filters import Filter
from surfaces.console.places import PlaceField
from surfaces.doors import Visitor, needs
from workdays.now import now, today

P = Permission
SHOWS = {"missing": "缺联系人", "short": "没配齐的党员", "standing": "在联系", "former": "历史"}
LOADS = {"under": "未达下限", "over": "超过上限", "all": "全部"}


class PlaceFilter(Filter):
    place = PlaceField()


@dataclass(frozen=True)
class KindRow:
    """A type with how many contacts it has and what it lacks; None where nothing can be lacking."""

    kind: ContactType
    who: str
    whom: str
    standing: int
    missing: int | None
    short: int | None


@dataclass(frozen=True)
class QuotaRow:
    quota: Quota
    kind: str
    members: int
    held: int
    under: int
    over: int


@require_GET
@needs(P.PAIRING_EDIT)
def contacts(request: Visitor) -> HttpResponse:
    asked = PlaceFilter(request.user, request.GET, now())
    reach = Reach(request.user, today(), asked.chosen.get("place"))
    kinds = list(reach.kinds)
    typed = {(kind.programme_id, kind.code): kind.name for kind in kinds}
    known = {
        "filter": asked,
        "kinds": [_kind(reach, kind) for kind in kinds],
        "quotas": [_quota(reach, quota, typed) for quota in reach.quotas],
        "query": asked.query(),
    }
    return render(request, "console/contacts/all.html", known)


def _kind(reach: Reach, kind: ContactType) -> KindRow:
    return KindRow(
        kind,
        who="、".join(Member.Cadre(cadre).label for cadre in kind.cadres) or "任何党员",
        whom=whom(kind),
        standing=reach.pairings(kind).current(reach.on).count(),
        missing=reach.missing(kind).count() if kind.required else None,
        short=reach.short(kind).count() if has_quota(kind) else None,
    )


def _quota(reach: Reach, quota: Quota, typed: dict[tuple[int, str], str]) -> QuotaRow:
    counted = reach.held(quota).aggregate(
        members=Count("pk"),
        held=Sum("load", default=0),
        under=Count("pk", filter=Q(load__lt=quota.least)),
        over=Count("pk", filter=Q(load__gt=quota.most)),
    )
    return QuotaRow(quota, _named(quota, typed), **counted)


def _named(quota: Quota, typed: dict[tuple[int, str], str]) -> str:
    return "联户" if quota.contact_type == LIAISON else typed.get((quota.programme_id, quota.contact_type), "分类联系")


def whom(kind: ContactType) -> str:
    return f"{Tag(kind.tag).label}户" if kind.tag else str(kind.get_target_display())


def has_quota(kind: ContactType) -> bool:
    return Quota.objects.filter(programme=kind.programme_id, contact_type=kind.code).exists()


class KindPage:
    """One type; each part is fetched only when its tab is open."""

    def __init__(self, request: Visitor, pk: int) -> None:
        self.request = request
        self.filter = PlaceFilter(request.user, request.GET, now())
        self.reach = Reach(request.user, today(), self.filter.chosen.get("place"))
        self.kind: ContactType = found(self.reach.kinds, pk)
        self.offered = [name for name in SHOWS if self._is_offered(name)]
        asked = request.GET.get("show", "")
        self.show = asked if asked in self.offered else self.offered[0]

    def _is_offered(self, name: str) -> bool:
        if name == "missing":
            return self.kind.required
        return name != "short" or has_quota(self.kind)

    def known(self) -> dict[str, Any]:
        page = paging.page(self.request, self.rows[self.show], order=self._order())
        return {
            "kind": self.kind,
            "whom": whom(self.kind),
            "filter": self.filter,
            "show": self.show,
            "tabs": [self._tab(name) for name in self.offered],
            "page": page,
            "groups": self.kind.target == Target.GROUP,
        }

    @cached_property
    def rows(self) -> dict[str, Any]:
        pairings = self.reach.pairings(self.kind).select_related(
            "member__branch", "household", "group", "grid", "made_by"
        )
        standing: PairingQuerySet = pairings.current(self.reach.on)
        return {
            "missing": self._targets(),
            "short": self.reach.short(self.kind).select_related("branch", "grid"),
            "standing": standing,
            "former": pairings.exclude(pk__in=standing.values("pk")),
        }

    def _targets(self) -> Any:
        rows = self.reach.missing(self.kind)
        return rows if self.kind.target == Target.GROUP else rows.select_related("grid")

    def _order(self) -> tuple[str, ...]:
        if self.show == "missing":
            return ("code", "id") if self.kind.target == Target.GROUP else ("number", "id")
        return ("number", "id") if self.show == "short" else ("-since", "-id")

    def _tab(self, name: str) -> dict[str, Any]:
        url = f"?{self.filter.query(show=name)}"
        count = self.rows[name].count() if name != "former" else None
        return {"label": SHOWS[name], "url": url, "current": name == self.show, "count": count}


@require_GET
@needs(P.PAIRING_EDIT)
def contact(request: Visitor, pk: int) -> HttpResponse:
    return render(request, "console/contacts/one.html", KindPage(request, pk).known())


@require_GET
@needs(P.PAIRING_EDIT)
def quota(request: Visitor, pk: int) -> HttpResponse:
    """The members a quota is for, by number: those below it, those above, or all."""
    asked = PlaceFilter(request.user, request.GET, now())
    reach = Reach(request.user, today(), asked.chosen.get("place"))
    one: Quota = found(reach.quotas, pk)
    everybody = reach.held(one).select_related("branch", "grid")
    rows = {
        "under": everybody.filter(load__lt=one.least),
        "over": everybody.filter(load__gt=one.most),
        "all": everybody,
    }
    show = request.GET.get("show", "")
    show = show if show in LOADS else "under"
    tabs = [
        {"label": label, "url": f"?{asked.query(show=name)}", "current": name == show, "count": rows[name].count()}
        for name, label in LOADS.items()
    ]
    typed = {(kind.programme_id, kind.code): kind.name for kind in reach.kinds}
    known = {"quota": one, "kind": _named(one, typed), "filter": asked, "tabs": tabs}
    page = paging.page(request, rows[show], order=("number", "id"))
    return render(request, "console/contacts/quota.html", {**known, "page": page})
