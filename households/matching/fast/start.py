"""Every home of a county without walls placed among a few candidates: by OR-Tools or from the pairs in force."""

from households.matching.candidates import MARGIN
from households.matching.costs import Costs
from households.matching.fast.arrays import Array, Pairs, np, united, whole_numbers
from households.matching.fast.assign import assign
from households.matching.fast.choices import WidePairs
from households.matching.fast.lowest import lowest_prices, paid
from households.matching.flow import Flow
from households.matching.problem import Weights
from households.matching.warm import likely_prices

ANY = 1 << 40
"""A margin that keeps nobody out."""


def anew(costs: Costs, choices: WidePairs, weights: Weights) -> Flow:
    """By OR-Tools among the best at no prices, then among what is cheap at the prices found."""
    all_ = np.ones(len(choices.layout.homes), bool)
    pairs = choices.best(np.zeros(len(costs.helpers), np.int64), all_, ANY)
    holder, prices = _assigned(pairs, costs, weights)
    pairs = _cheap(pairs, holder, prices)
    pairs = united(pairs, choices.best(prices, all_, MARGIN))
    holder, prices = _assigned(pairs, costs, weights)
    homes, flow = choices.layout.homes, Flow(costs.helpers, weights)
    held = {homes[row].key: helper for row, helper in enumerate(holder.tolist()) if helper >= 0}
    flow.take(choices.offers(pairs), held, prices.tolist())
    return flow


def _cheap(pairs: Pairs, holder: Array, prices: Array) -> Pairs:
    asked = paid(pairs, holder) + prices[holder]
    return pairs.where(pairs.costs + prices[pairs.numbers] < asked[pairs.rows] + MARGIN)


def _assigned(pairs: Pairs, costs: Costs, weights: Weights) -> tuple[Array, Array]:
    holder = assign(pairs, costs.helpers, weights)
    prices = lowest_prices(pairs, holder, costs.helpers, weights)
    if prices is None:
        raise RuntimeError("OR-Tools gave an assignment that no prices prove best.")
    return holder, prices


def going_on(costs: Costs, choices: WidePairs, weights: Weights) -> Flow:
    """As `start_warm`."""
    stays = choices.in_force()
    staying = choices.offers(choices.bonds.where(stays[choices.bonds.rows]))
    prices = likely_prices(costs, staying, weights)
    newcomers = choices.offers(choices.best(whole_numbers(prices), ~stays, MARGIN))
    flow = Flow(costs.helpers, weights)
    flow.gather(staying | newcomers, prices)
    return flow
