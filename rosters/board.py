"""值班公示牌: who is on duty now and next, as everybody may read it. No mobile unless the county allows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import User
from grids.models import Grid
from grids.models import Kind as Level
from rosters.models import DutyShift, Portrait
from rosters.people import Staffed, staffed
from rosters.rules import is_mobile, mobiles_allowed

AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One shift as the board shows it."""

    staffed: Staffed
    phone: str
    portrait: int | None = None

    @property
    def shift(self) -> DutyShift:
        return self.staffed.shift

    @property
    def name(self) -> str:
        return self.staffed.name


def over(place: Grid) -> Q:
    """The duty a place's residents may turn to: the village's, its town's, the county's; of a town all."""
    above = Q(grid__in={place.county_id, place.town_id, place.village_id} - {0})
    return above | Q(town_id=place.pk) if place.kind == Level.TOWN else above


def now_on(place: Grid, at: datetime) -> list[Line]:
    """Who is on duty over a place now, the nearest office first."""
    rows = DutyShift.objects.filter(over(place)).running(at).told()
    return _lines(rows.order_by("-grid__depth", "kind", "pk"), place.county_id)


def coming(place: Grid, at: datetime) -> list[Line]:
    """The shifts of the next week that have not begun."""
    rows = DutyShift.objects.filter(over(place)).standing().told()
    rows = rows.filter(starts_at__gt=at, starts_at__lte=at + AHEAD)
    return _lines(rows.order_by("starts_at", "-grid__depth", "pk"), place.county_id)


def _lines(shifts: Iterable[DutyShift], county_id: int) -> list[Line]:
    mobiles = mobiles_allowed(county_id)
    found = staffed(shifts)
    portraits = _portraits(found)
    return [Line(one, _phone(one.shift.rota.phone, mobiles), portraits.get(_key(one))) for one in found]


def _phone(phone: str, mobiles: bool) -> str:
    return phone if mobiles or not is_mobile(phone) else ""


def _key(one: Staffed) -> tuple[bool, int]:
    return isinstance(one.person, User), one.person.pk if one.person else 0


def _portraits(found: Sequence[Staffed]) -> dict[tuple[bool, int], int]:
    people = [one.person for one in found if one.person]
    users = [one.pk for one in people if isinstance(one, User)]
    members = [one.pk for one in people if not isinstance(one, User)]
    rows = Portrait.objects.filter(Q(user__in=users) | Q(member__in=members))
    return {(row.user_id is not None, row.user_id or row.member_id or 0): row.pk for row in rows}
