"""Why a household has the member it has: facts, not words (words.py)."""

from math import hypot
from typing import NamedTuple

from households.matching.costs import POINT
from households.matching.problem import Home, Tie, Weights
from households.matching.solution import Solution


class Margin(NamedTuple):
    """By how many points the whole gets dearer at least. `breaks`: "limit" if some member would then be under the least
    or over the most, "mutual" if a pair that chose each other would part, else ""."""

    points: int
    breaks: str = ""


class Unmet(NamedTuple):
    """The household's first wish that was not met, and why."""

    rank: int
    helper: int
    out_of_reach: bool
    forbidden: bool
    chosen_back: bool
    load: int
    target: int
    most: int
    margin: Margin | None
    """What forcing it costs at least; None where it cannot be."""


class Reason(NamedTuple):
    """What speaks for a pair. `helper` None: nobody is eligible."""

    home: int
    helper: int | None
    pinned: bool = False
    present: bool = False
    home_rank: int = 0
    helper_rank: int = 0
    kin: bool = False
    familiar: bool = False
    metres: int | None = None
    """None: the place of one side is not known."""
    assumed: int = 0
    """The way counted where the place is not known."""
    same_grid: bool = False
    nearest: int = 0
    """1: nobody eligible lives nearer."""
    eligible: int = 0
    abilities: tuple[str, ...] = ()
    """Abilities that answer a need of the household."""
    load: int = 0
    least: int = 0
    target: int = 0
    most: int = 0
    margin: Margin | None = None
    """What anybody else costs at least; None for pins, locked pairs and the only choice."""
    unmet: Unmet | None = None

    @property
    def mutual(self) -> bool:
        return self.home_rank > 0 and self.helper_rank > 0


def explain(solution: Solution, home: int) -> Reason:
    """Raises KeyError for a home that is not of the problem."""
    costs, key = solution.costs, solution.pairs.get(home)
    place = costs.homes[home]
    if key is None:
        return Reason(home, None)
    helper = costs.helpers[costs.index[key]]
    tie = _tie(solution, home, key)
    metres, nearest, eligible = _way(solution, place, costs.index[key])
    return Reason(
        home=home,
        helper=key,
        pinned=home in costs.pins,
        present=costs.present.get(home) == key,
        home_rank=tie.home_rank,
        helper_rank=tie.helper_rank,
        kin=tie.kin,
        familiar=tie.familiar,
        metres=metres,
        assumed=costs.weights.unknown_place,
        same_grid=helper.grid == place.grid,
        nearest=nearest,
        eligible=eligible,
        abilities=tuple(sorted(place.needs & helper.abilities)),
        load=solution.loads[key],
        least=helper.least,
        target=helper.target,
        most=helper.most,
        margin=_margin(solution, place),
        unmet=_unmet(solution, place, tie),
    )


def _tie(solution: Solution, home: int, helper: int) -> Tie:
    for tie in solution.costs.ties.get(home, ()):
        if tie.helper == helper:
            return tie
    return Tie(home, helper)


def _way(solution: Solution, home: Home, number: int) -> tuple[int | None, int, int]:
    """(metres to the helper of this number, its place among the eligible by nearness, how many are eligible)."""
    eligible, helper = solution.costs.eligible(home), solution.costs.seen(number)
    if home.x is None or home.y is None or not helper.placed:
        return None, 0, len(eligible)
    x, y = home.x, home.y
    own = hypot(x - helper.x, y - helper.y)
    nearer = sum([hypot(x - one.x, y - one.y) < own for one in eligible])
    return int(own + 0.5), nearer + 1, len(eligible)


def _margin(solution: Solution, home: Home) -> Margin | None:
    costs = solution.costs
    if home.key in costs.pins or solution.locks.get(home.key) == solution.pairs[home.key]:
        return None
    extra = solution.margins.get(home.key)
    if extra is None:
        others = {**costs.of(home)}
        others.pop(costs.index[solution.pairs[home.key]], None)
        if not others:
            return None
        extra = min(cost + _price(solution, number) for number, cost in others.items()) - _asked(solution, home)
    return _dearer(extra, costs.weights)


def _asked(solution: Solution, home: Home) -> int:
    """Cost + price of the pair the home is in."""
    return _asked_by(solution, home, solution.costs.index[solution.pairs[home.key]])


def _asked_by(solution: Solution, home: Home, number: int) -> int:
    costs = solution.costs
    locked = costs.locks.get(home.key) == costs.helpers[number].key
    lock = costs.weights.lock * POINT if locked else 0
    return costs.pair(home, costs.helpers[number]) - lock + _price(solution, number)


def _price(solution: Solution, number: int) -> int:
    return solution.prices[solution.costs.helpers[number].key]


def _dearer(extra: int, weights: Weights) -> Margin:
    """Half a penalty is more than any chain of ways can cost, so it tells what would break."""
    points = max(extra, 0) // POINT
    if 2 * points >= min(weights.short, weights.over):
        return Margin(points, "limit")
    return Margin(points, "mutual" if 2 * points >= weights.lock else "")


def _unmet(solution: Solution, home: Home, got: Tie) -> Unmet | None:
    """The best wish the household did not get, if it is better than what it got."""
    costs = solution.costs
    if home.key in costs.pins:
        return None
    wishes = [tie for tie in costs.ties.get(home.key, ()) if tie.home_rank and tie.helper != got.helper]
    wishes = [tie for tie in wishes if not got.home_rank or tie.home_rank < got.home_rank]
    if not wishes:
        return None
    tie = min(wishes, key=lambda tie: (tie.home_rank, tie.helper))
    number = costs.index[tie.helper]
    wished = costs.helpers[number]
    reachable, forbidden = costs.reach.allows(wished, home), tie.helper in costs.forbidden.get(home.key, ())
    possible = reachable and not forbidden and solution.locks.get(home.key) != got.helper
    extra = _asked_by(solution, home, number) - _asked(solution, home) if possible else None
    return Unmet(
        rank=tie.home_rank,
        helper=tie.helper,
        out_of_reach=not reachable,
        forbidden=forbidden,
        chosen_back=tie.helper_rank > 0,
        load=solution.loads[tie.helper],
        target=wished.target,
        most=wished.most,
        margin=None if extra is None else _dearer(extra, costs.weights),
    )
