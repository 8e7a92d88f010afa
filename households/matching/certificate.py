"""The proof that a solution is best, or how far from best it can be at most. Trusts no solver.

Linear programming duality: whatever integer price each helper asks, no assignment can cost less than

    sum over homes of the cheapest (cost + price)  +  sum over helpers of the least (load cost - price × count).

So a wrong price makes the bound weak, never untrue. Where the bound equals the cost, the solution is proved best.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from households.matching.costs import POINT, Prices, load_cost, step
from households.matching.problem import Helper, Weights

NO_PRICE = -(1 << 62)


def lower_bound(costs: Iterable[Prices], helpers: Sequence[Helper], prices: Sequence[int], weights: Weights) -> int:
    """No assignment of homes with these candidate costs is cheaper, in 64ths of a point."""
    fair = [min(price, weights.over * POINT) for price in prices]
    cheapest = sum(min([cost + fair[index] for index, cost in home.items()]) for home in costs)
    return cheapest + sum(_helpers_part(*pair, weights) for pair in zip(helpers, fair, strict=True))


def _helpers_part(helper: Helper, price: int, weights: Weights) -> int:
    """The least of load cost - price × count. The steps never fall, so all that cost less than the price are taken."""
    if price <= -weights.short * POINT:
        return load_cost(helper, 0, weights)
    count = helper.most
    if weights.load:
        count = min(max(helper.target + price // (weights.load * POINT), helper.least), helper.most)
    elif price < 0:
        count = helper.least
    return load_cost(helper, count, weights) - price * count


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
