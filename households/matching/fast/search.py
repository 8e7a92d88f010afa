"""Which pairs are cheap at given prices, among all of a large part, by numpy.

The rectangle around some homes tells which helpers can matter to any of them: block by block, then tile by tile. With
those who are left the homes are weighed one by one. Rectangles are reckoned with as pairs are, so that no rounding can
put a pair on the wrong side. Ties and forbidden pairs are left out of account.
"""

from collections.abc import Callable, Iterator

from households.matching.costs import POINT
from households.matching.fast.arrays import Array, Pairs, no_pairs, np, paired
from households.matching.fast.layout import Field, Layout
from households.matching.fast.tiles import Tile

NEVER = -(1 << 62)
"""As a limit: nothing is below it."""


class Search:
    def __init__(self, layout: Layout) -> None:
        self._layout, self._columns = layout, layout.columns
        weights = layout.columns.weights
        self._bonus = sum(max(worth, 0) for worth in (weights.ability, weights.same_grid)) * POINT
        self._malus = sum(max(-worth, 0) for worth in (weights.ability, weights.same_grid)) * POINT + POINT

    def below(self, prices: Array, limits: Array, among: Array | None = None) -> Pairs:
        """Pairs whose cost + price is below the home's limit (by row; NEVER: the home is not looked at).
        `among`: only with these helpers (yes or no by index)."""

        def few(field: Field, tile: Tile, numbers: Array) -> Array:
            top = limits[tile.first : tile.last].max()
            return numbers[self._least(field, tile, numbers) + prices[numbers] < top] if top > NEVER else numbers[:0]

        def pairs(tile: Tile, numbers: Array) -> Pairs:
            rows = tile.first + np.flatnonzero(limits[tile.first : tile.last] > NEVER)
            costs = self._columns.plain(rows[:, None], numbers)
            row, column = np.nonzero(costs + prices[numbers] < limits[rows][:, None])
            return paired(rows[row], numbers[column], costs[row, column])

        return self._found(few, pairs, among)

    def best(self, prices: Array, wanted: Array, count: int, margin: int) -> Pairs:
        """The best of each home `wanted` (yes or no by row) by cost + price: up to `count`, dearer than the best of all
        by less than `margin`."""

        def few(field: Field, tile: Tile, numbers: Array) -> Array:
            if not wanted[tile.first : tile.last].any():
                return numbers[:0]
            asked = prices[numbers]
            surely = self._most(field, tile, numbers) + asked
            enough = surely.min() + margin
            if len(numbers) > count:
                enough = min(enough, np.partition(surely, count - 1)[count - 1] + 1)
            return numbers[self._least(field, tile, numbers) + asked < enough]

        def pairs(tile: Tile, numbers: Array) -> Pairs:
            rows = tile.first + np.flatnonzero(wanted[tile.first : tile.last])
            costs = self._columns.plain(rows[:, None], numbers)
            asks = costs + prices[numbers]
            near = asks < asks.min(axis=1, keepdims=True) + margin
            if len(numbers) > count:
                near &= asks <= np.partition(asks, count - 1, axis=1)[:, count - 1 : count]
            row, column = np.nonzero(near)
            return paired(rows[row], numbers[column], costs[row, column])

        return self._found(few, pairs)

    def _found(
        self,
        few: Callable[[Field, Tile, Array], Array],
        pairs: Callable[[Tile, Array], Pairs],
        among: Array | None = None,
    ) -> Pairs:
        found = [pairs(tile, numbers) for tile, numbers in self._kept(few, among)]
        return Pairs(*map(np.concatenate, zip(*found, strict=True))) if found else no_pairs()

    def _kept(self, few: Callable[[Field, Tile, Array], Array], among: Array | None) -> Iterator[tuple[Tile, Array]]:
        """Each tile with those that `few` leaves it of what it leaves the block."""
        for field in self._layout.fields:
            eligible = field.eligible if among is None else field.eligible[among[field.eligible]]
            for block in field.blocks if len(eligible) else ():
                kept = few(field, block.around, eligible)
                for tile in block.tiles if len(kept) else ():
                    numbers = few(field, tile, kept)
                    if len(numbers):
                        yield tile, numbers

    def _least(self, field: Field, tile: Tile, numbers: Array) -> Array:
        """No home of the tile pays less to each of these helpers."""
        x, y, placed = self._places(field, numbers)
        east = np.maximum(np.maximum(tile.west - x, x - tile.east), 0)
        north = np.maximum(np.maximum(tile.south - y, y - tile.north), 0)
        return self._columns.way(east, north, placed) - self._bonus

    def _most(self, field: Field, tile: Tile, numbers: Array) -> Array:
        """No home of the tile pays more."""
        x, y, placed = self._places(field, numbers)
        east = np.maximum(abs(x - tile.west), abs(x - tile.east))
        north = np.maximum(abs(y - tile.south), abs(y - tile.north))
        return self._columns.way(east, north, placed) + self._malus

    def _places(self, field: Field, numbers: Array) -> tuple[Array, Array, Array]:
        helpers = self._columns.helpers
        return helpers.x[numbers], helpers.y[numbers], helpers.placed[numbers] & field.placed
