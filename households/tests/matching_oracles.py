"""Plain and slow: what the engine's answers and prices are held against."""

from collections import deque
from collections.abc import Mapping, Sequence

from households.matching import Helper, Weights
from households.matching.costs import Prices, load_cost, step

NO_PRICE = -(1 << 62)


def total_cost(
    costs: Mapping[int, Prices], holder: Mapping[int, int], helpers: Sequence[Helper], weights: Weights
) -> int:
    """What an assignment (home's key -> helper's index) costs, in 64ths of a point."""
    counts = [0] * len(helpers)
    for helper in holder.values():
        counts[helper] += 1
    pairs = sum(costs[home][helper] for home, helper in holder.items())
    return pairs + sum(load_cost(helper, count, weights) for helper, count in zip(helpers, counts, strict=True))


def least_prices(
    costs: Mapping[int, Prices], holder: Mapping[int, int], helpers: Sequence[Helper], weights: Weights
) -> list[int] | None:
    """The lowest prices that prove `holder` (home's key -> helper's index) best; None if it is not.

    Bellman-Ford over helpers: a home's helper must be its cheapest, a helper's price must cover its last household and
    not exceed the cost of one more.
    """
    held: list[list[int]] = [[] for _ in helpers]
    for home, index in holder.items():
        held[index].append(home)
    prices = [
        step(helper, len(homes), weights) if homes else NO_PRICE for helper, homes in zip(helpers, held, strict=True)
    ]
    ceilings = [step(helper, len(homes) + 1, weights) for helper, homes in zip(helpers, held, strict=True)]
    todo = deque(index for index, homes in enumerate(held) if homes)
    waiting = set(todo)
    while todo:
        index = todo.popleft()
        waiting.discard(index)
        for home in held[index]:
            own = costs[home]
            asked = own[index] + prices[index]
            for other, cost in own.items():
                if asked - cost > prices[other]:
                    if asked - cost > ceilings[other]:
                        return None
                    prices[other] = asked - cost
                    if other not in waiting:
                        waiting.add(other)
                        todo.append(other)
    return [ceiling if price == NO_PRICE else price for price, ceiling in zip(prices, ceilings, strict=True)]
