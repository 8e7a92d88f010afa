"""Adding up the tree. Pure: counts of leaf places in, counts of every place in."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Place(NamedTuple):
    """A grid with its ancestors by level (0 = none), as a row carried them when it was written."""

    county_id: int
    town_id: int
    village_id: int
    cell_id: int
    grid_id: int


Counts = dict[str, int]
Leaf = tuple[Place, date, str, int]
"""Where, when, which measure, how many."""


def around(place: Place) -> set[Place]:
    """The place itself and every place above it, each as it names itself."""
    county, town, village, cell, _ = place
    chain = {
        Place(county, 0, 0, 0, county),
        Place(county, town, 0, 0, town),
        Place(county, town, village, 0, village),
        Place(county, town, village, cell, cell),
        place,
    }
    return {each for each in chain if each.grid_id}


def fold(leaves: Iterable[Leaf]) -> dict[tuple[Place, date], Counts]:
    """Every leaf count added to its own place and to every place above it, once each."""
    totals: dict[tuple[Place, date], Counts] = defaultdict(lambda: defaultdict(int))
    for place, day, measure, count in leaves:
        for each in around(place):
            totals[each, day][measure] += count
    return totals
