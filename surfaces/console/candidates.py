"""Members who could look after a place, the nearest first, with how many they look after already."""

from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt

from accounts.models import User
from households import load
from households.models import Household, Pairing
from members.models import Member, MemberQuerySet
from surfaces import find

EARTH = 6_371_000
"""Metres."""
SHOWN = 60
ENOUGH = 5
"""With fewer members in the village the whole town is offered."""


@dataclass(frozen=True)
class Candidate:
    """`metres` None: one of the two has no coordinates."""

    member: Member
    load: int
    metres: int | None
    same_cell: bool

    @property
    def full(self) -> bool:
        return self.load >= self.member.capacity_max

    @property
    def distance(self) -> str:
        if self.metres is None:
            return "同网格" if self.same_cell else ""
        return f"{self.metres}米" if self.metres < 1000 else f"{self.metres / 1000:.1f}公里"


Place = Household | Pairing | Member


def candidates(place: Place, user: User, on: date, text: str = "") -> list[Candidate]:
    """Of the village (of the town when few live there), or by name from everywhere this person may see."""
    mine = load.with_load(Member.objects.visible_to(user).available(on).filter(county_id=place.county_id), on)
    rows = find.members(mine, text) if text else _around(mine, place)
    spot = place.household if isinstance(place, Pairing) else place
    found = [_candidate(member, place, spot) for member in rows.select_related("branch", "grid")]
    found.sort(key=lambda one: (one.full, one.metres is None, one.metres or 0, not one.same_cell, one.load))
    return found[:SHOWN]


def _around(members: MemberQuerySet, place: Place) -> MemberQuerySet:
    near = members.filter(village_id=place.village_id)
    return near if near.count() >= ENOUGH else members.filter(town_id=place.town_id)


def _candidate(member: Member, place: Place, spot: Household | Member | None) -> Candidate:
    same_cell = member.cell_id == place.cell_id != 0
    return Candidate(member, member.load, _metres(member, spot), same_cell)  # type: ignore[attr-defined]


def _metres(member: Member, spot: Household | Member | None) -> int | None:
    """Along the great circle."""
    if spot is None or None in (member.lat, member.lng, spot.lat, spot.lng):
        return None
    lat1, lng1, lat2, lng2 = map(radians, (member.lat, member.lng, spot.lat, spot.lng))  # type: ignore[arg-type]
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lng2 - lng1) / 2) ** 2
    return round(2 * EARTH * asin(sqrt(half)))
