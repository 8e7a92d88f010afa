"""Typed contacts: beside the liaison member, a county pairs cadres with kinds of people, groups and firms."""

from datetime import date

from django.db.models import Q

from accounts.errors import Refused
from accounts.models import User
from accounts.verbs import verb
from grids.models import Grid, Kind
from households.actions.checks import locked_household, locked_member
from households.actions.pairing import check_free, check_successor, succeed
from households.models import ContactType, Household, HouseholdTag, Pairing, Programme, Quota, Tag
from members.models import Member

Target = ContactType.Target
WANTED = {
    Target.FAMILY: "请选择一户家庭。",
    Target.ENTERPRISE: "请选择一家企业。",
    Target.GROUP: "请选择一个村民小组（网格）。",
    Target.PERSON: "请填写联系对象的姓名。",
}


@verb
def pair_contact(
    *,
    member: Member,
    programme: Programme,
    contact_type: str,
    on: date,
    by: User | None,
    household: Household | None = None,
    group: Grid | None = None,
    person_name: str = "",
    reason: str = "",
) -> Pairing:
    """张家口: 1 村干部 + 1 老党员 + 1 特困户 + 1 致富能手 for each cadre; 万州: a villager group has one town-level and
    one village-level contact. A typed person lives in the member's own grid."""
    kind = _locked_type(programme, contact_type)
    member = locked_member(member)
    if member.county_id != programme.county_id:
        raise Refused(f"{member.name}和{programme}不在同一个县，不能结对。", field="member")
    check_free(member, on)
    _check_cadre(kind, member)
    given = _target(kind, household, group, person_name.strip(), on, programme.county_id)
    _check_untaken(kind, given, on)
    _check_quota(kind, member, on)
    place = household or group or member
    return Pairing.objects.create(
        member=member,
        programme=programme,
        contact_type=kind.code,
        since=on,
        reason=reason.strip(),
        origin=Pairing.Origin.HAND,
        made_by=by,
        **given,
        **place.scope(),
    )


@verb
def hand_over_contact(*, pairing: Pairing, to_member: Member, on: date, reason: str, by: User | None) -> Pairing:
    """Another member goes on with a typed contact from `on`: cadre and quota of the type count, not the room for
    households."""
    kind = _locked_type(pairing.programme, pairing.contact_type)
    to_member = locked_member(to_member)
    pairing = Pairing.objects.select_for_update(no_key=True).get(pk=pairing.pk)
    check_successor(pairing, to_member, on)
    _check_cadre(kind, to_member)
    _check_quota(kind, to_member, on)
    return succeed(pairing, to_member, on, reason, by)


def _locked_type(programme: Programme, code: str) -> ContactType:
    """One at a time per type: two clerks must not give a group two contacts of one level."""
    kind = ContactType.objects.select_for_update(no_key=True).filter(programme=programme, code=code).first()
    if kind is None:
        raise Refused(f"{programme}没有“{code}”这种联系类型。", field="contact_type")
    return kind


def _check_cadre(kind: ContactType, member: Member) -> None:
    if kind.cadres and member.cadre not in kind.cadres:
        who = "、".join(Member.Cadre(cadre).label for cadre in kind.cadres)
        raise Refused(f"“{kind}”由{who}担任，{member.name}是{member.get_cadre_display()}。", field="member")


def _target(
    kind: ContactType, household: Household | None, group: Grid | None, person_name: str, on: date, county_id: int
) -> dict[str, object]:
    if kind.target == Target.GROUP:
        if group is None or group.kind not in (Kind.CELL, Kind.SUB_CELL) or group.valid_to:
            raise Refused(WANTED[Target.GROUP], field="group")
        _check_county(group.county_id, county_id, str(group))
        return {"group": group}
    if kind.target == Target.PERSON:
        if not person_name or len(person_name) > 30:
            raise Refused(WANTED[Target.PERSON], field="person_name")
        return {"person_name": person_name}
    if household is None or household.kind != kind.target:
        raise Refused(WANTED[Target(kind.target)], field="household")
    household = locked_household(household)
    _check_county(household.county_id, county_id, household.called)
    _check_tag(kind, household, on)
    return {"household": household}


def _check_county(found: int, wanted: int, what: str) -> None:
    if found != wanted:
        raise Refused(f"{what}不在本县，不能结对。")


def _check_tag(kind: ContactType, household: Household, on: date) -> None:
    if kind.tag and not HouseholdTag.objects.borne(on).filter(household=household, tag=kind.tag).exists():
        raise Refused(f"“{kind}”联系有“{Tag(kind.tag).label}”标签的户，{household.called}没有。", field="household")


def _check_untaken(kind: ContactType, target: dict[str, object], on: date) -> None:
    taken = Pairing.objects.lasting(on).filter(Q(**target), programme=kind.programme_id, contact_type=kind.code)
    standing = taken.select_related("member").first()
    if standing and kind.target != Target.PERSON:
        raise Refused(f"已有{standing.member.name}担任“{kind}”（自{standing.since}起），要换人请用“移交”。")


def _check_quota(kind: ContactType, member: Member, on: date) -> None:
    quota = Quota.objects.filter(programme=kind.programme_id, cadre=member.cadre, contact_type=kind.code).first()
    load = (
        Pairing.objects.lasting(on).filter(member=member, programme=kind.programme_id, contact_type=kind.code).count()
    )
    if quota and load >= quota.most:
        raise Refused(f"{member.name}的“{kind}”已有{load}个，达到上限{quota.most}个，请换一名党员。", field="member")
