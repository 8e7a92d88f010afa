"""What is asked of the matching engine: people, wishes, rules and weights. Plain values, no Django.

Places are metres on a plane; worths are points. **1 point = 1 metre**: "kin is worth walking 1,500 metres more" is a
sentence a branch can dispute.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from math import cos, radians
from operator import attrgetter
from typing import NamedTuple

METRES_PER_DEGREE = 111_320
NONE: frozenset[str] = frozenset()


class Helper(NamedTuple):
    """A party member who takes households on. `least`, `target`, `most` count households; `unit` is the branch."""

    key: int
    x: float | None
    y: float | None
    unit: int
    grid: int
    town: int
    abilities: frozenset[str]
    least: int
    target: int
    most: int
    tier: str = ""


class Home(NamedTuple):
    """A household. `needs` are answered by abilities; `classes` (hardship, old_member …) open it to some tiers."""

    key: int
    x: float | None
    y: float | None
    unit: int
    grid: int
    town: int
    needs: frozenset[str] = NONE
    classes: frozenset[str] = NONE


class Tie(NamedTuple):
    """What binds one household and one member. Rank 0: no wish; 1, 2, 3: first to third; unranked wishes are 1."""

    home: int
    helper: int
    kin: bool = False
    familiar: bool = False
    home_rank: int = 0
    helper_rank: int = 0

    @property
    def mutual(self) -> bool:
        return self.home_rank > 0 and self.helper_rank > 0


@dataclass(frozen=True)
class Weights:
    """Every number of the cost, in points; a branch may dispute and change each of them."""

    farthest: int = 6000
    """Longer ways count as this long."""
    unknown_place: int = 1500
    """The way where the place of one side is not known: neither near nor far."""
    kin: int = 1500
    familiar: int = 800
    home_wish: tuple[int, ...] = (1500, 1200, 1000)
    """By the household's rank; later ranks count as the last."""
    helper_wish: tuple[int, ...] = (700, 600, 500)
    mutual: int = 3000
    ability: int = 400
    same_grid: int = 200
    lock: int = 50_000
    """A pair that chose each other in the first stage."""
    sticky: int = 1000
    """The present pair. 200 to 5,000 are sensible."""
    load: int = 100
    """Times (k - target) for a member's k-th household between least and most: evens out the load."""
    short: int = 1_000_000
    """Each household a member has under the least."""
    over: int = 1_000_000
    """Each household a member has over the most."""
    unlinked: int = 10_000_000
    """A household without a member: only where nobody is eligible."""

    def outweighed(self, least: int, target: int, most: int) -> tuple[str, int] | None:
        """The name of the limit's weight that evening out would outweigh for a member with these places, and how many
        households from the target that is. The engine needs each further household to cost no less than the last."""
        gaps = {"short": target - least - 1, "over": most - target}
        return next(((name, gap) for name, gap in gaps.items() if self.load * gap > getattr(self, name)), None)


AREAS: dict[str, Callable[[Helper | Home], int]] = {
    "grid": attrgetter("grid"),
    "unit": attrgetter("unit"),
    "town": attrgetter("town"),
    "county": lambda person: 0,
}


class Within(NamedTuple):
    """A tier's rule: both share the `area`, and the household is of one of `classes` (none named: any)."""

    area: str = "unit"
    classes: frozenset[str] = NONE


SAME_UNIT = Within()


@dataclass(frozen=True)
class Reach:
    """Who may take on whom, as data: `Within` per tier, `default` for tiers not named.

    诸城: `Reach({"staff": Within("county"), "leader": Within("county", frozenset({"hardship", "old_member"}))},
    default=Within("town"))`.
    """

    by_tier: Mapping[str, Within] = field(default_factory=dict)
    default: Within = SAME_UNIT

    def of(self, tier: str) -> Within:
        return self.by_tier.get(tier, self.default)

    def allows(self, helper: Helper, home: Home) -> bool:
        rule = self.of(helper.tier)
        place = AREAS[rule.area]
        return place(helper) == place(home) and (not rule.classes or not rule.classes.isdisjoint(home.classes))


class Contradiction(Exception):
    """What was asked cannot all hold. `kind` is one of `KINDS`; `home` and `helper` are the keys concerned, or None."""

    KINDS = (
        "twice",
        "limits",
        "unknown_home",
        "unknown_helper",
        "pinned_and_forbidden",
        "out_of_reach",
        "unlinked",
        "weights",
    )

    def __init__(self, kind: str, home: int | None = None, helper: int | None = None) -> None:
        super().__init__(f"{kind}: home {home}, helper {helper}")
        self.kind, self.home, self.helper = kind, home, helper


@dataclass(frozen=True)
class Problem:
    """One question to the engine.

    `present`: the pairs in force (home -> helper); a re-run keeps them unless something weighs more than `sticky`.
    Pairs that the reach no longer allows are passed over. `pins`: pairs that must be. `forbids`: pairs (home, helper)
    that must not be; a member's own household belongs here. Raises `Contradiction`.
    """

    homes: Sequence[Home]
    helpers: Sequence[Helper]
    ties: Sequence[Tie] = ()
    present: Mapping[int, int] = field(default_factory=dict)
    pins: Mapping[int, int] = field(default_factory=dict)
    forbids: Collection[tuple[int, int]] = frozenset()
    weights: Weights = Weights()
    reach: Reach = Reach()

    def __post_init__(self) -> None:
        homes = {home.key: home for home in self.homes}
        helpers = {helper.key: helper for helper in self.helpers}
        _check_people(self, homes, helpers)
        _check_pairs(self, homes, helpers)

    def with_(self, **changes: object) -> "Problem":
        return replace(self, **changes)  # type: ignore[arg-type]

    def part(self, **rows: object) -> "Problem":
        """Some of its people with what binds them. They were checked with the whole and are not checked again."""
        found = copy(self)
        vars(found).update(rows)
        return found


def _check_people(problem: Problem, homes: Mapping[int, Home], helpers: Mapping[int, Helper]) -> None:
    if len(homes) < len(problem.homes):
        raise Contradiction("twice", home=_repeated([home.key for home in problem.homes]))
    if len(helpers) < len(problem.helpers):
        raise Contradiction("twice", helper=_repeated([helper.key for helper in problem.helpers]))
    for helper in problem.helpers:
        if not 0 <= helper.least <= helper.target <= helper.most:
            raise Contradiction("limits", helper=helper.key)
        if problem.weights.load < 0 or problem.weights.outweighed(helper.least, helper.target, helper.most):
            raise Contradiction("weights", helper=helper.key)


def _repeated(keys: list[int]) -> int:
    seen: set[int] = set()
    return next(key for key in keys if key in seen or seen.add(key))  # type: ignore[func-returns-value]


def _check_pairs(problem: Problem, homes: Mapping[int, Home], helpers: Mapping[int, Helper]) -> None:
    forbids = set(problem.forbids)
    for home, helper in problem.pins.items():
        _check_known(home, helper, homes, helpers)
        if (home, helper) in forbids:
            raise Contradiction("pinned_and_forbidden", home, helper)
        if not problem.reach.allows(helpers[helper], homes[home]):
            raise Contradiction("out_of_reach", home, helper)
    for home, helper in forbids:
        _check_known(home, helper, homes, helpers)
    for tie in problem.ties:
        _check_known(tie.home, tie.helper, homes, helpers)


def _check_known(home: int, helper: int, homes: Mapping[int, Home], helpers: Mapping[int, Helper]) -> None:
    if home not in homes:
        raise Contradiction("unknown_home", home, helper)
    if helper not in helpers:
        raise Contradiction("unknown_helper", home, helper)


def metres(lat: float | None, lng: float | None, lat0: float, lng0: float = 0.0) -> tuple[float | None, float | None]:
    """Degrees to metres east and north of (lat0, lng0), true to 0.1 % within a county; (None, None) if not known."""
    if lat is None or lng is None:
        return None, None
    return (lng - lng0) * METRES_PER_DEGREE * cos(radians(lat0)), (lat - lat0) * METRES_PER_DEGREE
