"""Going on from the pairs in force: everybody stays at prices guessed from the loads, who is new goes where it is
cheapest, and the flow evens out what is wrong with the guess.

The present pairs stick by more than guesses are wrong by, so few move and few need to be weighed against others.
"""

from collections.abc import Mapping

from households.matching.candidates import NearPairs
from households.matching.costs import Costs, Prices, step
from households.matching.flow import Flow
from households.matching.problem import Helper, Problem, Weights

MOST = 0.8
"""Where so many homes have a pair, going on from the pairs in force is less work than starting anew."""


def mostly_paired(problem: Problem) -> bool:
    return len(problem.present) > MOST * len(problem.homes)


def start_warm(costs: Costs, choices: NearPairs, weights: Weights) -> Flow:
    """Every home placed among a few candidates."""
    staying = staying_pairs(costs)
    prices = likely_prices(costs, staying, weights)
    newcomers = choices.near([home for home in costs.homes.values() if home.key not in staying])
    offers = staying | {home: dict(zip(*near, strict=True)) for home, near in newcomers.items()}
    flow = Flow(costs.helpers, weights)
    flow.gather(offers, prices)
    return flow


def staying_pairs(costs: Costs) -> dict[int, Prices]:
    """Homes whose present pair may go on, with that pair and whoever they have a tie with."""
    index, found = costs.index, {}
    for key, helper in costs.present.items():
        if key in costs.homes and helper in index:
            offers = costs.of(costs.homes[key], ())
            if index[helper] in offers:
                found[key] = offers
    return found


def likely_prices(costs: Costs, staying: Mapping[int, Prices], weights: Weights) -> list[int]:
    """By helper: what its last household costs by load, limits left out of account. Right to within one step of the
    load unless a limit binds."""
    loads = [0] * len(costs.helpers)
    for home in staying:
        loads[costs.index[costs.present[home]]] += 1
    return [_likely_price(helper, load, weights) for helper, load in zip(costs.helpers, loads, strict=True)]


def _likely_price(helper: Helper, load: int, weights: Weights) -> int:
    return step(helper, max(min(load, helper.most), min(helper.least + 1, helper.most)), weights)
