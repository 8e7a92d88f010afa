"""A map of the grids right below: each in its outline, the tone how much of what is open there is late. Pure geometry.

At the scale of a county the earth is flat: a degree of longitude is as long as one of latitude times the cosine of the
latitude (equirectangular).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from surfaces.county.treemap import HEIGHT, WIDTH, Plot

MARGIN = 8
ROOM_FOR_NAME = 64
Ring = Sequence[Sequence[float]]
Polygons = Sequence[Sequence[Ring]]


@dataclass(frozen=True)
class Patch:
    """A grid as it is drawn: the path of its outline, and where its name stands."""

    plot: Plot
    path: str
    middle: tuple[float, float]
    width: float

    @property
    def names(self) -> bool:
        return self.width >= ROOM_FOR_NAME


class Projection:
    """From degrees to the picture: as large as fits, north up, in the middle."""

    def __init__(self, points: Sequence[Sequence[float]]) -> None:
        lngs, lats = [point[0] for point in points], [point[1] for point in points]
        self.narrow = cos(radians((min(lats) + max(lats)) / 2))
        self.west, self.north = min(lngs) * self.narrow, max(lats)
        across = max(lngs) * self.narrow - self.west or 1e-9
        down = self.north - min(lats) or 1e-9
        self.scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / down)
        self.left = (WIDTH - across * self.scale) / 2
        self.top = (HEIGHT - down * self.scale) / 2

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        x = self.left + (point[0] * self.narrow - self.west) * self.scale
        y = self.top + (self.north - point[1]) * self.scale
        return round(x, 1), round(y, 1)


def patches(plots: Sequence[tuple[Plot, Polygons]]) -> list[Patch]:
    """In the order given; nothing when there is nothing to draw."""
    points = [point for _, polygons in plots for ring in _rings(polygons) for point in ring]
    if not points:
        return []
    onto = Projection(points)
    return [_patch(plot, polygons, onto) for plot, polygons in plots]


def _rings(polygons: Polygons) -> Iterator[Ring]:
    yield from (ring for polygon in polygons for ring in polygon)


def _patch(plot: Plot, polygons: Polygons, onto: Projection) -> Patch:
    rings = [[onto.place(point) for point in ring] for ring in _rings(polygons)]
    path = "".join(f"M{'L'.join(f'{x:g} {y:g}' for x, y in ring)}Z" for ring in rings)
    largest = max(rings, key=lambda ring: abs(_doubled(ring)))
    xs = [x for x, _ in largest]
    return Patch(plot, path, _centre(largest), max(xs) - min(xs))


def _doubled(ring: Sequence[tuple[float, float]]) -> float:
    """Twice the area inside, with a sign."""
    return sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in _sides(ring))


def _sides(ring: Sequence[tuple[float, float]]) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    yield from pairwise(ring)


def _centre(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The centre of gravity; of a ring without area its first corner."""
    area = _doubled(ring)
    if not area:
        return ring[0]
    x = sum((x + other_x) * (x * other_y - other_x * y) for (x, y), (other_x, other_y) in _sides(ring)) / (3 * area)
    y = sum((y + other_y) * (x * other_y - other_x * y) for (x, y), (other_x, other_y) in _sides(ring)) / (3 * area)
    return round(x, 1), round(y, 1)
