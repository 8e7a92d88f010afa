"""Life after pairing: a household splits, its people leave, a member's pairings pass to others all at once."""

from collections.abc import Sequence
from datetime import date, datetime

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.privacy import Mask, mask
from accounts.verbs import verb
from households.actions.checks import given_reason, locked_household, locked_member
from households.actions.household import close_household, register_household
from households.actions.pairing import hand_over
from households.models import Household, HouseholdTag, Pairing, Resident, Tag
from members.models import Member

FOLLOWING_TAGS = (Tag.LOW_INCOME, Tag.DESTITUTE, Tag.MONITORED)
"""Of the family as a whole until it is assessed again: they go along. The others are of one person: staff say whose."""


@verb
def split_household(
    *,
    household: Household,
    residents: Sequence[Resident],
    number: str,
    head: Resident,
    on: date,
    at: datetime,
    by: User | None,
    phone: str = "",
    address: str = "",
) -> Household:
    """分户: some of the people are a household of their own from `on`, in the same leaf and with the same member.

    History stays with the old household. Surfaces call visits.actions.split_household, which sets the due dates.
    """
    household = locked_household(household)
    leaving = _leaving(household, residents, head)
    new = register_household(
        number=number,
        head_name=head.name,
        grid=household.grid,
        kind=household.kind,
        phone=phone,
        address=address or household.address,
        lat=household.lat,
        lng=household.lng,
        at=at,
        by=by,
    )
    Resident.objects.filter(pk__in=leaving).update(household=new)
    Resident.objects.filter(pk=head.pk).update(relation=Resident.Relation.HEAD)
    _copy_tags(household, new, on)
    _pair_alike(household, new, on, by)
    return new


def _leaving(household: Household, residents: Sequence[Resident], head: Resident) -> list[int]:
    here = set(Resident.objects.filter(household=household, left_on=None).values_list("pk", flat=True))
    leaving = {resident.pk for resident in residents}
    strangers = [mask(resident.name, Mask.NAME) for resident in residents if resident.pk not in here]
    if strangers:
        raise Refused(f"{strangers[0]}不在{household.called}，不能分出去。", field="residents")
    if not leaving:
        raise Refused("请选择分出去的家庭成员。", field="residents")
    if leaving == here:
        raise Refused("不能把全家都分出去：整户搬走请用“迁移”或“销户”。", field="residents")
    if head.pk not in leaving:
        raise Refused(f"新户的户主{mask(head.name, Mask.NAME)}不在分出去的人里。", field="head")
    return sorted(leaving)


def _copy_tags(old: Household, new: Household, on: date) -> None:
    tags = HouseholdTag.objects.borne(on).filter(household=old, tag__in=FOLLOWING_TAGS).values_list("tag", flat=True)
    HouseholdTag.objects.bulk_create(HouseholdTag(household=new, tag=tag, since=on) for tag in tags)


def _pair_alike(old: Household, new: Household, on: date, by: User | None) -> None:
    """The same members go on with both, even beyond their most: households.load.over_loaded lists them then."""
    standing = Pairing.objects.current(on).filter(household=old, until=None)
    Pairing.objects.bulk_create(
        Pairing(
            member_id=pairing.member_id,
            household=new,
            programme_id=pairing.programme_id,
            contact_type=pairing.contact_type,
            since=on,
            reason=f"从{old.called}分户，仍由原党员联系",
            origin=Pairing.Origin.HAND_OVER,
            made_by=by,
            demo=new.demo,
            **new.scope(),
        )
        for pairing in standing
    )


@verb
def resident_left(*, resident: Resident, on: date, reason: str, by: User | None) -> bool:
    """The person moved away or died. When it was the last one, the household closes. Returns whether it did."""
    reason = given_reason(reason)
    household = locked_household(resident.household)
    if not Resident.objects.filter(pk=resident.pk, left_on=None).update(left_on=on):
        raise Outrun(f"{mask(resident.name, Mask.NAME)}已经登记离开。")
    resident.refresh_from_db()
    if Resident.objects.filter(household=household, left_on=None).exists():
        return False
    close_household(household=household, on=on, reason=f"最后一人{reason}"[:190], by=by)
    return True


@verb
def hand_over_many(
    *, pairings: Sequence[Pairing], to_member: Member, on: date, reason: str, by: User | None
) -> list[Pairing]:
    """A member left, fell ill or has too many: several households pass to another at once, or none does."""
    if not pairings:
        raise Refused("请选择要移交的住户。", field="pairings")
    to_member = locked_member(to_member)
    room = to_member.capacity_max - Pairing.objects.filter(member=to_member).lasting(on).count()
    if room < len(pairings):
        raise Refused(
            f"{to_member.name}还有{max(room, 0)}个名额，要移交{len(pairings)}户："
            "请分给几名党员，或由乡镇调高他的联户上限。",
            field="member",
        )
    return [hand_over(pairing=pairing, to_member=to_member, on=on, reason=reason, by=by) for pairing in pairings]
