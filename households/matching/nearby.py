"""Which of a county's members could matter to which households, without looking at every pair.

Households are halved by place, again and again; each half hands down only the helpers that could still matter to it.
What a small block is left with is looked at pair by pair.
"""

from collections.abc import Callable, Iterable, Iterator
from math import hypot
from typing import NamedTuple

from households.matching.costs import Seen
from households.matching.problem import Home

BLOCK = 24
"""Homes of a block that is not halved again."""


class Box(NamedTuple):
    """The rectangle around some homes, metres; None where their places are not known."""

    west: float
    south: float
    east: float
    north: float

    def nearest(self, helpers: list[Seen]) -> list[float]:
        """No home of the box is nearer to each of them."""
        west, south, east, north = self
        return [
            hypot(
                west - x if x < west else x - east if x > east else 0.0,
                south - y if y < south else y - north if y > north else 0.0,
            )
            for _, x, y, _, _, _ in helpers
        ]

    def farthest(self, helpers: list[Seen]) -> list[float]:
        west, south, east, north = self
        return [
            hypot(x - west if x + x > west + east else east - x, y - south if y + y > south + north else north - y)
            for _, x, y, _, _, _ in helpers
        ]


Keep = Callable[[Box, list[Home], list[Seen]], list[Seen]]
Block = tuple[list[Home], list[Seen]]


def blocks(homes: Iterable[Home], eligible: Callable[[Home], list[Seen]], keep: Keep) -> Iterator[Block]:
    """Small groups of homes, each with the helpers that `keep` leaves them. `keep` must never take away a helper that
    could matter to one of the homes. Homes and helpers without a place are not cut down.

    `eligible` gives the same list to homes for whom the same helpers are eligible.
    """
    alike: dict[int, tuple[list[Seen], list[Home], list[Home]]] = {}
    for home in homes:
        found = eligible(home)
        _, placed, placeless = alike.setdefault(id(found), (found, [], []))
        (placeless if home.x is None or home.y is None else placed).append(home)
    for found, placed, placeless in alike.values():
        nowhere = [helper for helper in found if not helper.placed]
        somewhere = [helper for helper in found if helper.placed]
        if placeless and found:
            yield placeless, found
        if placed and found:
            yield from _halved(placed, somewhere, nowhere, keep)


def _halved(homes: list[Home], helpers: list[Seen], nowhere: list[Seen], keep: Keep) -> Iterator[Block]:
    box = _around(homes)
    kept = keep(box, homes, helpers)
    if len(homes) <= BLOCK or not kept:
        if kept or nowhere:
            yield homes, kept + nowhere
        return
    wide = box.east - box.west > box.north - box.south
    homes = sorted(homes, key=_from_west if wide else _from_south)
    middle = len(homes) // 2
    yield from _halved(homes[:middle], kept, nowhere, keep)
    yield from _halved(homes[middle:], kept, nowhere, keep)


def _around(homes: list[Home]) -> Box:
    xs, ys = [home.x or 0.0 for home in homes], [home.y or 0.0 for home in homes]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _from_west(home: Home) -> tuple[float, int]:
    return home.x or 0.0, home.key


def _from_south(home: Home) -> tuple[float, int]:
    return home.y or 0.0, home.key


def among_nearest(count: int) -> Keep:
    """Keeps, of each list it is given, whoever may be among the `count` nearest of some home in the box."""

    def keep(box: Box, homes: list[Home], helpers: list[Seen]) -> list[Seen]:
        if len(helpers) <= count:
            return helpers
        limit = sorted(box.farthest(helpers))[count - 1]
        return [helper for helper, way in zip(helpers, box.nearest(helpers), strict=True) if way <= limit]

    return keep
