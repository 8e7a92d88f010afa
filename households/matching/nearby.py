"""Which of a county's members could matter to which households, without looking at every pair.

Households are halved by place, again and again; each half hands down only the helpers that could still matter to it.
What a small block is left with is looked at pair by pair.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from math import hypot
from operator import attrgetter
from typing import NamedTuple

from households.matching.eligible import Seen
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


Block = tuple[list[Home], list[Seen]]
Keep = Callable[[Box, list[Home], list[Seen]], Block]


def blocks(
    homes: Iterable[Home],
    eligible: Callable[[Home], list[Seen]],
    keep: Keep,
    numbers: Collection[int] | None = None,
) -> Iterator[Block]:
    """Small groups of homes, each with the helpers that `keep` leaves them. `keep` must never take away a helper that
    could matter to one of the homes, nor a home to which one could. Homes and helpers without a place are not cut down.

    `eligible` gives the same list to homes for whom the same helpers are eligible; `numbers`: of these only.
    """
    alike: dict[int, tuple[list[Seen], list[Home], list[Home]]] = {}
    for home in homes:
        found = eligible(home)
        _, placed, placeless = alike.setdefault(id(found), (found, [], []))
        (placeless if home.x is None or home.y is None else placed).append(home)
    for all_, placed, placeless in alike.values():
        found = all_ if numbers is None else [helper for helper in all_ if helper.number in numbers]
        nowhere = [helper for helper in found if not helper.placed]
        somewhere = [helper for helper in found if helper.placed]
        if placeless and found:
            yield placeless, found
        if placed and found:
            yield from _halved(placed, somewhere, nowhere, keep)


def _halved(homes: list[Home], helpers: list[Seen], nowhere: list[Seen], keep: Keep) -> Iterator[Block]:
    box = _around(homes)
    near, kept = keep(box, homes, helpers)
    if nowhere:
        near = homes
    one, other = _parted(near, box) if len(near) > BLOCK and kept else (near, [])
    if one and other:
        yield from _halved(one, kept, nowhere, keep)
        yield from _halved(other, kept, nowhere, keep)
    elif near and (kept or nowhere):
        yield near, kept + nowhere


def _parted(homes: list[Home], box: Box) -> tuple[list[Home], list[Home]]:
    """On either side of the middle of the box; one side is empty where all live at one place."""
    west, south, east, north = box
    place, middle = (_x, (west + east) / 2) if east - west > north - south else (_y, (south + north) / 2)
    return [home for home in homes if place(home) < middle], [home for home in homes if place(home) >= middle]


_x, _y = attrgetter("x"), attrgetter("y")


def _around(homes: list[Home]) -> Box:
    xs, ys = [*map(_x, homes)], [*map(_y, homes)]
    return Box(min(xs), min(ys), max(xs), max(ys))


def among_nearest(count: int) -> Keep:
    """Keeps, of each list it is given, whoever may be among the `count` nearest of some home in the box."""

    def keep(box: Box, homes: list[Home], helpers: list[Seen]) -> Block:
        if len(helpers) <= count:
            return homes, helpers
        limit = sorted(box.farthest(helpers))[count - 1]
        return homes, [helper for helper, way in zip(helpers, box.nearest(helpers), strict=True) if way <= limit]

    return keep
