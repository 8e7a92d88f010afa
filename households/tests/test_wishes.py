from datetime import timedelta
from functools import partial

import pytest

from accounts.errors import Forbidden, Outrun, Refused
from grids.tests.trees import at_once
from households.actions import close_household
from households.models import Ballot, Resident, Tie, Wish
from households.rounds.actions import (
    cancel_round,
    declare_tie,
    drop_tie,
    wish_as_household,
    wish_as_member,
)
from households.rounds.standing import answered, ballot_of, live_round_of, silent_households, silent_members
from households.tests.round_cast import AFTER, NOON, TODAY, Hamlet, day
from members.actions import exempt
from members.models import Member
from members.tests.cast import FAR_CELL

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def here() -> Hamlet:
    return Hamlet()


def ranks(ballot: Ballot) -> list[tuple[str, int | None]]:
    return list(ballot.wishes.order_by("pk").values_list("household__head_name", "rank"))


def test_a_member_ranks_households_on_the_phone_and_may_think_again(here):
    user = here.with_account(here.huang, 7)
    round, homes = here.opened(), here.homes
    first = wish_as_member(round=round, member=here.huang, households=homes[:2], by=user, at=NOON)
    assert ranks(first) == [("住户甲", 1), ("住户乙", 2)]
    second = wish_as_member(round=round, member=here.huang, households=[homes[2]], ranked=False, by=user, at=LATER)
    assert ranks(second) == [("住户丙", None)]
    first.refresh_from_db()
    assert (first.replaced_at, first.wishes.count()) == (LATER, 2)
    assert ballot_of(round, here.huang) == second


def test_a_household_chooses_behind_its_code(here):
    round = here.opened()
    ballot = wish_as_household(round=round, household=here.homes[0], members=[here.lin, here.huang], by=None, at=NOON)
    assert (ballot.source, ballot.entered_by) == ("qr", None)
    assert list(ballot.wishes.order_by("rank").values_list("member__name", flat=True)) == ["林国强", "黄春荣"]
    assert live_round_of(here.homes[0]) == live_round_of(here.huang) == round


def test_paper_is_keyed_in_by_the_branch_which_is_kept(here):
    round, by = here.opened(), here.secretary
    of_home = wish_as_household(
        round=round, household=here.homes[0], members=[here.lin], source="paper", by=by, at=NOON
    )
    of_member = wish_as_member(round=round, member=here.lin, households=[here.homes[0]], source="paper", by=by, at=NOON)
    assert [ballot.entered_by for ballot in (of_home, of_member)] == [by, by]


def test_no_wishes_at_all_is_an_answer_too(here):
    round = here.opened()
    wish_as_member(round=round, member=here.huang, households=[], by=here.secretary, at=NOON)
    wish_as_household(round=round, household=here.homes[0], members=[], by=None, at=NOON)
    assert list(silent_members(round)) == [here.lin]
    assert list(silent_households(round)) == here.homes[1:]
    told = answered(round)
    assert (told.members, told.of_members, told.households, told.of_households) == (1, 2, 1, 6)


def test_wishes_are_taken_only_in_their_days(here):
    round = here.opened(wishes_from=day(1))
    wish = partial(wish_as_household, round=round, household=here.homes[0], members=[here.lin], by=None)
    with pytest.raises(Refused, match="从2026-11-21起收志愿，还没开始"):
        wish(at=NOON)
    wish(at=NOON + timedelta(days=6))
    with pytest.raises(Refused, match=r"已于2026-11-26截止.*先延长征集日期"):
        wish(at=AFTER)
    cancel_round(round=round, reason="换届", by=here.secretary, at=NOON)
    with pytest.raises(Refused, match="现在是“已取消”，不再收志愿"):
        wish(at=NOON + timedelta(days=2))


def test_only_the_member_or_the_branch_answers_for_the_member(here):
    other = here.with_account(here.lin, 8)
    round = here.opened()
    for stranger in (other, here.neighbour):
        with pytest.raises(Forbidden, match="您只能填自己的志愿"):
            wish_as_member(round=round, member=here.huang, households=[], by=stranger, at=NOON)
        with pytest.raises(Forbidden, match="代别人录入由村党支部"):
            wish_as_household(round=round, household=here.homes[0], members=[], by=stranger, at=NOON)


def test_wishes_of_a_member_that_cannot_be_are_refused(here):
    far, gone = here.household("外村户", cell=FAR_CELL), here.homes[5]
    round = here.opened()
    close_household(household=gone, on=TODAY, reason="迁出", by=None)
    gone.refresh_from_db()
    for households, sentence in (
        ([far], r"外\*户户（H7）不在“试1支部2026年双向互选”的范围内"),
        ([gone], r"住\*己户（H\d+）已于2026-11-20销户"),
        ([here.homes[0], here.homes[0]], "住户甲填了两次"),
        (here.homes[:4], "最多选3户，现在选了4户"),
    ):
        with pytest.raises(Refused, match=sentence):
            wish_as_member(round=round, member=here.huang, households=households, by=here.secretary, at=NOON)
    assert not Wish.objects.exists()


def test_wishes_of_a_household_that_cannot_be_are_refused(here):
    ill, stranger = here.member("王久病"), Hamlet(2).huang
    exempt(member=ill, reason=Member.Exemption.ILL, since=day(-1), by=None)
    round = here.opened()
    for members, sentence in (
        ([stranger], "黄春荣不在本轮可选的党员里"),
        ([ill], "王久病本轮免联，请选别的党员"),
        ([here.lin, here.lin], "林国强填了两次"),
        ([here.lin] * 4, "林国强填了两次"),
    ):
        with pytest.raises(Refused, match=sentence):
            wish_as_household(round=round, household=here.homes[0], members=members, by=None, at=NOON)
    with pytest.raises(Refused, match="不在“试1支部2026年双向互选”的范围内"):
        wish_as_household(round=round, household=Hamlet(3).homes[0], members=[], by=None, at=NOON)
    with pytest.raises(Refused, match="王久病因患病免联，不用填志愿"):
        wish_as_member(round=round, member=ill, households=[], by=here.secretary, at=NOON)
    with pytest.raises(Refused, match="黄春荣（D1）不在“试1支部2026年双向互选”的党员名单里"):
        wish_as_member(round=round, member=stranger, households=[], by=here.secretary, at=NOON)


def test_nobody_chooses_their_own_home(here):
    by_phone = here.household("黄家", phone=here.huang.phone)
    born = here.member("赵同名", birth_year=1990)
    by_name, namesake = here.household("赵家"), here.household("另一赵家")
    for home, number in ((by_name, "990000199001010016"), (namesake, "990000195501010018")):
        Resident.objects.create(household=home, name="赵同名", relation="2", id_number=number, id_index=number)
    round = here.opened()
    for member, home in ((here.huang, by_phone), (born, by_name)):
        with pytest.raises(Refused, match="自己家，不能选自己家"):
            wish_as_member(round=round, member=member, households=[home], by=here.secretary, at=NOON)
        with pytest.raises(Refused, match="就是本户的人"):
            wish_as_household(round=round, household=home, members=[member], by=None, at=NOON)
    wish_as_member(round=round, member=born, households=[namesake], by=here.secretary, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one_standing(here):
    round = here.opened()
    wish = partial(wish_as_household, round=round, household=here.homes[0], by=None, at=NOON)
    at_once([partial(wish, members=[member]) for member in (here.huang, here.lin, here.huang, here.lin)])
    assert Ballot.objects.count() == 4
    assert Ballot.objects.standing().count() == 1


# Kin and familiar


def test_either_side_and_the_village_say_who_is_kin_and_it_outlives_the_round(here):
    user = here.with_account(here.huang, 7)
    tie = partial(declare_tie, household=here.homes[0], at=NOON)
    by_member = tie(member=here.huang, kind="kin", side="member", by=user, note="表兄弟")
    by_home = tie(member=here.lin, kind="familiar", side="household", by=None)
    by_village = declare_tie(
        member=here.lin, household=here.homes[1], kind="kin", side="village", by=here.secretary, at=NOON
    )
    assert {by_member.declared_by, by_home.declared_by, by_village.declared_by} == set(Tie.Side.values)
    assert tie(member=here.huang, kind="kin", side="household", by=None) == by_member
    assert Tie.objects.count() == 3


def test_a_tie_is_dropped_once_and_may_come_again(here):
    tie = partial(declare_tie, member=here.lin, household=here.homes[0], kind="kin", side="village", at=NOON)
    first = tie(by=here.secretary)
    drop_tie(tie=first, by=here.secretary, at=LATER)
    with pytest.raises(Outrun, match="已经撤销"):
        drop_tie(tie=first, by=here.secretary, at=LATER)
    assert tie(by=here.secretary) != first


def test_a_tie_that_cannot_be_is_refused(here):
    user, own = here.with_account(here.huang, 7), here.household("黄家", phone=here.huang.phone)
    say = partial(declare_tie, at=NOON, kind="kin", side="village", by=here.secretary, household=here.homes[0])
    for more, sentence in (
        ({"member": Hamlet(2).lin}, "不在同一个县"),
        ({"member": here.lin, "kind": "friend"}, "“亲戚”或“熟识”"),
        ({"member": here.lin, "note": "长" * 61}, "最多60个字"),
        ({"member": here.huang, "household": own}, "自己家，不用登记关系"),
    ):
        with pytest.raises(Refused, match=sentence):
            say(**more)
    with pytest.raises(Forbidden):
        say(member=here.lin, side="member", by=user)
    with pytest.raises(Forbidden):
        say(member=here.lin, by=here.neighbour)
