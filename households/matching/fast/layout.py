"""Who stands where in the columns of a large part, homes by row and helpers by index, and who may have whom.

Rows are of free homes, tile by tile, then of pinned ones, whatever the order in which homes are given.
"""

from collections.abc import Sequence
from typing import NamedTuple

from households.matching.costs import Costs, Seen
from households.matching.fast.arrays import Array, among, coded, np, whole_numbers
from households.matching.fast.columns import Columns
from households.matching.fast.tiles import Block, blocks, cut


class Field(NamedTuple):
    """Blocks of free homes for all of whom the same helpers (by index) are `eligible`. `placed`: known by place."""

    eligible: Array
    placed: bool
    blocks: list[Block]


class Layout:
    """`homes` by row; `is_free` by row: not pinned."""

    def __init__(self, costs: Costs) -> None:
        homes = sorted(costs.homes.values(), key=lambda home: home.key)
        found: dict[int, tuple[int, list[Seen]]] = {}
        kinds = whole_numbers([found.setdefault(id(one), (len(found), one))[0] for one in map(costs.eligible, homes)])
        lists = [whole_numbers([seen.number for seen in one]) for _, one in found.values()]
        pinned = np.array([home.key in costs.pins for home in homes], bool)
        self.columns = Columns(costs, homes)
        order, self.fields = _laid_out(self.columns, lists, np.where(pinned, -1, kinds))
        self.columns.reorder(order)
        self.homes, self.is_free = [homes[place] for place in order.tolist()], ~pinned[order]
        self._home_keys, self._row_of = whole_numbers([home.key for home in homes]), np.argsort(order)
        self._helper_keys = whole_numbers([helper.key for helper in costs.helpers])
        self._kinds, self._allowed = kinds[order], np.zeros((len(lists), len(costs.helpers)), bool)
        for kind, numbers in enumerate(lists):
            self._allowed[kind, numbers] = True
        forbids = whole_numbers([*costs.problem.forbids]).reshape(-1, 2)
        self._forbidden = np.sort(coded(self.rows(forbids[:, 0]), self.numbers(forbids[:, 1])))

    def rows(self, homes: Array) -> Array:
        """The rows of the homes with these keys, which must be there."""
        return self._row_of[np.searchsorted(self._home_keys, homes)]

    def numbers(self, helpers: Array) -> Array:
        """The indices of the helpers with these keys, which must be there."""
        return np.searchsorted(self._helper_keys, helpers)

    def knows(self, homes: Array, helpers: Array) -> Array:
        """Whether both are there."""
        return among(homes, self._home_keys) & among(helpers, self._helper_keys)

    def allows(self, rows: Array, numbers: Array) -> Array:
        """Whether these pairs may be, by the reach and by what is forbidden."""
        reached = self._allowed[self._kinds[rows], numbers]
        return reached & ~among(coded(rows, numbers), self._forbidden)


def _laid_out(columns: Columns, lists: Sequence[Array], kinds: Array) -> tuple[Array, list[Field]]:
    """The order in which homes become rows, and their fields. `kinds`: which of the lists is a home's; -1: pinned."""
    x, y, is_placed = columns.homes.x, columns.homes.y, columns.homes.placed
    alike = (
        (numbers, placed, np.flatnonzero((kinds == kind) & (is_placed == placed)))
        for kind, numbers in enumerate(lists)
        for placed in (True, False)
    )
    cuts = [(numbers, placed, cut(homes, x, y)) for numbers, placed, homes in alike if len(homes)]
    tiles = [homes for *_, parts in cuts for block in parts for homes in block]
    order = np.concatenate([*tiles, np.flatnonzero(kinds < 0)])
    made = blocks([block for *_, parts in cuts for block in parts], x[order], y[order])
    return order, [Field(numbers, placed, [next(made) for _ in parts]) for numbers, placed, parts in cuts]
