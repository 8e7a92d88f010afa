"""The first stage: households and members who chose each other.

Deferred acceptance (Gale and Shapley 1962) on mutual wishes only. Households ask in the order of their wishes; a member
who has more than the most keeps those it ranked best. So nobody turned away here could make a pair with somebody who
would rather have it: no blocking mutual pair.
"""

from collections.abc import Iterable, Mapping
from heapq import heappush, heapreplace
from typing import NamedTuple

from households.matching.problem import Helper


class Ask(NamedTuple):
    """A household's mutual wish, in the order in which the household asks. `cost` settles equal ranks."""

    rank: int
    cost: int
    helper: int
    helper_rank: int


def accept(asks: Mapping[int, Iterable[Ask]], places: Mapping[int, int]) -> dict[int, int]:
    """Home -> helper that both hold to; `places`: how many households each helper can take."""
    queues = {home: iter(sorted(wishes)) for home, wishes in asks.items()}
    kept: dict[int, list[tuple[int, int, int]]] = {}
    found: dict[int, int] = {}
    waiting = sorted(queues, reverse=True)
    while waiting:
        home = waiting.pop()
        for ask in queues[home]:
            list_ = kept.setdefault(ask.helper, [])
            offer = (-ask.helper_rank, -ask.cost, home)
            if len(list_) < places[ask.helper]:
                heappush(list_, offer)
            elif list_ and list_[0] < offer:
                waiting.append(heapreplace(list_, offer)[2])
                del found[waiting[-1]]
            else:
                continue
            found[home] = ask.helper
            break
    return found


def together(start: Iterable[int], asks: Mapping[int, Iterable[Ask]], fans: Mapping[int, Iterable[int]]) -> set[int]:
    """The homes that a change of `start`'s wishes can touch: all that share a helper, directly or through others.

    `fans`: helper -> homes that ask for it.
    """
    found, todo = set(start), list(start)
    while todo:
        for ask in asks.get(todo.pop(), ()):
            fresh = [home for home in fans.get(ask.helper, ()) if home not in found]
            found.update(fresh)
            todo.extend(fresh)
    return found


def places_for_wishes(helpers: Iterable[Helper], pinned: Mapping[int, int]) -> dict[int, int]:
    """Helper -> households it can still take when those pinned to it are counted."""
    taken: dict[int, int] = {}
    for helper in pinned.values():
        taken[helper] = taken.get(helper, 0) + 1
    return {helper.key: max(helper.most - taken.get(helper.key, 0), 0) for helper in helpers}
