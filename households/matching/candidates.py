"""Which pairs the flow weighs. It starts with a few for each home and is told of every other that would be cheaper at
the prices reached; when there is none left, the solution is best among all eligible pairs (column generation)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from math import dist
from operator import add

from households.matching.auction import Bids, bids
from households.matching.costs import POINT, Costs, Prices, Seen
from households.matching.flow import BEYOND, Flow
from households.matching.nearby import Block, Box, Keep, among_nearest, blocks
from households.matching.problem import Home

FEW = 8
"""Candidates of a home to start with; 6 to 12 take about the same time."""
NEAR = 5
"""The nearest of each tier from whom those are chosen in a county without walls between branches."""
MARGIN = 300 * POINT
"""Pairs that cost so much more than the best at the first prices are not weighed at first."""
NEVER = -(1 << 62)

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
        self._best = costs.weights.ability + costs.weights.same_grid + 1
        """Points that ability and grid are worth together at most, rounded up."""
        self._limits: dict[int, int] = {}
        """What each home was asked when `cheaper` looked last, and by whom what: `_prices`."""
        self._prices: list[int] = []
        self._again: set[int] = set()
        """Homes for whom more were cheaper than they were let choose among: others may be cheaper still."""

    @property
    def looked(self) -> tuple[dict[int, int], list[int]]:
        """What `cheaper` found nothing more for; to be set again when the flow is taken back to where it was."""
        return dict(self._limits), self._prices

    @looked.setter
    def looked(self, looked: tuple[dict[int, int], list[int]]) -> None:
        self._limits, self._prices = looked

    def forget(self, home: int) -> None:
        """Its costs are others now, or it is gone."""
        self._limits.pop(home, None)

    def _free(self, homes: Iterable[int]) -> list[Home]:
        costs = self._costs
        return [costs.homes[home] for home in homes if home not in costs.pins]

    def near(self, homes: Collection[Home]) -> dict[int, Bids]:
        """The nearest of each tier, whatever the prices."""
        costs = self._costs
        near: dict[int, list[Seen]] = {home.key: [] for home in homes}
        free = [home for home in homes if home.key not in costs.pins]
        no_prices = [0.0] * len(costs.helpers)
        for eligible in costs.by_tier():
            for block, helpers in blocks(free, eligible, among_nearest(NEAR)):
                for home, asks in self._asks(block, helpers, no_prices):
                    order = sorted(range(len(helpers)), key=asks.__getitem__)
                    near[home.key] += [helpers[place] for place in order[:NEAR]]
        weighed = ((home.key, costs.of(home, near.pop(home.key)) or costs.of(home)) for home in homes)
        return {home: bids(found) for home, found in weighed if found}

    def start(self, near: dict[int, Bids], prices: Sequence[int]) -> dict[int, Prices]:
        """The few best at these prices. Takes what was near and leaves nothing of it, to save memory."""
        costs, limits = self._costs, {}
        while near:
            home, found = near.popitem()
            limits[home] = min([cost + prices[number] for number, cost in zip(*found, strict=True)]) + MARGIN
        free = self._free(limits)
        offers = {
            home.key: costs.of(home, [helper for _, helper in sorted(found)[:FEW]]) or costs.of(home)
            for home, found in self._below(free, prices, limits)
        }
        tied = (costs.homes[home] for home in limits if home not in offers)
        return offers | {home.key: costs.of(home, ()) or costs.of(home) for home in tied}

    def cheaper(self, flow: Flow) -> Iterator[Offer]:
        """As of `AllPairs`, the few best of each home. Only what is asked otherwise than the last time is looked at."""
        costs, prices = self._costs, list(flow.prices)
        fallen = {number for number, (price, was) in enumerate(zip(prices, self._prices, strict=False)) if price < was}
        dearer, limits = self._dearer(flow), self._limits
        self._prices, self._again = prices, set()
        cheapest_fallen = min([prices[number] for number in fallen], default=BEYOND) - self._best * POINT
        lured = self._free(home for home, asked in limits.items() if asked > cheapest_fallen)
        for home, found in chain(self._below(dearer, prices, limits), self._below(lured, prices, limits, fallen)):
            known, limit = flow.costs[home.key], limits[home.key]
            fresh = [helper for _, helper in found if helper.number not in known]
            if fresh:
                offers = costs.of(home, fresh)
                better = {number: cost for number, cost in offers.items() if cost + prices[number] < limit}
                if len(better) > FEW:
                    self._again.add(home.key)
                if better:
                    yield home.key, cheapest(better, prices)

    def _dearer(self, flow: Flow) -> list[Home]:
        """Homes that are asked more than the last time, or were not let choose among all then; brings `_limits` up to
        date."""
        limits, found = self._limits, set(self._again)
        for number in flow.stirred:
            price = flow.prices[number]
            for home, paid in flow.held[number].items():
                asked = paid + price
                if asked > limits.get(home, NEVER):
                    found.add(home)
                limits[home] = asked
        flow.stirred.clear()
        return self._free(found)

    def margins(self, flow: Flow) -> dict[int, int]:
        """None: each asks for a search of its own, which `explain` does where somebody wants to know."""
        return {}

    def _below(
        self,
        homes: list[Home],
        prices: Sequence[int],
        limits: Mapping[int, int],
        numbers: Collection[int] | None = None,
    ) -> Iterator[tuple[Home, list[tuple[float, Seen]]]]:
        """Homes with all (of these `numbers`) whose cost + price, in points, may be below the home's limit. Ties are
        left out of account: whoever has one is always among a home's candidates."""
        points = [price / POINT for price in prices]
        for block, helpers in blocks(homes, self._costs.eligible, self._may_pay(points, limits), numbers):
            for home, asks in self._asks(block, helpers, points):
                limit = limits[home.key] / POINT + 1
                yield home, [found for found in zip(asks, helpers, strict=True) if found[0] < limit]

    def _asks(
        self, block: list[Home], helpers: list[Seen], points: Sequence[float]
    ) -> Iterator[tuple[Home, list[float]]]:
        """Each home with what each helper costs it with its price, true to a point. By loops that run in C."""
        weights = self._costs.weights
        places = [] if block[0].x is None or block[0].y is None else [(one.x, one.y) for one in helpers if one.placed]
        nowhere = [float(weights.unknown_place)] * (len(helpers) - len(places))
        alike: dict[tuple[frozenset[str], int], list[float]] = {}
        farthest = repeat(float(weights.farthest))
        for home in block:
            asked = alike.get((home.needs, home.grid))
            if asked is None:
                needs, grid = self._costs.needs(home), home.grid
                asked = alike[home.needs, grid] = [
                    points[one.number]
                    - weights.ability * (needs & one.abilities > 0)
                    - weights.same_grid * (grid == one.grid)
                    for one in helpers
                ]
            ways = map(min, map(dist, repeat((home.x or 0.0, home.y or 0.0)), places), farthest)
            yield home, list(map(add, chain(ways, nowhere), asked))

    def _may_pay(self, points: Sequence[float], limits: Mapping[int, int]) -> Keep:
        farthest, best = self._costs.weights.farthest, self._best

        def keep(box: Box, homes: list[Home], helpers: list[Seen]) -> Block:
            limit = max([limits[home.key] for home in homes]) / POINT + best
            asks = [
                (way if way < farthest else farthest) + points[helper.number]
                for helper, way in zip(helpers, box.nearest(helpers), strict=True)
            ]
            kept = [helper for helper, least in zip(helpers, asks, strict=True) if least < limit]
            floor = int((min(asks, default=0) - best) * POINT)
            return [home for home in homes if limits[home.key] >= floor], kept

        return keep
