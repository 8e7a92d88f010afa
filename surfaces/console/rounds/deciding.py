"""The branch decides about one household: who could have it at what cost, who else moves, and why it is as it is."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.privacy import Mask, mask
from accounts.roles import Permission
from households.models import ChoiceRound, Household, ProposedPair, RoundStatus, Ruling
from households.rounds.actions import rule, swap, undo
from households.rounds.standing import ballot_of
from households.rounds.workbench import Candidate, Workbench
from members.models import Member
from surfaces import find
from surfaces.console.rounds.door import crumbs, found, home_of, member_of, page_of
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, reason_input, run, sent
from workdays.now import now, today

P = Permission
KINDS = [
    (Ruling.Kind.CHOOSE, "调整：由选中的党员联系"),
    (Ruling.Kind.PIN, "锁定：再次生成方案也不变"),
    (Ruling.Kind.FORBID, "排除：不由选中的党员联系"),
    (Ruling.Kind.DUTY, "兜底包联：由选中的党员包下来"),
]
CANDIDATES = 12


@dataclass(frozen=True)
class Choice:
    """One member who could take the household on, as a row to pick."""

    member: Member
    priced: Candidate | None
    current: bool

    @property
    def cost(self) -> str:
        return "" if self.priced is None or self.current else in_points(self.priced.cost)


def in_points(cost: float) -> str:
    """What a change costs everybody together, in words."""
    points = round(cost)
    return f"多{points}米" if points > 0 else f"少{-points}米" if points < 0 else "不变"


class RuleForm(TaskForm):
    kind = forms.ChoiceField(label="决定", choices=KINDS, initial=Ruling.Kind.CHOOSE, widget=forms.RadioSelect)
    member = forms.ModelChoiceField(
        Member.objects.none(), label="党员", error_messages={"required": "请在名单里选一名党员。"}
    )
    reason = forms.CharField(label="理由", max_length=200, widget=reason_input())

    def __init__(self, user: User, round: ChoiceRound, **known: Any) -> None:
        super().__init__(**known)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)
        seen = Member.objects.visible_to(user).values("pk")
        field.queryset = Member.objects.filter(Q(pk__in=seen) | Q(pk__in=round.members.values("member")))


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def decide(request: Visitor, pk: int, household: int) -> HttpResponse:
    """`?member=` is chosen beforehand (the household was dropped there); `?q=` finds members outside the round."""
    round = found(request, pk)
    home = home_of(round, household)
    form = RuleForm(request.user, round, initial={"member": request.GET.get("member")}, **sent(request))

    def do(given: dict[str, Any]) -> str:
        effect = rule(round=round, household=home, by=request.user, at=now(), **given)
        others = sum(change.household_id != home.pk for change in effect.changes)
        return f"已决定。全体合计{in_points(effect.cost)}（折算），另有{others}户随之调整，见“变动”。"

    facts = [f"{mask(home.head_name, Mask.NAME)}户（{home.number}），{home.grid.name}"]
    task = Task("支部决定", page_of(round, "board"), "", facts, crumbs=crumbs(round), template=DECIDE)
    return run(request, task, form, do, **_known(request, round, home, form))


DECIDE = "console/rounds/decide.html"


def _known(request: Visitor, round: ChoiceRound, home: Household, form: RuleForm) -> dict[str, Any]:
    pair = ProposedPair.objects.filter(round=round, household=home).select_related("member").first()
    ballot = ballot_of(round, home)
    text = request.GET.get("q", "").strip()
    wished = Member.objects.filter(wishes__ballot=ballot).order_by("wishes__rank") if ballot else []
    return {
        "round": round,
        "home": home,
        "pair": pair,
        "wished": wished,
        "wishers": Member.objects.filter(
            wishes__household=home, wishes__ballot__member__isnull=False, wishes__ballot__round=round
        ).filter(wishes__ballot__replaced_at=None),
        "rulings": Ruling.objects.standing().filter(round=round, household=home).select_related("member", "by"),
        "deciding": round.status == RoundStatus.DECIDING,
        "choices": _choices(request, round, home, pair, text) if round.status == RoundStatus.DECIDING else [],
        "q": text,
        "picked": str(form["member"].value() or ""),
    }


def _choices(
    request: Visitor, round: ChoiceRound, home: Household, pair: ProposedPair | None, text: str
) -> list[Choice]:
    """Those of the round, the cheapest for everybody first; with a text whoever is found, outside it for duty."""
    priced = {one.member: one for one in Workbench(round, today()).candidates(home, limit=1000)}
    if text:
        members = list(find.members(Member.objects.visible_to(request.user).available(today()), text)[:CANDIDATES])
    else:
        listed = [*priced][:CANDIDATES]
        asked = request.GET.get("member", "")
        extra = [int(asked)] if asked.isdigit() and int(asked) in priced else []
        known = Member.objects.in_bulk({*listed, *extra})
        members = [known[pk] for pk in dict.fromkeys([*extra, *listed])]
    current = pair.member_id if pair else None
    return [Choice(member, priced.get(member.pk), member.pk == current) for member in members]


@require_GET
@needs(P.PAIRING_EDIT)
def effect(request: Visitor, pk: int, household: int, member: int) -> HttpResponse:
    """What giving the household to the member would cost and whom it would move, before anything is done."""
    round = found(request, pk)
    home, to = home_of(round, household), member_of(round, member)
    change = Workbench(round, today()).preview(home, to)
    names = Member.objects.in_bulk({key for _, was, now_ in change.moved for key in (was, now_) if key})
    homes = Household.objects.in_bulk([key for key, _, _ in change.moved])
    moved = [(homes[key], names.get(was or 0), names.get(now_ or 0)) for key, was, now_ in change.moved]
    others = [row for row in moved if row[0].pk != home.pk]
    known = {"to": to, "cost": in_points(change.cost), "others": others}
    return render(request, "console/rounds/effect.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def take_back(request: Visitor, pk: int, ruling: int) -> HttpResponse:
    round = found(request, pk)
    one = get_object_or_404(
        Ruling.objects.standing().select_related("household", "member", "round"), pk=ruling, round=round
    )

    def do(given: dict[str, Any]) -> str:
        done = undo(ruling=one, by=request.user, at=now())
        return f"已撤回。全体合计{in_points(done.cost)}（折算），{len(done.changes)}户调整。"

    said = f"{mask(one.household.head_name, Mask.NAME)}户：{one.get_kind_display()}{one.member.name}（{one.reason}）"
    hint = "撤回后，这一户回到对全体最合适的安排；记录保留。"
    task = Task("撤回决定", page_of(round, "board"), hint, [said], crumbs=crumbs(round))
    return run(request, task, TaskForm(**sent(request)), do)


class SwapForm(TaskForm):
    second = forms.ChoiceField(label="与哪一户对调")
    reason = forms.CharField(label="理由", max_length=200, widget=reason_input())


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def exchange(request: Visitor, pk: int, household: int) -> HttpResponse:
    """Two households get each other's member."""
    round = found(request, pk)
    home = home_of(round, household)
    form = SwapForm(**sent(request))
    choice = form.fields["second"]
    assert isinstance(choice, forms.ChoiceField)
    choice.choices = _others(round, home)

    def do(given: dict[str, Any]) -> str:
        second = home_of(round, int(given["second"]))
        both = swap(round=round, first=home, second=second, reason=given["reason"], by=request.user, at=now())
        return f"已对调。全体合计{in_points(sum(one.cost for one in both))}（折算）。"

    facts = [f"{mask(home.head_name, Mask.NAME)}户（{home.number}）"]
    return run(request, Task("对调", page_of(round, "board"), "", facts, crumbs=crumbs(round)), form, do)


def _others(round: ChoiceRound, home: Household) -> list[tuple[str, str]]:
    rows = ProposedPair.objects.filter(round=round, member__isnull=False).select_related("household", "member")
    mine = ProposedPair.objects.filter(round=round, household=home).values("member")
    return [
        (
            str(row.household_id),
            f"{row.member.name}：{row.household.number} {mask(row.household.head_name, Mask.NAME)}户",
        )
        for row in rows.exclude(member__in=mine).order_by("member__name", "household__number")
        if row.member
    ]
