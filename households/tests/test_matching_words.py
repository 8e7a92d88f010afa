"""Each pair explains itself in one sentence."""

from random import Random

import pytest
from hypothesis import given, settings

from households.matching import Margin, Problem, Reason, Tie, explain, sentence, solve
from households.tests.matching_cast import LI, NAMES, WANG, ZHAO, helper, home, problems


def said(homes, helpers, *ties, of=1, **other) -> str:
    return sentence(explain(solve(Problem(homes, helpers, ties, **other)), of), NAMES)


def test_near_and_kin_of_the_same_grid():
    helpers = [helper(WANG, 143, grid=7, target=2, most=4), helper(LI, 2000)]
    assert said([home(1, 0, grid=7)], helpers, Tie(1, WANG, kin=True)) == (
        "就亲：有亲属关系；就近：同网格，相距143米，2名可选党员中第1近；该党员联1户（下限0，目标2，上限4）；"
        "换成别人，全体合计至少多3457米（折算）。"
    )


def test_mutual_choice_hides_the_lock():
    words = said([home(1, 0)], [helper(WANG, 10), helper(LI, 20)], Tie(1, LI, home_rank=1, helper_rank=2))
    assert words == "双向互选；就近：相距20米，2名可选党员中第2近；该党员联1户（下限0，目标3，上限9）。"


@pytest.mark.parametrize(
    ("start", "tie", "other"),
    [
        ("本户第2志愿；", Tie(1, WANG, home_rank=2), {}),
        ("党员主动认领；", Tie(1, WANG, helper_rank=1), {}),
        ("就熟：平时熟悉；", Tie(1, WANG, familiar=True), {}),
        ("支部指定；", Tie(1, LI), {"pins": {1: WANG}}),
        ("沿用现有结对；", Tie(1, LI), {"present": {1: WANG}}),
    ],
)
def test_what_speaks_for_the_pair_comes_first(start, tie, other):
    assert said([home(1, 0)], [helper(WANG, 10), helper(LI, 300)], tie, **other).startswith(start + "就近")


def test_an_ability_that_answers_a_need_is_named():
    doctor = helper(WANG, 0, abilities=frozenset({"医疗", "农技"}))
    assert "；对口：能帮医疗；" in said([home(1, 0, needs=frozenset({"医疗", "调解"}))], [doctor])


def test_the_only_member_and_an_unknown_place_are_said():
    assert said([home(1, 0)], [helper(WANG, 5)]) == (
        "就近：相距5米，可选党员仅此一名；该党员联1户（下限0，目标3，上限9）。"
    )
    assert "就近：住址坐标未登记，按1500米计；" in said([home(1, None)], [helper(WANG, 5)])


def test_an_unmet_wish_says_why():
    full = [helper(WANG, 0, most=1, target=1), helper(LI, 500, target=1)]
    ties = [Tie(1, WANG, home_rank=1), Tie(2, WANG, kin=True, familiar=True, home_rank=1)]
    words = said([home(1, 900), home(2, 0)], full, *ties)
    assert "；第1志愿王建国未安排：对方未选本户，其已联满1户" in words


@pytest.mark.parametrize(
    ("breaks", "words"), [("limit", "会有党员联户数低于下限或高于上限"), ("mutual", "会拆散已互选的一对")]
)
def test_what_would_break_is_said_instead_of_a_huge_figure(breaks, words):
    needed = Reason(1, WANG, metres=5, eligible=2, margin=Margin(50_300, breaks))
    assert sentence(needed, NAMES).endswith(f"；换成别人，{words}。")


def test_a_member_nobody_can_do_without_has_a_margin_that_tells():
    """One household for two members, of whom one may have none."""
    needed = [helper(WANG, 0, least=2, target=2), helper(LI, 0, most=0)]
    assert explain(solve(Problem([home(1, 0)], needed)), 1).margin.breaks == "limit"


def test_a_price_that_proves_nothing_is_not_mentioned():
    """The figure is a lower bound: zero does not mean that somebody else would do as well."""
    alike = [helper(WANG, 10, target=1, most=1), helper(LI, 10, target=1, most=1)]
    assert "换成别人" not in said([home(1, 0), home(2, 0)], alike)


def test_an_unmet_wish_out_of_reach_or_ruled_out_says_so():
    wish = Tie(1, LI, home_rank=1)
    assert said([home(1, 0)], [helper(WANG), helper(LI, unit=2)], wish).endswith(
        "第1志愿李秀英未安排：不在可选范围内。"
    )
    ruled_out = said([home(1, 0)], [helper(WANG), helper(LI)], wish, forbids={(1, LI)})
    assert ruled_out.endswith("第1志愿李秀英未安排：支部已排除这一对。")


def test_a_household_without_anybody_says_what_to_do():
    assert said([home(1, unit=2)], [helper(WANG)]) == "本户没有可选的党员，请扩大选择范围或由村（社区）值班补位。"


@settings(max_examples=40, deadline=None)
@given(problems(homes=10, helpers=5))
def test_every_sentence_is_short_and_ends(problem):
    solution = solve(problem)
    names = {one.key: "欧阳建设" for one in problem.helpers}
    for one in problem.homes:
        words = sentence(explain(solution, one.key), names)
        assert words.endswith("。")
        assert words.count("。") == 1
        assert len(words) <= 120


@settings(max_examples=40, deadline=None)
@given(problems(homes=6, helpers=4))
def test_what_a_sentence_says_about_others_is_never_more_than_it_costs(problem):
    solution = solve(problem)
    random = Random(0)
    for one in problem.homes:
        reason = explain(solution, one.key)
        if reason.margin is None:
            continue
        others = solution.costs.eligible_keys(one.key) - {reason.helper}
        forced = solve(problem.with_(pins={one.key: random.choice(sorted(others))}))
        assert forced.cost - solution.cost > reason.margin.points - 1 or forced.locks != solution.locks


def test_the_second_choice_is_told_with_its_price():
    near, far = helper(WANG, 0), helper(ZHAO, 100)
    assert "换成别人，全体合计至少多99米（折算）" in said([home(1, 0)], [near, far])
