"""Small columns of a trend, each to its own height: a place is seen against itself, not against others. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 180, 44, 6
LEAST = 1.5
"""What is not zero is seen."""


@dataclass(frozen=True)
class Column:
    x: float
    y: float
    width: float
    height: float


def columns(values: Sequence[int]) -> list[Column]:
    if not values:
        return []
    most = max(values) or 1
    wide = (WIDTH - GAP * (len(values) - 1)) / len(values)
    heights = [max(LEAST if value else 0.0, HEIGHT * value / most) for value in values]
    return [
        Column(round(place * (wide + GAP), 1), round(HEIGHT - high, 1), round(wide, 1), round(high, 1))
        for place, high in enumerate(heights)
    ]
