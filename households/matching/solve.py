"""Two stages: mutual wishes by deferred acceptance, then everything by minimum-cost flow.

The problem falls into parts that share nobody eligible (a branch each, in most counties); parts are solved one by one.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from households.matching.candidates import AllPairs, NearPairs, cheapest
from households.matching.certificate import lower_bound
from households.matching.costs import Costs, in_points
from households.matching.flow import Flow
from households.matching.parts import parts
from households.matching.problem import Home, Problem, Weights
from households.matching.solution import Solution
from households.matching.wishes import accept, places_for_wishes

DENSE = 600_000
"""Some 60 MB."""
MILD = 1000
"""Points."""
Progress = Callable[[int, int], object]
"""Called with (homes done, homes in all)."""


class Answer(NamedTuple):
    """A part's solution in plain values; cost and bound in 64ths of a point."""

    pairs: dict[int, int]
    locks: dict[int, int]
    prices: dict[int, int]
    margins: dict[int, int]
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
    margins: dict[int, int] = {}
    cost = bound = 0
    for answer in answers:
        pairs |= answer.pairs
        locks |= answer.locks
        prices |= answer.prices
        margins |= answer.margins
        cost += answer.cost
        bound += answer.bound
    return Solution(problem, pairs, locks, prices, in_points(cost), in_points(bound), margins)


def solve_part(problem: Problem, dense: int = DENSE) -> Answer:
    """`dense`: up to so many pairs all are weighed one by one; beyond, the near ones, and the others by proof only."""
    costs = Costs(problem)
    costs.locks = first_stage(costs, problem.homes)
    flow = Flow(costs.helpers, mild(problem))
    pairs = sum(len(costs.eligible(home)) for home in problem.homes)
    choices = AllPairs(costs) if pairs <= dense else NearPairs(costs)
    place_all(flow, choices, problem.weights)
    missing = costs.unlinked * (len(problem.homes) - len(flow.holder))
    bound = lower_bound(flow.costs.values(), costs.helpers, flow.prices, problem.weights)
    keys = [helper.key for helper in costs.helpers]
    return Answer(
        pairs={home: keys[number] for home, number in flow.holder.items()},
        locks=costs.locks,
        prices=dict(zip(keys, flow.prices, strict=True)),
        margins=choices.margins(flow),
        cost=flow.total + missing,
        bound=bound + missing,
    )


def mild(problem: Problem) -> Weights:
    """The weights with a small penalty for missing households. Under the full one, whoever has not got the least yet
    draws households through the whole county, chain by chain; under this one only what is still missing at the end."""
    weights = problem.weights
    spread = max((helper.target - helper.least for helper in problem.helpers), default=0)
    return replace(weights, short=min(weights.short, weights.load * spread + MILD))


def place_all(flow: Flow, choices: AllPairs | NearPairs, weights: Weights) -> None:
    """Place every home among a few candidates, then let in whatever pair would be cheaper, until there is none."""
    offers = choices.start()
    while offers:
        home, costs = offers.pop()
        flow.place(home, cheapest(costs, flow.prices))
    flow.reweigh(weights)
    changed = True
    while changed:
        changed = False
        for home, costs in choices.cheaper(flow):
            flow.replace(home, flow.costs[home] | costs)
            changed = True


def first_stage(costs: Costs, homes: Iterable[Home]) -> dict[int, int]:
    """Home -> helper for those who chose each other, as far as the members' most allows."""
    asks = {home.key: wishes for home in homes if (wishes := costs.asks(home))}
    return accept(asks, places_for_wishes(costs.helpers, costs.pins))
