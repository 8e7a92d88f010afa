"""Made-up counties for `bench.pairing`, the same at every run: places in metres, kin and acquaintance near by, wishes
that crowd on a few popular members."""

from bisect import bisect, bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import ceil
from random import Random
from typing import NamedTuple

from households.matching import Helper, Home, Problem, Reach, Tie, Within

CLASSES = ("", "hardship", "old_member", "enterprising", "elderly", "left_behind")
CLASS_SHARES = (0.60, 0.70, 0.75, 0.82, 0.94, 1.0)
"""Cumulated."""
NEEDS = tuple(
    frozenset(words.split()) for words in ("政策 调解", "政策 农技", "政策 医疗", "就业", "医疗 助老", "助老 调解")
)
OPEN_TO = tuple(frozenset(filter(None, [name])) for name in CLASSES)
ABILITIES = ("政策", "农技", "医疗", "调解", "就业", "助老")
ZHUCHENG = Reach(
    {"staff": Within("county"), "leader": Within("county", frozenset({"hardship", "old_member"}))},
    default=Within("town"),
)


class Tier(NamedTuple):
    """`people` members who take least, target, most households; None: reckoned from the branch."""

    name: str
    people: int
    limits: tuple[int, int, int] | None = None


class Shape(NamedTuple):
    towns: int
    units: int
    grids: int
    homes: int
    tiers: tuple[Tier, ...]
    span: int
    """Half the county's width, metres."""
    unit_spread: int
    grid_spread: int
    reach: Reach = Reach()


SHAPES = {
    "jiangle": Shape(13, 152, 758, 24_300, (Tier("", 3_600),), 25_000, 700, 180),
    "heping": Shape(17, 245, 1_900, 100_000, (Tier("", 8_600),), 30_000, 700, 180),
    "zhucheng": Shape(
        13,
        208,
        1_249,
        320_000,
        (Tier("", 8_900, (20, 30, 38)), Tier("staff", 4_500, (6, 10, 13)), Tier("leader", 600, (5, 8, 10))),
        32_000,
        1_200,
        220,
        ZHUCHENG,
    ),
}


class Land(NamedTuple):
    """Where the grids lie: centre, unit, town; and how many live there, cumulated."""

    centres: list[tuple[float, float]]
    unit: list[int]
    town: list[int]
    weights: list[float]


def county(scale: str, seed: int = 2024) -> Problem:
    """The whole county as one problem."""
    shape, random = SHAPES[scale], Random(f"{scale} {seed}")
    land = _land(shape, random)
    homes = _homes(shape, land, random)
    helpers = _helpers(shape, land, homes, random)
    return Problem(homes, helpers, _Ties(homes, helpers, shape.reach, random).all(), reach=shape.reach)


def _land(shape: Shape, random: Random) -> Land:
    side = ceil(shape.towns**0.5)
    wide = 2 * shape.span / side
    towns = [
        ((number % side + random.gauss(0.5, 0.1)) * wide, (number // side + random.gauss(0.5, 0.1)) * wide)
        for number in range(shape.towns)
    ]
    of_unit = sorted([*range(shape.towns), *random.choices(range(shape.towns), k=shape.units - shape.towns)])
    units = [_near(random, towns[town], wide * 0.28) for town in of_unit]
    of_grid = sorted([*range(shape.units), *random.choices(range(shape.units), k=shape.grids - shape.units)])
    centres = [_near(random, units[unit], shape.unit_spread) for unit in of_grid]
    weights = list(accumulate(random.lognormvariate(0, 0.35) for _ in of_grid))
    return Land(centres, of_grid, [of_unit[unit] for unit in of_grid], weights)


def _near(random: Random, place: tuple[float, float], spread: float) -> tuple[float, float]:
    return random.gauss(place[0], spread), random.gauss(place[1], spread)


def _homes(shape: Shape, land: Land, random: Random) -> list[Home]:
    found = []
    for key, grid in enumerate(sorted(_grids(land, random, shape.homes))):
        x, y = _near(random, land.centres[grid], shape.grid_spread)
        kind = bisect(CLASS_SHARES, random.random())
        where = land.unit[grid], grid, land.town[grid]
        found.append(Home(key, round(x), round(y), *where, NEEDS[kind], OPEN_TO[kind]))
    return found


def _grids(land: Land, random: Random, count: int) -> list[int]:
    return random.choices(range(len(land.unit)), cum_weights=land.weights, k=count)


def _helpers(shape: Shape, land: Land, homes: Sequence[Home], random: Random) -> list[Helper]:
    placed = [(tier, grid) for tier in shape.tiers for grid in sorted(_grids(land, random, tier.people))]
    homes_in, members_in = [0] * shape.units, [0] * shape.units
    for home in homes:
        homes_in[home.unit] += 1
    for _, grid in placed:
        members_in[land.unit[grid]] += 1
    found = []
    for key, (tier, grid) in enumerate(placed):
        unit = land.unit[grid]
        x, y = _near(random, land.centres[grid], shape.grid_spread)
        mean = homes_in[unit] / members_in[unit]
        limits = tier.limits or (5, max(5, round(mean)), max(8, ceil(1.5 * mean)))
        abilities = frozenset(random.choices(ABILITIES, k=1 + (random.random() < 0.35)))
        found.append(
            Helper(key, round(x), round(y), unit, grid, land.town[grid], abilities, *limits, tier.name),
        )
    return found


class _Ties:
    """Kin and acquaintance mostly inside the grid; wishes go to them, to popular members, to anybody near."""

    def __init__(self, homes: Sequence[Home], helpers: Sequence[Helper], reach: Reach, random: Random) -> None:
        self.homes, self.helpers, self.reach, self.random = homes, helpers, reach, random
        self.grids = [home.grid for home in homes]
        self.units = [home.unit for home in homes]
        self.popular = self._popular()
        self.kin: set[tuple[int, int]] = set()
        self.familiar: set[tuple[int, int]] = set()
        self.home_rank: dict[tuple[int, int], int] = {}
        self.helper_rank: dict[tuple[int, int], int] = {}

    def all(self) -> list[Tie]:
        for helper in self.helpers:
            scale = 3 if helper.target >= 20 else 1
            self.kin.update(self._some(helper, round(self.random.expovariate(1 / 3)) * scale, 0.5))
            self.familiar.update(self._some(helper, round(self.random.expovariate(1 / 8)) * scale, 0.7))
        known_to, knows = _both_ways(sorted(self.kin | self.familiar))
        for home in self.homes:
            if self.random.random() < 0.30:
                self._rank(self.home_rank, [(home.key, one) for one in self._wishes_of(home, known_to)], 0.5)
        wished_by = _both_ways(self.home_rank)[1]
        for helper in self.helpers:
            if self.random.random() < 0.80:
                wishes = self._wishes_for(helper, knows, wished_by)
                self._rank(self.helper_rank, [(one, helper.key) for one in wishes], 0.4)
        return [
            Tie(
                *pair,
                pair in self.kin,
                pair in self.familiar,
                self.home_rank.get(pair, 0),
                self.helper_rank.get(pair, 0),
            )
            for pair in sorted({*self.kin, *self.familiar, *self.home_rank, *self.helper_rank})
        ]

    def _some(self, helper: Helper, count: int, inside: float) -> list[tuple[int, int]]:
        found = []
        for _ in range(count):
            near = self.random.random() < inside
            home = self._neighbour(self.grids, helper.grid) if near else self._neighbour(self.units, helper.unit)
            if home is not None and self.reach.allows(helper, self.homes[home]):
                found.append((home, helper.key))
        return found

    def _neighbour(self, places: Sequence[int], place: int) -> int | None:
        """A home of the grid or unit; homes are sorted by both."""
        first, last = bisect_left(places, place), bisect(places, place)
        return self.random.randrange(first, last) if last > first else None

    def _popular(self) -> dict[int, tuple[list[int], list[float]]]:
        """By unit: its ordinary members in the order of their popularity, with Zipf's weights cumulated."""
        members: dict[int, list[int]] = {}
        for helper in self.helpers:
            if helper.tier == "":
                members.setdefault(helper.unit, []).append(helper.key)
        for keys in members.values():
            self.random.shuffle(keys)
        return {
            unit: (keys, list(accumulate(1 / (1 + place) for place in range(len(keys)))))
            for unit, keys in members.items()
        }

    def _wishes_of(self, home: Home, known_to: dict[int, list[int]]) -> list[int]:
        keys, weights = self.popular.get(home.unit, ([], []))
        wishes = []
        for _ in range(self.random.randint(1, 3)):
            chance = self.random.random()
            if chance < 0.60 and home.key in known_to:
                wishes.append(self.random.choice(known_to[home.key]))
            elif keys:
                even = None if chance < 0.85 else weights and [place + 1.0 for place in range(len(keys))]
                wishes.append(self.random.choices(keys, cum_weights=even or weights)[0])
        return list(dict.fromkeys(wishes))

    def _wishes_for(self, helper: Helper, knows: dict[int, list[int]], wished_by: dict[int, list[int]]) -> list[int]:
        wishes: list[int] = []
        for _ in range(min(helper.target, 3 + round(self.random.expovariate(1 / 3)))):
            chance = self.random.random()
            if chance < 0.50 and helper.key in knows:
                wishes.append(self.random.choice(knows[helper.key]))
            elif chance < 0.75 and helper.key in wished_by:
                wishes.append(self.random.choice(wished_by[helper.key]))
            else:
                home = self._neighbour(self.grids, helper.grid)
                wishes += [] if home is None or not self.reach.allows(helper, self.homes[home]) else [home]
        return list(dict.fromkeys(wishes))

    def _rank(self, ranks: dict[tuple[int, int], int], pairs: Sequence[tuple[int, int]], ordered: float) -> None:
        """Half of all put their wishes in an order; to the others each is a first wish."""
        in_order = self.random.random() < ordered
        for place, pair in enumerate(pairs, start=1):
            ranks[pair] = place if in_order else 1


def _both_ways(pairs: Iterable[tuple[int, int]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    by_home: dict[int, list[int]] = {}
    by_helper: dict[int, list[int]] = {}
    for home, helper in pairs:
        by_home.setdefault(home, []).append(helper)
        by_helper.setdefault(helper, []).append(home)
    return by_home, by_helper
