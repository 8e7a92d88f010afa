"""Rough prices to start from: homes bid for members' places until everybody has one (Bertsekas's auction, 1979).

Each home in turn takes the place that is cheapest to it with its price, and raises that price by as much as the place
is worth more to it than the next best, and a little more; whoever had the place bids anew. What comes out is best but
for that little, which `Flow.gather` mends: a third of the work of placing one home after the other.
"""

from array import array
from collections.abc import Mapping, Sequence
from heapq import heappush, heapreplace

from households.matching.costs import POINT, Prices, step
from households.matching.problem import Helper, Weights

STEP = 100 * POINT
"""A smaller one takes more bids and leaves less to mend."""

Bids = tuple[tuple[int, ...], "array[int]"]
"""Helpers by index and what each costs: a third of the memory of `Prices`, and only to be read through."""


def bids(costs: Prices) -> Bids:
    return tuple(costs), array("q", costs.values())


def rough_prices(offers: Mapping[int, Bids], helpers: Sequence[Helper], weights: Weights) -> list[int]:
    """By helper's index: what one more household costs the whole, about."""
    free = [step(helper, 1, weights) for helper in helpers]
    """What the helper's next free place costs."""
    prices = free[:]
    places: list[list[tuple[int, int]]] = [[] for _ in helpers]
    """By helper: a heap of what was bid for each place, and by whom."""
    for home in sorted(offers):
        while True:
            asks = [(cost + prices[helper], helper) for helper, cost in zip(*offers[home], strict=True)]
            least, helper = min(asks)
            asks.remove((least, helper))
            bid = prices[helper] + STEP + (min(asks)[0] - least if asks else 0)
            taken = places[helper]
            if free[helper] <= prices[helper]:
                heappush(taken, (bid, home))
                free[helper] = step(helpers[helper], len(taken) + 1, weights)
                prices[helper] = min(taken[0][0], free[helper])
                break
            home = heapreplace(taken, (bid, home))[1]
            prices[helper] = min(taken[0][0], free[helper])
    return prices
