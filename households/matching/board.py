"""Adjusting a proposal by hand: every edit leaves the whole at least cost, and says who moves and what it costs.

The present pairs stick (`Weights.sticky`), so that an edit moves as few others as it can.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from households.matching.costs import Costs, Prices, in_points
from households.matching.problem import Contradiction, Home, Problem, Tie
from households.matching.solution import Solution
from households.matching.solve import ended, first_stage, from_prices, let_in
from households.matching.wishes import Ask, accept, together

Moved = tuple[int, int | None, int | None]


class Change(NamedTuple):
    """What an edit did: points more (or less), and (home, from helper, to helper) of all who moved."""

    cost: float
    moved: list[Moved]


class Board:
    """A problem and pairs in hand, for exact edits. Pairs that are not the best are mended at once (`drift`).

    Starting takes milliseconds for a branch, so a web request builds its own from the saved pairs, pins and forbids.
    """

    def __init__(self, problem: Problem, solution: Solution | Mapping[int, int]) -> None:
        pairs = dict(solution.pairs if isinstance(solution, Solution) else solution)
        self._start = problem.with_(present=pairs)
        self._costs = Costs(self._start)
        self._homes = self._costs.homes
        self._asks: dict[int, list[Ask]] = {}
        self._fans: dict[int, set[int]] = {}
        self._pinned = dict.fromkeys(self._costs.index, 0)
        for helper in problem.pins.values():
            self._pinned[helper] += 1
        for home in self._homes:
            self._ask(home)
        self._costs.locks = first_stage(self._costs, self._homes.values())
        self._choices, self._flow = from_prices(self._costs)
        ended(self._flow, self._choices, problem.weights)
        self._unlinked = {home for home in self._homes if home not in self._flow.holder}
        self.drift = self._compared(pairs)
        """Who had to move before the first edit, because the pairs given were not the best."""

    @property
    def pairs(self) -> dict[int, int]:
        return {home: self._key(index) for home, index in self._flow.holder.items()}

    @property
    def loads(self) -> dict[int, int]:
        return {self._key(index): len(homes) for index, homes in enumerate(self._flow.held)}

    @property
    def unlinked(self) -> list[int]:
        return sorted(self._unlinked)

    @property
    def cost(self) -> float:
        """Points, with the present pairs sticking."""
        return in_points(self._total())

    @property
    def problem(self) -> Problem:
        """The problem as the edits have made it."""
        costs = self._costs
        return self._start.with_(
            homes=list(self._homes.values()),
            ties=[tie for ties in costs.ties.values() for tie in ties],
            present=dict(costs.present),
            pins=dict(costs.pins),
            forbids={(home, helper) for home, helpers in costs.forbidden.items() for helper in helpers},
        )

    @property
    def solution(self) -> Solution:
        """The pairs as the edits have made them, with their proof: what `explain` asks."""
        prices = {self._key(index): price for index, price in enumerate(self._flow.prices)}
        return Solution(self.problem, self.pairs, dict(self._costs.locks), prices, self.cost, self.cost)

    def pin(self, home: int, helper: int) -> Change:
        """The pair must be. Raises `Contradiction` for a forbidden or ineligible pair."""
        return self._edit({home: helper})

    def swap(self, home_a: int, home_b: int) -> Change:
        """Each gets the other's helper, pinned."""
        pairs = {home: self._holder(home) for home in (home_a, home_b)}
        return self._edit({home_a: pairs[home_b], home_b: pairs[home_a]})

    def forbid(self, home: int, helper: int) -> Change:
        """The pair must not be. Raises `Contradiction` for a pinned pair."""
        self._check_known(home, helper)
        if self._costs.pins.get(home) == helper:
            raise Contradiction("pinned_and_forbidden", home, helper)
        self._costs.forbidden.setdefault(home, set()).add(helper)
        return self._renew([home])

    def release(self, home: int, helper: int) -> Change:
        """Take a pin or a forbid of the pair back."""
        self._check_known(home, helper)
        self._costs.forbidden.get(home, set()).discard(helper)
        if self._costs.pins.get(home) == helper:
            self._pin(home, None)
        return self._renew([home], [helper])

    def remove_home(self, home: int) -> Change:
        """The household is gone, with its ties, pin and forbids."""
        self._check_known(home)
        pinned = self._pin(home, None)
        del self._homes[home]
        self._costs.ties.pop(home, None)
        self._costs.forbidden.pop(home, None)
        self._costs.present.pop(home, None)
        return self._renew([home], [] if pinned is None else [pinned])

    def add_home(self, home: Home, ties: Iterable[Tie] = ()) -> Change:
        """A new household. Raises `Contradiction` if it is there already or a tie names somebody unknown."""
        if home.key in self._homes:
            raise Contradiction("twice", home=home.key)
        ties = sorted(ties)
        for tie in ties:
            if tie.helper not in self._costs.index:
                raise Contradiction("unknown_helper", home.key, tie.helper)
        self._homes[home.key] = home
        self._costs.ties[home.key] = ties
        return self._renew([home.key])

    def price(self, home: int, helper: int) -> Change:
        """What `pin(home, helper)` would do, without doing it."""
        flow, costs = self._flow, self._costs
        before, locks = self._checked_pins({home: helper}), dict(costs.locks)
        prices, looked = list(flow.prices), self._choices.looked
        change, originals = self._renewed([home], [helper, *before.values()])
        flow.rewind(prices, originals)
        self._choices.looked = looked
        flow.stirred.clear()
        costs.locks = locks
        self._pin(home, before.get(home))
        self._ask(home)
        self._note_link(home)
        return change

    def _edit(self, pins: Mapping[int, int]) -> Change:
        before = self._checked_pins(pins)
        return self._renew(pins, [*pins.values(), *before.values()])

    def _checked_pins(self, pins: Mapping[int, int]) -> dict[int, int]:
        """Sets the pins; returns those that were there before."""
        for home, helper in pins.items():
            self._check_known(home, helper)
            if helper in self._costs.forbidden.get(home, ()):
                raise Contradiction("pinned_and_forbidden", home, helper)
            if not self._costs.reach.allows(self._costs.helpers[self._costs.index[helper]], self._homes[home]):
                raise Contradiction("out_of_reach", home, helper)
        before = {home: self._pin(home, helper) for home, helper in pins.items()}
        return {home: helper for home, helper in before.items() if helper is not None}

    def _pin(self, home: int, helper: int | None) -> int | None:
        """Sets or takes away the pin; returns the one before."""
        before = self._costs.pins.pop(home, None)
        if before is not None:
            self._pinned[before] -= 1
        if helper is not None:
            self._costs.pins[home] = helper
            self._pinned[helper] += 1
        return before

    def _renew(self, homes: Iterable[int], helpers: Iterable[int] = ()) -> Change:
        change, _ = self._renewed(homes, helpers)
        self._flow.journal = None
        return change

    def _renewed(self, homes: Iterable[int], helpers: Iterable[int]) -> tuple[Change, dict[int, Prices | None]]:
        """Bring wishes and flow up to date with what changed about `homes` and the wish places of `helpers`."""
        flow, before = self._flow, self._total()
        flow.journal = []
        originals: dict[int, Prices | None] = {}
        for home in {*homes, *self._locked_anew(homes, helpers)}:
            originals[home] = flow.costs.get(home)
            self._replace(home)
        let_in(flow, self._choices)
        return Change(in_points(self._total() - before), self._moved()), originals

    def _replace(self, home: int) -> None:
        place = self._homes.get(home)
        candidates = self._costs.of(place) if place else {}
        self._choices.forget(home)
        self._flow.replace(home, candidates)
        self._note_link(home)

    def _note_link(self, home: int) -> None:
        if home in self._homes and home not in self._flow.holder:
            self._unlinked.add(home)
        else:
            self._unlinked.discard(home)

    def _locked_anew(self, homes: Iterable[int], helpers: Iterable[int]) -> set[int]:
        """Do the first stage again as far as the change can be felt; the homes whose lock is another now."""
        start = {*homes, *(home for helper in helpers for home in self._fans.get(helper, ()))}
        touched = together(start, self._asks, self._fans)
        for home in homes:
            self._ask(home)
        touched = together(touched, self._asks, self._fans)
        places = {
            ask.helper: max(self._most(ask.helper) - self._pinned[ask.helper], 0)
            for home in touched
            for ask in self._asks.get(home, ())
        }
        locks = accept({home: self._asks[home] for home in touched if home in self._asks}, places)
        changed = {home for home in touched if locks.get(home) != self._costs.locks.get(home)}
        for home in touched:
            self._costs.locks.pop(home, None)
        self._costs.locks |= locks
        return changed

    def _ask(self, home: int) -> None:
        for ask in self._asks.pop(home, ()):
            self._fans[ask.helper].discard(home)
        if home not in self._homes:
            return
        asks = self._costs.asks(self._homes[home])
        if asks:
            self._asks[home] = asks
            for ask in asks:
                self._fans.setdefault(ask.helper, set()).add(home)

    def _total(self) -> int:
        return self._flow.total + self._costs.unlinked * len(self._unlinked)

    def _moved(self) -> list[Moved]:
        first: dict[int, int] = {}
        for home, was, _ in self._flow.journal or ():
            first.setdefault(home, was)
        now = self._flow.holder
        ends = ((home, self._name(was), self._name(now.get(home, -1))) for home, was in sorted(first.items()))
        return [(home, was, became) for home, was, became in ends if was != became]

    def _compared(self, pairs: Mapping[int, int]) -> list[Moved]:
        now = self.pairs
        return [(home, pairs.get(home), now.get(home)) for home in sorted(now) if pairs.get(home) != now[home]]

    def _key(self, index: int) -> int:
        return self._costs.helpers[index].key

    def _name(self, index: int) -> int | None:
        return None if index < 0 else self._key(index)

    def _most(self, helper: int) -> int:
        return self._costs.helpers[self._costs.index[helper]].most

    def _holder(self, home: int) -> int:
        self._check_known(home)
        if home not in self._flow.holder:
            raise Contradiction("unlinked", home)
        return self._key(self._flow.holder[home])

    def _check_known(self, home: int, helper: int | None = None) -> None:
        if home not in self._homes:
            raise Contradiction("unknown_home", home, helper)
        if helper is not None and helper not in self._costs.index:
            raise Contradiction("unknown_helper", home, helper)
