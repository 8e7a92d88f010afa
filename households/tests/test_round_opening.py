from datetime import timedelta

import pytest

from accounts.errors import Forbidden, Outrun, Refused
from accounts.roles import Role
from households.actions import add_tag, close_household, pair
from households.models import ChoiceRound, Quota, RoundEvent, RoundHousehold, RoundMember, RoundStatus, Tag
from households.rounds.actions import cancel_round, open_round, open_rounds, set_window
from households.tests.round_cast import CELL, LAST, NOON, TODAY, Hamlet, day
from members.actions import exempt, retire
from members.models import Ability, Member, PartyOrg
from members.tests.cast import FAR_CELL
from notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Hamlet:
    return Hamlet()


def test_a_round_begins_with_its_members_and_households_as_of_the_day(here):
    skilled = here.member("陈医生", abilities=[Ability.MEDICAL])
    ill = here.member("王久病")
    exempt(member=ill, reason=Member.Exemption.ILL, since=day(-9), until=day(30), by=None)
    retire(member=here.member("走远"), on=TODAY, by=None)
    add_tag(household=here.homes[0], tag=Tag.OLD_ALONE, on=day(-1), by=None)
    add_tag(household=here.homes[1], tag=Tag.DISABLED, on=day(-1), by=None)
    close_household(household=here.household("迁走"), on=TODAY, reason="迁出", by=None)
    here.household("外村", cell=FAR_CELL)
    round = here.opened()
    assert (round.status, round.reach, round.village_id) == (RoundStatus.WISHING, "branch", here["甲镇/1村"].pk)
    seats = {row.member: row for row in round.members.select_related("member")}
    assert set(seats) == {here.huang, here.lin, skilled, ill}
    assert seats[skilled].abilities == [Ability.MEDICAL]
    assert seats[ill].exempt == f"患病（至{day(30)}）"
    assert list(RoundMember.objects.taking_part().filter(member=ill)) == []
    needs = {row.household: (row.needs, row.hardship) for row in round.households.select_related("household")}
    assert set(needs) == set(here.homes)
    assert needs[here.homes[0]] == ([Ability.MEDICAL, Ability.ERRANDS], False)
    assert needs[here.homes[1]] == ([Ability.MEDICAL, Ability.ERRANDS], True)
    assert needs[here.homes[2]] == ([], False)
    assert [(event.name, event.by) for event in round.events.all()] == [("open", here.secretary)]


def test_places_follow_the_quota_of_the_cadre_type_else_the_members_own_limits(here):
    Quota.objects.create(programme=here.programme, cadre=Member.Cadre.TOWN_CADRE, least=20, target=30, most=38)
    cadre = here.member("干部", cadre=Member.Cadre.TOWN_CADRE)
    round = here.opened()
    seats = {row.member: (row.least, row.target, row.most) for row in round.members.select_related("member")}
    assert seats[cadre] == (20, 30, 38)
    assert seats[here.huang] == (2, 2, 4)


def test_households_looked_after_elsewhere_take_up_places(here):
    far = here.household("外村", cell=FAR_CELL)
    pair(member=here.huang, household=far, programme=here.programme, on=TODAY, by=None)
    pair(member=here.huang, household=here.homes[0], programme=here.programme, on=TODAY, by=None)
    seat = here.opened().members.get(member=here.huang)
    assert (seat.least, seat.most) == (1, 3)


def test_a_branch_also_covers_a_village_without_a_branch_in_which_its_members_live(here):
    here.member("住二村", cell="甲镇/2村/一格")
    guest = here.household("二村户", cell="甲镇/2村/一格")
    assert here.opened().households.filter(household=guest).exists()


def test_a_village_of_two_branches_is_opened_across_them(here):
    second = PartyOrg.objects.create(name="二支部", kind=PartyOrg.Kind.BRANCH, **here["甲镇/1村"].scope())
    other = here.member("二支部党员", branch=second)
    with pytest.raises(Refused, match=r"1村还有二支部.*跨支部"):
        here.opened()
    round = here.opened(grid=here["甲镇/1村"])
    assert round.reach == "village"
    assert round.members.filter(member=other).exists()


def test_a_town_is_opened_across_its_villages_by_whoever_may_pair_there(here):
    with pytest.raises(Forbidden, match="没有在甲镇开展互选的权限"):
        here.opened(grid=here["甲镇"])
    clerk = here.posted("甲镇经办", 3, "甲镇", Role.TOWN_CLERK)
    stationed = here.member("镇干部", grid=here["甲镇"])
    round = here.opened(grid=here["甲镇"], by=clerk)
    assert (round.reach, round.branch) == ("town", None)
    assert round.members.filter(member=stationed).exists()


def test_a_county_opens_one_round_for_each_branch_with_one_command(here):
    PartyOrg.objects.create(name="乙镇二村支部", kind=PartyOrg.Kind.BRANCH, **here["乙镇/2村"].scope())
    here.household("外村", cell=FAR_CELL)
    officer = here.posted("组织部", 4, "", Role.COUNTY_CLERK)
    given = {"programme": here.programme, "wishes_from": TODAY, "wishes_until": LAST, "by": officer, "at": NOON}
    batch = open_rounds(grid=here[""], reach="branch", **given)
    assert {round.branch.name for round in batch.rounds.all()} == {"试1支部", "乙镇二村支部"}
    with pytest.raises(Refused, match="正在进行"):
        open_rounds(grid=here[""], reach="town", **given)
    assert ChoiceRound.objects.count() == 2


def test_a_household_stands_in_one_live_round_only(here):
    first = here.opened(name="春季互选")
    with pytest.raises(Refused, match="“春季互选”正在进行"):
        here.opened()
    cancel_round(round=first, reason="换届后再办", by=here.secretary, at=NOON)
    here.opened()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"wishes_until": TODAY - timedelta(days=1), "wishes_from": TODAY}, "不能早于开始日期"),
        ({"wishes_from": day(-9), "wishes_until": day(-1)}, "已经过去"),
        ({"wishes_until": day(120)}, "最长92天"),
        ({"most_wishes": 0}, "1到10个"),
        ({"branch": None}, "请选择一个党支部"),
    ],
)
def test_a_wrong_entry_is_refused_with_a_sentence(here, wrong, sentence):
    with pytest.raises(Refused, match=sentence):
        here.opened(**wrong)
    assert not ChoiceRound.objects.exists()


def test_a_branch_without_households_cannot_open(here):
    office = PartyOrg.objects.create(name="机关支部", kind=PartyOrg.Kind.BRANCH, **here["甲镇"].scope())
    clerk = here.posted("甲镇经办", 3, "甲镇", Role.TOWN_CLERK)
    with pytest.raises(Refused, match="机关支部不在村里"):
        here.opened(branch=office, by=clerk)
    empty = PartyOrg.objects.create(name="空支部", kind=PartyOrg.Kind.BRANCH, **here["甲镇/2村"].scope())
    with pytest.raises(Refused, match="没有登记在册的住户"):
        here.opened(branch=empty, by=clerk)


def test_who_may_not_pair_there_neither_opens_nor_changes_nor_cancels(here):
    with pytest.raises(Forbidden, match="没有在1村开展互选的权限"):
        here.opened(by=here.neighbour)
    round = here.opened()
    with pytest.raises(Forbidden, match="“改征集日期”的权限"):
        set_window(round=round, wishes_from=TODAY, wishes_until=day(9), by=here.neighbour, at=NOON)
    with pytest.raises(Forbidden, match="“取消本轮”的权限"):
        cancel_round(round=round, reason="不办了", by=here.neighbour, at=NOON)
    assert list(ChoiceRound.objects.visible_to(here.neighbour)) == []
    assert list(ChoiceRound.objects.visible_to(here.secretary)) == [round]


def test_the_window_moves_and_its_former_days_are_kept(here):
    round = here.opened()
    set_window(round=round, wishes_from=TODAY, wishes_until=day(20), by=here.secretary, at=NOON)
    assert round.events.get(name="set_window").facts == {"was": [str(TODAY), str(LAST)]}
    stale = ChoiceRound.objects.get(pk=round.pk)
    cancel_round(round=round, reason="换届", by=here.secretary, at=NOON)
    with pytest.raises(Outrun, match="刚刚被别人改动过"):
        set_window(round=stale, wishes_from=TODAY, wishes_until=day(9), by=here.secretary, at=NOON)
    with pytest.raises(Refused, match="现在是“已取消”"):
        set_window(round=round, wishes_from=TODAY, wishes_until=day(9), by=here.secretary, at=NOON)


def test_cancelling_needs_a_reason(here):
    with pytest.raises(Refused, match="请写明取消的原因"):
        cancel_round(round=here.opened(), reason=" ", by=here.secretary, at=NOON)


def test_the_history_is_appended_and_never_changed(here):
    event = here.opened().events.get()
    with pytest.raises(Exception, match="Cannot update or delete"):
        RoundEvent.objects.filter(pk=event.pk).update(note="改")


def test_members_with_an_account_are_told_once(here):
    user = here.with_account(here.huang, 7)
    round = here.opened()
    told = Notice.objects.get(kind="round")
    assert (told.user, told.link) == (user, f"/rounds/{round.pk}/")
    assert "11月20日（周五）至11月26日（周四）填志愿" in told.text


def test_a_member_sees_the_round_they_take_part_in(here):
    user = here.with_account(here.huang, 7)
    round = here.opened()
    assert list(ChoiceRound.objects.visible_to(user)) == [round]
    assert RoundHousehold.objects.filter(round=round).count() == 6


def test_a_place_that_is_too_small_or_of_another_county_is_refused(here):
    with pytest.raises(Refused, match="请选择一个村、乡镇或县"):
        here.opened(grid=here[CELL])
    there = Hamlet(2)
    with pytest.raises(Refused, match="不是1村所在县的项目"):
        open_round(
            programme=there.programme,
            branch=here.branch,
            wishes_from=TODAY,
            wishes_until=LAST,
            by=here.secretary,
            at=NOON,
        )
