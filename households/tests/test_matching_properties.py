"""What holds in every village, tried on villages nobody thought of."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households.matching import Helper, Problem, Reach, Within, blocking_mutual_pairs, fast, solve
from households.matching.auction import STEP, bids, rough_prices
from households.matching.candidates import AllPairs, NearPairs
from households.matching.certificate import lower_bound
from households.matching.costs import POINT, Costs, in_points
from households.matching.flow import Flow
from households.matching.solve import MILD, first_stage, let_in, mild, solve_part, start
from households.matching.warm import likely_prices, start_warm
from households.tests.matching_cast import (
    all_far_away,
    best_of_all,
    crowded_county,
    helper,
    home,
    missing_and_beyond,
    problems,
)
from households.tests.matching_oracles import least_prices, total_cost

TRIES = settings(max_examples=60, deadline=None)


@TRIES
@given(problems())
def test_no_assignment_is_cheaper(problem):
    solution = solve(problem)
    assert solution.cost == best_of_all(problem)
    assert solution.gap == 0


@TRIES
@given(problems(homes=12, helpers=5))
def test_weighing_near_members_first_finds_what_weighing_all_finds(problem):
    near, all_ = solve_part(problem, dense=0), solve_part(problem)
    assert (near.cost, near.bound) == (all_.cost, all_.bound) == (all_.cost, all_.cost)


def test_a_county_without_walls_is_proved_best_among_all_pairs():
    near, all_ = solve_part(crowded_county(), dense=0), solve_part(crowded_county())
    assert near.cost == near.bound == all_.cost


def test_who_is_let_choose_among_a_few_comes_again_for_the_others():
    costs, flow = all_far_away()
    let_in(flow, NearPairs(costs))
    assert sorted(flow.holder.values()) == list(range(12))


def test_homes_in_one_block_of_flats_are_told_apart_by_nothing_but_their_keys():
    members = [helper(900 + key, 500 * key, most=9) for key in range(8)]
    problem = Problem([home(key, 1000) for key in range(60)], members)
    assert solve_part(problem, dense=0).cost == solve_part(problem).cost


def test_two_processes_answer_as_one():
    problem = crowded_county().with_(reach=Reach())
    assert solve(problem, processes=2).pairs == solve(problem).pairs


def test_the_fast_engine_answers_alike_or_says_what_is_missing():
    if fast.installed():
        assert solve_part(crowded_county(), dense=0, quick=True).cost == solve_part(crowded_county()).cost
    else:
        with pytest.raises(fast.NotInstalledError, match=r"requirements-fast\.txt"):
            solve(crowded_county(), engine="fast")


@TRIES
@given(problems(homes=12, helpers=5), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(problem, random: Random):
    shuffled = problem.with_(
        **{
            rows: random.sample(getattr(problem, rows), len(getattr(problem, rows)))
            for rows in ("homes", "helpers", "ties")
        }
    )
    assert solve(shuffled).pairs == solve(problem).pairs


@TRIES
@given(problems(homes=12, helpers=5))
def test_every_home_with_somebody_eligible_is_covered_and_nothing_forbidden_happens(problem):
    solution = solve(problem)
    members = {one.key: one for one in problem.helpers}
    for house in problem.homes:
        eligible = {
            key
            for key, one in members.items()
            if problem.reach.allows(one, house) and (house.key, key) not in problem.forbids
        }
        assert solution.pairs.get(house.key) in (eligible or {None})
    assert set(solution.unlinked) == {house.key for house in problem.homes} - set(solution.pairs)


@TRIES
@given(problems(homes=12, helpers=5))
def test_mutual_pairs_are_kept_unless_a_limit_would_break(problem):
    solution = solve(problem)
    if solution.mutual_kept == solution.mutual_promised:
        return
    kept = solve(problem.with_(pins=solution.locks))
    assert sum(missing_and_beyond(kept)) > sum(missing_and_beyond(solution))


@TRIES
@given(problems(homes=12, helpers=5))
def test_no_mutual_pair_would_rather_be_together(problem):
    free = [one._replace(least=0, most=20) if one.most else one for one in problem.helpers]
    solution = solve(problem.with_(helpers=free))
    if not solution.overloads:
        assert solution.mutual_kept == solution.mutual_promised
        assert blocking_mutual_pairs(solution) == []


@TRIES
@given(problems(homes=8, helpers=4))
def test_no_unit_breaks_a_limit_that_arithmetic_does_not_break(problem):
    together = problem.with_(
        homes=[one._replace(unit=1) for one in problem.homes],
        helpers=[one._replace(unit=1) for one in problem.helpers],
        forbids=frozenset(),
    )
    solution = solve(together)
    balance = solution.balances[1]
    assert missing_and_beyond(solution) == (balance.lacks, balance.beyond)


@TRIES
@given(problems(homes=12, helpers=5), st.lists(st.integers(-90_000_000, 90_000_000), min_size=5, max_size=5))
def test_whatever_prices_the_flow_starts_from_it_ends_at_the_best(problem, prices):
    solution = solve(problem)
    offers = {one.key: solution.costs.of(one) for one in problem.homes if one.key in solution.pairs}
    flow = Flow(solution.costs.helpers, problem.weights)
    flow.gather(offers, prices[: len(solution.costs.helpers)])
    assert flow.total == lower_bound(offers.values(), flow.helpers, flow.prices, problem.weights)
    assert in_points(flow.total + solution.costs.unlinked * len(solution.unlinked)) == solution.cost


def test_bids_of_homes_come_near_to_the_prices_that_prove_the_best():
    problem = crowded_county()
    costs = Costs(problem)
    offers = AllPairs(costs).offers
    rough = rough_prices({home: bids(found) for home, found in offers.items()}, costs.helpers, problem.weights)
    bound = lower_bound(offers.values(), costs.helpers, rough, problem.weights)
    assert in_points(bound) > solve(problem).cost - STEP / POINT * len(problem.homes)


@settings(max_examples=200, deadline=None)
@given(problems(homes=12, helpers=5), st.sets(st.integers(0, 14), max_size=3), st.integers(0, 4), st.booleans())
def test_going_on_from_the_pairs_in_force_finds_what_starting_anew_finds(before, changed, number, new):
    later = a_year_later(before, changed, before.helpers[number % len(before.helpers)], new)
    cost, bound = cost_and_bound(later, warm=True)
    assert cost == bound == cost_and_bound(later, warm=False)[0]


def test_one_year_later_the_pairs_in_force_are_gone_on_from():
    before = crowded_county().with_(reach=Reach(default=Within("town")))
    later = a_year_later(before, set(range(0, 300, 40)), before.helpers[5], new=True)
    cost, bound = cost_and_bound(later, warm=True)
    assert cost == bound == cost_and_bound(later, warm=False)[0]
    assert in_points(cost) == solve(later).cost


def cost_and_bound(problem: Problem, *, warm: bool) -> tuple[int, int]:
    costs = Costs(problem)
    costs.locks = first_stage(costs, problem.homes)
    weights = mild(problem, MILD)
    near, every = NearPairs(costs), AllPairs(costs)
    flow = start_warm(costs, near, weights) if warm else start(costs, every.start(), weights)
    assert min(flow.room) >= 0
    flow.reweigh(problem.weights)
    let_in(flow, near if warm else every)
    return flow.total, lower_bound(every.offers.values(), costs.helpers, flow.prices, problem.weights)


def test_where_no_limit_binds_prices_are_guessed_from_the_loads_to_within_one_step():
    before = crowded_county().with_(helpers=[one._replace(least=0, most=300) for one in crowded_county().helpers])
    solution = solve(before)
    costs, weights = Costs(before.with_(present=solution.pairs)), before.weights
    guessed = likely_prices(costs, {home: {} for home in solution.pairs}, weights)
    for one, price in zip(costs.helpers, guessed, strict=True):
        assert price <= solution.prices[one.key] <= price + weights.load * POINT or not solution.loads[one.key]


def a_year_later(before: Problem, changed: set[int], other: Helper, new: bool) -> Problem:
    """Homes with these keys are gone and others are there; one member is new or has fewer places than it had."""
    homes = [one for one in before.homes if one.key not in changed]
    homes += [before.homes[key % len(before.homes)]._replace(key=1000 + key) for key in sorted(changed)]
    helpers = [one for one in before.helpers if one is not other]
    helpers += [other._replace(key=2000)] if new else [other._replace(least=0, target=0, most=min(other.most, 1))]
    stay = {one.key for one in homes} | {one.key for one in helpers}
    return before.with_(
        homes=homes,
        helpers=helpers,
        ties=[tie for tie in before.ties if {tie.home, tie.helper} <= stay],
        present={home: helper for home, helper in solve(before).pairs.items() if {home, helper} <= stay},
        forbids=frozenset(pair for pair in before.forbids if set(pair) <= stay),
    )


@TRIES
@given(problems(homes=12, helpers=5))
def test_prices_found_from_the_pairs_alone_prove_them_best(problem):
    solution = solve(problem)
    costs, weights = solution.costs, problem.weights
    candidates = {one.key: costs.of(one) for one in problem.homes if one.key in solution.pairs}
    holder = {home: costs.index[helper] for home, helper in solution.pairs.items()}
    prices = least_prices(candidates, holder, costs.helpers, weights)
    assert prices is not None
    bound = lower_bound(candidates.values(), costs.helpers, prices, weights)
    assert in_points(bound + costs.unlinked * len(solution.unlinked)) == solution.cost


@TRIES
@given(problems(homes=6, helpers=4), st.randoms(use_true_random=False))
def test_pairs_that_are_not_best_have_no_prices_and_no_bound_reaches_them(problem, random: Random):
    solution = solve(problem)
    costs, weights = solution.costs, problem.weights
    candidates = {one.key: costs.of(one) for one in problem.homes if one.key in solution.pairs}
    other = {home: random.choice(list(prices)) for home, prices in candidates.items()}
    prices = [random.randint(-200_000_000, 200_000_000) for _ in costs.helpers]
    bound = lower_bound(candidates.values(), costs.helpers, prices, weights)
    assert in_points(bound + costs.unlinked * len(solution.unlinked)) <= solution.cost
    if in_points(total_cost(candidates, other, costs.helpers, weights)) > solution.cost:
        assert least_prices(candidates, other, costs.helpers, weights) is None
