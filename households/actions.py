"""Verbs on households and pairings."""

from datetime import date, datetime

from django.db.models import Value
from django.db.models.functions import Greatest

from accounts import normal
from accounts.crypto import blind_index
from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from grids.models import Grid, Kind
from households.models import Household, HouseholdTag, Pairing, Programme, Tag
from members.models import Member
from members.pinyin import initials

LIAISON = "liaison"
"""The usual contact type; 张家口 pairs by others (村干部, 老党员, 特困户 …)."""


@verb
def register_household(
    *,
    number: str,
    head_name: str,
    grid: Grid,
    at: datetime,
    by: User | None,
    kind: str = Household.Kind.FAMILY,
    phone: str = "",
    address: str = "",
    lat: float | None = None,
    lng: float | None = None,
) -> Household:
    """A household or enterprise in a leaf of the tree."""
    number, head_name = normal.half_width(number), normal.half_width(head_name)
    phone = normal.phone(phone)
    _check_entries(number, head_name, phone, grid)
    _check_leaf(grid)
    return Household.objects.create(
        number=number,
        kind=kind,
        head_name=head_name,
        initials=initials(head_name),
        phone=phone,
        phone_index=blind_index(phone),
        phone_tail=phone[-4:],
        address=normal.half_width(address),
        lat=lat,
        lng=lng,
        created_at=at,
        **grid.scope(),
    )


def _check_entries(number: str, head_name: str, phone: str, grid: Grid) -> None:
    if not number:
        raise Refused("请填写户编号。", field="number")
    if not head_name:
        raise Refused("请填写户主姓名（企业填名称）。", field="head_name")
    fault = normal.phone_fault(phone) if phone else None
    if fault:
        raise Refused(f"{fault}。", field="phone")
    holder = Household.objects.filter(county_id=grid.county_id, number=number).first()
    if holder:
        raise Refused(f"户编号{number}已由{holder.head_name}户使用，请核对。", field="number")


def _check_leaf(grid: Grid) -> None:
    """A household sits in exactly one leaf (domain.md §2)."""
    if grid.valid_to:
        raise Refused(f"{grid.full_name}已停用，请选在用的网格。", field="grid")
    if grid.kind not in (Kind.VILLAGE, Kind.CELL, Kind.SUB_CELL):
        raise Refused(f"住户要登记到村或村以下的网格，{grid.full_name}太大。", field="grid")
    below = Grid.objects.in_force().filter(parent=grid).count()
    if below:
        raise Refused(f"{grid.full_name}下面还有{below}个网格，请选其中一个。", field="grid")


@verb
def move_household(*, household: Household, grid: Grid, by: User | None) -> None:
    """Into another leaf of the county; its pairings in force go along. Visits keep the place as of then."""
    household = _locked_household(household)
    _check_leaf(grid)
    if grid.county_id != household.county_id:
        raise Refused("住户不能移到别的县：请在本县销户，由那边重新登记。", field="grid")
    if grid.pk == household.grid_id:
        raise Refused(f"{household.head_name}户已经在{grid.full_name}。", field="grid")
    Household.objects.filter(pk=household.pk).update(**grid.scope())
    Pairing.objects.filter(household=household, until=None).update(**grid.scope())


@verb
def close_household(*, household: Household, on: date, reason: str, by: User | None) -> None:
    """The household is no more (moved out, merged, extinct) from `on`; its pairings end with the reason."""
    reason = _reason(reason)
    if not Household.objects.filter(pk=household.pk, closed_on=None).update(closed_on=on):
        raise Outrun(f"{household.head_name}户已经销户。")
    household.refresh_from_db()
    Pairing.objects.filter(household=household).lasting(on).update(
        until=Greatest("since", Value(on)), end_reason=f"销户：{reason}"[:200]
    )


@verb
def add_tag(*, household: Household, tag: Tag, on: date, by: User | None) -> HouseholdTag:
    """The household bears the tag from `on`. Due dates follow through visits.actions.tag_household."""
    borne = HouseholdTag.objects.filter(household=household, tag=tag, until=None).first()
    if borne:
        raise Refused(f"{household.head_name}户自{borne.since}起已有“{tag.label}”标签。", field="tag")
    return HouseholdTag.objects.create(household=household, tag=tag, since=on)


@verb
def remove_tag(*, household: Household, tag: Tag, on: date, by: User | None) -> None:
    """The tag ends on `on`; its history stays."""
    borne = HouseholdTag.objects.filter(household=household, tag=tag, until=None)
    if not borne.update(until=Greatest("since", Value(on))):
        raise Refused(f"{household.head_name}户没有“{tag.label}”标签。", field="tag")


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
    member, household = _locked_member(member), _locked_household(household)
    if not member.county_id == household.county_id == programme.county_id:
        raise Refused(f"{member.name}、{household.head_name}户和{programme}不在同一个县，不能结对。")
    _check_free(member, on)
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
    _end(pairing, on, _reason(reason))
    pairing.refresh_from_db()


@verb
def hand_over(*, pairing: Pairing, to_member: Member, on: date, reason: str, by: User | None) -> Pairing:
    """Another member goes on from `on`: the new pairing follows the old and keeps its due date and visits."""
    reason = _reason(reason)
    to_member = _locked_member(to_member)
    pairing = Pairing.objects.select_for_update(no_key=True).get(pk=pairing.pk)
    if to_member.pk == pairing.member_id:
        raise Refused(f"已经由{to_member.name}联系，请选另一名党员。", field="to_member")
    if to_member.county_id != pairing.county_id:
        raise Refused(f"{to_member.name}不在本县，不能接手。", field="to_member")
    _check_free(to_member, on)
    _check_room(to_member, on)
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
        made_by=by,
        demo=pairing.demo,
        **pairing.scope(),
    )


def _end(pairing: Pairing, on: date, reason: str) -> None:
    if on < pairing.since:
        raise Refused(f"结束日期不能早于结对日期{pairing.since}。", field="on")
    if not Pairing.objects.filter(pk=pairing.pk, until=None).update(until=on, end_reason=reason):
        raise Outrun("这段结对已经结束，请刷新后再看。")


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise Refused("请写明原因。", field="reason")
    if len(reason) > 200:
        raise Refused("原因最多200个字。", field="reason")
    return reason


def _locked_member(member: Member) -> Member:
    """Two clerks must not both find the last free place."""
    return Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def _locked_household(household: Household) -> Household:
    found = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    if found.closed_on:
        raise Refused(f"{found.head_name}户已于{found.closed_on}销户。", field="household")
    return found


def _check_free(member: Member, on: date) -> None:
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
            f"{household.head_name}户自{standing.since}起已由{standing.member.name}联系（{programme}），"
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
