"""Verbs on pairings."""

from datetime import date

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from households.actions.checks import given_reason, locked_household, locked_member
from households.models import LIAISON, Household, Pairing, Programme
from members.models import Member


@verb
def pair(
    *,
    member: Member,
    household: Household,
    programme: Programme,
    on: date,
    by: User | None,
    reason: str = "",
    origin: Pairing.Origin = Pairing.Origin.HAND,
    contact_type: str = LIAISON,
) -> Pairing:
    """The member looks after the household from `on`.

    Surfaces call visits.actions.begin_pairing, which sets the first due date in the same transaction: this app does
    not know the visit rules.
    """
    member, household = locked_member(member), locked_household(household)
    if not member.county_id == household.county_id == programme.county_id:
        raise Refused(f"{member.name}、{household.called}和{programme}不在同一个县，不能结对。")
    check_free(member, on)
    _check_untaken(household, programme, contact_type, on)
    _check_room(member, on)
    return Pairing.objects.create(
        member=member,
        household=household,
        programme=programme,
        contact_type=contact_type,
        since=on,
        reason=reason.strip(),
        origin=origin,
        made_by=by,
        demo=household.demo,
        **household.scope(),
    )


@verb
def end_pairing(*, pairing: Pairing, on: date, reason: str, by: User | None) -> None:
    """The pairing ends on `on`; history and visits stay, the household joins the gap list."""
    _end(pairing, on, given_reason(reason))
    pairing.refresh_from_db()


@verb
def hand_over(*, pairing: Pairing, to_member: Member, on: date, reason: str, by: User | None) -> Pairing:
    """Another member goes on from `on`: the new pairing follows the old and keeps its due date and visits."""
    to_member = locked_member(to_member)
    pairing = Pairing.objects.select_for_update(no_key=True).get(pk=pairing.pk)
    check_successor(pairing, to_member, on)
    _check_room(to_member, on)
    return succeed(pairing, to_member, on, reason, by)


def check_successor(pairing: Pairing, to_member: Member, on: date) -> None:
    if to_member.pk == pairing.member_id:
        raise Refused(f"已经由{to_member.name}联系，请选另一名党员。", field="member")
    if to_member.county_id != pairing.county_id:
        raise Refused(f"{to_member.name}不在本县，不能接手。", field="member")
    check_free(to_member, on)


def succeed(pairing: Pairing, to_member: Member, on: date, reason: str, by: User | None) -> Pairing:
    """The pairing ends and the next begins, which follows it."""
    reason = given_reason(reason)
    _end(pairing, on, reason)
    return Pairing.objects.create(
        member=to_member,
        household_id=pairing.household_id,
        group_id=pairing.group_id,
        person_name=pairing.person_name,
        programme_id=pairing.programme_id,
        contact_type=pairing.contact_type,
        since=on,
        reason=reason,
        origin=Pairing.Origin.HAND_OVER,
        follows=pairing,
        next_due_on=pairing.next_due_on,
        grace_until=pairing.grace_until,
        made_by=by,
        demo=pairing.demo,
        **pairing.scope(),
    )


def _end(pairing: Pairing, on: date, reason: str) -> None:
    if on < pairing.since:
        raise Refused(f"结束日期不能早于结对日期{pairing.since}。", field="on")
    if not Pairing.objects.filter(pk=pairing.pk, until=None).update(until=on, end_reason=reason):
        raise Outrun("这段结对已经结束，请刷新后再看。")


def check_free(member: Member, on: date) -> None:
    if member.left_on:
        raise Refused(f"{member.name}已于{member.left_on}转出，请换一名党员。", field="member")
    if not Member.objects.available(on).filter(pk=member.pk).exists():
        until = f"至{member.exempt_until}" if member.exempt_until else ""
        raise Refused(f"{member.name}因{member.get_exempt_reason_display()}免联{until}，请换一名党员。", field="member")


def _check_untaken(household: Household, programme: Programme, contact_type: str, on: date) -> None:
    taken = Pairing.objects.filter(household=household, programme=programme, contact_type=contact_type)
    standing = taken.lasting(on).select_related("member").order_by("since").first()
    if standing:
        raise Refused(
            f"{household.called}自{standing.since}起已由{standing.member.name}联系（{programme}），"
            "一户只由一名党员联系；要换人请用“移交”。",
            field="household",
        )


def _check_room(member: Member, on: date) -> None:
    load = Pairing.objects.filter(member=member).lasting(on).count()
    if load >= member.capacity_max:
        raise Refused(
            f"{member.name}已联{load}户，达到上限{member.capacity_max}户：请换一名党员，或先移交他的一户，"
            "或由乡镇调高他的联户上限。",
            field="member",
        )
