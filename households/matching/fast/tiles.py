"""Homes of a large part in tiles: those of a tile lie near each other, and the same helpers are eligible for them."""

from collections.abc import Iterator
from typing import NamedTuple

from households.matching.fast.arrays import Array, np

TILE, BLOCK = 64, 1024
"""Homes of a tile and of a block of tiles at most."""


class Tile(NamedTuple):
    """Homes of the rows `first` to `last` (not included), and the rectangle around them in metres."""

    first: int
    last: int
    west: float
    south: float
    east: float
    north: float


class Block(NamedTuple):
    """Tiles that lie together, and the rectangle around all of them."""

    around: Tile
    tiles: list[Tile]


def cut(homes: Array, x: Array, y: Array) -> list[list[Array]]:
    """These homes (places in `x` and `y`) by block and tile."""
    return [[*_halved(block, x, y, TILE)] for block in _halved(homes, x, y, BLOCK)]


def _halved(homes: Array, x: Array, y: Array, most: int) -> Iterator[Array]:
    if len(homes) <= most:
        yield homes
        return
    wide = np.ptp(x[homes]) > np.ptp(y[homes])
    homes = homes[np.argsort((x if wide else y)[homes], kind="stable")]
    yield from _halved(homes[: len(homes) // 2], x, y, most)
    yield from _halved(homes[len(homes) // 2 :], x, y, most)


def blocks(cuts: list[list[Array]], x: Array, y: Array) -> Iterator[Block]:
    """`x` and `y` by row: in the order of the cuts."""
    tiles = iter(_tiles([len(homes) for block in cuts for homes in block], x, y))
    for block in cuts:
        some = [next(tiles) for _ in block]
        wests, souths, easts, norths = (*zip(*some, strict=True),)[2:]
        yield Block(Tile(some[0].first, some[-1].last, min(wests), min(souths), max(easts), max(norths)), some)


def _tiles(sizes: list[int], x: Array, y: Array) -> Iterator[Tile]:
    ends = np.cumsum(sizes)
    starts = ends - sizes
    least, most = np.minimum.reduceat, np.maximum.reduceat
    boxes = least(x, starts), least(y, starts), most(x, starts), most(y, starts)
    yield from map(Tile._make, zip(*(column.tolist() for column in (starts, ends, *boxes)), strict=True))
