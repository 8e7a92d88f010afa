"""Minimum-cost flow of households to members by successive cheapest chains: exact after every single step.

Why not a general solver: a household is one unit, so every path leads helper - held household - helper. Contracted to
the helpers, a branch is a graph of some 25 nodes. Each helper carries a price; a chain costs its sum of cost + price
differences, none of them negative, so Dijkstra finds the cheapest one. The prices prove the result (certificate.py).
The chain method is that of Jewell, Busacker-Gowen and Edmonds-Karp (1972); the convex load is a row of arcs.
"""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from households.matching.costs import Prices, load_cost, step
from households.matching.problem import Helper, Weights

BEYOND = 1 << 62
NOBODY = -1
Move = tuple[int, int, int]
"""(home, from helper, to helper), helpers by index or NOBODY."""


class Flow:
    """Homes (by key) on helpers (by index), least in total cost at any time.

    Kept true between calls: cost + price of a home's helper is the least among its candidates, and a helper's price
    lies between the cost of its last household and that of one more.
    """

    def __init__(self, helpers: Sequence[Helper], weights: Weights) -> None:
        self.helpers, self.weights = helpers, weights
        self.costs: dict[int, Prices] = {}
        self.holder: dict[int, int] = {}
        self.held: list[dict[int, int]] = [{} for _ in helpers]
        """By helper: home -> cost of the pair."""
        self.prices = [step(helper, 1, weights) for helper in helpers]
        self.room = [0 for _ in helpers]
        """Cost of one more household less the price; never negative."""
        self.total = sum(load_cost(helper, 0, weights) for helper in helpers)
        """What pairs and loads cost, in 64ths of a point."""
        self.journal: list[Move] | None = None
        """What moved since somebody set it to []."""
        self.stirred: set[int] = set()
        """Helpers whose price or homes changed since somebody emptied this."""
        self._ways: list[Prices | None] = [{} for _ in helpers]
        self._fans: list[set[int]] | None = None

    def gather(self, costs: Mapping[int, Prices], prices: Sequence[int]) -> None:
        """Every home goes to its cheapest helper at these prices, however rough; then too many and too few are evened
        out, which takes the less work the better the prices are."""
        self.take(costs, {home: _cheapest(offers, prices) for home, offers in costs.items()}, prices)
        self.even()

    def offer(self, found: Iterable[tuple[int, Prices]]) -> None:
        """Let these homes choose among more helpers, one by one: each choice moves prices, and most who follow stay."""
        for home, costs in found:
            self._enter(home, self.costs[home] | costs)
            self._ways[self.holder[home]] = None
            helper = _cheapest(self.costs[home], self.prices)
            if self.costs[home][helper] + self.prices[helper] < self.asked(home):
                was = self.holder[home]
                self._put(home, helper)
                self._count(was)
                self._count(helper)
                self.relieve(helper)
                self.settle(was)

    def even(self) -> None:
        """Restore the least cost where helpers have more or fewer homes than their prices ask for."""
        for helper in range(len(self.helpers)):
            self.relieve(helper)
        for helper in range(len(self.helpers)):
            self.settle(helper)

    def relieve(self, helper: int) -> None:
        """Restore the least cost where the last household of `helper` costs more than its price."""
        while (last := self._step(helper, len(self.held[helper]))) > self.prices[helper] and self.held[helper]:
            self.room[helper] = last - self.prices[helper]
            end, came = self._search({helper: self.prices[helper]})
            self._hand_on(end, came)
            self._count(helper)
            self._count(end)

    def place(self, home: int, costs: Prices) -> None:
        """Take the home in by the cheapest chain of moves. `costs` must not be empty."""
        self._enter(home, costs)
        prices = self.prices
        end, came = self._search({helper: cost + prices[helper] for helper, cost in costs.items()})
        self._put(home, self._hand_on(end, came))
        self._count(end)

    def _search(self, reached: Prices) -> tuple[int, dict[int, int]]:
        """The cheapest chain from any of those `reached` to a helper with room: its end, and who hands on to whom.

        Raises the prices of those it passes. One long loop, because it runs some ten times for each household.
        """
        prices, room, ways_from = self.prices, self.room, self._ways
        total, last = min((way + max(room[helper], 0), helper) for helper, way in reached.items())
        came: dict[int, int] = {}
        queue = [(way, helper) for helper, way in reached.items() if way < total]
        heapify(queue)
        closed = []
        while queue:
            way, helper = heappop(queue)
            if way >= total:
                break
            if way > reached[helper]:
                continue
            closed.append(helper)
            base = way - prices[helper]
            ways = ways_from[helper]
            if ways is None:
                ways = self._ways_from(helper)
            for other, extra in ways.items():
                through = base + extra + prices[other]
                if through < total and through < reached.get(other, BEYOND):
                    reached[other] = through
                    came[other] = helper
                    heappush(queue, (through, other))
                    end = through + room[other] if room[other] > 0 else through
                    if end < total:
                        total, last = end, other
        for helper in closed:
            self._raise(helper, total - reached[helper])
        return last, came

    def leave(self, home: int) -> None:
        """Take the home out and let the others close the gap where that makes the whole cheaper."""
        helper = self.holder[home]
        self._put(home, NOBODY)
        self._exit(home)
        self._count(helper)
        self.settle(helper)

    def settle(self, helper: int) -> None:
        """Restore the least cost where `helper` would be glad of one more household (its price is above that cost)."""
        while self.room[helper] < 0:
            self._draw(helper, self._fans_of())

    def replace(self, home: int, costs: Prices) -> None:
        """Give the home other candidates or costs; none at all: it leaves; not there yet: it enters."""
        if home not in self.holder:
            if costs:
                self.place(home, costs)
            return
        helper = self.holder[home]
        if helper in costs and self._asks_least(helper, costs):
            self._swap_costs(home, helper, costs)
            return
        self.leave(home)
        if costs:
            self.place(home, costs)

    def take(self, costs: Mapping[int, Prices], holder: Mapping[int, int], prices: Sequence[int]) -> None:
        """Fill an empty flow with an assignment; prices that prove it leave nothing to even out."""
        self.prices[:] = prices
        self.holder = dict(holder)
        for home, helper in holder.items():
            offers = self.costs[home] = costs[home]
            self.held[helper][home] = offers[helper]
        self.stirred.update(range(len(self.helpers)))
        self._ways = [None for _ in self.helpers]
        self.total = sum(sum(homes.values()) for homes in self.held)
        for helper, (person, homes) in enumerate(zip(self.helpers, self.held, strict=True)):
            self.total += load_cost(person, len(homes), self.weights)
            self._count(helper)

    def reweigh(self, weights: Weights) -> None:
        """Go on with other weights of the load (the pairs' costs stay)."""
        self.total += sum(
            load_cost(helper, len(homes), weights) - load_cost(helper, len(homes), self.weights)
            for helper, homes in zip(self.helpers, self.held, strict=True)
        )
        self.weights = weights
        for helper in range(len(self.helpers)):
            self._count(helper)
        self.even()

    def rewind(self, prices: list[int], originals: Mapping[int, Prices | None]) -> None:
        """Undo all moves of the journal: `prices` as they were, `originals` the candidates of homes that changed them
        (None: the home was not there)."""
        before = {home: self.holder.get(home, NOBODY) for home in originals}
        for home, was, _ in reversed(self.journal or ()):
            before[home] = was
        self.journal = None
        for home in before:
            self._put(home, NOBODY)
        for home, costs in originals.items():
            self._exit(home)
            if costs is not None:
                self._enter(home, costs)
        for home, was in before.items():
            self._put(home, was)
        self.prices[:] = prices
        for helper in range(len(self.helpers)):
            self._count(helper)
            self.stirred.add(helper)

    def asked(self, home: int) -> int:
        """Cost + price of the pair the home is in: no candidate asks less."""
        helper = self.holder[home]
        return self.held[helper][home] + self.prices[helper]

    def _enter(self, home: int, costs: Prices) -> None:
        if self._fans is not None:
            for index in costs:
                self._fans[index].add(home)
        self.costs[home] = costs

    def _asks_least(self, helper: int, costs: Prices) -> bool:
        prices = self.prices
        return costs[helper] + prices[helper] <= min(cost + prices[index] for index, cost in costs.items())

    def _swap_costs(self, home: int, helper: int, costs: Prices) -> None:
        self._exit(home)
        self._enter(home, costs)
        self.total += costs[helper] - self.held[helper][home]
        self.held[helper][home] = costs[helper]
        self._ways[helper] = None
        self.stirred.add(helper)

    def _exit(self, home: int) -> None:
        for index in self.costs.pop(home, ()):
            if self._fans is not None:
                self._fans[index].discard(home)

    def _ways_from(self, helper: int) -> Prices:
        """Other helper -> least extra cost at which one of this helper's homes would go there."""
        found: Prices = {}
        get, all_costs = found.get, self.costs
        for home, paid in self.held[helper].items():
            for other, cost in all_costs[home].items():
                if cost - paid < get(other, BEYOND):
                    found[other] = cost - paid
        self._ways[helper] = found
        return found

    def _hand_on(self, end: int, came: Mapping[int, int]) -> int:
        """Walk the chain back from its end: each helper hands on the home that goes there at least cost. Returns the
        first of the chain."""
        helper = end
        while helper in came:
            giver = came[helper]
            self._put(self._cheapest(giver, helper), helper)
            helper = giver
        return helper

    def _cheapest(self, giver: int, taker: int) -> int:
        costs = self.costs
        return min((costs[home].get(taker, BEYOND) - paid, home) for home, paid in self.held[giver].items())[1]

    def _put(self, home: int, helper: int) -> None:
        was = self.holder.pop(home, NOBODY)
        if was != NOBODY:
            self.total -= self._step(was, len(self.held[was])) + self.held[was].pop(home)
            self._ways[was] = None
            self.stirred.add(was)
        if helper != NOBODY:
            self._gain(home, helper)
            self.stirred.add(helper)
        if self.journal is not None:
            self.journal.append((home, was, helper))

    def _gain(self, home: int, helper: int) -> None:
        costs = self.costs[home]
        paid = costs[helper]
        self.holder[home] = helper
        self.held[helper][home] = paid
        self.total += paid + self._step(helper, len(self.held[helper]))
        ways = self._ways[helper]
        if ways is None:
            return
        for other, cost in costs.items():
            if cost - paid < ways.get(other, BEYOND):
                ways[other] = cost - paid

    def _count(self, helper: int) -> None:
        self.room[helper] = self._step(helper, len(self.held[helper]) + 1) - self.prices[helper]

    def _raise(self, helper: int, by: int) -> None:
        self.prices[helper] += by
        self.room[helper] -= by
        self.stirred.add(helper)

    def _step(self, helper: int, count: int) -> int:
        return step(self.helpers[helper], count, self.weights)

    def _fans_of(self) -> list[set[int]]:
        """By helper: the homes that have it among their candidates. Built when the first edit asks."""
        if self._fans is None:
            self._fans = [set() for _ in self.helpers]
            for home, costs in self.costs.items():
                for index in costs:
                    self._fans[index].add(home)
        return self._fans

    def _draw(self, helper: int, fans: list[set[int]]) -> None:
        """One round of settling: the cheapest chain that ends here, or a lower price if no chain pays."""
        prices, holder, held, costs = self.prices, self.holder, self.held, self.costs
        reached, goes = {helper: 0}, {}
        gain, first = -self.room[helper], NOBODY
        queue, closed = [(0, helper)], []
        while queue:
            way, taker = heappop(queue)
            if way >= gain:
                break
            if way > reached[taker]:
                continue
            closed.append(taker)
            if taker != helper and held[taker]:
                spare = way + prices[taker] - self._step(taker, len(held[taker]))
                if spare < gain:
                    gain, first = spare, taker
            for home in fans[taker] - held[taker].keys():
                giver = holder[home]
                through = way + costs[home][taker] + prices[taker] - held[giver][home] - prices[giver]
                if through < gain and through < reached.get(giver, BEYOND):
                    reached[giver] = through
                    goes[giver] = (home, taker)
                    heappush(queue, (through, giver))
        self._lower(closed, reached, gain)
        if first != NOBODY:
            self._pull(first, helper, goes)

    def _lower(self, helpers: list[int], reached: Prices, gain: int) -> None:
        for helper in helpers:
            self._raise(helper, min(reached[helper] - gain, 0))

    def _pull(self, first: int, helper: int, goes: dict[int, tuple[int, int]]) -> None:
        giver = first
        while giver != helper:
            home, taker = goes[giver]
            self._put(home, taker)
            giver = taker
        self._count(first)
        self._count(helper)


def _cheapest(costs: Prices, prices: Sequence[int]) -> int:
    """Who asks least, price included."""
    if len(costs) == 1:
        return next(iter(costs))
    return min([(cost + prices[helper], helper) for helper, cost in costs.items()])[1]
