"""Adjusting by hand: each edit is exact, says who moves, and leaves nothing to improve."""

from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households.matching import Board, Contradiction, Problem, Tie, solve
from households.tests.matching_cast import LI, WANG, ZHAO, crowded_county, helper, home, problems

FULL = [helper(WANG, 0, most=1), helper(LI, 1000, most=1), helper(ZHAO, 5000, most=1)]


def board(problem: Problem) -> Board:
    return Board(problem, solve(problem))


def test_a_pin_says_what_it_costs_and_who_moves():
    edited = board(Problem([home(1, 0), home(2, 1000)], FULL))
    change = edited.pin(1, LI)
    assert change.moved == [(1, WANG, LI), (2, LI, WANG)]
    assert round(change.cost) == 4000  # 1,000 metres more for each, and each leaves its present member
    assert edited.pairs == {1: LI, 2: WANG}


def test_asking_the_price_changes_nothing():
    edited = board(Problem([home(1, 0), home(2, 1000)], FULL))
    before, cost = edited.pairs, edited.cost
    asked = edited.price(1, LI)
    assert (edited.pairs, edited.cost, edited.problem.pins) == (before, cost, {})
    assert edited.pin(1, LI) == asked


def test_a_forbidden_pair_parts_and_a_released_one_comes_back():
    edited = board(Problem([home(1, 0)], [helper(WANG, 0), helper(LI, 3000)]))
    assert edited.forbid(1, WANG).moved == [(1, WANG, LI)]
    assert edited.release(1, WANG).moved == [(1, LI, WANG)]
    edited.pin(1, LI)
    assert edited.release(1, LI).moved == [(1, LI, WANG)]


def test_forbidding_everybody_leaves_the_household_unlinked():
    edited = board(Problem([home(1, 0)], [helper(WANG, 0)]))
    assert edited.forbid(1, WANG).moved == [(1, WANG, None)]
    assert edited.unlinked == [1]
    assert edited.release(1, WANG).moved == [(1, None, WANG)]
    assert edited.unlinked == []


def test_two_households_swap_their_members_and_keep_them():
    edited = board(Problem([home(1, 0), home(2, 1000)], FULL))
    edited.swap(1, 2)
    assert edited.pairs == {1: LI, 2: WANG}
    assert edited.problem.pins == {1: LI, 2: WANG}


def test_who_waited_for_a_full_member_comes_in_when_a_household_leaves():
    ties = [Tie(1, WANG, home_rank=1, helper_rank=1), Tie(2, WANG, home_rank=1, helper_rank=2)]
    edited = board(Problem([home(1, 0), home(2, 0)], FULL, ties))
    assert edited.pairs[2] != WANG
    assert (2, edited.pairs[2], WANG) in edited.remove_home(1).moved


def test_a_new_household_comes_in_with_its_wishes():
    edited = board(Problem([home(1, 0)], [helper(WANG, 0), helper(LI, 3000)]))
    assert edited.add_home(home(2, 0), [Tie(2, LI, home_rank=1, helper_rank=1)]).moved == [(2, None, LI)]
    assert edited.loads == {WANG: 1, LI: 1}


@pytest.mark.parametrize(
    ("kind", "edit"),
    [
        ("unknown_home", lambda one: one.pin(9, WANG)),
        ("unknown_helper", lambda one: one.forbid(1, 999)),
        ("out_of_reach", lambda one: one.price(1, ZHAO)),
        ("pinned_and_forbidden", lambda one: (one.pin(1, LI), one.forbid(1, LI))),
        ("pinned_and_forbidden", lambda one: (one.forbid(1, LI), one.pin(1, LI))),
        ("twice", lambda one: one.add_home(home(1))),
        ("unknown_helper", lambda one: one.add_home(home(5), [Tie(5, 999)])),
        ("unlinked", lambda one: one.swap(1, 2)),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(kind, edit):
    edited = board(Problem([home(1), home(2, unit=3)], [helper(WANG), helper(LI), helper(ZHAO, unit=2)]))
    with pytest.raises(Contradiction) as caught:
        edit(edited)
    assert caught.value.kind == kind
    assert sorted(edited.pairs) == [1]
    assert solve(edited.problem).cost == edited.cost


def test_pairs_that_were_not_best_are_mended_and_named():
    problem = Problem([home(1, 0), home(2, 5000)], FULL)
    assert Board(problem, {1: WANG, 2: ZHAO}).drift == []
    mended = Board(problem.with_(pins={1: ZHAO}), {1: WANG, 2: ZHAO})
    assert mended.drift == [(1, WANG, ZHAO), (2, ZHAO, LI)]


EDITS = st.lists(
    st.tuples(st.sampled_from(("pin", "forbid", "release", "remove", "add", "swap")), st.randoms()),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(problems(homes=8, helpers=4), EDITS)
def test_after_any_edits_nothing_is_left_to_improve(problem, edits):
    edited = board(problem)
    assert edited.drift == []
    for name, random in edits:
        before = edited.cost
        change = one_edit(edited, problem, name, random)
        if change is None:
            continue
        anew = solve(edited.problem)
        assert (anew.cost, anew.gap) == (edited.cost, 0)
        assert edited.cost == before + change.cost
        assert Board(edited.problem, edited.pairs).drift == []


def test_after_edits_nothing_is_left_to_improve_in_a_county_without_walls():
    problem, random = crowded_county(), Random(5)
    edited = board(problem)
    for name in ("pin", "remove", "forbid", "add", "swap", "release") * 5:
        one_edit(edited, problem, name, random)
        assert edited.cost == solve(edited.problem).cost


def one_edit(edited: Board, problem: Problem, name: str, random: Random):
    homes = sorted(edited.pairs) + edited.unlinked
    member = random.choice([one.key for one in problem.helpers])
    if name == "add":
        new = home(max(homes, default=0) + 1, random.randrange(3000), unit=random.randrange(3))
        return edited.add_home(new, [Tie(new.key, member, home_rank=1, helper_rank=1)])
    if not homes:
        return None
    one, other = random.choice(homes), random.choice(homes)
    try:
        if name == "remove":
            return edited.remove_home(one)
        if name == "swap":
            return edited.swap(one, other)
        if name == "pin":
            asked = edited.price(one, member)
            assert edited.pin(one, member).cost == asked.cost
            return None
        return getattr(edited, name)(one, member)
    except Contradiction:
        return None


def test_a_branch_is_on_the_board_in_less_than_50_milliseconds_of_work():
    random = Random(1)
    homes = [home(key, random.randrange(3000), unit=1) for key in range(160)]
    members = [helper(900 + key, random.randrange(3000), least=5, target=6, most=10) for key in range(25)]
    problem = Problem(homes, members)
    solution = solve(problem)
    start = process_time()
    Board(problem, solution)
    assert process_time() - start < 0.05
