"""Which pairs the flow weighs. It starts with a few for each home and is told of every other that would be cheaper at
the prices reached; when there is none left, the solution is best among all eligible pairs (column generation)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from households.matching.costs import POINT, Costs, Prices, Seen
from households.matching.flow import Flow
from households.matching.nearby import Box, Keep, among_nearest, blocks
from households.matching.problem import Home

FEW = 8
"""Candidates of a home to start with; 6 to 12 take about the same time."""
NEAR = 5
"""The nearest of each tier from whom those are chosen in a county without walls between branches."""

Offer = tuple[int, Prices]
"""(home's key, candidates)."""


def cheapest(costs: Prices, prices: Sequence[int]) -> Prices:
    """The few best by cost + price."""
    if len(costs) <= FEW:
        return costs
    order = sorted([(cost + prices[number], number) for number, cost in costs.items()])
    return {number: costs[number] for _, number in order[:FEW]}


def cheapest_last(offers: Mapping[int, Prices]) -> list[Offer]:
    """To be taken from the end: homes with the cheapest pair come first, because those who come later seldom move them,
    which saves a third of the work."""
    return sorted(offers.items(), key=lambda offer: (-min(offer[1].values()), offer[0]))


class AllPairs:
    """Every eligible pair of a branch, weighed once and kept."""

    def __init__(self, costs: Costs) -> None:
        self.offers = {home.key: found for home in costs.homes.values() if (found := costs.of(home))}

    def start(self) -> list[Offer]:
        return cheapest_last(self.offers)

    def cheaper(self, flow: Flow) -> Iterator[Offer]:
        """Pairs that would make the whole cheaper at the present prices."""
        prices = flow.prices
        for home, costs in self.offers.items():
            asked = flow.asked(home)
            found = [number for number, cost in costs.items() if cost + prices[number] < asked]
            if found:
                yield home, {number: costs[number] for number in found}

    def margins(self, flow: Flow) -> dict[int, int]:
        """Home -> by how much the whole gets dearer at least with anybody else, in 64ths of a point."""
        prices = flow.prices
        found = {}
        for home, costs in self.offers.items():
            if len(costs) > 1:
                asked, asks = flow.asked(home), [cost + prices[number] for number, cost in costs.items()]
                asks.remove(asked)
                found[home] = min(asks) - asked
        return found


class NearPairs:
    """The nearest of each tier and whoever has a tie; the others are weighed only where the prices let them matter."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs

    def start(self) -> list[Offer]:
        costs = self._costs
        homes = costs.homes
        near: dict[int, list[Seen]] = {key: [] for key in homes}
        lists = (blocks(homes.values(), eligible, among_nearest(NEAR)) for eligible in costs.by_tier())
        offers: dict[int, Prices] = {}
        for block, helpers in chain.from_iterable(lists):
            for home in block:
                found = costs.plain(home, helpers)
                near[home.key] += sorted(helpers, key=lambda seen: found[seen.number])[:NEAR]
        for home in homes.values():
            found = costs.of(home, near.pop(home.key)) or costs.of(home)
            if found:
                offers[home.key] = found
        return cheapest_last(offers)

    def cheaper(self, flow: Flow) -> Iterator[Offer]:
        """As of `AllPairs`."""
        costs, prices = self._costs, flow.prices
        free = [costs.homes[key] for key in flow.holder if key not in costs.pins]
        for block, helpers in blocks(free, costs.eligible, self._may_pay(flow)):
            for home in block:
                asked, known = flow.asked(home.key), flow.costs[home.key]
                offers = costs.of(home, helpers)
                found = [number for number, cost in offers.items() if cost + prices[number] < asked]
                if found:
                    yield home.key, {number: offers[number] for number in found if number not in known}

    def margins(self, flow: Flow) -> dict[int, int]:
        """None: each asks for a search of its own, which `explain` does where somebody wants to know."""
        return {}

    def _may_pay(self, flow: Flow) -> Keep:
        weights, prices = self._costs.weights, flow.prices
        best = (weights.ability + weights.same_grid) * POINT

        def keep(box: Box, homes: list[Home], helpers: list[Seen]) -> list[Seen]:
            limit = (max(flow.asked(home.key) for home in homes) + best) / POINT
            return [
                helper
                for helper in helpers
                if min(box.nearest(helper), weights.farthest) + prices[helper.number] / POINT < limit + 1
            ]

        return keep
