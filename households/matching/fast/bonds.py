"""The pairs that are always weighed, by numpy: whoever has a tie, the pair in force, the lock, and what is pinned."""

from collections.abc import Mapping, Sequence
from itertools import chain

from households.matching.costs import POINT, Costs
from households.matching.fast.arrays import Array, Pairs, coded, np, paired, united, whole_numbers
from households.matching.fast.layout import Layout
from households.matching.problem import Tie, Weights


def bonds(costs: Costs, layout: Layout) -> Pairs:
    """What they cost, as `Costs.of` reckons it."""
    weights = costs.weights
    worths = (
        _ties(costs.problem.ties, layout, weights),
        _worth(costs.present, weights.sticky, layout),
        _worth(costs.locks, weights.lock, layout),
    )
    rows, numbers, points = _added_up(*(np.concatenate(column) for column in zip(*worths, strict=True)))
    allowed = layout.allows(rows, numbers) & layout.is_free[rows]
    rows, numbers, points = rows[allowed], numbers[allowed], points[allowed]
    return united(
        paired(rows, numbers, layout.columns.plain(rows, numbers) - points * POINT),
        whole(costs, layout, np.flatnonzero(~layout.is_free).tolist()),
    )


def whole(costs: Costs, layout: Layout, rows: Sequence[int]) -> Pairs:
    """Everybody eligible for the homes of these rows."""
    found = [(row, number, cost) for row in rows for number, cost in costs.of(layout.homes[row]).items()]
    return paired(*whole_numbers(found).reshape(-1, 3).T)


def _ties(ties: Sequence[Tie], layout: Layout, weights: Weights) -> tuple[Array, Array, Array]:
    """(Row, number, points). Of ties between the same two the last in order counts."""
    columns = np.fromiter(chain.from_iterable(ties), np.int64, 6 * len(ties)).reshape(-1, 6).T
    homes, helpers, kin, familiar, home_rank, helper_rank = columns
    rows, numbers = layout.rows(homes), layout.numbers(helpers)
    code = coded(rows, numbers)
    order = np.lexsort((coded(home_rank, helper_rank), kin * 2 + familiar, code))
    last = order[np.diff(code[order], append=-1) != 0]
    points = kin * weights.kin + familiar * weights.familiar + ((home_rank > 0) & (helper_rank > 0)) * weights.mutual
    points += _by_rank(weights.home_wish, home_rank) + _by_rank(weights.helper_wish, helper_rank)
    return rows[last], numbers[last], points[last]


def _by_rank(points: Sequence[int], ranks: Array) -> Array:
    return whole_numbers([0, *points])[np.minimum(ranks, len(points))]


def _worth(pairs: Mapping[int, int], points: int, layout: Layout) -> tuple[Array, Array, Array]:
    homes, helpers = whole_numbers(list(pairs)), whole_numbers(list(pairs.values()))
    known = layout.knows(homes, helpers)
    rows = layout.rows(homes[known])
    return rows, layout.numbers(helpers[known]), np.full(len(rows), points, np.int64)


def _added_up(rows: Array, numbers: Array, points: Array) -> tuple[Array, Array, Array]:
    order = np.argsort(coded(rows, numbers), kind="stable")
    rows, numbers, points = rows[order], numbers[order], points[order]
    if not len(rows):
        return rows, numbers, points
    starts = np.flatnonzero(np.diff(coded(rows, numbers), prepend=-1))
    return rows[starts], numbers[starts], np.add.reduceat(points, starts)
