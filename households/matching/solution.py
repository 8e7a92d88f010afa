"""What the engine answers: pairs, proof, and what is missing where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from households.matching.costs import Costs
from households.matching.problem import Helper, Problem


class Shortage(NamedTuple):
    """A helper with fewer households than the least; `lacks` of them."""

    helper: int
    unit: int
    lacks: int


class Overload(NamedTuple):
    """A helper with more households than the most; `beyond` it."""

    helper: int
    unit: int
    beyond: int


class Balance(NamedTuple):
    """A unit's households against the sums of its helpers' limits."""

    unit: int
    town: int
    homes: int
    least: int
    most: int

    @property
    def lacks(self) -> int:
        """Households missing before everybody can have the least."""
        return max(self.least - self.homes, 0)

    @property
    def beyond(self) -> int:
        """Households more than all may take."""
        return max(self.homes - self.most, 0)

    @property
    def room(self) -> int:
        """Households the unit could take from others."""
        return max(self.most - self.homes, 0)

    @property
    def spare(self) -> int:
        """Households the unit could give to others."""
        return max(self.homes - self.least, 0)


@dataclass(frozen=True)
class Solution:
    """The best assignment and its proof. Costs are points (metres), exact to 1/64 by the tie-break."""

    problem: Problem
    pairs: Mapping[int, int]
    """Home -> helper. A home of `unlinked` is not here."""
    locks: Mapping[int, int]
    """The mutual pairs of the first stage, home -> helper."""
    prices: Mapping[int, int]
    """What one more household at a helper costs the whole, in 64ths of a point: the proof."""
    cost: float
    bound: float
    """No assignment of this problem (with these locks) is cheaper."""
    margins: Mapping[int, int] = field(default_factory=dict)
    """Home -> what anybody else costs the whole at least, in 64ths of a point; `explain` reckons those not here."""

    @property
    def gap(self) -> float:
        """How much cheaper another assignment could be at most. 0: proved best."""
        return self.cost - self.bound

    @cached_property
    def loads(self) -> dict[int, int]:
        found = {helper.key: 0 for helper in self.problem.helpers}
        for helper in self.pairs.values():
            found[helper] += 1
        return found

    @cached_property
    def unlinked(self) -> list[int]:
        """Homes for which nobody is eligible."""
        return sorted(home.key for home in self.problem.homes if home.key not in self.pairs)

    @cached_property
    def shortages(self) -> list[Shortage]:
        loads = self.loads
        return [
            Shortage(helper.key, helper.unit, helper.least - loads[helper.key])
            for helper in self._by_key
            if loads[helper.key] < helper.least
        ]

    @cached_property
    def overloads(self) -> list[Overload]:
        loads = self.loads
        return [
            Overload(helper.key, helper.unit, loads[helper.key] - helper.most)
            for helper in self._by_key
            if loads[helper.key] > helper.most
        ]

    @cached_property
    def balances(self) -> dict[int, Balance]:
        """Unit -> its balance."""
        towns = {home.unit: home.town for home in self.problem.homes}
        towns |= {helper.unit: helper.town for helper in self.problem.helpers}
        homes, least, most = (dict.fromkeys(towns, 0) for _ in range(3))
        for home in self.problem.homes:
            homes[home.unit] += 1
        for helper in self.problem.helpers:
            least[helper.unit] += helper.least
            most[helper.unit] += helper.most
        return {unit: Balance(unit, towns[unit], homes[unit], least[unit], most[unit]) for unit in sorted(towns)}

    def neighbours(self, unit: int) -> list[Balance]:
        """Other units of the same town that could give households to a unit that lacks some, or take what is beyond."""
        here = self.balances[unit]
        others = [other for other in self.balances.values() if other.town == here.town and other.unit != unit]
        if here.lacks:
            return sorted((other for other in others if other.spare), key=lambda other: (-other.spare, other.unit))
        return sorted((other for other in others if other.room), key=lambda other: (-other.room, other.unit))

    @property
    def mutual_promised(self) -> int:
        return len(self.locks)

    @property
    def mutual_kept(self) -> int:
        return sum(self.pairs.get(home) == helper for home, helper in self.locks.items())

    @cached_property
    def costs(self) -> Costs:
        """The costs of the problem with the locks of the first stage."""
        costs = Costs(self.problem)
        costs.locks = dict(self.locks)
        return costs

    @property
    def _by_key(self) -> list[Helper]:
        return sorted(self.problem.helpers, key=lambda helper: helper.key)


def blocking_mutual_pairs(solution: Solution) -> list[tuple[int, int]]:
    """Pairs (home, helper) that chose each other, are not together, and would both rather be: the home's own wish is
    better than what it has, and the helper has room or holds a household it wished for less. Pins and forbidden pairs
    are decisions of the branch and do not count."""
    problem, pairs, loads = solution.problem, solution.pairs, solution.loads
    ties = {(tie.home, tie.helper): tie for tie in problem.ties}
    most = {helper.key: helper.most for helper in problem.helpers}
    no_wish = 1 + max((rank for tie in problem.ties for rank in (tie.home_rank, tie.helper_rank)), default=0)
    worst: dict[int, int] = {}
    for home, helper in pairs.items():
        tie = ties.get((home, helper))
        if home not in problem.pins:
            worst[helper] = max(worst.get(helper, 0), tie.helper_rank or no_wish if tie else no_wish)
    found = []
    for (home, helper), tie in sorted(ties.items()):
        if not tie.mutual or home in problem.pins or helper not in solution.costs.eligible_keys(home):
            continue
        now = ties.get((home, pairs[home])) if home in pairs else None
        glad = tie.home_rank < (now.home_rank or no_wish if now else no_wish)
        if glad and (loads[helper] < most[helper] or tie.helper_rank < worst.get(helper, 0)):
            found.append((home, helper))
    return found
