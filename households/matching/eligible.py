"""Who may take whom on, by the reach: lists of helpers that all homes with the same answer share."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from households.matching.problem import AREAS, Helper, Home, Reach

UNPLACED = 1e9
"""Stands for a coordinate that is not known; no county is a thousand kilometres wide."""


class Seen(NamedTuple):
    """A helper as the inner loop wants it."""

    number: int
    x: float
    y: float
    grid: int
    abilities: int
    salt: int

    @property
    def placed(self) -> bool:
        return self.x < UNPLACED


Group = tuple[str, Hashable]
"""(tier, area): who shares them is eligible for the same homes."""
Members = dict[int, Seen]
"""By the helper's key."""


class Eligible:
    """The helpers of a problem, forbidden for some home or not."""

    def __init__(self, helpers: Sequence[Helper], seen: Sequence[Seen], reach: Reach) -> None:
        self._rules = {tier: reach.of(tier) for tier in sorted({helper.tier for helper in helpers})}
        self._groups: dict[Group, Members] = {}
        for helper, one in zip(helpers, seen, strict=True):
            place = AREAS[self._rules[helper.tier].area]
            self._groups.setdefault((helper.tier, place(helper)), {})[helper.key] = one
        self._telling = self._what_tells()
        self._found: dict[Hashable, tuple[list[Seen], list[Members]]] = {}
        self._lists: dict[tuple[Group, ...], list[Seen]] = {}

    def of(self, home: Home) -> list[Seen]:
        return self._find(home)[0]

    def by_tier(self) -> list[Callable[[Home], list[Seen]]]:
        """`of` for each tier by itself."""
        return [partial(self._of_tier, tier) for tier in self._rules]

    def among(self, home: Home, helpers: Iterable[int]) -> list[Seen]:
        """Those of these helpers (by key) who are eligible."""
        return [members[key] for members in self._find(home)[1] for key in helpers if key in members]

    def _find(self, home: Home) -> tuple[list[Seen], list[Members]]:
        alike = self._telling(home)
        found = self._found.get(alike)
        if found is None:
            groups = self._groups_of(home, self._rules)
            found = self._found[alike] = self._list(*groups), [self._groups[group] for group in groups]
        return found

    def _of_tier(self, tier: str, home: Home) -> list[Seen]:
        return self._list(*self._groups_of(home, [tier]))

    def _list(self, *groups: Group) -> list[Seen]:
        found = self._lists.get(groups)
        if found is None:
            found = self._lists[groups] = sorted(one for group in groups for one in self._groups[group].values())
        return found

    def _groups_of(self, home: Home, tiers: Iterable[str]) -> list[Group]:
        found: list[Group] = []
        for tier in tiers:
            rule = self._rules[tier]
            group = tier, AREAS[rule.area](home)
            if group in self._groups and (not rule.classes or not rule.classes.isdisjoint(home.classes)):
                found.append(group)
        return found

    def _what_tells(self) -> Callable[[Home], Hashable]:
        """What of a home decides who is eligible."""
        rules = self._rules.values()
        telling = {rule.area for rule in rules} - {"county"} | {"classes" for rule in rules if rule.classes}
        return attrgetter(*sorted(telling)) if telling else AREAS["county"]
