"""The proof that a solution is best, or how far from best it can be at most. Trusts no solver.

Linear programming duality: whatever integer price each helper asks, no assignment can cost less than

    sum over homes of the cheapest (cost + price)  +  sum over helpers of the least (load cost - price × count).

So a wrong price makes the bound weak, never untrue. Where the bound equals the cost, the solution is proved best.
"""

from collections.abc import Iterable, Sequence

from households.matching.costs import POINT, Prices, load_cost
from households.matching.problem import Helper, Weights


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
