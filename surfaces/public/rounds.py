"""双向互选 for residents: whom a household would like, by its code; and the published pairs, masked, for everybody."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refused
from accounts.privacy import Mask, mask
from households.matching import metres
from households.models import READABLE_ROUNDS, ChoiceRound, Household, ProposedPair, RoundMember, RoundStatus
from households.rounds.actions import wish_as_household
from households.rounds.own import lives_in
from households.rounds.standing import ballot_of, live_round_of
from members.models import Ability, Member
from surfaces.doors import show
from surfaces.public.forms import Plain
from surfaces.public.homes import living_home, place_of, shown
from surfaces.public.limits import WISHED, guessing_proof, too_often
from workdays.now import now

MOST = 3
RANKS = ("第一志愿", "第二志愿", "第三志愿")


class WishForm(Plain):
    """One list for each rank; empty is “as the village arranges”. `homepage` is a trap for machines."""

    homepage = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, members: list[tuple[str, str]], most: int, chosen: list[int], **sent: Any) -> None:
        super().__init__(**sent)
        self.names = [f"wish{rank}" for rank in range(1, min(most, MOST) + 1)]
        for place, name in enumerate(self.names):
            self.fields[name] = forms.ChoiceField(
                label=RANKS[place],
                required=False,
                choices=[("", "由村里安排" if place == 0 else "不填"), *members],
                initial=chosen[place] if place < len(chosen) else "",
                error_messages={"invalid_choice": "这名党员不在可选的名单里，请重新选。"},
            )

    def chosen(self) -> list[int]:
        return [int(self.cleaned_data[name]) for name in self.names if self.cleaned_data[name]]


@require_http_methods(["GET", "POST"])
@never_cache
@guessing_proof
def wish(request: HttpRequest, code: str) -> HttpResponse:
    """Whom the household would like; outside the days of a round the page says so."""
    home, at = living_home(code), now()
    round = open_round_of(home, at.date())
    if round is None:
        return render(request, "public/wish_closed.html", {"home": home, "name": shown(home), **place_of(home)})
    ballot = ballot_of(round, home)
    said = list(ballot.wishes.order_by("rank", "pk").values_list("member", flat=True)) if ballot else []
    form = WishForm(_members(round, home), round.most_wishes, said, data=request.POST or None)
    if request.method == "POST":
        if WISHED.used_up(code):
            return too_often(request, WISHED)
        if _wished(form, round, home):
            WISHED.count(code)
            return redirect(f"{reverse('public:wish', args=[code])}?sent=1")
    known = {"form": form, "round": round, "home": home, "name": shown(home), "sent": "sent" in request.GET}
    return render(request, "public/wish.html", {**known, **place_of(home)}, status=422 if form.errors else 200)


def open_round_of(home: Household, on: date) -> ChoiceRound | None:
    round = live_round_of(home)
    return round if round and round.takes_wishes(on) else None


def _members(round: ChoiceRound, home: Household) -> list[tuple[str, str]]:
    """Those who take part, the nearest first, with what they can do."""
    seats = RoundMember.objects.taking_part().filter(round=round).select_related("member")
    people = [(seat, _away(seat.member, home)) for seat in seats if not lives_in(seat.member, home)]
    people.sort(key=lambda one: (one[1] is None, one[1] or 0, one[0].member.name))
    return [(str(seat.member_id), _said(seat, away)) for seat, away in people]


def _said(seat: RoundMember, away: int | None) -> str:
    near = [f"约{away}米"] if away is not None else []
    able = [Ability(one).label for one in seat.abilities[:3]]
    notes = "，".join([*near, *(["、".join(able)] if able else [])])
    return f"{seat.member.name}（{notes}）" if notes else seat.member.name


def _away(member: Member, home: Household) -> int | None:
    if home.lat is None or home.lng is None or member.lat is None or member.lng is None:
        return None
    x, y = metres(home.lat, home.lng, member.lat, member.lng)
    return int(((x or 0) ** 2 + (y or 0) ** 2) ** 0.5 / 10 + 0.5) * 10


def _wished(form: WishForm, round: ChoiceRound, home: Household) -> bool:
    if not form.is_valid():
        return False
    if form.cleaned_data["homepage"]:
        form.add_error(None, "没有提交成功，请重新填写。")
        return False
    members = Member.objects.in_bulk(form.chosen())
    try:
        wish_as_household(round=round, household=home, members=[members[pk] for pk in form.chosen()], by=None, at=now())
    except Refused as refused:
        show(refused, form)
        return False
    return True


def of_household(home: Household, on: date) -> dict[str, Any]:
    """What the household's page says of a round: choose, wait, or who it will be."""
    round = live_round_of(home)
    if round is None:
        return {}
    pair = ProposedPair.objects.filter(round=round, household=home, member__isnull=False).select_related("member")
    settled = pair.first() if round.status == RoundStatus.PUBLISHED else None
    takes = round.takes_wishes(on)
    return {"choice": round, "may_wish": takes, "wished": takes and ballot_of(round, home), "to_be": settled}


@require_safe
@never_cache
@guessing_proof
def published(request: HttpRequest, pk: int) -> HttpResponse:
    """The pairs of a published round: members by name, households as 黄*荣."""
    rows = ChoiceRound.objects.filter(status__in=READABLE_ROUNDS, published_at__isnull=False)
    round = get_object_or_404(rows.select_related("grid", "branch"), pk=pk)
    pairs = ProposedPair.objects.filter(round=round, member__isnull=False).select_related("household", "member")
    told: dict[str, list[str]] = {}
    for pair in pairs.order_by("member__name", "member_id", "household__number"):
        assert pair.member is not None
        told.setdefault(pair.member.name, []).append(f"{mask(pair.household.head_name, Mask.NAME)}户")
    known = {"round": round, "told": told.items(), "place": round.grid.full_name}
    return render(request, "public/choice.html", known)
