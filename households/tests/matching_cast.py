"""People of the matching tests: a village on a line, metres east of the well."""

from itertools import product
from random import Random

from hypothesis import strategies as st

from households.matching import Helper, Home, Problem, Reach, Solution, Tie, Weights, Within
from households.matching.costs import Costs, in_points
from households.matching.flow import Flow
from households.matching.solve import first_stage
from households.tests.matching_oracles import total_cost

SKILLS = ("农技", "医疗", "调解")
WANG, LI, ZHAO = 101, 102, 103
NAMES = {WANG: "王建国", LI: "李秀英", ZHAO: "赵卫东"}


def helper(
    key: int, x: float | None = 0, *, least: int = 0, target: int | None = None, most: int = 9, **other
) -> Helper:
    target = max(least, min(3, most)) if target is None else target
    place = {"unit": 1, "grid": key, "town": 1, "abilities": frozenset(), **other}
    return Helper(key=key, x=x, y=None if x is None else 0, least=least, target=target, most=most, **place)


def home(key: int, x: float | None = 0, **other) -> Home:
    place = {"unit": 1, "grid": 0, "town": 1, **other}
    return Home(key=key, x=x, y=None if x is None else 0, **place)


def all_far_away() -> tuple[Costs, Flow]:
    """A dozen homes that one far member holds, beside a dozen members whom nobody has weighed."""
    members = [helper(900 + key, 10 * key, target=1, most=1) for key in range(12)]
    far = helper(999, 3000, target=12, most=12)
    costs = Costs(Problem([home(key, 0) for key in range(12)], [*members, far], weights=Weights(load=0)))
    flow = Flow(costs.helpers, costs.weights)
    pairs = {key: {12: costs.pair(one, far)} for key, one in costs.homes.items()}
    flow.take(pairs, dict.fromkeys(pairs, 12), [0] * 13)
    return costs, flow


def best_of_all(problem: Problem) -> float:
    """The least cost by trying every assignment, with the locks of the first stage."""
    costs = Costs(problem)
    costs.locks = first_stage(costs, problem.homes)
    candidates = {one.key: costs.of(one) for one in problem.homes}
    linked = {key: prices for key, prices in candidates.items() if prices}
    tries = (dict(zip(linked, choice, strict=True)) for choice in product(*linked.values()))
    best = min(total_cost(linked, choice, costs.helpers, problem.weights) for choice in tries)
    return in_points(best + costs.unlinked * (len(candidates) - len(linked)))


def missing_and_beyond(solution: Solution) -> tuple[int, int]:
    return sum(one.lacks for one in solution.shortages), sum(one.beyond for one in solution.overloads)


_place = st.one_of(st.none(), st.integers(0, 3000))
_few = st.integers(0, 2)
_skills = st.frozensets(st.sampled_from(SKILLS), max_size=2)
_limits = st.lists(st.integers(0, 4), min_size=3, max_size=3).map(sorted)
_bonds = st.tuples(st.booleans(), st.booleans(), st.integers(0, 3), st.integers(0, 3))
_helpers = st.tuples(_place, _place, _few, _few, _skills, _limits)
_homes = st.tuples(_place, _place, _few, _few, _skills)


def _some(rows: st.SearchStrategy, most: int) -> st.SearchStrategy:
    return st.lists(rows, min_size=1, max_size=most)


@st.composite
def problems(draw: st.DrawFn, homes: int = 5, helpers: int = 3) -> Problem:
    """Small villages of all sorts: nobody placed, nobody free, everybody's cousin."""
    people = [
        Helper(100 + number, x, y, unit, grid, 1, skills, *limits)
        for number, (x, y, unit, grid, skills, limits) in enumerate(
            draw(st.lists(_helpers, min_size=1, max_size=helpers))
        )
    ]
    houses = [
        Home(number, x, y, unit, grid, 1, needs)
        for number, (x, y, unit, grid, needs) in enumerate(draw(_some(_homes, homes)))
    ]
    keys = st.tuples(st.sampled_from([one.key for one in houses]), st.sampled_from([one.key for one in people]))
    ties = draw(st.dictionaries(keys, _bonds, max_size=8))
    return Problem(
        houses,
        people,
        [Tie(*pair, *bonds) for pair, bonds in ties.items()],
        present=dict(draw(st.lists(keys, max_size=3))),
        forbids=frozenset(draw(st.lists(keys, max_size=3))),
    )


def crowded_county() -> Problem:
    """Three hundred households, forty members of two tiers, of whom staff go anywhere and everybody is needed."""
    random = Random(3)
    homes = [home(key, random.randrange(20_000), unit=key % 4) for key in range(300)]
    staff = [
        helper(900 + key, random.randrange(20_000), unit=key % 4, least=5, target=7, most=9, tier="staff" * (key % 2))
        for key in range(40)
    ]
    return Problem(homes, staff, reach=Reach({"staff": Within("county")}, default=Within("unit")))
