"""What holds in every village, tried on villages nobody thought of."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from households.matching import blocking_mutual_pairs, solve
from households.matching.certificate import least_prices, lower_bound, total_cost
from households.matching.costs import in_points
from households.tests.matching_cast import best_of_all, missing_and_beyond, problems

TRIES = settings(max_examples=60, deadline=None)


@TRIES
@given(problems())
def test_no_assignment_is_cheaper(problem):
    solution = solve(problem)
    assert solution.cost == best_of_all(problem)
    assert solution.gap == 0


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
    for home in problem.homes:
        eligible = {
            key
            for key, one in members.items()
            if problem.reach.allows(one, home) and (home.key, key) not in problem.forbids
        }
        assert solution.pairs.get(home.key) in (eligible or {None})
    assert set(solution.unlinked) == {home.key for home in problem.homes} - set(solution.pairs)


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
