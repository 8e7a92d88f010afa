"""A problem falls into parts between which nobody is eligible: solving them one by one changes nothing."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from households.matching.problem import AREAS, Helper, Home, Problem

Row = TypeVar("Row", bound=tuple[int, ...])


class Groups:
    """Union-find over areas: which of them hang together."""

    def __init__(self) -> None:
        self._parents: dict[Hashable, Hashable] = {}

    def root(self, area: Hashable) -> Hashable:
        self._parents.setdefault(area, area)
        while self._parents[area] != area:
            self._parents[area] = self._parents[self._parents[area]]
            area = self._parents[area]
        return area

    def join(self, one: Hashable, other: Hashable) -> None:
        self._parents[self.root(other)] = self.root(one)


def parts(problem: Problem) -> list[Problem]:
    """Each part as a problem of its own."""
    kinds = sorted({problem.reach.of(helper.tier).area for helper in problem.helpers})
    if "county" in kinds or not kinds:
        return [problem]
    groups = Groups()
    for places in set(zip(*(map(AREAS[kind], problem.homes) for kind in kinds), strict=True)):
        first, *others = zip(kinds, places, strict=True)
        for area in others:
            groups.join(first, area)
    return _split(problem, groups, kinds)


def _split(problem: Problem, groups: Groups, kinds: list[str]) -> list[Problem]:
    kind, place = kinds[0], AREAS[kinds[0]]
    roots = {where: groups.root((kind, where)) for where in set(map(place, problem.homes))}
    part_of_home = {home.key: roots[place(home)] for home in problem.homes}
    homes: dict[Hashable, list[Home]] = {}
    helpers: dict[Hashable, list[Helper]] = {}
    for home in problem.homes:
        homes.setdefault(part_of_home[home.key], []).append(home)
    for helper in problem.helpers:
        area = problem.reach.of(helper.tier).area
        helpers.setdefault(groups.root((area, AREAS[area](helper))), []).append(helper)
    part_of_helper = {helper.key: part for part, members in helpers.items() for helper in members}
    pairs = _Pairs(part_of_home, part_of_helper)
    ties = pairs.split(problem.ties)
    present, pins = pairs.split(problem.present.items()), pairs.split(problem.pins.items())
    forbids = pairs.split(problem.forbids)
    return [
        problem.part(
            homes=homes.get(part, []),
            helpers=helpers.get(part, []),
            ties=ties.get(part, []),
            present=dict(present.get(part, [])),
            pins=dict(pins.get(part, [])),
            forbids=forbids.get(part, []),
        )
        for part in {**homes, **helpers}
    ]


class _Pairs:
    """Sorts what concerns one home and one helper into the part of both; what crosses parts can never be, and drops."""

    def __init__(self, homes: Mapping[int, Hashable], helpers: Mapping[int, Hashable]) -> None:
        self.homes, self.helpers = homes, helpers

    def split(self, rows: Iterable[Row]) -> dict[Hashable, list[Row]]:
        """`rows` begin with home and helper."""
        part_of, other = self.homes.get, self.helpers.get
        found: dict[Hashable, list[Row]] = {}
        for row in rows:
            part = part_of(row[0])
            if part is not None and part == other(row[1]):
                found.setdefault(part, []).append(row)
        return found
