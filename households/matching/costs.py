"""What each pair costs, in exact integers, and which pairs there are.

Costs are counted in 64ths of a point: the six low bits hold a hash of the two keys, which settles ties the same way
whatever the order of the rows.
"""

from collections.abc import Iterable
from math import sqrt

from households.matching.eligible import UNPLACED, Eligible, Seen
from households.matching.problem import Helper, Home, Problem, Tie, Weights
from households.matching.wishes import Ask

POINT = 64
"""One point (one metre) in the engine's unit."""
Prices = dict[int, int]
"""Helper's index -> what it costs."""


def salt(key: int) -> int:
    """Sixteen well mixed bits of a key, odd."""
    return ((key * 0x9E3779B1 + 0x7F4A7C15) >> 13 ^ key * 0x85EBCA6B) & 0xFFFF | 1


class Costs:
    """The pairs of a problem: `of(home)` is what each eligible helper costs, by the helper's index.

    Pins leave one helper, forbidden pairs are not there, ties, present pair and `locks` (first stage) are counted in.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.weights, self.reach = problem, problem.weights, problem.reach
        self.homes = {home.key: home for home in problem.homes}
        self.helpers = sorted(problem.helpers, key=lambda helper: helper.key)
        self.index = {helper.key: index for index, helper in enumerate(self.helpers)}
        weights = problem.weights
        self._terms = weights.farthest, weights.unknown_place, weights.ability * POINT, weights.same_grid * POINT
        self.present = dict(problem.present)
        self.pins = dict(problem.pins)
        self.forbidden: dict[int, set[int]] = {}
        self.ties: dict[int, list[Tie]] = {}
        self.locks: dict[int, int] = {}
        for home, helper in problem.forbids:
            self.forbidden.setdefault(home, set()).add(helper)
        for tie in sorted(problem.ties):
            self.ties.setdefault(tie.home, []).append(tie)
        self._bits: dict[str, int] = {}
        self._needs: dict[frozenset[str], int] = {}
        self._worths: dict[tuple[int, ...], int] = {}
        self._all_seen = [self._seen(number, helper) for number, helper in enumerate(self.helpers)]
        among = Eligible(self.helpers, self._all_seen, problem.reach)
        self.eligible, self.by_tier, self._eligible_among = among.of, among.by_tier, among.among

    def of(self, home: Home, among: Iterable[Seen] | None = None) -> Prices:
        """What each eligible helper costs this home, in 64ths of a point; empty if nobody is eligible.

        `among`: only these (who must be eligible) and whoever has a tie with the home.
        """
        pin = self.pins.get(home.key)
        if pin is not None:
            return {self.index[pin]: self.pair(home, self.helpers[self.index[pin]])}
        extras = self.extras(home.key)
        if among is None:
            found = self.plain(home, self.eligible(home))
        else:
            found = self.plain(home, (*among, *self._eligible_among(home, extras)))
        for helper in self.forbidden.get(home.key, ()):
            found.pop(self.index[helper], None)
        for helper, worth in extras.items():
            number = self.index[helper]
            if number in found:
                found[number] -= worth * POINT
        return found

    def pair(self, home: Home, helper: Helper) -> int:
        """What this one pair costs without a lock, whether eligible or not."""
        index = self.index[helper.key]
        return self.plain(home, [self._all_seen[index]])[index] - self.bonds(home.key).get(helper.key, 0) * POINT

    def plain(self, home: Home, helpers: Iterable[Seen]) -> Prices:
        """Distance, ability and grid only. Long for speed: a county asks for millions of pairs.

        The distance is rounded half up from a plain square root, which numpy does bit for bit alike.
        """
        if home.x is None or home.y is None:
            return self._placeless(home, helpers)
        farthest, unknown, ability, same_grid = self._terms
        needs, grid, hash_ = self.needs(home), home.grid, salt(home.key)
        home_x, home_y, found = home.x, home.y, {}
        for index, x, y, helper_grid, abilities, helper_hash in helpers:
            dx, dy = home_x - x, home_y - y
            way = sqrt(dx * dx + dy * dy)
            if way < farthest:
                cost = int(way + 0.5) << 6 | (hash_ * helper_hash >> 9) & 63
            elif way < UNPLACED / 2:
                cost = farthest << 6 | (hash_ * helper_hash >> 9) & 63
            else:
                cost = unknown << 6 | (hash_ * helper_hash >> 9) & 63
            if needs & abilities:
                cost -= ability
            if grid == helper_grid:
                cost -= same_grid
            found[index] = cost
        return found

    def _placeless(self, home: Home, helpers: Iterable[Seen]) -> Prices:
        weights, needs, hash_ = self.weights, self.needs(home), salt(home.key)
        return {
            seen.number: (
                (weights.unknown_place - weights.ability * bool(needs & seen.abilities)) * POINT
                - weights.same_grid * POINT * (home.grid == seen.grid)
                + (hash_ * seen.salt >> 9 & 63)
            )
            for seen in helpers
        }

    def extras(self, home: int) -> dict[int, int]:
        """Helper's key -> points by which ties, the present pair and the lock make the pair cheaper."""
        found = self.bonds(home)
        locked = self.locks.get(home)
        if locked is not None:
            found[locked] = found.get(locked, 0) + self.weights.lock
        return found

    def bonds(self, home: int) -> dict[int, int]:
        """The same without the lock."""
        worths = self._worths
        found = {tie.helper: worths.get(tie[2:]) or self._worth(tie) for tie in self.ties.get(home, ())}
        present = self.present.get(home)
        if present in self.index:
            found[present] = found.get(present, 0) + self.weights.sticky
        return found

    def _worth(self, tie: Tie) -> int:
        """Ties are many, their kinds few."""
        found = self._worths[tie[2:]] = worth(tie, self.weights)
        return found

    def seen(self, number: int) -> Seen:
        return self._all_seen[number]

    def eligible_keys(self, home: int) -> set[int]:
        """Keys of all who may take the home on, forbidden pairs left out."""
        found = {self.helpers[seen.number].key for seen in self.eligible(self.homes[home])}
        return found - self.forbidden.get(home, set())

    def asks(self, home: Home) -> list[Ask]:
        """The home's mutual wishes that can come true; a pinned home has nothing left to ask."""
        if home.key in self.pins:
            return []
        ties = [tie for tie in self.ties.get(home.key, ()) if tie.home_rank and tie.helper_rank]
        return [
            Ask(tie.home_rank, self.pair(home, helper), tie.helper, tie.helper_rank)
            for tie in ties
            if tie.helper in self.index and tie.helper not in self.forbidden.get(home.key, ())
            if self.reach.allows(helper := self.helpers[self.index[tie.helper]], home)
        ]

    @property
    def unlinked(self) -> int:
        """What a home without any eligible helper costs."""
        return self.weights.unlinked * POINT

    def needs(self, home: Home) -> int:
        """As bits, to be compared with `Seen.abilities`."""
        found = self._needs.get(home.needs)
        if found is None:
            found = self._needs[home.needs] = self.bits(home.needs)
        return found

    def bits(self, words: Iterable[str]) -> int:
        found = 0
        for word in words:
            found |= 1 << self._bits.setdefault(word, len(self._bits))
        return found

    def _seen(self, index: int, helper: Helper) -> Seen:
        placed = helper.x is not None and helper.y is not None
        x, y = (float(helper.x or 0), float(helper.y or 0)) if placed else (UNPLACED, UNPLACED)
        return Seen(index, x, y, helper.grid, self.bits(helper.abilities), salt(helper.key))


def worth(tie: Tie, weights: Weights) -> int:
    """Points by which kin, acquaintance and wishes make a pair cheaper."""
    return (
        weights.kin * tie.kin
        + weights.familiar * tie.familiar
        + by_rank(weights.home_wish, tie.home_rank)
        + by_rank(weights.helper_wish, tie.helper_rank)
        + weights.mutual * tie.mutual
    )


def in_points(units: int) -> float:
    return units / POINT


def by_rank(points: tuple[int, ...], rank: int) -> int:
    return points[min(rank, len(points)) - 1] if rank else 0


def step(helper: Helper, count: int, weights: Weights) -> int:
    """What a member's `count`-th household costs by load alone, in 64ths of a point; never falls with `count`."""
    if count <= helper.least:
        return -weights.short * POINT
    if count <= helper.most:
        return weights.load * (count - helper.target) * POINT
    return weights.over * POINT


def load_cost(helper: Helper, count: int, weights: Weights) -> int:
    """What `count` households cost a member by load alone, nothing at the least; in 64ths of a point."""
    inside = min(count, helper.most)
    steps = sum(range(helper.least + 1 - helper.target, inside + 1 - helper.target))
    beyond = weights.short * max(helper.least - count, 0) + weights.over * max(count - helper.most, 0)
    return (weights.load * steps + beyond) * POINT
