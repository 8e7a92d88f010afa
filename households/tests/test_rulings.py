from functools import partial

import pytest

from accounts.errors import Forbidden, Outrun, Refused
from grids.tests.trees import at_once
from households.actions import close_household
from households.models import ChoiceRound, PairChange, ProposedPair, Ruling
from households.rounds.actions import comment, excuse, propose, rule, swap, undo
from households.rounds.workbench import Workbench
from households.tests.round_cast import AFTER, Hamlet, day, pairs, proposed
from members.actions import retire
from members.models import Member
from members.tests.cast import FAR_CELL

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Hamlet:
    return Hamlet()


@pytest.fixture
def decide(here):
    """Rules on a fresh proposal, by the secretary."""
    round = proposed(here.opened())
    return partial(rule, round=round, reason="会上议定", by=here.secretary, at=AFTER)


def other(here: Hamlet, member: Member) -> Member:
    return here.lin if member == here.huang else here.huang


def test_a_pin_takes_effect_at_once_says_what_it_cost_and_who_moved(here, decide):
    round = decide.keywords["round"]
    home, before = here.homes[0], pairs(round)
    to = other(here, before[home])
    expected = Workbench(round, day(7)).preview(home, to)
    effect = decide(kind="pin", household=home, member=to)
    now = pairs(round)
    assert now[home] == to
    assert effect.cost == int(expected.cost)
    assert {(change.household_id, change.before_id, change.after_id) for change in effect.changes} == set(
        expected.moved
    )
    assert {home for home in now if now[home] != before[home]} == {change.household for change in effect.changes}
    row = ProposedPair.objects.get(round=round, household=home)
    assert row.by_ruling
    assert row.sentence.startswith("支部指定")
    assert PairChange.objects.get(ruling=effect.ruling, household=home).why == "锁定：会上议定"


def test_undoing_brings_back_what_was_and_keeps_the_history(here, decide):
    round = decide.keywords["round"]
    before, home = pairs(round), here.homes[0]
    effect = decide(kind="pin", household=home, member=other(here, before[home]))
    undone = undo(ruling=Ruling.objects.get(pk=effect.ruling.pk), by=here.secretary, at=AFTER)
    assert undone.ruling.undone_by == here.secretary
    assert all(change.undoing for change in undone.changes)
    assert Ruling.objects.standing().count() == 0
    with pytest.raises(Outrun, match="已经撤回"):
        undo(ruling=undone.ruling, by=here.secretary, at=AFTER)
    assert [event.name for event in round.events.order_by("pk")][-2:] == ["rule", "undo"]


def test_a_forbidden_pair_is_parted_now_and_in_the_next_run(here, decide):
    round = decide.keywords["round"]
    home = here.homes[0]
    was = pairs(round)[home]
    decide(kind="forbid", household=home, member=was)
    assert pairs(round)[home] == other(here, was)
    assert pairs(proposed(round))[home] == other(here, was)


def test_what_is_pinned_stays_in_the_next_run(here, decide):
    round = decide.keywords["round"]
    home = here.homes[0]
    to = other(here, pairs(round)[home])
    decide(kind="choose", household=home, member=to)
    again = proposed(round)
    assert pairs(again)[home] == to
    assert again.runs.order_by("-number").first().changed == 0


def test_contradictory_decisions_name_both(here, decide):
    home = here.homes[0]
    decide(kind="pin", household=home, member=here.huang)
    for kind, member, sentence in (
        ("pin", here.lin, r"住\*甲户（H\d+）：书记已“锁定黄春荣”（会上议定），与这次“锁定林国强”相矛盾，请先撤回"),
        ("forbid", here.huang, r"书记已“锁定黄春荣”（会上议定），与这次“排除黄春荣”相矛盾"),
        ("duty", here.lin, r"书记已“锁定黄春荣”（会上议定），与这次“兜底包联林国强”相矛盾"),
    ):
        with pytest.raises(Refused, match=sentence):
            decide(kind=kind, household=home, member=member)
    decide(kind="forbid", household=home, member=here.lin)
    with pytest.raises(Refused, match="“排除林国强”（会上议定），与这次“排除林国强”相矛盾"):
        decide(kind="forbid", household=home, member=here.lin)


def test_a_decision_that_cannot_be_is_refused(here, decide):
    stranger, gone, own = Hamlet(2), here.homes[5], here.homes[4]
    close_household(household=gone, on=day(7), reason="迁出", by=None)
    gone.refresh_from_db()
    type(own).objects.filter(pk=own.pk).update(phone_index=here.huang.phone_index)
    for kind, household, member, sentence in (
        ("pin", stranger.homes[0], here.huang, "不在“试1支部2026年双向互选”的范围内"),
        ("pin", gone, here.huang, "已于2026-11-27销户"),
        ("pin", own, here.huang, "自己家，不能联自己家"),
        ("pin", here.homes[0], stranger.huang, "不在本轮名单里.*外借党员"),
        ("duty", here.homes[0], stranger.huang, "不在本县任职"),
    ):
        with pytest.raises(Refused, match=sentence):
            decide(kind=kind, household=household, member=member)
    with pytest.raises(Refused, match="请写明原因"):
        decide(kind="pin", household=here.homes[0], member=here.huang, reason=" ")
    with pytest.raises(Forbidden, match="没有“支部决定”的权限"):
        decide(kind="pin", household=here.homes[0], member=here.huang, by=here.neighbour)
    assert not Ruling.objects.exists()


def test_who_is_excused_is_given_nobody(here, decide):
    round = decide.keywords["round"]
    excuse(round=round, member=here.lin, reason="外出", by=here.secretary, at=AFTER)
    with pytest.raises(Refused, match="林国强因本轮不联户：外出不参加，请先“恢复联户”"):
        decide(kind="pin", household=here.homes[0], member=here.lin)


def test_duty_fills_a_gap_with_somebody_of_the_village_committee(here, decide):
    round = decide.keywords["round"]
    official = here.member("村主任", cell=FAR_CELL)
    home = here.homes[0]
    effect = decide(kind="duty", household=home, member=official)
    assert pairs(round)[home] == official
    assert [(change.household, change.after) for change in effect.changes] == [(home, official)]
    again = proposed(round)
    assert pairs(again)[home] == official
    undo(ruling=Ruling.objects.get(pk=effect.ruling.pk), by=here.secretary, at=AFTER)
    assert pairs(again)[home] in (here.huang, here.lin)
    assert not ProposedPair.objects.filter(round=round, by_ruling=True).exists()
    retire(member=official, on=day(7), by=None)
    official.refresh_from_db()
    with pytest.raises(Refused, match="不能兜底包联"):
        decide(kind="duty", household=home, member=official, round=ChoiceRound.objects.get(pk=round.pk))


def test_two_households_change_members(here, decide):
    round = decide.keywords["round"]
    before = pairs(round)
    mine = next(home for home, member in before.items() if member == here.huang)
    theirs = next(home for home, member in before.items() if member == here.lin)
    given = {"round": round, "reason": "住户要求", "by": here.secretary, "at": AFTER}
    swap(first=mine, second=theirs, **given)
    now = pairs(round)
    assert (now[mine], now[theirs]) == (here.lin, here.huang)
    third = next(home for home, member in now.items() if member == here.huang and home != theirs)
    with pytest.raises(Refused, match="都由黄春荣联系，不用对调"):
        swap(first=theirs, second=third, **given)


def test_sentences_follow_the_load_of_whoever_was_moved(here, decide):
    round = decide.keywords["round"]
    home = here.homes[0]
    decide(kind="pin", household=home, member=other(here, pairs(round)[home]))
    now = pairs(round)
    for row in ProposedPair.objects.filter(round=round):
        load = list(now.values()).count(row.member)
        assert f"该党员联{load}户" in row.sentence


def test_candidates_are_told_with_what_each_would_cost(here, decide):
    bench = Workbench(decide.keywords["round"], day(7))
    home = here.homes[0]
    first, second = bench.candidates(home)
    assert (first.member, first.cost, first.moves) == (bench.present[home.pk], 0, 0)
    assert second.cost > 0
    assert (first.metres, first.most) == (None, 4)


def test_a_word_on_the_round_or_a_household_is_kept(here, decide):
    round = decide.keywords["round"]
    say = partial(comment, round=round, by=here.secretary, at=AFTER)
    say(text="这户和黄家有过节", household=here.homes[0])
    event = round.events.get(name="comment")
    assert (event.note, event.facts) == ("这户和黄家有过节", {"household": here.homes[0].pk})
    for text, sentence in (("  ", "请写留言内容"), ("长" * 501, "最多500个字")):
        with pytest.raises(Refused, match=sentence):
            say(text=text)


def test_nothing_is_decided_while_the_proposal_is_computed(here, decide):
    round = decide.keywords["round"]
    propose(round=round, by=here.secretary, at=AFTER)
    with pytest.raises(Refused, match="现在是“生成方案”，不能“支部决定”"):
        decide(kind="pin", household=here.homes[0], member=here.huang)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_do_not_decide_against_each_other(here):
    round = proposed(here.opened())

    def decide(member: Member) -> object:
        try:
            return rule(
                round=ChoiceRound.objects.get(pk=round.pk),
                kind="pin",
                household=here.homes[0],
                member=member,
                reason="议定",
                by=None,
                at=AFTER,
            )
        except Refused as refused:
            return refused.sentence

    outcomes = at_once([partial(decide, member) for member in (here.huang, here.lin, here.huang, here.lin)])
    assert sum(not isinstance(outcome, str) for outcome in outcomes) == 1
    assert Ruling.objects.standing().count() == 1
