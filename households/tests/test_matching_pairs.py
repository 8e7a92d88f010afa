"""Small villages worked out by hand: who gets whom, and what is missing."""

import pytest

from households.matching import (
    Contradiction,
    Overload,
    Problem,
    Reach,
    Shortage,
    Tie,
    Weights,
    Within,
    blocking_mutual_pairs,
    metres,
    solve,
)
from households.tests.matching_cast import LI, WANG, ZHAO, helper, home

LEADERS = Reach({"leader": Within("county", frozenset({"hardship"}))}, default=Within("unit"))


def pairs(homes, helpers, *ties, **other):
    return solve(Problem(homes, helpers, ties, **other)).pairs


def test_the_nearest_member_takes_the_household_on():
    assert pairs([home(1, 0), home(2, 900)], [helper(WANG, 100), helper(LI, 800)]) == {1: WANG, 2: LI}


def test_kin_is_worth_1500_metres_and_not_one_more():
    near, far = helper(WANG, 0), helper(LI, 1499)
    assert pairs([home(1, 0)], [near, far], Tie(1, LI, kin=True)) == {1: LI}
    assert pairs([home(1, 0)], [near, helper(LI, 1502)], Tie(1, LI, kin=True)) == {1: WANG}


@pytest.mark.parametrize(
    ("tie", "metres"),
    [
        (Tie(1, LI, familiar=True), 800),
        (Tie(1, LI, home_rank=1), 1500),
        (Tie(1, LI, home_rank=2), 1200),
        (Tie(1, LI, home_rank=3), 1000),
        (Tie(1, LI, home_rank=7), 1000),
        (Tie(1, LI, helper_rank=1), 700),
        (Tie(1, LI, helper_rank=2), 600),
        (Tie(1, LI, helper_rank=3), 500),
    ],
)
def test_each_bond_is_worth_its_metres(tie, metres):
    assert pairs([home(1, 0)], [helper(WANG, 0), helper(LI, metres - 1)], tie) == {1: LI}
    assert pairs([home(1, 0)], [helper(WANG, 0), helper(LI, metres + 2)], tie) == {1: WANG}


def test_an_ability_the_household_needs_is_worth_400_metres():
    doctor = helper(LI, 399, abilities=frozenset({"医疗", "农技"}))
    assert pairs([home(1, 0, needs=frozenset({"医疗"}))], [helper(WANG, 0), doctor]) == {1: LI}
    assert pairs([home(1, 0, needs=frozenset({"调解"}))], [helper(WANG, 0), doctor]) == {1: WANG}


def test_the_same_grid_is_worth_200_metres():
    assert pairs([home(1, 0, grid=7)], [helper(WANG, 0, grid=8), helper(LI, 199, grid=7)]) == {1: LI}


def test_an_unknown_place_counts_as_neither_near_nor_far():
    assert pairs([home(1, 0)], [helper(WANG, None), helper(LI, 1400)]) == {1: LI}
    assert pairs([home(1, 0)], [helper(WANG, None), helper(LI, 1600)]) == {1: WANG}
    assert pairs([home(1, None)], [helper(WANG, 0), helper(LI, 0)], Tie(1, LI, familiar=True)) == {1: LI}


def test_who_chose_each_other_stays_together_however_far_apart():
    tie = Tie(1, LI, home_rank=3, helper_rank=3)
    others = [Tie(1, WANG, kin=True, familiar=True, home_rank=1)]
    solution = solve(Problem([home(1, 0)], [helper(WANG, 0), helper(LI, 9999)], [tie, *others]))
    assert solution.pairs == {1: LI}
    assert (solution.mutual_promised, solution.mutual_kept) == (1, 1)


def test_a_member_chosen_by_too_many_keeps_those_it_ranked_best():
    ties = [Tie(1, WANG, home_rank=1, helper_rank=2), Tie(2, WANG, home_rank=1, helper_rank=1)]
    solution = solve(Problem([home(1, 0), home(2, 900)], [helper(WANG, 0, most=1), helper(LI, 0)], ties))
    assert solution.pairs == {1: LI, 2: WANG}
    assert blocking_mutual_pairs(solution) == []


def test_an_assignment_against_the_wishes_shows_its_blocking_pair():
    ties = [Tie(1, WANG, home_rank=1, helper_rank=1)]
    problem = Problem([home(1, 0)], [helper(WANG, 0), helper(LI, 0)], ties)
    against = solve(problem.with_(pins={1: LI}))
    assert blocking_mutual_pairs(against) == []
    assert blocking_mutual_pairs(type(against)(problem, {1: LI}, {}, {}, 0.0, 0.0)) == [(1, WANG)]


def test_everybody_gets_the_least_even_from_far_away():
    homes = [home(key, 0) for key in range(6)]
    solution = solve(Problem(homes, [helper(WANG, 0), helper(LI, 5000, least=3, target=3)]))
    assert solution.loads == {WANG: 3, LI: 3}
    assert solution.shortages == []


def test_too_few_households_name_who_lacks_how_many_and_who_next_door_could_give_some():
    here, there = [home(1), home(2)], [home(key, unit=2) for key in (11, 12, 13)]
    members = [helper(WANG, least=2), helper(LI, 500, least=2), helper(ZHAO, unit=2, least=1)]
    solution = solve(Problem([*here, *there], members))
    assert sum(one.lacks for one in solution.shortages) == 2
    assert all(isinstance(one, Shortage) and one.unit == 1 for one in solution.shortages)
    assert (solution.balances[1].lacks, solution.balances[2].spare) == (2, 2)
    assert [other.unit for other in solution.neighbours(1)] == [2]


def test_too_many_households_are_all_placed_and_named():
    homes = [home(key) for key in range(5)]
    solution = solve(Problem(homes, [helper(WANG, most=3), helper(ZHAO, unit=2, most=4)]))
    assert len(solution.pairs) == 5
    assert solution.overloads == [Overload(WANG, 1, 2)]
    assert (solution.balances[1].beyond, solution.neighbours(1)[0].room) == (2, 4)


def test_the_load_is_evened_out_at_100_metres_a_household():
    homes = [home(key, 0) for key in range(4)]
    assert solve(Problem(homes, [helper(WANG, 0, target=2), helper(LI, 50, target=2)])).loads == {WANG: 2, LI: 2}
    uneven = solve(Problem(homes, [helper(WANG, 0, target=2), helper(LI, 50, target=2)], weights=Weights(load=0)))
    assert uneven.loads == {WANG: 4, LI: 0}


def test_leaders_take_only_the_households_of_their_classes():
    poor = frozenset({"hardship"})
    leader = helper(LI, 0, tier="leader", unit=9)
    homes = [home(1, 0, classes=poor), home(2, 0)]
    assert pairs(homes, [helper(WANG, 2000), leader], reach=LEADERS) == {1: LI, 2: WANG}


def test_a_household_for_whom_nobody_is_eligible_is_named():
    solution = solve(Problem([home(1), home(2, unit=5)], [helper(WANG)]))
    assert (solution.pairs, solution.unlinked) == ({1: WANG}, [2])
    assert solution.cost == solution.bound


def test_nobody_pairs_with_the_own_household():
    assert pairs([home(1, 0)], [helper(WANG, 0), helper(LI, 4000)], forbids={(1, WANG)}) == {1: LI}


def test_a_pin_holds_against_everything():
    tie = Tie(1, WANG, kin=True, home_rank=1, helper_rank=1)
    assert pairs([home(1, 0)], [helper(WANG, 0), helper(LI, 5000)], tie, pins={1: LI}) == {1: LI}


def test_the_present_pair_stays_unless_another_is_1000_metres_better():
    assert pairs([home(1, 0)], [helper(WANG, 0), helper(LI, 999)], present={1: LI}) == {1: LI}
    assert pairs([home(1, 0)], [helper(WANG, 0), helper(LI, 1002)], present={1: LI}) == {1: WANG}


def test_a_present_member_who_left_is_passed_over():
    assert pairs([home(1, 0)], [helper(WANG, 0)], present={1: 999}) == {1: WANG}


def test_progress_is_told_branch_by_branch():
    told = []
    solve(Problem([home(1), home(2, unit=2)], [helper(WANG)]), progress=lambda done, all_: told.append((done, all_)))
    assert told == [(1, 2), (2, 2)]


def test_nothing_to_pair_is_no_error():
    assert solve(Problem([], [])).pairs == {}
    assert [one.lacks for one in solve(Problem([], [helper(WANG, least=2)])).shortages] == [2]


@pytest.mark.parametrize(
    ("kind", "of", "asked"),
    [
        ("twice", (1, None), {"homes": [home(1), home(1)]}),
        ("twice", (None, WANG), {"helpers": [helper(WANG), helper(WANG)]}),
        ("limits", (None, WANG), {"helpers": [helper(WANG, least=5, target=4)]}),
        ("limits", (None, WANG), {"helpers": [helper(WANG, target=5, most=4)]}),
        ("weights", (None, WANG), {"helpers": [helper(WANG, target=5, most=6)], "weights": Weights(load=9, short=35)}),
        ("weights", (None, WANG), {"helpers": [helper(WANG, target=5, most=9)], "weights": Weights(load=9, over=35)}),
        ("weights", (None, WANG), {"helpers": [helper(WANG)], "weights": Weights(load=-1)}),
        ("unknown_home", (8, WANG), {"pins": {8: WANG}}),
        ("unknown_helper", (1, LI), {"pins": {1: LI}}),
        ("unknown_helper", (1, LI), {"forbids": {(1, LI)}}),
        ("unknown_home", (8, WANG), {"ties": [Tie(8, WANG)]}),
        ("pinned_and_forbidden", (1, WANG), {"pins": {1: WANG}, "forbids": {(1, WANG)}}),
        ("out_of_reach", (1, WANG), {"homes": [home(1, unit=2)], "pins": {1: WANG}}),
    ],
)
def test_what_cannot_all_hold_is_refused_by_name(kind, of, asked):
    with pytest.raises(Contradiction) as caught:
        Problem(**{"homes": [home(1)], "helpers": [helper(WANG)], **asked})
    assert (caught.value.kind, (caught.value.home, caught.value.helper)) == (kind, of)
    assert kind in Contradiction.KINDS


def test_evening_out_may_weigh_as_much_as_a_limit():
    weights = Weights(load=9, short=36, over=36)
    one = solve(Problem([home(key) for key in range(12)], [helper(WANG, target=5, most=9)], weights=weights))
    assert (one.gap, [each.beyond for each in one.overloads]) == (0, [3])


def test_degrees_become_metres():
    assert metres(None, 117.0, 26.0) == (None, None)
    east, north = metres(26.01, 117.01, 26.0, 117.0)
    assert (round(east), round(north)) == (1001, 1113)
