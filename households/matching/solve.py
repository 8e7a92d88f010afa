"""Two stages: mutual wishes by deferred acceptance, then everything by minimum-cost flow.

The problem falls into parts that share nobody eligible (a branch each, in most counties); parts are solved one by one.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import NamedTuple, Protocol

from households.matching import fast
from households.matching.auction import rough_prices
from households.matching.candidates import AllPairs, NearPairs, Offer, cheapest
from households.matching.certificate import lower_bound
from households.matching.costs import Costs, in_points
from households.matching.flow import Flow
from households.matching.parts import parts
from households.matching.problem import Home, Problem, Weights
from households.matching.solution import Solution
from households.matching.warm import mostly_paired, start_warm
from households.matching.wishes import accept, places_for_wishes

DENSE = 600_000
"""Some 60 MB."""
MILD = 1000
"""Points by which a limit weighs more than load, before it weighs in full."""
Progress = Callable[[int, int], object]
"""Called with (homes done, homes in all)."""


class Choices(Protocol):
    """Which pairs the flow weighs: `AllPairs`, `NearPairs` or `WidePairs`."""

    def cheaper(self, flow: Flow) -> Iterator[Offer]: ...

    def margins(self, flow: Flow) -> dict[int, int]: ...


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
    if engine == "fast" and not fast.installed():
        raise fast.NotInstalledError("The fast engine needs ortools and numpy: pip install -r requirements-fast.txt")
    quick = engine != "stdlib" and fast.installed()
    answers, done, separate = [], 0, parts(problem)
    for part, answer in zip(separate, _answers(separate, quick, processes), strict=True):
        answers.append(answer)
        done += len(part.homes)
        if progress:
            progress(done, len(problem.homes))
    return joined(problem, answers)


def _answers(separate: list[Problem], quick: bool, processes: int) -> Iterator[Answer]:
    one = partial(solve_part, quick=quick)
    if processes < 2 or len(separate) < 2:
        yield from map(one, separate)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, separate, chunksize=8)


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


def solve_part(problem: Problem, dense: int = DENSE, quick: bool = False) -> Answer:
    """`dense`: up to so many pairs all are weighed one by one; beyond, the near ones, and the others by proof only.
    `quick`: what is beyond is looked through by numpy and starts with OR-Tools."""
    costs = Costs(problem)
    costs.locks = first_stage(costs, problem.homes)
    choices, flow = begun(costs, dense=dense, quick=quick)
    ended(flow, choices, problem.weights)
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


def mild(problem: Problem, points: int) -> Weights:
    """The weights with limits that weigh little. Under the full ones, whoever is beyond a limit while only a few pairs
    are weighed pushes or draws households through the whole county; under these only what is still amiss at the end."""
    weights = problem.weights
    below = max((helper.target - helper.least for helper in problem.helpers), default=0)
    above = max((helper.most - helper.target for helper in problem.helpers), default=0)
    return replace(
        weights,
        short=min(weights.short, weights.load * below + points),
        over=min(weights.over, weights.load * above + points),
    )


def begun(costs: Costs, *, dense: int, quick: bool) -> tuple[Choices, Flow]:
    """Every home placed among a few candidates, at mild weights: from the pairs in force where they stand; else in a
    branch one by one, in a county without walls from rough prices."""
    problem = costs.problem
    wide = len(problem.homes) * len(problem.helpers) > dense < sum(len(costs.eligible(home)) for home in problem.homes)
    if wide and quick:
        return from_arrays(costs)
    if wide or mostly_paired(problem):
        return from_prices(costs)
    every = AllPairs(costs)
    return every, start(costs, every.start(), mild(problem, MILD))


def ended(flow: Flow, choices: Choices, weights: Weights) -> None:
    """The weights in full, and every pair let in that would be cheaper: the whole costs least."""
    flow.reweigh(weights)
    let_in(flow, choices)


def start(costs: Costs, offers: list[Offer], weights: Weights) -> Flow:
    """Place one home after the other."""
    flow = Flow(costs.helpers, weights)
    while offers:
        home, prices = offers.pop()
        flow.place(home, cheapest(prices, flow.prices))
    return flow


def from_prices(costs: Costs) -> tuple[NearPairs, Flow]:
    """From the pairs in force where they stand, else from rough prices by auction."""
    choices = NearPairs(costs)
    begin = start_warm if mostly_paired(costs.problem) else auctioned
    return choices, eased(costs, begin(costs, choices, mild(costs.problem, MILD)), choices)


def auctioned(costs: Costs, choices: NearPairs, weights: Weights) -> Flow:
    """Rough prices by auction, then everybody where it is cheapest, and evened out."""
    near = choices.near(costs.problem.homes)
    rough = rough_prices(near, costs.helpers, weights)
    flow = Flow(costs.helpers, weights)
    flow.gather(choices.start(near, rough), rough)
    return flow


def from_arrays(costs: Costs) -> tuple[Choices, Flow]:
    """The same by numpy and OR-Tools, which are imported only here."""
    from households.matching.fast.choices import WidePairs
    from households.matching.fast.start import anew, going_on

    choices = WidePairs(costs)
    begin = going_on if mostly_paired(costs.problem) else anew
    return choices, eased(costs, begin(costs, choices, mild(costs.problem, MILD)), choices)


def eased(costs: Costs, flow: Flow, choices: Choices) -> Flow:
    """What is beyond a limit among few pairs mostly is not among all; so limits weigh more only when more pairs are let
    in. From the pairs in force one step will do."""
    for points in (MILD,) if mostly_paired(costs.problem) else (MILD, 3 * MILD, 9 * MILD):
        flow.reweigh(mild(costs.problem, points))
        let_in(flow, choices)
    return flow


def let_in(flow: Flow, choices: Choices) -> None:
    """Let in whatever pair would be cheaper, until there is none."""
    while found := list(choices.cheaper(flow)):
        flow.offer(found)


def first_stage(costs: Costs, homes: Iterable[Home]) -> dict[int, int]:
    """Home -> helper for those who chose each other, as far as the members' most allows."""
    wishing = {tie.home for ties in costs.ties.values() for tie in ties if tie.home_rank and tie.helper_rank}
    asks = {home.key: wishes for home in homes if home.key in wishing and (wishes := costs.asks(home))}
    return accept(asks, places_for_wishes(costs.helpers, costs.pins))
