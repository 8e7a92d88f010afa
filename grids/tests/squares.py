"""Made-up outlines: one square beside the other, with edges as jagged as surveyed ones."""

import json
from collections.abc import Sequence
from math import sin
from typing import Any

WEST, NORTH, SIDE = 117.2, 26.9, 0.1
EDGE = 40
"""Points of one edge."""


def square(place: int, across: int = 4) -> list[list[float]]:
    """The ring of the n-th square of a grid that many wide; neighbours share their edge exactly."""
    column, row = place % across, place // across
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    ring: list[list[float]] = []
    for (x, y), (to_x, to_y) in zip(corners, [*corners[1:], corners[0]], strict=True):
        ring += [_jagged(x + (to_x - x) * step / EDGE, y + (to_y - y) * step / EDGE) for step in range(EDGE)]
    return [*ring, ring[0]]


def _jagged(x: float, y: float) -> list[float]:
    off = 0.04 * sin(9 * x + 5 * y)
    return [round(WEST + (x + off) * SIDE, 6), round(NORTH - (y + off) * SIDE, 6)]


def feature(code: str, ring: Sequence[Any], kind: str = "Polygon") -> dict[str, Any]:
    coordinates: Any = [ring] if kind == "Polygon" else [[ring]] if kind == "MultiPolygon" else ring
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def of(codes: Sequence[str]) -> bytes:
    """A square for each code."""
    return collection(*(feature(code, square(place)) for place, code in enumerate(codes)))
