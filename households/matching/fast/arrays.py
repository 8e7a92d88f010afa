"""Pairs as columns of numpy, for the fast engine alone: numpy is there where OR-Tools is (requirements-fast.txt)."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

from households.matching.costs import Prices

np = import_module("numpy")
Array = Any
"""numpy's ndarray, whose types are not there where numpy is not."""


class Pairs(NamedTuple):
    """One pair at each place, sorted by row: the home's row, the helper's index, the cost in 64ths of a point.

    The first two are short integers, to save memory."""

    rows: Array
    numbers: Array
    costs: Array

    def by_row(self) -> Iterator[tuple[int, Prices]]:
        """Each row that has pairs, with what they cost."""
        if not len(self.rows):
            return
        starts = np.flatnonzero(np.diff(self.rows, prepend=-1))
        numbers, costs = self.numbers.tolist(), self.costs.tolist()
        first, ends = starts.tolist(), [*starts[1:].tolist(), len(numbers)]
        for row, start, end in zip(self.rows[starts].tolist(), first, ends, strict=True):
            yield row, dict(zip(numbers[start:end], costs[start:end], strict=True))

    def where(self, wanted: Array) -> "Pairs":
        return Pairs(*(column[wanted] for column in self))


def united(*parts: Pairs) -> Pairs:
    """All of them; what a pair costs is said by the first part that has it."""
    rows, numbers, costs = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(coded(rows, numbers), kind="stable")
    found = Pairs(rows[order], numbers[order], costs[order])
    return found.where(np.diff(coded(found.rows, found.numbers), prepend=-1) != 0)


def paired(rows: Array, numbers: Array, costs: Array) -> Pairs:
    return Pairs(rows.astype(np.int32), numbers.astype(np.int32), costs)


def no_pairs() -> Pairs:
    return paired(*np.zeros((3, 0), np.int64))


def coded(high: Array, low: Array) -> Array:
    """Two columns as one that sorts as both do."""
    return high.astype(np.int64) << 32 | low


def among(values: Array, known: Array) -> Array:
    """Whether each value is one of those known, which are sorted."""
    if not len(known):
        return np.zeros(len(values), bool)
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return known[places] == values


def whole_numbers(values: Any) -> Array:
    return np.array(values, np.int64)
