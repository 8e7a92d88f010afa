"""Going on from the pairs in force: what is new is placed, gaps are closed, everybody else is left where they are.

The present pairs get the lowest prices at which no household would rather be elsewhere. Those do not mind whether a
member has lost households meanwhile: such a member asks more than one more household costs it, and draws some.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from households.matching.candidates import cheapest, cheapest_last
from households.matching.certificate import NO_PRICE
from households.matching.costs import POINT, Costs, Prices, step
from households.matching.flow import BEYOND, Flow
from households.matching.problem import Helper, Problem, Weights

MOST = 0.8
"""Where so many homes have a pair, going on from the pairs in force is less work than starting anew."""
SPREAD = 600 * POINT
"""Pairs that cost so much more than the present one are not weighed at first; prices seldom lie farther apart."""
UNSET = -1


def mostly_paired(problem: Problem) -> bool:
    return len(problem.present) > MOST * len(problem.homes)


def start_warm(costs: Costs, offers: Mapping[int, Prices], weights: Weights) -> Flow | None:
    """Every home placed among a few candidates; None where homes with a pair would rather change places."""
    index, present = costs.index, costs.present
    staying = {home: index.get(present.get(home, UNSET), UNSET) for home in offers}
    known = {home: _near(found, staying[home]) for home, found in offers.items() if staying[home] in found}
    holder = {home: staying[home] for home in known}
    prices = prices_without_envy(known, holder, costs.helpers, weights)
    if prices is None:
        return None
    flow = Flow(costs.helpers, weights)
    flow.take(known, holder, prices)
    for helper in range(len(costs.helpers)):
        flow.settle(helper)
    newcomers = {home: found for home, found in offers.items() if home not in known}
    for home, found in reversed(cheapest_last(newcomers)):
        flow.place(home, cheapest(found, flow.prices))
    return flow


def _near(found: Prices, stays: int) -> Prices:
    limit = found[stays] + SPREAD
    return {number: cost for number, cost in found.items() if cost < limit}


def prices_without_envy(
    costs: Mapping[int, Prices], holder: Mapping[int, int], helpers: Sequence[Helper], weights: Weights
) -> list[int] | None:
    """The lowest prices that cover each helper's last household and at which every home's helper is its cheapest.

    None if there are none: homes that would be cheaper changing places round a circle would raise the prices along it
    for ever. `least_prices` asks besides that nobody is glad of one more.
    """
    held: list[list[int]] = [[] for _ in helpers]
    for home, number in holder.items():
        held[number].append(home)
    seats = list(zip(helpers, held, strict=True))
    prices = [step(helper, len(homes), weights) if homes else NO_PRICE for helper, homes in seats]
    ways = [_ways(homes, number, costs) for number, homes in enumerate(held)]
    above = [UNSET] * len(helpers)
    todo = deque(number for number, homes in enumerate(held) if homes)
    waiting = set(todo)
    while todo:
        number = todo.popleft()
        waiting.discard(number)
        price = prices[number]
        for other, extra in ways[number].items():
            if price - extra > prices[other]:
                if _hangs_on(number, other, above):
                    return None
                prices[other], above[other] = price - extra, number
                if other not in waiting:
                    waiting.add(other)
                    todo.append(other)
    firsts = [step(helper, 1, weights) for helper in helpers]
    return [first if price == NO_PRICE else price for price, first in zip(prices, firsts, strict=True)]


def _hangs_on(number: int, other: int, above: Sequence[int]) -> bool:
    """Whether `other` is `number` or one of those who raised its price."""
    while number not in (other, UNSET):
        number = above[number]
    return number == other


def _ways(homes: Sequence[int], number: int, costs: Mapping[int, Prices]) -> Prices:
    """Other helper -> least extra cost at which one of these homes of helper `number` would go there."""
    found: Prices = {}
    for home in homes:
        own = costs[home]
        paid = own[number]
        for other, cost in own.items():
            if cost - paid < found.get(other, BEYOND):
                found[other] = cost - paid
    found.pop(number, None)
    return found
