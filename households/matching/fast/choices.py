"""Candidates of a county without walls by numpy, which is there with OR-Tools: `NearPairs` finds the same without."""

from collections.abc import Iterator
from itertools import chain

from households.matching.candidates import FEW, Offer, cheapest
from households.matching.costs import Costs, Prices
from households.matching.fast.arrays import Array, Pairs, among, coded, np, united, whole_numbers
from households.matching.fast.bonds import bonds, whole
from households.matching.fast.layout import Layout
from households.matching.fast.search import NEVER, Search
from households.matching.flow import Flow


class WidePairs:
    """The few best of each home and whoever has a tie; the others are weighed only where the prices let them matter."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        self.layout = Layout(costs)
        self.bonds = bonds(costs, self.layout)
        self._search = Search(self.layout)
        self._limits = np.full(len(self.layout.homes), NEVER)
        """What each home was asked when `cheaper` looked last, by row, and what each helper: `_prices`."""
        self._prices = np.full(len(costs.helpers), NEVER)

    def in_force(self) -> Array:
        """By row: whether the present pair may go on."""
        layout, present = self.layout, whole_numbers([*self._costs.present.items()]).reshape(-1, 2)
        homes, helpers = present[layout.knows(*present.T)].T
        codes = np.sort(coded(layout.rows(homes), layout.numbers(helpers)))
        stays = np.zeros(len(layout.homes), bool)
        stays[self.bonds.rows[among(coded(self.bonds.rows, self.bonds.numbers), codes)]] = True
        return stays

    def best(self, prices: Array, wanted: Array, margin: int) -> Pairs:
        """The few best of the homes `wanted` (yes or no by row) at these prices, dearer than the very best by less than
        `margin`, and all that are always weighed."""
        found = self._allowed(self._search.best(prices, wanted, FEW, margin))
        found = united(self.bonds.where(wanted[self.bonds.rows]), found)
        without = wanted.copy()
        without[found.rows] = False
        return united(found, whole(self._costs, self.layout, np.flatnonzero(without).tolist()))

    def _allowed(self, pairs: Pairs) -> Pairs:
        return pairs.where(self.layout.allows(pairs.rows, pairs.numbers))

    def offers(self, pairs: Pairs) -> dict[int, Prices]:
        """As the flow wants them: home's key -> candidates."""
        return {self.layout.homes[row].key: found for row, found in pairs.by_row()}

    def cheaper(self, flow: Flow) -> Iterator[Offer]:
        """As of `NearPairs`. Only what is asked otherwise than the last time is looked at."""
        prices, limits = whole_numbers(flow.prices), self._asked(flow)
        dearer, fallen = np.where(limits > self._limits, limits, NEVER), prices < self._prices
        self._limits, self._prices = limits.copy(), prices
        found = self._search.below(prices, dearer)
        if fallen.any():
            found = united(found, self._search.below(prices, limits, fallen))
        for row, offers in self._allowed(found).by_row():
            home = self.layout.homes[row].key
            fresh = {number: cost for number, cost in offers.items() if number not in flow.costs[home]}
            if len(fresh) > FEW:
                self._limits[row] = NEVER
            if fresh:
                yield home, cheapest(fresh, flow.prices)

    def _asked(self, flow: Flow) -> Array:
        """Cost + price of the pair each free home is in, by row; NEVER of one without."""
        sizes = [len(homes) for homes in flow.held]
        keys = np.fromiter(chain.from_iterable(flow.held), np.int64, sum(sizes))
        paid = np.fromiter(chain.from_iterable(homes.values() for homes in flow.held), np.int64, sum(sizes))
        limits = np.full(len(self.layout.homes), NEVER)
        limits[self.layout.rows(keys)] = paid + np.repeat(whole_numbers(flow.prices), sizes)
        return np.where(self.layout.is_free, limits, NEVER)

    def margins(self, flow: Flow) -> dict[int, int]:
        """None, as of `NearPairs`."""
        return {}
