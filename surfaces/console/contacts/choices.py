"""Whom one may choose: members for a target, targets for a member; the nearest and emptiest first."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from accounts.privacy import Mask, mask
from grids.models import Grid
from households.missing_contacts import with_contacts
from households.models import ContactType, Household, Pairing, Quota
from members.models import Member
from surfaces import find
from surfaces.console.contacts.reach import Reach, Target

SHOWN = 60
Place = Household | Grid | Pairing


@dataclass(frozen=True)
class Choice:
    """One line with a button; `load` and `most` for members only."""

    pk: int
    label: str
    where: str
    load: int | None = None
    most: int | None = None

    @property
    def full(self) -> bool:
        return self.load is not None and self.most is not None and self.load >= self.most


def members(kind: ContactType, place: Place, user: User, reach: Reach, text: str) -> list[Choice]:
    """Those whose cadre may be such a contact: of the town, or by name from everywhere this person may see."""
    rows = Member.objects.visible_to(user).available(reach.on).filter(county_id=kind.programme.county_id)
    if kind.cadres:
        rows = rows.filter(cadre__in=kind.cadres)
    rows = find.members(rows, text) if text else _near(rows, place)
    counted = with_contacts(rows, kind.programme_id, kind.code, reach.on).select_related("branch", "grid")
    most = dict(Quota.objects.filter(programme=kind.programme_id, contact_type=kind.code).values_list("cadre", "most"))
    found = [
        Choice(one.pk, f"{one.name}（{one.get_cadre_display()}）", one.branch.name, one.load, most.get(one.cadre))
        for one in counted.order_by("number")
    ]
    return sorted(found, key=lambda one: (one.full, one.load))[:SHOWN]


def _near(rows: Any, place: Place | Member) -> Any:
    """Of the town; of the county where the town has nobody."""
    town = rows.filter(town_id=place.town_id)
    return town if town.exists() else rows


def targets(kind: ContactType, member: Member, reach: Reach, text: str) -> list[Choice]:
    """Those without such a contact: of the member's town, or by name. Persons are written, not chosen."""
    rows = reach.free(kind)
    if kind.target == Target.GROUP:
        rows = find.grids(rows, text) if text else _near(rows, member)
        return [Choice(one.pk, one.name, one.full_name) for one in rows[:SHOWN]]
    rows = find.households(rows, text) if text else _near(rows, member)
    return [_home(one) for one in rows.select_related("grid")[:SHOWN]]


def _home(one: Household) -> Choice:
    return Choice(one.pk, f"{mask(one.head_name, Mask.NAME)}户 {one.number}", one.grid.full_name)
