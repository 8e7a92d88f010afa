import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from accounts.errors import Forbidden, Refused
from accounts.roles import Role
from grids.tests.trees import at_once
from households.actions import add_tag, close_household, pair
from households.models import ChoiceRound, PairChange, ProposalRun, ProposedPair, RoundStatus, Tag
from households.rounds import running, sweep
from households.rounds.actions import (
    borrow,
    declare_tie,
    excuse,
    open_rounds,
    propose,
    propose_all,
    refresh,
    remind,
    set_places,
    set_weights,
    set_window,
    take_in,
    wish_as_household,
    wish_as_member,
)
from households.rounds.contradictions import SENTENCES
from households.rounds.workflow import open_moves, refusal
from households.tests.round_cast import AFTER, LAST, NOON, TODAY, Hamlet, day, pairs, proposed
from members.actions import exempt
from members.models import Ability, Member, PartyOrg
from members.tests.cast import FAR_CELL
from notices.letterhead import Letterhead
from notices.models import Notice
from notices.quiet import Quiet

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Hamlet:
    return Hamlet()


def last_run(round: ChoiceRound) -> ProposalRun:
    return round.runs.latest("number")


def test_a_proposal_covers_every_household_within_the_limits_and_proves_itself(here):
    round = proposed(here.opened())
    assert round.status == RoundStatus.DECIDING
    shared = pairs(round)
    assert set(shared) == set(here.homes)
    assert all(2 <= list(shared.values()).count(member) <= 4 for member in (here.huang, here.lin))
    run = last_run(round)
    assert (run.state, run.gap, run.cost == run.bound) == ("done", 0, True)
    assert {name: run.figures[name] for name in ("households", "covered", "uncovered", "lacks", "beyond")} == {
        "households": 6, "covered": 6, "uncovered": [], "lacks": 0, "beyond": 0,
    }  # fmt: skip
    assert run.message.startswith("6户中6户有人联系")


def test_wishes_ties_and_needs_are_heeded_and_every_pair_says_why(here):
    doctor = here.member("陈医生", abilities=[Ability.MEDICAL], capacity_min=1, capacity_max=4)
    add_tag(household=here.homes[2], tag=Tag.OLD_ALONE, on=TODAY, by=None)
    round = here.opened()
    wish_as_member(round=round, member=here.huang, households=[here.homes[0]], by=None, at=NOON)
    wish_as_household(round=round, household=here.homes[0], members=[here.huang], by=None, at=NOON)
    declare_tie(member=here.lin, household=here.homes[1], kind="kin", side="village", by=None, at=NOON)
    round = proposed(round)
    rows = {row.household: row for row in ProposedPair.objects.filter(round=round).select_related("household")}
    for home, member, said in (
        (here.homes[0], here.huang, "双向互选"),
        (here.homes[1], here.lin, "就亲：有亲属关系"),
        (here.homes[2], doctor, "对口：能帮医疗"),
    ):
        assert rows[home].member_id == member.pk
        assert said in rows[home].sentence
    assert rows[here.homes[0]].parts["home_rank"] == 1
    figures = last_run(round).figures
    assert (figures["mutual_promised"], figures["mutual_kept"], figures["wish_met"]) == (1, 1, 1)


def test_pairs_in_force_are_kept_and_changes_say_which_and_why(here):
    for home in here.homes[:3]:
        pair(member=here.lin, household=home, programme=here.programme, on=TODAY, by=None)
    for home in here.homes[3:]:
        pair(member=here.huang, household=home, programme=here.programme, on=TODAY, by=None)
    round = here.opened()
    wish_as_household(round=round, household=here.homes[0], members=[here.huang], by=None, at=NOON)
    wish_as_member(round=round, member=here.huang, households=[here.homes[0]], by=None, at=NOON)
    round = proposed(round)
    changed = PairChange.objects.filter(round=round)
    told = {change.household: (change.before, change.after, change.why) for change in changed}
    assert told == {here.homes[0]: (here.lin, here.huang, "双向互选")}
    assert last_run(round).changed == 1


def test_a_second_run_changes_only_what_it_must_and_says_so(here):
    round = proposed(here.opened())
    before = pairs(round)
    third = here.member("王来迟", capacity_min=1, capacity_max=2)
    refresh(round=round, by=here.secretary, at=AFTER)
    round = proposed(round)
    moved = PairChange.objects.filter(round=round, run=last_run(round))
    assert (moved.count(), last_run(round).changed) == (1, 1)
    assert {change.after for change in moved} == {third}
    assert sum(before[home] != member for home, member in pairs(round).items()) == 1
    excuse(round=round, member=third, reason="外出务工", by=here.secretary, at=AFTER)
    round = proposed(round)
    assert {change.why for change in PairChange.objects.filter(run=last_run(round))} == {"王来迟不再参加本轮"}


def test_a_shortage_names_what_would_make_it_possible(here):
    neighbour = PartyOrg.objects.create(name="二村支部", kind=PartyOrg.Kind.BRANCH, **here["甲镇/2村"].scope())
    here.member("邻支部", cell="甲镇/2村/一格", branch=neighbour, capacity_max=9)
    exempt(member=here.member("免联的"), reason=Member.Exemption.ILL, since=day(-1), by=None)
    round = here.opened()
    for member in (here.huang, here.lin):
        set_places(round=round, member=member, least=1, target=1, most=2, by=here.secretary, at=NOON)
    round = proposed(round)
    figures = last_run(round).figures
    assert figures["beyond"] == 2
    assert figures["advice"] == [
        "试1支部缺2个名额，可以：调高上限（合计再加2户）；少免几人（现有1人免联）；向邻近支部借：二村支部（约余9个）。"
    ]


def test_members_below_their_least_are_told_of(here):
    for member in (here.huang, here.lin):
        Member.objects.filter(pk=member.pk).update(capacity_min=5, capacity_max=8)
    figures = last_run(proposed(here.opened())).figures
    assert (figures["lacks"], len(figures["under"])) == (4, 1)
    assert "1名党员不足下限，合计差4户" in figures["advice"][0]


def test_nobody_gets_their_own_home_and_who_is_left_is_uncovered(here):
    alone = Hamlet(2, homes=1)
    Member.objects.filter(pk=alone.lin.pk).update(left_on=day(-1))
    home = alone.household("黄家", phone=alone.huang.phone)
    round = proposed(alone.opened())
    assert pairs(round)[home] is None
    assert last_run(round).figures["uncovered"] == [home.pk]
    assert "1户没有可选的党员" in last_run(round).figures["advice"][-1]
    row = ProposedPair.objects.get(round=round, household=home)
    assert row.sentence.startswith("本户没有可选的党员")


def test_leaders_look_after_hardship_and_old_members_only(here):
    leader = here.member("县领导", cadre=Member.Cadre.LEADER, capacity_min=1, capacity_max=3)
    add_tag(household=here.homes[4], tag=Tag.DESTITUTE, on=TODAY, by=None)
    round = proposed(here.opened())
    theirs = [home for home, member in pairs(round).items() if member == leader]
    assert theirs == [here.homes[4]]


# Asking


def test_a_proposal_waits_for_the_wishes_to_be_over(here):
    round = here.opened()
    with pytest.raises(Refused, match=r"志愿征集到2026-11-26（含）为止"):
        propose(round=round, by=here.secretary, at=NOON)
    set_window(round=round, wishes_from=day(-2), wishes_until=day(-1), by=here.secretary, at=NOON)
    propose(round=round, by=here.secretary, at=NOON)
    round.refresh_from_db()
    assert round.status == RoundStatus.PROPOSING


def test_a_round_without_able_members_gets_no_proposal(here):
    round = here.opened()
    for member in (here.huang, here.lin):
        excuse(round=round, member=member, reason="外出", by=here.secretary, at=NOON)
    with pytest.raises(Refused, match="没有可联户的党员"):
        propose(round=round, by=here.secretary, at=AFTER)


def test_who_may_not_pair_there_asks_for_no_proposal(here):
    round = here.opened()
    with pytest.raises(Forbidden, match="没有“生成方案”的权限"):
        propose(round=round, by=here.neighbour, at=AFTER)
    assert refusal(round, "propose", here.neighbour, day(7))
    assert open_moves(round, here.neighbour, day(7)) == []


def test_every_branch_of_a_county_gets_its_own_run(here):
    second = PartyOrg.objects.create(name="乙支部", kind=PartyOrg.Kind.BRANCH, **here["乙镇/2村"].scope())
    here.household("外村", cell=FAR_CELL)
    here.member("外村党员", cell=FAR_CELL, branch=second)
    empty = PartyOrg.objects.create(name="没人支部", kind=PartyOrg.Kind.BRANCH, **here["甲镇/2村"].scope())
    here.household("二村户", cell="甲镇/2村/一格")
    officer = here.posted("组织部", 4, "", Role.COUNTY_CLERK)
    given = {"programme": here.programme, "wishes_from": TODAY, "wishes_until": LAST, "by": officer, "at": NOON}
    batch = open_rounds(grid=here[""], reach="branch", **given)
    runs, refused = propose_all(batch=batch, by=officer, at=AFTER)
    assert len(runs) == 2
    assert list(refused) == [batch.rounds.get(branch=empty).pk]
    for run in runs:
        running.run(run.pk, at=AFTER)
    assert set(batch.rounds.values_list("status", flat=True)) == {"deciding", "wishing"}


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_ask_for_one_proposal(here):
    round = here.opened()

    def ask() -> object:
        try:
            return propose(round=ChoiceRound.objects.get(pk=round.pk), by=None, at=AFTER)
        except Refused as refused:
            return refused.sentence

    outcomes = at_once([ask] * 4)
    assert sum(isinstance(outcome, ProposalRun) for outcome in outcomes) == 1
    assert ProposalRun.objects.count() == 1


# Running


def test_a_run_that_has_ended_runs_no_more(here):
    round = proposed(here.opened())
    run = last_run(round)
    running.run(run.pk, at=AFTER)
    run.refresh_from_db()
    assert (run.attempts, round.events.filter(name="proposed").count()) == (1, 1)


KILLED_IN_THE_MIDDLE = """
import os, signal, sys
import django
django.setup()
from datetime import datetime
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[3]
from households.rounds import running
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
running.figures = die
running.run(int(sys.argv[1]), at=datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_nothing_behind_and_the_next_finishes(here):
    from django.db import connection

    run = propose(round=here.opened(), by=None, at=AFTER)
    database = connection.settings_dict["NAME"]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(run.pk), AFTER.isoformat(), database],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "liaison.settings"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    run.refresh_from_db()
    assert (run.state, run.stage) == ("running", "保存")
    assert not ProposedPair.objects.exists()
    running.run(run.pk, at=AFTER)
    run.refresh_from_db()
    assert (run.state, run.attempts, ProposedPair.objects.count()) == ("done", 2, 6)


def test_a_run_that_breaks_every_time_ends_with_a_sentence_and_the_round_goes_back(here, monkeypatch):
    run = propose(round=here.opened(), by=here.secretary, at=AFTER)
    monkeypatch.setattr(running, "solve", lambda *_, **__: 1 / 0)
    for _ in range(3):
        running.run(run.pk, at=AFTER)
    run.refresh_from_db()
    run.round.refresh_from_db()
    assert (run.state, run.attempts, run.round.status) == ("failed", 3, RoundStatus.WISHING)
    assert "没有算出来" in Notice.objects.get(key__startswith="round.failed").text


def test_a_household_closed_meanwhile_is_passed_over(here):
    round = here.opened()
    close_household(household=here.homes[0], on=day(6), reason="迁出", by=None)
    assert here.homes[0] not in pairs(proposed(round))


# Seats and weights


def test_a_borrowed_member_takes_part_from_outside(here):
    far = here.member("外村党员", cell=FAR_CELL, capacity_min=1, capacity_max=3)
    Member.objects.filter(pk=far.pk).update(
        branch=PartyOrg.objects.create(name="乙", kind="branch", **here["乙镇"].scope())
    )
    far.refresh_from_db()
    round = here.opened()
    lend = partial(borrow, round=round, reason="本支部人手不够", by=here.secretary, at=NOON)
    seat = lend(member=far)
    assert (seat.borrowed, seat.least, seat.most) == (True, 0, 3)
    refresh(round=round, by=here.secretary, at=NOON)
    assert round.members.filter(member=far).exists()
    for member, sentence in (
        (far, "已经在本轮名单里"),
        (Hamlet(2).huang, "不在本县"),
    ):
        with pytest.raises(Refused, match=sentence):
            lend(member=member)
    full = here.member("联满", cell=FAR_CELL, branch=far.branch, capacity_min=0, capacity_max=0)
    with pytest.raises(Refused, match="已联满，没有名额可借"):
        lend(member=full)
    ill = here.member("病", cell=FAR_CELL, branch=far.branch)
    exempt(member=ill, reason=Member.Exemption.ILL, since=day(-1), by=None)
    with pytest.raises(Refused, match="病患病，不能外借"):
        lend(member=ill)


def test_members_are_excused_and_taken_in_for_this_round(here):
    round = here.opened()
    by = {"by": here.secretary, "at": NOON}
    excuse(round=round, member=here.lin, reason="照顾病人", **by)
    assert round.members.get(member=here.lin).exempt == "本轮不联户：照顾病人"
    refresh(round=round, **by)
    assert round.members.get(member=here.lin).exempt == "本轮不联户：照顾病人"
    with pytest.raises(Refused, match="本轮已经免联"):
        excuse(round=round, member=here.lin, reason="照顾病人", **by)
    take_in(round=round, member=here.lin, **by)
    with pytest.raises(Refused, match="本来就参加本轮"):
        take_in(round=round, member=here.lin, **by)
    with pytest.raises(Refused, match="不在“试1支部2026年双向互选”的党员名单里"):
        take_in(round=round, member=Hamlet(2).lin, **by)


def test_places_keep_their_order(here):
    round = here.opened()
    with pytest.raises(Refused, match="0 ≤ 下限 ≤ 目标 ≤ 上限"):
        set_places(round=round, member=here.lin, least=3, target=2, most=5, by=here.secretary, at=NOON)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"luck": 3}, "没有“luck”这项权重"),
        ({"kin": -1}, "0到1000000之间的整数"),
        ({"kin": [1, 2]}, "“kin”的写法不对"),
        ({"home_wish": 3}, "“home_wish”的写法不对"),
        ({"sticky": 5}, "应在200到5000之间"),
    ],
)
def test_weights_that_make_no_sense_are_refused(here, asked, sentence):
    with pytest.raises(Refused, match=sentence):
        set_weights(round=here.opened(), weights=asked, by=here.secretary, at=NOON)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"load": 400_000}, r"“load”.*多联3户.*“over”.*把“load”改为333333或以下。$"),
        ({"load": 100, "short": 150}, "少联2户.*“short”.*把“load”改为75或以下，或者把“short”改为200或以上。$"),
        ({"load": 1, "over": 2}, "把“load”改为0，或者把“over”改为3或以上。$"),
    ],
)
def test_evening_out_may_not_outweigh_a_limit(here, asked, sentence):
    round = here.opened()
    set_places(round=round, member=here.lin, least=1, target=4, most=7, by=here.secretary, at=NOON)
    with pytest.raises(Refused, match=sentence):
        set_weights(round=round, weights=asked, by=here.secretary, at=NOON)
    assert round.weights == {}


def test_places_too_far_apart_for_the_weights_are_refused(here):
    round = here.opened()
    set_weights(round=round, weights={"load": 100_000}, by=here.secretary, at=NOON)
    with pytest.raises(Refused, match="多联11户"):
        set_places(round=round, member=here.lin, least=1, target=4, most=15, by=here.secretary, at=NOON)


def test_a_round_that_has_come_to_such_weights_says_so_instead_of_computing(here):
    round = here.opened()
    ChoiceRound.objects.filter(pk=round.pk).update(weights={"load": 1_000_000, "over": 1})
    round = proposed(round)
    assert (round.status, round.runs.get().message) == (RoundStatus.WISHING, SENTENCES["weights"])


def test_weights_that_differ_are_kept_and_count(here):
    Member.objects.filter(pk=here.lin.pk).update(lat=26.0, lng=117.0)
    Member.objects.filter(pk=here.huang.pk).update(lat=26.02, lng=117.0)
    home = here.homes[0]
    type(home).objects.filter(pk=home.pk).update(lat=26.02, lng=117.0)
    round = here.opened()
    declare_tie(member=here.lin, household=home, kind="kin", side="village", by=None, at=NOON)
    round = proposed(round)
    assert pairs(round)[home] == here.huang
    set_weights(round=round, weights={"kin": 5000, "familiar": 800}, by=here.secretary, at=AFTER)
    assert round.weights == {"kin": 5000}
    assert pairs(proposed(round))[home] == here.lin


# Words before wishes are over


def test_who_has_not_answered_hears_of_it_once_when_it_is_nearly_over(here):
    for serial, member in enumerate((here.huang, here.lin), 7):
        here.with_account(member, serial)
    round = here.opened()
    wish_as_member(round=round, member=here.huang, households=[], by=None, at=NOON)
    assert sweep.remind(at=NOON) == 0
    near = NOON.replace(day=25)
    assert sweep.remind(at=near) == 2
    assert sweep.remind(at=near) == 0
    assert set(Notice.objects.filter(key__startswith="round.closing").values_list("user", flat=True)) == {
        here.lin.user_id,
        here.secretary.pk,
    }
    assert "还有党员1名、住户6户没有填志愿" in Notice.objects.get(user=here.secretary).text


def test_the_branch_asks_households_by_sms_once(here):
    phoned = here.household("有电话", phone="13900009999")
    round = here.opened()
    letter = Letterhead("十二个字的某县联户通签名", Quiet(21, 8))
    assert remind(round=round, letter=letter, by=here.secretary, at=NOON) == 2
    sms = Notice.objects.get(channel="sms")
    assert sms.text.startswith("【十二个字的某县联户通签名】请扫您家联系卡上的二维码")
    assert (sms.link, len(sms.text) <= 70, sms.quiet_from) == (f"/h/{phoned.public_code}/", True, 21)
    assert remind(round=round, letter=letter, by=here.secretary, at=NOON) == 0
    with pytest.raises(Refused, match="现在不用催"):
        remind(round=round, by=here.secretary, at=AFTER)
    with pytest.raises(Refused, match="没有“改征集日期”的权限"):
        remind(round=round, by=here.neighbour, at=NOON)
