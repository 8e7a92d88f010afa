"""A published round comes into force on its day: pairings begin, are handed over, or stay as they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import User
from accounts.verbs import verb
from households.models import (
    LIAISON,
    ChoiceRound,
    Pairing,
    ProposedPair,
    RoundStatus,
    Ruling,
)
from households.rounds.step import Step
from members.models import Member

BATCH = 2000
END_REASON = "双向互选，改由{name}联系"


@dataclass(frozen=True)
class InForce:
    """What came of it. `left_out`: households whose member is no longer able; they keep whom they have, if anybody."""

    begun: list[Pairing] = field(default_factory=list)
    handed_over: list[Pairing] = field(default_factory=list)
    kept: int = 0
    left_out: list[int] = field(default_factory=list)


@verb
def put_in_force(*, round: ChoiceRound, by: User | None, at: datetime) -> InForce:
    """Once, from the round's day on, however late it is called. Surfaces and the beat call
    visits.actions.put_round_in_force, which sets the due dates in the same transaction."""
    step = Step(round, "put_in_force", by=by, at=at)
    day = round.in_force_from
    assert day is not None
    done = _change_over(round, day, by)
    step.set(in_force_at=at)
    step.facts = {
        "begun": len(done.begun),
        "handed_over": len(done.handed_over),
        "kept": done.kept,
        "left_out": done.left_out,
    }
    step.finish(RoundStatus.IN_FORCE)
    return done


def _change_over(round: ChoiceRound, day: date, by: User | None) -> InForce:
    rows = list(_rows(round))
    standing = _standing(round, [row.household_id for row in rows], day)
    able = set(_able(rows, day))
    done = InForce(left_out=[row.household_id for row in rows if row.member_id not in able])
    duty = _by_duty(round)
    ended: list[Pairing] = []
    kept = 0
    for row in rows:
        old = standing.get(row.household_id)
        if row.member_id not in able:
            continue
        if old and old.member_id == row.member_id and old.until is None:
            kept += 1
            continue
        origin = Pairing.Origin.DUTY if row.household_id in duty else Pairing.Origin.CHOICE
        new = _pairing(round, row, max(day, old.since) if old else day, origin, by, old)
        if old:
            old.until, old.end_reason = new.since, END_REASON.format(name=row.member.name)  # type: ignore[union-attr]
            ended.append(old)
        (done.handed_over if old else done.begun).append(new)
    Pairing.objects.bulk_update(ended, ["until", "end_reason"], BATCH)
    Pairing.objects.bulk_create([*done.begun, *done.handed_over], BATCH)
    return InForce(done.begun, done.handed_over, kept, done.left_out)


def _rows(round: ChoiceRound) -> Iterable[ProposedPair]:
    """The households still living, each with its member."""
    rows = ProposedPair.objects.filter(round=round, member__isnull=False, household__closed_on=None)
    return rows.select_related("household", "member").order_by("household_id")


def _standing(round: ChoiceRound, homes: list[int], day: date) -> dict[int, Pairing]:
    """Household -> its pairing in force on the day or begun since; of several the last. Locked against other clerks."""
    rows = Pairing.objects.lasting(day).filter(
        programme=round.programme_id, contact_type=LIAISON, household__in=homes, followed_by=None
    )
    return {row.household_id or 0: row for row in rows.select_for_update(of=("self",)).order_by("since", "pk")}


def _able(rows: list[ProposedPair], day: date) -> Iterable[int]:
    wanted = {row.member_id for row in rows if row.member_id}
    return Member.objects.available(day).filter(pk__in=wanted).values_list("pk", flat=True)


def _by_duty(round: ChoiceRound) -> set[int]:
    rows = Ruling.objects.standing().filter(round=round, kind=Ruling.Kind.DUTY)
    return set(rows.values_list("household_id", flat=True))


def _pairing(
    round: ChoiceRound, row: ProposedPair, since: date, origin: Pairing.Origin, by: User | None, old: Pairing | None
) -> Pairing:
    return Pairing(
        member=row.member,
        household=row.household,
        programme_id=round.programme_id,
        contact_type=LIAISON,
        since=since,
        reason=row.sentence,
        origin=origin,
        follows=old,
        next_due_on=old.next_due_on if old else None,
        made_by=by or round.opened_by,
        demo=row.household.demo,
        **row.household.scope(),
    )
