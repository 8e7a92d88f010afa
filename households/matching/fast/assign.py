"""The cheapest assignment among some pairs of a large part, by OR-Tools.

Only a start: prices are found from the pairs alone (`lowest`), and the flow goes on from there with every other
eligible pair, so the answer is the same and proved the same way.
"""

from collections.abc import Sequence
from importlib import import_module

from households.matching.costs import step
from households.matching.fast.arrays import Array, Pairs, np
from households.matching.problem import Helper, Weights


def assign(pairs: Pairs, helpers: Sequence[Helper], weights: Weights) -> Array:
    """The helper's index of each row that has pairs, -1 of the others, at least cost."""
    if not len(pairs.rows):
        return np.zeros(0, np.int64)
    solver = import_module("ortools.graph.python.min_cost_flow").SimpleMinCostFlow()
    first_helper = int(pairs.rows[-1]) + 1
    homes, sink = pairs.rows[np.diff(pairs.rows, prepend=-1) > 0], first_helper + len(helpers)
    arcs = solver.add_arcs_with_capacity_and_unit_cost
    heads = (pairs.numbers + first_helper).astype(np.int32)
    arcs(pairs.rows.astype(np.int32), heads, np.ones(len(heads), np.int64), pairs.costs)
    places = [place for number, helper in enumerate(helpers) for place in _places(number, helper, len(homes), weights)]
    owner, capacity, cost = np.array(places, np.int64).T
    arcs((owner + first_helper).astype(np.int32), np.full(len(places), sink, np.int32), capacity, cost)
    supplies = np.append(np.ones(len(homes), np.int64), -len(homes))
    solver.set_nodes_supplies(np.append(homes, sink).astype(np.int32), supplies)
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("OR-Tools found no assignment, though every home has a candidate.")
    used = solver.flows(np.arange(len(heads), dtype=np.int32)) > 0
    found = np.full(first_helper, -1)
    found[pairs.rows[used]] = pairs.numbers[used]
    return found


def _places(number: int, helper: Helper, homes: int, weights: Weights) -> list[tuple[int, int, int]]:
    """(helper, how many households, what each of them costs by load): the convex load as arcs."""
    between = range(helper.least + 1, helper.most + 1)
    return [
        (number, helper.least, step(helper, helper.least, weights)),
        *((number, 1, step(helper, count, weights)) for count in between),
        (number, homes, step(helper, helper.most + 1, weights)),
    ]
