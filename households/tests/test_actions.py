from datetime import timedelta
from functools import partial

import pytest

from accounts.errors import Outrun, Refused
from grids.actions import close_grid
from grids.tests.trees import at_once
from households.actions import (
    add_tag,
    close_household,
    end_pairing,
    hand_over,
    move_household,
    remove_tag,
)
from households.load import over_loaded, stranded, under_loaded, with_load
from households.models import Household, HouseholdTag, Pairing, Tag
from households.tests.cast import CELL, NOON, TODAY, Village
from members.actions import exempt, retire, set_capacity
from members.models import Member
from members.tests.cast import FAR_CELL, OTHER_CELL

pytestmark = pytest.mark.django_db
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def here() -> Village:
    return Village()


# Households


def test_a_household_is_found_by_part_of_its_name_and_by_phone(here):
    home = here.household("欧阳水根", phone="0598-2322000")
    assert Household.objects.named_like("阳水").get() == home
    assert (home.phone, home.phone_tail, home.initials) == ("05982322000", "2000", "oysg")
    assert home.cell_id == here[CELL].pk


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"number": " "}, "number", "请填写户编号"),
        ({"head_name": ""}, "head_name", "请填写户主姓名"),
        ({"phone": "1380000"}, None, None),
        ({"phone": "138000"}, "phone", "电话应为11位手机号"),
        ({"number": "H1"}, "number", r"户编号已由李\*根户（H1）使用"),
    ],
)
def test_a_wrong_entry_is_named_with_its_field(here, wrong, field, sentence):
    here.household()
    if sentence is None:
        assert here.household(**wrong).phone_tail == "0000"
        return
    with pytest.raises(Refused, match=sentence) as refusal:
        here.household(**wrong)
    assert refusal.value.field == field


def test_a_household_sits_in_a_leaf_in_force(here):
    for place, sentence in (("甲镇/1村", "下面还有2个网格"), ("甲镇", "太大"), ("", "太大")):
        with pytest.raises(Refused, match=sentence):
            here.household(grid=here[place])
    close_grid(grid=here[FAR_CELL], by=None, on=TODAY)
    with pytest.raises(Refused, match="已停用"):
        here.household(grid=here[FAR_CELL])


def test_a_household_moves_with_its_pairings_in_force_and_leaves_its_past(here):
    first, second, home = here.member(), here.member(), here.household()
    old = here.paired(first, home, on=YESTERDAY)
    new = hand_over(pairing=old, to_member=second, on=TODAY, reason="就近", by=None)
    move_household(household=home, grid=here[FAR_CELL], by=None)
    for row in (home, old, new):
        row.refresh_from_db()
    assert home.cell_id == new.cell_id == here[FAR_CELL].pk
    assert home.town_id == here["乙镇"].pk
    assert old.cell_id == here[CELL].pk


def test_a_household_moves_only_within_its_county_and_somewhere_else(here):
    home = here.household()
    with pytest.raises(Refused, match="不能移到别的县"):
        move_household(household=home, grid=Village(2)[CELL], by=None)
    with pytest.raises(Refused, match="已经在"):
        move_household(household=home, grid=here[CELL], by=None)


def test_closing_a_household_ends_its_pairings_with_the_reason(here):
    member, home = here.member(), here.household()
    pairing = here.paired(member, home)
    close_household(household=home, on=TOMORROW, reason="全家迁出", by=None)
    pairing.refresh_from_db()
    assert (pairing.until, pairing.end_reason) == (TOMORROW, "销户：全家迁出")
    assert not Household.objects.living().exists()
    with pytest.raises(Outrun, match="已经销户"):
        close_household(household=home, on=TOMORROW, reason="全家迁出", by=None)
    for refused in (
        lambda: here.paired(member, home),
        lambda: move_household(household=home, grid=here[OTHER_CELL], by=None),
    ):
        with pytest.raises(Refused, match=r"李\*根户（H1）已于2026-11-21销户"):
            refused()


def test_a_tag_is_borne_from_its_day_to_its_last_and_once(here):
    home = here.household()
    add_tag(household=home, tag=Tag.LOW_INCOME, on=YESTERDAY, by=None)
    with pytest.raises(Refused, match="已有“低保”标签"):
        add_tag(household=home, tag=Tag.LOW_INCOME, on=TODAY, by=None)
    remove_tag(household=home, tag=Tag.LOW_INCOME, on=TODAY, by=None)
    assert HouseholdTag.objects.borne(YESTERDAY).count() == 1
    assert not HouseholdTag.objects.borne(TODAY).exists()
    with pytest.raises(Refused, match="没有“低保”标签"):
        remove_tag(household=home, tag=Tag.LOW_INCOME, on=TODAY, by=None)
    add_tag(household=home, tag=Tag.LOW_INCOME, on=TOMORROW, by=None)
    assert HouseholdTag.objects.count() == 2


# Pairing


def test_a_pairing_takes_the_place_of_the_household_and_says_who_made_it(here):
    clerk = here.clerk()
    pairing = here.paired(here.member(cell=FAR_CELL), here.household(), reason="就亲", by=clerk)
    assert (pairing.cell_id, pairing.made_by, pairing.reason) == (here[CELL].pk, clerk, "就亲")
    assert pairing.origin == Pairing.Origin.HAND


def test_one_household_has_one_member_in_a_programme_and_contact_type(here):
    home = here.household()
    here.paired(here.member("黄春荣"), home)
    with pytest.raises(Refused, match=r"李\*根户（H1）自2026-11-20起已由黄春荣联系（党员联户）.*请用“移交”"):
        here.paired(here.member("林国强"), home)
    here.paired(here.member("林国强"), home, contact_type="destitute")
    assert Pairing.objects.current(TODAY).filter(household=home).count() == 2


def test_a_member_takes_no_more_than_the_limit_which_the_sentence_names(here):
    member = here.member("黄春荣", capacity_min=0, capacity_max=2)
    for _ in range(2):
        here.paired(member, here.household())
    with pytest.raises(Refused, match=r"黄春荣已联2户，达到上限2户.*移交.*上限"):
        here.paired(member, here.household())
    end_pairing(pairing=member.pairings.first(), on=TODAY, reason="户主去世", by=None)
    here.paired(member, here.household())


def test_pairings_that_end_later_still_take_up_room_and_bar_others(here):
    member, home = here.member(capacity_min=0, capacity_max=1), here.household()
    end_pairing(pairing=here.paired(member, home), on=TOMORROW, reason="外出", by=None)
    with pytest.raises(Refused, match="达到上限1户"):
        here.paired(member, here.household())
    with pytest.raises(Refused, match="已由黄春荣联系"):
        here.paired(here.member(), home)
    here.paired(member, home, on=TOMORROW)


@pytest.mark.parametrize(
    ("leave", "sentence"),
    [
        (lambda m: retire(member=m, on=TODAY, by=None), "黄春荣已于2026-11-20转出"),
        (
            lambda m: exempt(member=m, reason=Member.Exemption.ILL, since=YESTERDAY, until=TOMORROW, by=None),
            "黄春荣因患病免联至2026-11-21",
        ),
        (
            lambda m: exempt(member=m, reason=Member.Exemption.AGE, since=TODAY, by=None),
            "因年满70周岁免联，请换一名党员",
        ),
    ],
)
def test_who_left_or_is_exempt_takes_nobody(here, leave, sentence):
    member = here.member("黄春荣")
    leave(member)
    with pytest.raises(Refused, match=sentence):
        here.paired(member, here.household())


def test_counties_do_not_mix(here):
    there = Village(2)
    mixed = (
        (there.member(), here.household(), here.programme),
        (here.member(), there.household(), here.programme),
        (here.member(), here.household(), there.programme),
    )
    for member, household, programme in mixed:
        with pytest.raises(Refused, match="不在同一个县"):
            here.paired(member, household, programme=programme)


def test_a_hand_over_keeps_the_history_the_due_date_and_the_thread(here):
    first, second, home, clerk = here.member(), here.member("林国强"), here.household(), here.clerk()
    old = here.paired(first, home, on=YESTERDAY)
    Pairing.objects.filter(pk=old.pk).update(next_due_on=TOMORROW)
    new = hand_over(pairing=old, to_member=second, on=TODAY, reason="黄春荣外出务工", by=clerk)
    old.refresh_from_db()
    assert (old.until, old.end_reason, old.followed_by) == (TODAY, "黄春荣外出务工", new)
    assert (new.since, new.next_due_on, new.origin) == (TODAY, TOMORROW, Pairing.Origin.HAND_OVER)
    assert list(Pairing.objects.current(YESTERDAY)) == [old]
    assert list(Pairing.objects.current(TODAY)) == [new]


def test_a_hand_over_is_refused_where_a_pairing_would_be(here):
    pairing = here.paired(here.member("黄春荣"), here.household())
    full = here.member("林国强", capacity_min=0, capacity_max=0)
    for member, sentence in (
        (pairing.member, "已经由黄春荣联系"),
        (full, "达到上限0户"),
        (Village(2).member(), "不在本县"),
    ):
        with pytest.raises(Refused, match=sentence):
            hand_over(pairing=pairing, to_member=member, on=TODAY, reason="调整", by=None)
    with pytest.raises(Refused, match="不能早于结对日期"):
        hand_over(pairing=pairing, to_member=here.member(), on=YESTERDAY, reason="调整", by=None)
    assert Pairing.objects.get().until is None


def test_a_pairing_ends_once_and_with_a_reason(here):
    pairing = here.paired(here.member(), here.household())
    with pytest.raises(Refused, match="请写明原因"):
        end_pairing(pairing=pairing, on=TODAY, reason="  ", by=None)
    with pytest.raises(Refused, match="最多200个字"):
        end_pairing(pairing=pairing, on=TODAY, reason="长" * 201, by=None)
    end_pairing(pairing=pairing, on=TODAY, reason="户主去世", by=None)
    with pytest.raises(Outrun, match="已经结束"):
        end_pairing(pairing=pairing, on=TODAY, reason="户主去世", by=None)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_do_not_exceed_a_members_limit(here):
    member = here.member(capacity_min=0, capacity_max=1)
    homes = [here.household() for _ in range(4)]

    def take(home):
        try:
            return here.paired(member, home)
        except Refused as refused:
            return refused.sentence

    outcomes = at_once([partial(take, home) for home in homes])
    assert sum(isinstance(outcome, Pairing) for outcome in outcomes) == 1
    assert Pairing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_do_not_give_a_household_two_members(here):
    home = here.household()
    members = [here.member() for _ in range(4)]

    def take(member):
        try:
            return here.paired(member, home)
        except Refused as refused:
            return refused.sentence

    outcomes = at_once([partial(take, member) for member in members])
    assert sum(isinstance(outcome, Pairing) for outcome in outcomes) == 1


# Lists


def test_the_gap_list_holds_living_households_without_a_pairing_in_force(here):
    covered, ended, gone, bare = (here.household(name) for name in ("甲一", "乙二", "丙三", "丁四"))
    here.paired(here.member(), covered)
    end_pairing(pairing=here.paired(here.member(), ended, on=YESTERDAY), on=TODAY, reason="外出", by=None)
    close_household(household=gone, on=TODAY, reason="迁出", by=None)
    assert set(Household.objects.uncovered(TODAY)) == {ended, bare}
    assert set(Household.objects.uncovered(YESTERDAY)) == {covered, bare}


def test_members_below_their_least_and_above_their_most_are_listed(here):
    busy, idle, resting = (here.member(name, capacity_min=1) for name in ("忙", "闲", "歇"))
    exempt(member=resting, reason=Member.Exemption.ILL, since=TODAY, by=None)
    for _ in range(2):
        here.paired(busy, here.household())
    assert list(with_load(Member.objects.order_by("pk"), TODAY).values_list("load", flat=True)) == [2, 0, 0]
    assert list(under_loaded(Member.objects.all(), TODAY)) == [idle]
    assert not over_loaded(Member.objects.all(), TODAY).exists()
    set_capacity(member=busy, capacity_min=1, capacity_max=1, by=None)
    assert list(over_loaded(Member.objects.all(), TODAY)) == [busy]


def test_pairings_of_members_who_left_or_became_exempt_are_stranded(here):
    left, ill, well = (here.member(name) for name in ("走", "病", "好"))
    of = {member: here.paired(member, here.household()) for member in (left, ill, well)}
    retire(member=left, on=TODAY, by=None)
    exempt(member=ill, reason=Member.Exemption.ILL, since=TODAY, by=None)
    assert set(stranded(Pairing.objects.all(), TODAY)) == {of[left], of[ill]}


def test_the_day_a_household_was_registered_is_kept(here):
    assert here.household().created_at == NOON
