"""Verbs on members and departments."""

from collections.abc import Sequence
from datetime import date
from secrets import token_urlsafe

from accounts import normal
from accounts.crypto import blind_index
from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.pinyin import initials
from accounts.roles import Role
from accounts.verbs import verb
from grids.actions import appoint, end_postings
from grids.models import Grid, Posting
from members.models import Ability, Member, PartyOrg, Sex, Unit, UnitStaff

MOST_HOUSEHOLDS = 1000


@verb
def add_member(
    *,
    number: str,
    name: str,
    grid: Grid,
    branch: PartyOrg,
    by: User | None,
    phone: str = "",
    sex: str = Sex.UNKNOWN,
    birth_year: int | None = None,
    cadre: str = Member.Cadre.VILLAGE_MEMBER,
    abilities: Sequence[Ability] = (),
    capacity_min: int = 5,
    capacity_max: int = 12,
    unit: Unit | None = None,
    joined_on: date | None = None,
) -> Member:
    """A member of a branch, living or stationed in a grid of the same county."""
    number, name, phone = normal.half_width(number), normal.half_width(name), normal.phone(phone)
    _check_person(number, name, phone, grid.county_id)
    _check_home(grid, branch, unit)
    _check_capacity(capacity_min, capacity_max)
    return Member.objects.create(
        number=number,
        name=name,
        initials=initials(name),
        sex=sex,
        birth_year=birth_year,
        phone=phone,
        phone_index=blind_index(phone),
        phone_tail=phone[-4:],
        branch=branch,
        unit=unit,
        cadre=cadre,
        abilities=list(abilities),
        capacity_min=capacity_min,
        capacity_max=capacity_max,
        joined_on=joined_on,
        **grid.scope(),
    )


def _check_person(number: str, name: str, phone: str, county_id: int) -> None:
    if not name:
        raise Refused("请填写姓名。", field="name")
    if not number:
        raise Refused("请填写党员编号。", field="number")
    fault = normal.phone_fault(phone) if phone else None
    if fault:
        raise Refused(f"{fault}。", field="phone")
    holder = Member.objects.filter(county_id=county_id, number=number).first()
    if holder:
        raise Refused(f"编号{number}已由{holder.name}使用，请换一个编号。", field="number")


def _check_home(grid: Grid, branch: PartyOrg, unit: Unit | None) -> None:
    if branch.county_id != grid.county_id:
        raise Refused(f"{branch}不在本县，请选本县的党支部。", field="branch")
    if unit and unit.county_id != grid.county_id:
        raise Refused(f"{unit}不是本县的部门。", field="unit")
    if grid.valid_to:
        raise Refused(f"{grid}已停用，请选在用的网格。", field="grid")


def _check_capacity(least: int, most: int) -> None:
    if not 0 <= least <= most <= MOST_HOUSEHOLDS:
        raise Refused(
            f"联户下限{least}、上限{most}不对：应满足 0 ≤ 下限 ≤ 上限 ≤ {MOST_HOUSEHOLDS}。", field="capacity_max"
        )


@verb
def set_capacity(*, member: Member, capacity_min: int, capacity_max: int, by: User | None) -> None:
    """How few and how many households the member may look after. Pairings that stand are not touched."""
    _check_capacity(capacity_min, capacity_max)
    Member.objects.filter(pk=member.pk).update(capacity_min=capacity_min, capacity_max=capacity_max)
    member.refresh_from_db()


@verb
def exempt(
    *, member: Member, reason: Member.Exemption, since: date, by: User | None, until: date | None = None
) -> None:
    """Free a member from looking after households, up to but not including `until`. Pairings that stand remain until
    they are handed over: households.load.stranded lists them."""
    if reason == Member.Exemption.NONE:
        raise Refused("请选择免联事由。", field="reason")
    if until and until <= since:
        raise Refused("免联的截止日期应晚于开始日期。", field="until")
    changed = Member.objects.filter(pk=member.pk, left_on=None).update(
        exempt_reason=reason, exempt_since=since, exempt_until=until
    )
    if not changed:
        raise Refused(f"{member.name}已转出，不用再免联。")
    member.refresh_from_db()


@verb
def end_exemption(*, member: Member, on: date, by: User | None) -> None:
    """From `on` the member looks after households again."""
    if not member.exempt_reason or (member.exempt_until and member.exempt_until <= on):
        raise Refused(f"{member.name}现在没有免联。")
    Member.objects.filter(pk=member.pk).update(exempt_until=max(on, member.exempt_since or on))
    member.refresh_from_db()


@verb
def retire(*, member: Member, on: date, by: User | None) -> None:
    """The member left the county's branches (moved away, died); the post of liaison member ends.

    Pairings remain until they are handed over: households.load.stranded lists them.
    """
    if not Member.objects.filter(pk=member.pk, left_on=None).update(left_on=on):
        raise Outrun(f"{member.name}已经办理过转出。")
    member.refresh_from_db()
    if member.user_id:
        end_postings(Posting.objects.filter(user=member.user_id, role=Role.LIAISON_MEMBER, until=None), on)


@verb
def account_for(*, member: Member, on: date, by: User | None) -> tuple[User, str]:
    """An account for a member who has none, with the post of liaison member in the member's grid.

    Returns it with a first password that must be changed; the password is empty when the phone's owner had an account
    already.
    """
    if member.user_id:
        raise Refused(f"{member.name}已有账号。")
    if member.left_on:
        raise Refused(f"{member.name}已转出，不能开账号。")
    if not member.phone_index:
        raise Refused(f"{member.name}没有登记手机，请先补上再开账号。", field="phone")
    user, password = _user_with_phone(member)
    if not Member.objects.filter(pk=member.pk, user=None).update(user=user):
        raise Outrun
    member.refresh_from_db()
    if not Posting.objects.filter(user=user, grid=member.grid_id, role=Role.LIAISON_MEMBER, until=None).exists():
        appoint(user=user, grid=member.grid, role=Role.LIAISON_MEMBER, on=on, by=by)
    return user, password


def _user_with_phone(member: Member) -> tuple[User, str]:
    known = User.objects.filter(phone_index=member.phone_index).first()
    if known is None:
        password = token_urlsafe(9)
        return User.objects.create_user(
            member.phone, member.name, password, must_change=True, demo=member.demo
        ), password
    if known.name != member.name:
        raise Refused(f"手机尾号{member.phone_tail}已是{known.name}的账号，请核对{member.name}的手机。", field="phone")
    if Member.objects.filter(user=known).exists():
        raise Refused(f"{member.name}的手机已用于另一名党员的账号，请核对。", field="phone")
    return known, ""


@verb
def add_unit(*, county: Grid, name: str, by: User | None, landline: str = "") -> Unit:
    """A department of the county. The landline is what notices to residents may name."""
    name, landline = normal.half_width(name), normal.half_width(landline)
    if not name:
        raise Refused("请填写部门名称。", field="name")
    if Unit.objects.filter(county=county, name=name).exists():
        raise Refused(f"{county}已有{name}。", field="name")
    return Unit.objects.create(county=county, name=name, landline=landline)


@verb
def appoint_handler(*, user: User, unit: Unit, on: date, by: User | None) -> UnitStaff:
    """From `on` the person handles issues dispatched to the department."""
    if UnitStaff.objects.filter(user=user, unit=unit, until=None).exists():
        raise Refused(f"{user.name}已是{unit}的承办人。")
    if not Posting.objects.filter(user=user, role=Role.UNIT_HANDLER, grid=unit.county_id, until=None).exists():
        appoint(user=user, grid=unit.county, role=Role.UNIT_HANDLER, on=on, by=by)
    return UnitStaff.objects.create(user=user, unit=unit, since=on)
