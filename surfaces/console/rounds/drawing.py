"""A round as a small drawing from coordinates alone: members are squares, households dots, a line for each pair."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import NamedTuple

from accounts.privacy import Mask, mask
from households.models import Household, ProposedPair
from members.models import Member

WIDTH, HEIGHT, EDGE = 640, 420, 16
MOST = 600
"""With more households than this, lines hide each other and nothing is drawn."""


class Spot(NamedTuple):
    """`kind`: member, home, or gap for a household that nobody looks after."""

    key: int
    kind: str
    x: float
    y: float
    said: str


@dataclass(frozen=True)
class Drawing:
    spots: Sequence[Spot]
    lines: Sequence[tuple[float, float, float, float]]
    missing: int
    """How many have no coordinates."""
    width: int = WIDTH
    height: int = HEIGHT


def drawing(pairs: Sequence[ProposedPair], members: Sequence[Member]) -> Drawing | None:
    """None when there is nothing to draw, or too much."""
    placed = [pair for pair in pairs if pair.household.lat is not None and pair.household.lng is not None]
    people = [member for member in members if member.lat is not None and member.lng is not None]
    if not placed or len(pairs) > MOST:
        return None
    plane = _Plane([*(_place(pair.household) for pair in placed), *(_place(member) for member in people)])
    spots = {member.pk: Spot(member.pk, "member", *plane.at(member), member.name) for member in people}
    homes = [_home(pair, plane) for pair in placed]
    lines = [
        (spots[pair.member_id].x, spots[pair.member_id].y, spot.x, spot.y)
        for pair, spot in zip(placed, homes, strict=True)
        if pair.member_id in spots
    ]
    return Drawing([*homes, *spots.values()], lines, len(pairs) - len(placed) + len(members) - len(people))


def _home(pair: ProposedPair, plane: "_Plane") -> Spot:
    head = mask(pair.household.head_name, Mask.NAME)
    who = pair.member.name if pair.member else "没有人联系"
    said = f"{head}户（{pair.household.number}）：{who}"
    return Spot(pair.household_id, "home" if pair.member else "gap", *plane.at(pair.household), said)


def _place(row: Household | Member) -> tuple[float, float]:
    assert row.lat is not None
    assert row.lng is not None
    return row.lat, row.lng


class _Plane:
    """Degrees to the drawing: true to shape, north up, whatever the extent."""

    def __init__(self, points: Iterable[tuple[float, float]]) -> None:
        lats, lngs = zip(*points, strict=True)
        self._south, self._west = min(lats), min(lngs)
        self._narrow = cos(radians(self._south))
        tall, broad = max(lats) - self._south, (max(lngs) - self._west) * self._narrow
        self._scale = min((HEIGHT - 2 * EDGE) / (tall or 1e-6), (WIDTH - 2 * EDGE) / (broad or 1e-6))

    def at(self, row: Household | Member) -> tuple[float, float]:
        lat, lng = _place(row)
        x = EDGE + (lng - self._west) * self._narrow * self._scale
        return round(x, 1), round(HEIGHT - EDGE - (lat - self._south) * self._scale, 1)
