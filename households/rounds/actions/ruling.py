"""The branch decides: pin, forbid, choose another, duty; undo; comments. Each says at once what it costs and moves."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from households.actions.checks import given_reason
from households.matching import Board, Change, Reason
from households.models import (
    ChoiceRound,
    Household,
    PairChange,
    ProposedPair,
    RoundHousehold,
    RoundMember,
    Ruling,
)
from households.rounds.changes import why
from households.rounds.enrolling import exemption
from households.rounds.own import lives_in
from households.rounds.question import LONGEST
from households.rounds.running import parts_of
from households.rounds.step import Step, record
from households.rounds.workbench import Workbench
from members.models import Member

Kind = Ruling.Kind
BATCH = 2000


@dataclass(frozen=True)
class Effect:
    """What a ruling did: points more (or less) for the whole, and every household that got another member."""

    ruling: Ruling
    cost: int
    changes: list[PairChange]


@verb
def rule(
    *, round: ChoiceRound, kind: str, household: Household, member: Member, reason: str, by: User | None, at: datetime
) -> Effect:
    """Pin, forbid, choose or give by duty, with the reason. Everybody else is settled anew at least cost."""
    step = Step(round, "rule", by=by, at=at)
    reason = given_reason(reason)
    _check_household(round, household)
    _check_standing(round, Kind(kind), household, member)
    outside = _check_member(round, Kind(kind), household, member, step)
    bench = Workbench(round, step.on)
    cost = 0.0 if outside else bench.effect(_edit(Kind(kind), household.pk, member.pk)).cost
    ruling = _keep(round, Kind(kind), household, member, reason, cost, by, at)
    changes = _give_outside(ruling, at) if outside else _apply(bench, ruling, at)
    step.facts = {"ruling": ruling.pk, "kind": kind, "changed": len(changes)}
    step.finish(note=reason)
    return Effect(ruling, ruling.cost, changes)


@verb
def swap(
    *, round: ChoiceRound, first: Household, second: Household, reason: str, by: User | None, at: datetime
) -> tuple[Effect, Effect]:
    """Each of two households gets the other's member."""
    rows = {
        row.household_id: row.member
        for row in ProposedPair.objects.filter(round=round, household__in=[first, second]).select_related("member")
    }
    of_first, of_second = rows.get(first.pk), rows.get(second.pk)
    if of_first is None or of_second is None:
        raise Refused("要对调的两户都得先有党员，请先指定。", field="second")
    if of_first == of_second:
        raise Refused(f"{first.called}和{second.called}都由{of_first.name}联系，不用对调。", field="second")
    choose = partial(rule, round=round, kind=Kind.CHOOSE, reason=reason, by=by, at=at)
    return choose(household=first, member=of_second), choose(household=second, member=of_first)


@verb
def undo(*, ruling: Ruling, by: User | None, at: datetime) -> Effect:
    """The ruling no longer holds; it stays in the history. The household goes where it is best for the whole."""
    step = Step(ruling.round, "undo", by=by, at=at)
    bench = Workbench(ruling.round, step.on)
    outside = ruling.household_id in bench.asked.by_duty
    if not outside:
        cost = bench.effect(lambda board: board.release(ruling.household_id, ruling.member_id)).cost
    if not Ruling.objects.standing().filter(pk=ruling.pk).update(undone_by=by, undone_at=at):
        raise Outrun("这条决定已经撤回。")
    ruling.refresh_from_db()
    if outside:
        bench, cost = Workbench(ruling.round, step.on), 0.0
    changes = _apply(bench, ruling, at, undoing=True)
    step.facts = {"ruling": ruling.pk, "changed": len(changes)}
    step.finish()
    return Effect(ruling, int(cost), changes)


@verb
def comment(
    *, round: ChoiceRound, text: str, by: User | None, at: datetime, household: Household | None = None
) -> None:
    """A word on the round, or on one of its households."""
    step = Step(round, "comment", by=by, at=at)
    text = text.strip()
    if not text:
        raise Refused("请写留言内容。", field="text")
    if len(text) > 500:
        raise Refused("留言最多500个字。", field="text")
    if household is not None:
        _check_household(round, household)
    about = {"household": household.pk} if household else {}
    record(step.round, "comment", by=by, at=at, note=text, **about)


def _edit(kind: Kind, home: int, member: int) -> Callable[[Board], Change]:
    if kind == Kind.FORBID:
        return lambda board: board.forbid(home, member)
    return lambda board: board.pin(home, member)


def _keep(
    round: ChoiceRound,
    kind: Kind,
    household: Household,
    member: Member,
    reason: str,
    cost: float,
    by: User | None,
    at: datetime,
) -> Ruling:
    return Ruling.objects.create(
        round=round, kind=kind, household=household, member=member, reason=reason, cost=int(cost), by=by, at=at
    )


def _apply(bench: Workbench, ruling: Ruling, at: datetime, *, undoing: bool = False) -> list[PairChange]:
    """Writes who moved, and says anew why for everybody whose member has more or fewer households than before."""
    bench.retell()
    moved = bench.moved()
    touched = {member for _, before, after in moved for member in (before, after)}
    homes = {home for home, member in bench.board.pairs.items() if member in touched}
    homes |= {ruling.household_id, *(home for home, _, _ in moved)}
    reasons = bench.reasons(homes)
    _write_pairs(bench, reasons)
    return PairChange.objects.bulk_create(
        [
            PairChange(
                round=ruling.round,
                ruling=ruling,
                undoing=undoing,
                household_id=home,
                before_id=before,
                after_id=after,
                why=_why(ruling, home, before, bench, undoing),
                at=at,
            )
            for home, before, after in moved
        ],
        BATCH,
    )


def _why(ruling: Ruling, home: int, before: int | None, bench: Workbench, undoing: bool) -> str:
    if home == ruling.household_id:
        verb_said = "撤回" if undoing else ""
        return f"{verb_said}{ruling.get_kind_display()}：{ruling.reason}"[:LONGEST]
    reason = bench.reasons([home])[home]
    return f"随{bench.asked.names.get(ruling.member_id, '')}的变动调整：{why(before, reason, bench.asked)}"[:LONGEST]


def _write_pairs(bench: Workbench, reasons: Mapping[int, Reason]) -> None:
    rows = {row.household_id: row for row in ProposedPair.objects.filter(round=bench.round, household__in=reasons)}
    for home, reason in reasons.items():
        row = rows[home]
        row.member_id = reason.helper
        row.sentence = bench.asked.said(reason)
        row.parts = parts_of(reason)
        row.by_ruling = reason.pinned
    ProposedPair.objects.bulk_update(rows.values(), ["member", "sentence", "parts", "by_ruling"], BATCH)


def _give_outside(ruling: Ruling, at: datetime) -> list[PairChange]:
    """Duty to somebody who is not of the round: the household leaves the board."""
    row = ProposedPair.objects.get(round=ruling.round, household=ruling.household_id)
    before = row.member_id
    said = f"{ruling.get_kind_display()}：{ruling.reason}"[:LONGEST]
    row.member_id, row.sentence, row.parts, row.by_ruling = ruling.member_id, said, {}, True
    row.save()
    change = PairChange(
        round=ruling.round,
        ruling=ruling,
        household_id=ruling.household_id,
        before_id=before,
        after_id=ruling.member_id,
        why=said,
        at=at,
    )
    return PairChange.objects.bulk_create([change])


def _check_household(round: ChoiceRound, household: Household) -> None:
    if not RoundHousehold.objects.filter(round=round, household=household).exists():
        raise Refused(f"{household.called}不在“{round}”的范围内。", field="household")
    if household.closed_on:
        raise Refused(f"{household.called}已于{household.closed_on}销户。", field="household")


def _check_standing(round: ChoiceRound, kind: Kind, household: Household, member: Member) -> None:
    """Contradictory decisions are named, both of them."""
    for standing in _standing(round, household):
        if _contradicts(standing, kind, member):
            raise Refused(
                f"{household.called}：{_told(standing)}，与这次“{kind.label}{member.name}”相矛盾，请先撤回原来的决定。",
                field="member",
            )


def _standing(round: ChoiceRound, household: Household) -> Iterable[Ruling]:
    rows = Ruling.objects.standing().filter(round=round, household=household)
    return rows.select_related("member", "by").order_by("pk")


def _contradicts(standing: Ruling, kind: Kind, member: Member) -> bool:
    gives, gave = kind in Ruling.GIVES, standing.kind in Ruling.GIVES
    if gives and gave:
        return True
    return standing.member_id == member.pk and (gives or gave or kind == standing.kind)


def _told(standing: Ruling) -> str:
    who = f"{standing.by.name}" if standing.by else "支部"
    return f"{who}已“{standing.get_kind_display()}{standing.member.name}”（{standing.reason}）"


def _check_member(round: ChoiceRound, kind: Kind, household: Household, member: Member, step: Step) -> bool:
    """Whether the member is from outside the round, as only duty allows."""
    if kind in Ruling.GIVES and lives_in(member, household):
        raise Refused(f"{household.called}是{member.name}自己家，不能联自己家。", field="member")
    seat = RoundMember.objects.filter(round=round, member=member).first()
    if seat is not None and not seat.exempt:
        return False
    if kind != Kind.DUTY:
        why_not = f"因{seat.exempt}不参加" if seat else "不在本轮名单里"
        raise Refused(f"{member.name}{why_not}，请先“恢复联户”或“外借党员”，或者用“兜底包联”。", field="member")
    if member.county_id != round.county_id or member.left_on:
        raise Refused(f"{member.name}不在本县任职，不能兜底包联。", field="member")
    exempt = exemption(member, step.on)
    if exempt:
        raise Refused(f"{member.name}因{exempt}免联，不能兜底包联。", field="member")
    return True
