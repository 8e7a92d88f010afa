"""One pledge before one person: how it stands in words, and which deeds are theirs."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid
from grids.scope import Scope
from surfaces.words import day, moment
from visits.models import Pledge
from visits.models.pledges import PledgeQuerySet
from workdays.now import today

P = Permission
S = Pledge.Status
WITH = ("member", "branch", "grid", "witness_household", "published_by", "reported_by", "closed_by")
BY_DUE = ("due_on", "id")
BADGES = {S.DRAFT: "waiting", S.PUBLISHED: "processing", S.REPORTED: "confirming", S.KEPT: "done", S.NOT_KEPT: "failed"}
LABELS = {
    "publish": "公开",
    "drop": "删除",
    "report": "报告兑现",
    "witness": "代录见证人",
    "give_up": "记为未兑现",
}
FITTING: dict[Pledge.Status, tuple[str, ...]] = {
    S.DRAFT: ("publish", "drop"),
    S.PUBLISHED: ("report", "witness", "give_up"),
    S.REPORTED: ("witness", "give_up"),
    S.KEPT: (),
    S.NOT_KEPT: (),
}
"""Which deeds fit where a pledge stands."""


def pledges_of(user: User) -> PledgeQuerySet:
    rows: PledgeQuerySet = Pledge.objects.visible_to(user).select_related(*WITH)
    return rows


def is_mine(user: User, pledge: Pledge) -> bool:
    return bool(pledge.member and pledge.member.user_id in Scope.of(user).people)


def heads(user: User, pledge: Pledge) -> bool:
    """Does somebody look after pledges here: the village's heads and above?"""
    return Scope.of(user).covers(P.PAIRING_EDIT, pledge)


def standing(pledge: Pledge, on: date) -> tuple[str, str]:
    """The word of a badge, and in Chinese."""
    status = S(pledge.status)
    if status in (S.PUBLISHED, S.REPORTED) and pledge.due_on < on:
        return "overdue", "到期未兑现" if status == S.PUBLISHED else "到期待见证"
    return BADGES[status], status.label


class PledgePage:
    def __init__(self, pledge: Pledge, user: User, on: date) -> None:
        self.pledge = pledge
        self.user = user
        self.on = on

    @property
    def state(self) -> tuple[str, str]:
        return standing(self.pledge, self.on)

    def may(self, deed: str) -> bool:
        """By right, wherever the pledge stands: the verb says when it does not fit."""
        mine, above = is_mine(self.user, self.pledge), heads(self.user, self.pledge)
        own = bool(self.pledge.member and self.pledge.member.user_id == self.user.pk)
        return {"publish": above, "witness": above and not own}.get(deed, mine or above)

    @property
    def deeds(self) -> list[tuple[str, str]]:
        """(name, label) of what fits now and is this person's to do."""
        return [(name, LABELS[name]) for name in FITTING[S(self.pledge.status)] if self.may(name)]

    @property
    def facts(self) -> list[tuple[str, Any]]:
        pledge = self.pledge
        said = [
            ("承诺人", pledge.by_whom),
            ("网格", pledge.grid.full_name),
            ("年度", f"{pledge.year}年"),
            ("类型", pledge.get_kind_display()),
            ("兑现期限", day(pledge.due_on)),
        ]
        said += [("公开", moment(pledge.published_at))] if pledge.published_at else []
        said += [("见证户", f"{pledge.witness_household.number}号户")] if pledge.witness_household else []
        said += [("见证", self._seen_by)] if pledge.means else []
        return said + ([("确认", moment(pledge.closed_at))] if pledge.closed_at else [])

    @property
    def _seen_by(self) -> str:
        if self.pledge.means == Pledge.Means.QR:
            return "见证户扫码确认"
        return f"{self.pledge.witness}，{self.pledge.closed_by}代录"


def known_of(user: User, pk: int) -> dict[str, Any]:
    """What the page of one pledge shows. 404 unless this person may see it."""
    one = get_object_or_404(pledges_of(user), pk=pk)
    village = Grid.objects.filter(pk=one.village_id).first()
    return {"one": one, "page": PledgePage(one, user, today()), "village": village}
