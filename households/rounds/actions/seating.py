"""Who takes part with how many places: the branch's hand on the list before it decides."""

from datetime import datetime

from accounts.errors import Refused
from accounts.models import User
from accounts.verbs import verb
from households.actions.checks import given_reason
from households.models import ChoiceRound, RoundHousehold, RoundMember
from households.rounds.enrolling import EXCUSED, enrol, exemption, seats
from households.rounds.step import Step
from households.rounds.weights import check_evening_out
from members.models import Member

MOST_PLACES = 1000


@verb
def refresh(*, round: ChoiceRound, by: User | None, at: datetime) -> tuple[int, int]:
    """Writes the participants as they are today. Places set by hand, borrowed and excused members and all wishes stay.

    Returns how many members take part and how many households."""
    step = Step(round, "refresh", by=by, at=at)
    members, homes = enrol(round, step.on)
    step.facts = {"members": members, "households": homes}
    step.finish()
    return members, homes


@verb
def set_places(
    *, round: ChoiceRound, member: Member, least: int, target: int, most: int, by: User | None, at: datetime
) -> None:
    """How many households the member looks after in this round: the first way out of a shortage."""
    step = Step(round, "set_places", by=by, at=at)
    seat = _seat(round, member)
    if not 0 <= least <= target <= most <= MOST_PLACES:
        raise Refused(f"应满足 0 ≤ 下限 ≤ 目标 ≤ 上限 ≤ {MOST_PLACES}。", field="most")
    check_evening_out(round.weights, [(least, target, most)], field="most")
    step.facts = {"member": member.pk, "was": [seat.least, seat.target, seat.most], "now": [least, target, most]}
    RoundMember.objects.filter(pk=seat.pk).update(least=least, target=target, most=most)
    step.finish()


@verb
def borrow(*, round: ChoiceRound, member: Member, reason: str, by: User | None, at: datetime) -> RoundMember:
    """A member from outside the round's reach helps out: the third way out of a shortage."""
    step = Step(round, "borrow", by=by, at=at)
    reason = given_reason(reason)
    if member.county_id != round.county_id:
        raise Refused(f"{member.name}不在本县，不能外借。", field="member")
    if RoundMember.objects.filter(round=round, member=member).exists():
        raise Refused(f"{member.name}已经在本轮名单里。", field="member")
    why = f"已于{member.left_on}转出" if member.left_on else exemption(member, step.on)
    if why:
        raise Refused(f"{member.name}{why}，不能外借，请换一名党员。", field="member")
    homes = RoundHousehold.objects.filter(round=round).values_list("household_id", flat=True)
    (seat,) = seats(round, [member], homes, step.on, borrowed=True)
    if seat.most == 0:
        raise Refused(f"{member.name}已联满，没有名额可借。", field="member")
    seat.least = 0
    seat.save()
    step.facts = {"member": member.pk}
    step.finish(note=reason)
    return seat


@verb
def excuse(*, round: ChoiceRound, member: Member, reason: str, by: User | None, at: datetime) -> None:
    """The member takes nobody in this round; a borrowed one goes home."""
    step = Step(round, "excuse", by=by, at=at)
    reason = given_reason(reason)
    seat = _seat(round, member)
    if seat.exempt:
        raise Refused(f"{member.name}本轮已经免联（{seat.exempt}）。", field="member")
    RoundMember.objects.filter(pk=seat.pk).update(exempt=f"{EXCUSED}：{reason}"[:40])
    step.facts = {"member": member.pk}
    step.finish(note=reason)


@verb
def take_in(*, round: ChoiceRound, member: Member, by: User | None, at: datetime) -> None:
    """The member takes part after all: the second way out of a shortage."""
    step = Step(round, "take_in", by=by, at=at)
    seat = _seat(round, member)
    if not seat.exempt:
        raise Refused(f"{member.name}本来就参加本轮。", field="member")
    RoundMember.objects.filter(pk=seat.pk).update(exempt="")
    step.facts = {"member": member.pk, "was": seat.exempt}
    step.finish()


def _seat(round: ChoiceRound, member: Member) -> RoundMember:
    seat = RoundMember.objects.select_for_update().filter(round=round, member=member).first()
    if seat is None:
        raise Refused(f"{member.name}（{member.number}）不在“{round}”的党员名单里。", field="member")
    return seat
