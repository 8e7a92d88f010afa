"""The first assignment of a large part by OR-Tools, where it is installed (requirements-fast.txt). Optional.

Only the start is theirs: prices are found from the pairs alone (`certificate.least_prices`), and the flow goes on from
there with every other eligible pair, so the answer is the same and proved the same way.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import chain

from households.matching.costs import Prices, step
from households.matching.problem import Helper, Weights


class NotInstalledError(RuntimeError):
    """The fast engine was asked for by name and is not there."""


def installed() -> bool:
    return find_spec("ortools") is not None and find_spec("numpy") is not None


def assign(offers: Mapping[int, Prices], helpers: Sequence[Helper], weights: Weights) -> dict[int, int]:
    """Home -> helper's index, at least cost among `offers`."""
    numpy = import_module("numpy")
    solver = import_module("ortools.graph.python.min_cost_flow").SimpleMinCostFlow()
    homes, first_helper, sink = list(offers), len(offers), len(offers) + len(helpers)
    sizes = [len(costs) for costs in offers.values()]
    pairs = sum(sizes)
    to_helper = numpy.fromiter(chain.from_iterable(offers.values()), numpy.int32, pairs)
    prices = numpy.fromiter(chain.from_iterable(costs.values() for costs in offers.values()), numpy.int64, pairs)
    from_home = numpy.repeat(numpy.arange(first_helper, dtype=numpy.int32), sizes)
    arcs = solver.add_arcs_with_capacity_and_unit_cost
    arcs(from_home, to_helper + numpy.int32(first_helper), numpy.ones(pairs, numpy.int64), prices)
    places = [place for number, helper in enumerate(helpers) for place in _places(number, helper, len(homes), weights)]
    owner, capacity, cost = (numpy.array(column, numpy.int64) for column in zip(*places, strict=True))
    arcs((owner + first_helper).astype(numpy.int32), numpy.full(len(places), sink, numpy.int32), capacity, cost)
    nodes = numpy.append(numpy.arange(first_helper), sink).astype(numpy.int32)
    solver.set_nodes_supplies(nodes, numpy.append(numpy.ones(first_helper, numpy.int64), -first_helper))
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("OR-Tools found no assignment, though every home has a candidate.")
    used = solver.flows(numpy.arange(pairs, dtype=numpy.int32)) > 0
    chosen = zip(from_home[used].tolist(), to_helper[used].tolist(), strict=True)
    return {homes[home]: helper for home, helper in chosen}


def _places(number: int, helper: Helper, homes: int, weights: Weights) -> list[tuple[int, int, int]]:
    """(helper, how many households, what each of them costs by load): the convex load as arcs."""
    between = range(helper.least + 1, helper.most + 1)
    return [
        (number, helper.least, step(helper, helper.least, weights)),
        *((number, 1, step(helper, count, weights)) for count in between),
        (number, homes, step(helper, helper.most + 1, weights)),
    ]
