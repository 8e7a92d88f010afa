"""Why a household has the member it has: facts, not words (words.py)."""

from math import hypot
from typing import NamedTuple

from households.matching.costs import POINT, Prices, Seen
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
    place = solution.costs.homes[home]
    key = solution.pairs.get(home)
    if key is None:
        return Reason(home, None)
    costs = solution.costs
    helper = costs.helpers[costs.index[key]]
    tie = _tie(solution, home, key)
    seen = costs.eligible(place)
    ways = {one.number: _way(place, one) for one in seen}
    own = ways.get(costs.index[key])
    reduced = _reduced(solution, place)
    return Reason(
        home=home,
        helper=key,
        pinned=home in costs.pins,
        present=costs.present.get(home) == key,
        home_rank=tie.home_rank,
        helper_rank=tie.helper_rank,
        kin=tie.kin,
        familiar=tie.familiar,
        metres=own,
        assumed=solution.problem.weights.unknown_place,
        same_grid=helper.grid == place.grid,
        nearest=1 + sum(way is not None and own is not None and way < own for way in ways.values()),
        eligible=len(seen),
        abilities=tuple(sorted(place.needs & helper.abilities)),
        load=solution.loads[key],
        least=helper.least,
        target=helper.target,
        most=helper.most,
        margin=_margin(solution, home, reduced),
        unmet=_unmet(solution, place, key, reduced),
    )


def _tie(solution: Solution, home: int, helper: int) -> Tie:
    ties = (tie for tie in solution.costs.ties.get(home, ()) if tie.helper == helper)
    return next(ties, Tie(home, helper))


def _way(home: Home, helper: Seen) -> int | None:
    if home.x is None or home.y is None or not helper.placed:
        return None
    return int(hypot(home.x - helper.x, home.y - helper.y) + 0.5)


def _reduced(solution: Solution, home: Home) -> Prices:
    """Helper's index -> by how much the whole gets dearer at least if the home goes there, in 64ths of a point."""
    costs, prices = solution.costs, solution.prices
    asked = {index: cost + prices[costs.helpers[index].key] for index, cost in costs.of(home).items()}
    own = asked[costs.index[solution.pairs[home.key]]]
    return {index: ask - own for index, ask in asked.items()}


def _margin(solution: Solution, home: int, reduced: Prices) -> Margin | None:
    own = solution.costs.index[solution.pairs[home]]
    others = [extra for index, extra in reduced.items() if index != own]
    if not others or home in solution.costs.pins or solution.locks.get(home) == solution.pairs[home]:
        return None
    return _dearer(min(others), solution.problem.weights)


def _dearer(extra: int, weights: Weights) -> Margin:
    """Half a penalty is more than any chain of ways can cost, so it tells what would break."""
    points = max(extra, 0) // POINT
    if 2 * points >= min(weights.short, weights.over):
        return Margin(points, "limit")
    return Margin(points, "mutual" if 2 * points >= weights.lock else "")


def _unmet(solution: Solution, home: Home, helper: int, reduced: Prices) -> Unmet | None:
    """The best wish the household did not get, if it is better than what it got."""
    costs = solution.costs
    got = _tie(solution, home.key, helper).home_rank
    wishes = sorted(
        (tie.home_rank, tie.helper, tie)
        for tie in costs.ties.get(home.key, ())
        if tie.home_rank and tie.helper != helper and (not got or tie.home_rank < got)
    )
    if not wishes or home.key in costs.pins:
        return None
    rank, wished, tie = wishes[0]
    other = costs.helpers[costs.index[wished]]
    extra = reduced.get(costs.index[wished])
    locked = solution.locks.get(home.key) == helper
    return Unmet(
        rank=rank,
        helper=wished,
        out_of_reach=not costs.reach.allows(other, home),
        forbidden=wished in costs.forbidden.get(home.key, ()),
        chosen_back=tie.helper_rank > 0,
        load=solution.loads[wished],
        target=other.target,
        most=other.most,
        margin=None if extra is None or locked else _dearer(extra, solution.problem.weights),
    )
