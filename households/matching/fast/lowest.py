"""The lowest prices at which every home's helper is its cheapest, by numpy: found from the pairs alone."""

from collections.abc import Sequence

from households.matching.costs import step
from households.matching.fast.arrays import Array, Pairs, coded, np, whole_numbers
from households.matching.problem import Helper, Weights

NO_PRICE = -(1 << 62)
SWEEPS = 1000
"""Prices settle after some forty; where homes would be cheaper changing places round a circle, never."""


def lowest_prices(pairs: Pairs, holder: Array, helpers: Sequence[Helper], weights: Weights) -> Array | None:
    """None if there are none. `holder`: the helper's index by row, or a negative number. Each price covers the helper's
    last household; one who holds none and whom nobody wants asks what the first would cost."""
    counts = np.bincount(holder[holder >= 0], minlength=len(helpers)).tolist()
    seats = list(zip(helpers, counts, strict=True))
    prices = whole_numbers([step(helper, count, weights) if count else NO_PRICE for helper, count in seats])
    givers, takers, extra = _ways(pairs, holder)
    if len(givers) and not _settle(prices, givers, takers, extra):
        return None
    firsts = whole_numbers([step(helper, 1, weights) for helper in helpers])
    return np.where(prices == NO_PRICE, firsts, prices)


def _settle(prices: Array, givers: Array, takers: Array, extra: Array) -> bool:
    """Raise what each taker asks until no giver's home would rather go there; whether that comes to an end."""
    starts = np.flatnonzero(np.diff(takers, prepend=-1))
    raised = takers[starts]
    for _ in range(SWEEPS):
        now = np.maximum(np.maximum.reduceat(prices[givers] - extra, starts), prices[raised])
        if (now == prices[raised]).all():
            return True
        prices[raised] = now
    return False


def paid(pairs: Pairs, holder: Array) -> Array:
    """By row: what the pair with its holder costs; 0 where there is none."""
    own = pairs.where(pairs.numbers == holder[pairs.rows])
    found = np.zeros(len(holder), np.int64)
    found[own.rows] = own.costs
    return found


def _ways(pairs: Pairs, holder: Array) -> tuple[Array, Array, Array]:
    """(From helper, to helper, least extra cost at which a home of the first one would go there), by the second."""
    givers = holder[pairs.rows]
    moves = (givers >= 0) & (givers != pairs.numbers)
    extra = (pairs.costs - paid(pairs, holder)[pairs.rows])[moves]
    code = coded(pairs.numbers[moves], givers[moves])
    order = np.argsort(code, kind="stable")
    code, extra = code[order], extra[order]
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    least = np.minimum.reduceat(extra, starts) if len(starts) else extra
    return code[starts] & 0xFFFFFFFF, code[starts] >> 32, least
