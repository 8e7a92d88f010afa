"""Homes and helpers as columns, and what pairs of them cost: `Costs.plain` to the last bit, many at a time."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from households.matching.costs import POINT, Costs, salt
from households.matching.fast.arrays import Array, np, whole_numbers
from households.matching.problem import Home


class People(NamedTuple):
    """`words` counts the set of needs or abilities. Whose place is not known is at 0, 0 and not `placed`."""

    x: Array
    y: Array
    placed: Array
    grid: Array
    words: Array
    salt: Array


class Columns:
    """`homes` by row, `helpers` by index."""

    def __init__(self, costs: Costs, homes: Sequence[Home]) -> None:
        self.weights = costs.weights
        needs, abilities = _Numbers(), _Numbers()
        self.homes = _people((one.key, one.x, one.y, one.grid, needs[one.needs]) for one in homes)
        self.helpers = _people((one.key, one.x, one.y, one.grid, abilities[one.abilities]) for one in costs.helpers)
        self.all_placed = bool(self.homes.placed.all() and self.helpers.placed.all())
        worth = costs.weights.ability * POINT
        self._answers = whole_numbers([worth * (not asked.isdisjoint(can)) for asked in needs for can in abilities])
        self._width = len(abilities)

    def reorder(self, order: Array) -> None:
        """Rows anew: the first becomes what is at `order`'s first place."""
        self.homes = People(*(column[order] for column in self.homes))

    def plain(self, rows: Array, numbers: Array) -> Array:
        """What these homes and helpers cost each other without a tie, in 64ths of a point. The two are broadcast."""
        homes, helpers, weights = self.homes, self.helpers, self.weights
        east = homes.x[rows] - helpers.x[numbers]
        north = homes.y[rows] - helpers.y[numbers]
        cost = self.way(east, north, homes.placed[rows] & helpers.placed[numbers])
        cost |= homes.salt[rows] * helpers.salt[numbers] >> 9 & 63
        cost -= self._answers[homes.words[rows] * self._width + helpers.words[numbers]]
        cost -= (homes.grid[rows] == helpers.grid[numbers]) * (weights.same_grid * POINT)
        return cost

    def way(self, east: Array, north: Array, placed: Array) -> Array:
        """What so many metres east and north cost in 64ths of a point; `placed`: both places are known."""
        metres = (np.sqrt(east * east + north * north) + 0.5).astype(np.int64)
        metres = np.minimum(metres, self.weights.farthest)
        if not self.all_placed:
            metres = np.where(placed, metres, self.weights.unknown_place)
        return metres << 6


class _Numbers(dict[frozenset[str], int]):
    """Counts sets of words in the order in which they come up first."""

    def __missing__(self, words: frozenset[str]) -> int:
        self[words] = number = len(self)
        return number


def _people(rows: Iterable[tuple[int, float | None, float | None, int, int]]) -> People:
    keys, xs, ys, grids, words = zip(*rows, strict=True)
    x, y = np.array(xs, float), np.array(ys, float)
    placed = ~(np.isnan(x) | np.isnan(y))
    x, y = np.where(placed, x, 0.0), np.where(placed, y, 0.0)
    return People(x, y, placed, whole_numbers(grids), whole_numbers(words), whole_numbers([*map(salt, keys)]))
