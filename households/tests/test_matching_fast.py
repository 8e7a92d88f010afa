"""What numpy finds many at a time is what the standard library finds one by one. Needs requirements-fast.txt."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households.matching import Helper, Home, Problem, Reach, Weights, Within, fast, solve
from households.matching.costs import Costs
from households.matching.problem import Tie
from households.matching.solve import MILD, first_stage, let_in, mild, solve_part
from households.tests.matching_cast import all_far_away, crowded_county, helper, problems
from households.tests.matching_oracles import least_prices
from households.tests.test_matching_properties import a_year_later

if not fast.installed():
    pytest.skip("numpy and OR-Tools are not installed (requirements-fast.txt)", allow_module_level=True)

from households.matching.fast import start
from households.matching.fast.arrays import np, paired, whole_numbers
from households.matching.fast.choices import WidePairs
from households.matching.fast.columns import Columns
from households.matching.fast.lowest import lowest_prices
from households.matching.fast.search import Search

TRIES = settings(max_examples=60, deadline=None)
PRICES = st.lists(st.integers(-300_000, 300_000), min_size=5, max_size=5)
VILLAGES = problems(homes=12, helpers=5)


def wide_country(seed: int) -> Problem:
    """Two hundred homes and thirty members all over thirty kilometres, some nobody knows where; three tiers."""
    random = Random(seed)
    reach = Reach({"staff": Within("county"), "leader": Within("county", frozenset({"poor"}))}, default=Within("town"))

    def place() -> tuple[float | None, float | None, int, int, int, frozenset[str]]:
        unknown = random.random() < 0.05
        x, y = (None if unknown else random.uniform(-15_000, 15_000) for _ in range(2))
        town = random.randrange(3)
        words = frozenset(random.sample(("农技", "医疗", "调解"), random.randrange(3)))
        return x, y, town, random.randrange(12), town, words

    homes = [Home(2**40 + key, *place(), frozenset({"poor"} if key % 9 == 0 else ())) for key in range(200)]
    members = [
        Helper(2**33 + key, *place(), least=key % 5, target=6, most=9, tier=("", "staff", "leader")[key % 3])
        for key in range(30)
    ]
    pairs = {(random.choice(homes).key, random.choice(members).key) for _ in range(150)}
    ties = [Tie(*pair, random.random() < 0.3, True, random.randrange(4), random.randrange(4)) for pair in sorted(pairs)]
    allowed = [(one.key, other.key) for one in homes for other in members if reach.allows(other, one)]
    pins, forbids = dict(random.sample(allowed, 8)), frozenset(random.sample(allowed, 60))
    return Problem(homes, members, ties, pins=pins, forbids=forbids - set(pins.items()), reach=reach)


def costs_of(problem: Problem) -> Costs:
    costs = Costs(problem)
    costs.locks = first_stage(costs, problem.homes)
    return costs


@pytest.mark.parametrize("seed", range(5))
def test_columns_cost_to_the_last_bit_what_pairs_cost_by_themselves(seed):
    costs = Costs(wide_country(seed))
    homes, numbers = list(costs.homes.values()), np.arange(len(costs.helpers))
    many = Columns(costs, homes).plain(np.arange(len(homes))[:, None], numbers).tolist()
    everybody = [costs.seen(number) for number in numbers.tolist()]
    assert many == [list(costs.plain(home, everybody).values()) for home in homes]


@pytest.mark.parametrize("seed", range(5))
def test_ties_present_pairs_locks_and_pins_cost_what_they_cost_by_themselves(seed):
    problem = wide_country(seed)
    costs = costs_of(problem.with_(present={tie.home: tie.helper for tie in problem.ties[::2]}))
    choices = WidePairs(costs)
    bonds = choices.offers(choices.bonds)
    for key, home in costs.homes.items():
        bound = {costs.index[other] for other in costs.extras(key)} if key not in costs.pins else None
        whole = {number: cost for number, cost in costs.of(home).items() if bound is None or number in bound}
        assert bonds.get(key, {}) == whole


@TRIES
@given(VILLAGES, PRICES, st.lists(st.integers(-200_000, 400_000), min_size=12, max_size=12))
def test_exactly_the_pairs_below_a_limit_are_found(problem, prices, limits):
    """Whether a pair has a tie is left out of account, so there are none."""
    costs = costs_of(problem.with_(ties=(), present={}))
    choices = WidePairs(costs)
    below = Search(choices.layout).below(whole_numbers(prices), whole_numbers(limits[: len(costs.homes)]))
    found = choices.offers(below)
    for home, limit in zip(choices.layout.homes, limits, strict=False):
        costs_ = costs.plain(home, costs.eligible(home))
        assert found.get(home.key, {}) == {one: cost for one, cost in costs_.items() if cost + prices[one] < limit}


@pytest.mark.parametrize("seed", range(5))
def test_a_home_is_offered_its_best_of_all(seed):
    costs, random = costs_of(wide_country(seed)), Random(seed)
    prices = [random.randint(-100_000, 100_000) for _ in costs.helpers]
    choices = WidePairs(costs)
    pairs = choices.best(whole_numbers(prices), np.ones(len(costs.homes), bool), 30_000)
    offers = choices.offers(pairs)
    for key, home in costs.homes.items():
        every = costs.of(home)
        assert every.items() >= offers.get(key, {}).items()
        if key not in costs.forbidden:
            best = min([(cost + prices[number], number) for number, cost in every.items()])
            assert best[1] in offers[key]


@TRIES
@given(VILLAGES)
def test_looking_through_by_numpy_finds_what_weighing_all_finds(problem):
    quick, all_ = solve_part(problem, dense=0, quick=True), solve_part(problem)
    assert (quick.cost, quick.bound) == (all_.cost, all_.bound) == (all_.cost, all_.cost)


@pytest.mark.parametrize("seed", range(5))
def test_a_wide_country_is_proved_best(seed):
    problem = wide_country(seed)
    quick, near = solve_part(problem, dense=0, quick=True), solve_part(problem, dense=0)
    assert quick.cost == quick.bound == near.cost
    assert quick.pairs.items() >= problem.pins.items()
    assert not problem.forbids & quick.pairs.items()


@TRIES
@given(VILLAGES)
def test_lowest_prices_are_those_found_home_by_home(problem):
    solution = solve(problem)
    costs, weights = solution.costs, problem.weights
    choices = WidePairs(costs)
    pairs = choices.best(np.zeros(len(costs.helpers), np.int64), np.ones(len(costs.homes), bool), start.ANY)
    offers = choices.offers(pairs)
    holder = {home: costs.index[member] for home, member in solution.pairs.items()}
    by_row = whole_numbers([holder.get(home.key, -1) for home in choices.layout.homes])
    assert lowest_prices(pairs, by_row, costs.helpers, weights).tolist() == least_prices(
        offers, holder, costs.helpers, weights
    )


def test_homes_that_would_change_places_have_no_lowest_prices():
    pairs = paired(*whole_numbers([(0, 0, 10), (0, 1, 5), (1, 0, 5), (1, 1, 10)]).T)
    members = [helper(101), helper(102)]
    assert lowest_prices(pairs, whole_numbers([0, 1]), members, Weights()) is None
    assert lowest_prices(pairs, whole_numbers([1, 0]), members, Weights()) is not None


@settings(max_examples=200, deadline=None)
@given(VILLAGES, st.sets(st.integers(0, 14), max_size=3), st.integers(0, 4), st.booleans())
def test_a_year_later_the_answer_is_that_of_a_fresh_start(before, changed, number, new):
    later = a_year_later(before, changed, before.helpers[number % len(before.helpers)], new)
    quick, all_ = solve_part(later, dense=0, quick=True), solve_part(later)
    assert (quick.cost, quick.bound) == (all_.cost, all_.cost)


def test_a_year_later_a_county_is_gone_on_with_from_the_pairs_in_force():
    before = crowded_county()
    later = a_year_later(before, set(range(0, 300, 40)), before.helpers[5], new=True)
    costs = costs_of(later)
    choices = WidePairs(costs)
    staying = {home.key for home, stays in zip(choices.layout.homes, choices.in_force().tolist(), strict=True) if stays}
    assert staying == set(later.present)
    assert len(start.going_on(costs, choices, mild(later, MILD)).holder) == len(later.homes)
    assert solve_part(later, dense=0, quick=True).cost == solve_part(later).cost


def test_pairs_in_force_that_may_not_be_any_more_do_not_go_on():
    homes = [Home(key, 0, 0, 1, 0, 1) for key in range(4)]
    members = [helper(101), helper(102), helper(103, unit=2)]
    problem = Problem(homes, members, present={0: 101, 1: 102, 2: 103, 3: 999}, forbids={(1, 102)}, pins={0: 102})
    assert not WidePairs(costs_of(problem)).in_force().any()
    assert solve_part(problem, dense=0, quick=True).cost == solve_part(problem).cost


def test_who_is_let_choose_among_a_few_comes_again_for_the_others():
    costs, flow = all_far_away()
    let_in(flow, WidePairs(costs))
    assert sorted(flow.holder.values()) == list(range(12))


def test_where_nothing_has_changed_nothing_cheaper_is_found():
    costs = costs_of(crowded_county())
    choices = WidePairs(costs)
    flow = start.anew(costs, choices, mild(costs.problem, MILD))
    let_in(flow, choices)
    assert list(choices.cheaper(flow)) == []
    assert list(WidePairs(costs).cheaper(flow)) == []
