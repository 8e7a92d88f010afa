"""Verbs on households and their tags."""

from datetime import date, datetime

from django.db.models import Value
from django.db.models.functions import Greatest

from accounts import normal
from accounts.crypto import blind_index
from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.pinyin import initials
from accounts.verbs import verb
from grids.models import Grid, Kind
from households.actions.checks import given_reason, locked_household
from households.models import Household, HouseholdTag, Pairing, Tag


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
        raise Refused(f"户编号已由{holder.called}使用，请核对。", field="number")


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
    household = locked_household(household)
    _check_leaf(grid)
    if grid.county_id != household.county_id:
        raise Refused("住户不能移到别的县：请在本县销户，由那边重新登记。", field="grid")
    if grid.pk == household.grid_id:
        raise Refused(f"{household.called}已经在{grid.full_name}。", field="grid")
    Household.objects.filter(pk=household.pk).update(**grid.scope())
    Pairing.objects.filter(household=household, until=None).update(**grid.scope())


@verb
def close_household(*, household: Household, on: date, reason: str, by: User | None) -> None:
    """The household is no more (moved out, merged, extinct) from `on`; its pairings end with the reason."""
    reason = given_reason(reason)
    if not Household.objects.filter(pk=household.pk, closed_on=None).update(closed_on=on):
        raise Outrun(f"{household.called}已经销户。")
    household.refresh_from_db()
    Pairing.objects.filter(household=household).lasting(on).update(
        until=Greatest("since", Value(on)), end_reason=f"销户：{reason}"[:200]
    )


@verb
def add_tag(*, household: Household, tag: Tag, on: date, by: User | None) -> HouseholdTag:
    """The household bears the tag from `on`. Due dates follow through visits.actions.tag_household."""
    borne = HouseholdTag.objects.filter(household=household, tag=tag, until=None).first()
    if borne:
        raise Refused(f"{household.called}自{borne.since}起已有“{tag.label}”标签。", field="tag")
    return HouseholdTag.objects.create(household=household, tag=tag, since=on)


@verb
def remove_tag(*, household: Household, tag: Tag, on: date, by: User | None) -> None:
    """The tag ends on `on`; its history stays."""
    borne = HouseholdTag.objects.filter(household=household, tag=tag, until=None)
    if not borne.update(until=Greatest("since", Value(on))):
        raise Refused(f"{household.called}没有“{tag.label}”标签。", field="tag")
