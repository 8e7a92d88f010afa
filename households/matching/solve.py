"""Two stages: mutual wishes by deferred acceptance, then everything by minimum-cost flow.

The problem falls into parts that share nobody eligible (a branch each, in most counties); parts are solved one by one.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from households.matching.certificate import lower_bound
from households.matching.costs import Costs, in_points
from households.matching.flow import Flow
from households.matching.parts import parts
from households.matching.problem import Home, Problem
from households.matching.solution import Solution
from households.matching.wishes import accept, places_for_wishes

Progress = Callable[[int, int], object]
"""Called with (homes done, homes in all)."""


class Answer(NamedTuple):
    """A part's solution in plain values; cost and bound in 64ths of a point."""

    pairs: dict[int, int]
    locks: dict[int, int]
    prices: dict[int, int]
    cost: int
    bound: int


def solve(problem: Problem, *, progress: Progress | None = None, engine: str = "auto", processes: int = 1) -> Solution:
    """The cheapest assignment, proved by prices. The same whatever the order of homes, helpers and ties.

    `engine`: "stdlib", "fast" (needs ortools and numpy) or "auto". `processes`: parts are shared out to so many.
    """
    answers = []
    done = 0
    for part in parts(problem):
        answers.append(solve_part(part))
        done += len(part.homes)
        if progress:
            progress(done, len(problem.homes))
    return joined(problem, answers)


def joined(problem: Problem, answers: Iterable[Answer]) -> Solution:
    pairs: dict[int, int] = {}
    locks: dict[int, int] = {}
    prices: dict[int, int] = {}
    cost = bound = 0
    for answer in answers:
        pairs |= answer.pairs
        locks |= answer.locks
        prices |= answer.prices
        cost += answer.cost
        bound += answer.bound
    return Solution(problem, pairs, locks, prices, in_points(cost), in_points(bound))


def solve_part(problem: Problem) -> Answer:
    costs = Costs(problem)
    costs.locks = first_stage(costs, problem.homes)
    flow = Flow(costs.helpers, problem.weights)
    unlinked = 0
    for home in in_order(problem.homes):
        candidates = costs.of(home)
        if candidates:
            flow.place(home.key, candidates)
        else:
            unlinked += costs.unlinked
    bound = lower_bound(flow.costs.values(), costs.helpers, flow.prices, problem.weights)
    keys = [helper.key for helper in costs.helpers]
    return Answer(
        pairs={home: keys[number] for home, number in flow.holder.items()},
        locks=costs.locks,
        prices=dict(zip(keys, flow.prices, strict=True)),
        cost=flow.total + unlinked,
        bound=bound + unlinked,
    )


def first_stage(costs: Costs, homes: Iterable[Home]) -> dict[int, int]:
    """Home -> helper for those who chose each other, as far as the members' most allows."""
    asks = {home.key: wishes for home in homes if (wishes := costs.asks(home))}
    return accept(asks, places_for_wishes(costs.helpers, costs.pins))


def in_order(homes: Iterable[Home]) -> list[Home]:
    """Neighbours one after another, whatever the order of the rows."""
    return sorted(homes, key=lambda home: (home.town, home.unit, home.grid, home.key))
