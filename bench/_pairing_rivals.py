"""How a branch pairs by hand with a spreadsheet, to measure the engine against."""

from collections.abc import Iterable

from households.matching import Problem, Weights
from households.matching.candidates import AllPairs, NearPairs
from households.matching.costs import POINT, Costs, Prices, load_cost

Pairs = dict[int, int]


class Hand:
    """Row by row: mutual wish, the household's wish, kin, acquaintance, then the nearest with room to the target, to
    the most, or at all. `offers`: home -> cost of each candidate without ties, so that the nearest come first."""

    def __init__(self, problem: Problem, offers: dict[int, Prices]) -> None:
        self.costs = Costs(problem)
        self.offers = offers
        self.counts = [0] * len(self.costs.helpers)
        self.holder: dict[int, int] = {}

    def pairs(self) -> Pairs:
        target, most, any_ = [one.target for one in self.costs.helpers], [one.most for one in self.costs.helpers], None
        self._walk(self._ties(lambda tie: tie.mutual, by_rank=True), most)
        self._walk(self._ties(lambda tie: tie.home_rank > 0, by_rank=True), most)
        self._walk(self._ties(lambda tie: tie.kin), target)
        self._walk(self._ties(lambda tie: tie.familiar), target)
        for limits in (target, most, any_):
            self._walk(self._nearest(), limits)
        return {home: self.costs.helpers[number].key for home, number in self.holder.items()}

    def _ties(self, wanted, by_rank: bool = False) -> Iterable[tuple[int, int]]:
        for home, ties in sorted(self.costs.ties.items()):
            offers = self.offers.get(home, {})
            fit = [tie for tie in ties if wanted(tie) and self.costs.index[tie.helper] in offers]
            for tie in sorted(fit, key=lambda tie: tie.home_rank if by_rank else offers[self.costs.index[tie.helper]]):
                yield home, self.costs.index[tie.helper]

    def _nearest(self) -> Iterable[tuple[int, int]]:
        for home, offers in self.offers.items():
            if home not in self.holder:
                for number in sorted(offers, key=offers.__getitem__):
                    yield home, number

    def _walk(self, choices: Iterable[tuple[int, int]], limits: list[int] | None) -> None:
        for home, number in choices:
            if home not in self.holder and (limits is None or self.counts[number] < limits[number]):
                self.holder[home] = number
                self.counts[number] += 1


def by_hand(problem: Problem, near_only: bool) -> Pairs:
    plain = Costs(problem.with_(ties=()))
    if near_only:
        offers = {home: dict(zip(*found, strict=True)) for home, found in NearPairs(plain).near(problem.homes).items()}
    else:
        offers = AllPairs(plain).offers
    for tie in problem.ties:
        home, number = plain.homes[tie.home], plain.index[tie.helper]
        if plain.reach.allows(plain.helpers[number], home):
            offers[tie.home].setdefault(number, plain.pair(home, plain.helpers[number]))
    return Hand(problem, dict(sorted(offers.items()))).pairs()


def metres(problem: Problem, pairs: Pairs) -> float:
    """What pairs and uneven loads cost together in points, limits broken not counted."""
    costs = Costs(problem.with_(present={}))
    counts = dict.fromkeys(costs.index, 0)
    total = 0
    for home, helper in pairs.items():
        total += costs.pair(costs.homes[home], costs.helpers[costs.index[helper]])
        counts[helper] += 1
    free = Weights(short=0, over=0)
    return (total + sum(load_cost(one, counts[one.key], free) for one in costs.helpers)) / POINT
