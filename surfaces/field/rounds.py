"""双向互选 for a member: the households in reach, my wishes in order, and what came of the round.

What is picked stands in the address (`?pick=`) until it is sent, so it works without JavaScript and survives a reload.
Heads are masked, as in every list; neighbours know each other by the place.
"""

from dataclasses import dataclass
from math import hypot
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from accounts.models import User
from accounts.privacy import Mask, mask
from grids.scope import Scope
from households.matching import metres
from households.models import READABLE_ROUNDS, ChoiceRound, Household, ProposedPair, RoundMember, RoundStatus, Tie
from households.rounds.actions import declare_tie, wish_as_member
from households.rounds.own import own_homes
from households.rounds.standing import ballot_of
from members.models import Member
from surfaces import find
from surfaces.doors import Visitor, needs
from workdays.now import now, today

LISTED = 30
"""The nearest; a search finds the others."""


@dataclass(frozen=True)
class Near:
    """A household in reach, `away` metres from the member's home where both places are known."""

    household: Household
    away: int | None

    @property
    def name(self) -> str:
        return f"{mask(self.household.head_name, Mask.NAME)}户"

    @property
    def note(self) -> str:
        place = f"{self.household.grid.name} {self.household.number}"
        return f"{place} · 相距{self.away}米" if self.away is not None else place


@require_http_methods(["GET", "POST"])
@needs()
def wishes(request: Visitor, pk: int) -> HttpResponse:
    """404 unless I (or whom I stand in for) take part."""
    rows = ChoiceRound.objects.visible_to(request.user)
    round: ChoiceRound = get_object_or_404(rows, pk=pk)
    seat = RoundMember.objects.filter(round=round, member__user__in=Scope.of(request.user).people)
    member = get_object_or_404(seat.select_related("member")).member
    picked = _picked(request, round, member)
    if request.method == "POST":
        sentence = _send(request, round, member, picked)
        if not sentence:
            messages.success(request, "志愿已提交，截止前可以再改。")
            return redirect("field:round", pk)
        messages.error(request, sentence)
    known = {"round": round, "member": member, **_standing(round, member)}
    if round.takes_wishes(today()):
        known |= _choosing(request, round, member, picked)
    return render(request, "field/round.html", known, status=422 if request.method == "POST" else 200)


def _picked(request: Visitor, round: ChoiceRound, member: Member) -> list[int]:
    """In order; what I sent before when nothing is picked anew."""
    given = request.POST if request.method == "POST" else request.GET
    if "pick" in given or "picking" in given or request.method == "POST":
        return list(dict.fromkeys(int(one) for one in given.getlist("pick") if one.isdigit() and len(one) < 19))
    ballot = ballot_of(round, member)
    return list(ballot.wishes.order_by("rank", "pk").values_list("household", flat=True)) if ballot else []


def _send(request: Visitor, round: ChoiceRound, member: Member, picked: list[int]) -> str:
    """The sentence of a refusal, or nothing."""
    homes = Household.objects.in_bulk(picked)
    unknown = [pk for pk in picked if pk not in homes]
    if unknown:
        return "选的住户不在名单里，请重新选。"
    chosen = [homes[pk] for pk in picked]
    try:
        wish_as_member(round=round, member=member, households=chosen, by=request.user, at=now())
        for home in chosen:
            kind = request.POST.get(f"tie{home.pk}", "")
            if kind:
                declare_tie(member=member, household=home, kind=kind, side=Tie.Side.MEMBER, by=request.user, at=now())
    except Refused as refused:
        return refused.sentence
    return ""


def _standing(round: ChoiceRound, member: Member) -> dict[str, Any]:
    ballot = ballot_of(round, member)
    mine = ProposedPair.objects.filter(round=round, member=member).select_related("household__grid")
    return {
        "ballot": ballot,
        "said": [_near(wish.household, member) for wish in _wishes(ballot)],
        "takes": round.takes_wishes(today()),
        "settled": round.status in READABLE_ROUNDS,
        "result": [(_near(pair.household, member), pair.sentence) for pair in mine],
    }


def _wishes(ballot: Any) -> Any:
    return ballot.wishes.select_related("household__grid").order_by("rank", "pk") if ballot else []


def _choosing(request: Visitor, round: ChoiceRound, member: Member, picked: list[int]) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()
    homes = Household.objects.living().filter(rounds__round=round)
    mine = {home for _, home in own_homes([member], homes.values_list("pk", flat=True))}
    chosen = homes.select_related("grid").in_bulk(picked)
    order = [pk for pk in picked if pk in chosen]
    rows = find.households(homes, text) if text else homes
    return {
        "q": text,
        "picked": [
            {
                "near": _near(chosen[pk], member),
                "drop": _address(order, q=text, without=pk),
                "up": _raised(order, pk, text),
            }
            for pk in order
        ],
        "offered": [
            (near, _address([*order, near.household.pk], q=text))
            for near in _nearest(rows.exclude(pk__in=[*order, *mine]), member)
        ],
        "full": len(order) >= round.most_wishes,
        "ties": Tie.Kind.choices,
    }


def _nearest(rows: QuerySet[Household], member: Member) -> list[Near]:
    found = [_near(home, member) for home in rows.select_related("grid")]
    found.sort(key=lambda one: (one.away is None, one.away or 0, one.household.number))
    return found[:LISTED]


def _near(home: Household, member: Member) -> Near:
    if home.lat is None or home.lng is None or member.lat is None or member.lng is None:
        return Near(home, None)
    x, y = metres(home.lat, home.lng, member.lat, member.lng)
    return Near(home, int(hypot(x or 0, y or 0) + 0.5))


def _address(order: list[int], *, q: str, without: int | None = None) -> str:
    query = QueryDict(mutable=True)
    query.setlist("pick", [str(pk) for pk in order if pk != without])
    query["picking"] = "1"
    if q:
        query["q"] = q
    return f"?{query.urlencode()}"


def _raised(order: list[int], pk: int, q: str) -> str:
    """With this one before its neighbour; nothing for the first."""
    place = order.index(pk)
    if place == 0:
        return ""
    return _address([*order[: place - 1], pk, order[place - 1], *order[place + 1 :]], q=q)


def live(user: User) -> QuerySet[ChoiceRound]:
    """Rounds that take my wishes today, or that are published and concern me."""
    people = Scope.of(user).people
    rows = ChoiceRound.objects.filter(members__member__user__in=people, members__exempt="").distinct()
    waiting = rows.filter(status=RoundStatus.WISHING, wishes_from__lte=today(), wishes_until__gte=today())
    return waiting | rows.filter(status=RoundStatus.PUBLISHED)
