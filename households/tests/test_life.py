"""What life brings after pairing, and that days gone by keep their figures."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.errors import Outrun, Refused
from households.actions import (
    add_tag,
    close_household,
    hand_over,
    hand_over_many,
    resident_left,
    split_household,
)
from households.load import stranded
from households.models import Household, Pairing, Resident, Tag
from households.tests.cast import NOON, TODAY, Village
from members.actions import retire

pytestmark = pytest.mark.django_db
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def here() -> Village:
    return Village()


def family(home: Household, *names: str) -> list[Resident]:
    return [Resident.objects.create(household=home, name=name, relation="8") for name in names]


def test_a_household_splits_with_its_people_family_tags_and_member(here):
    member, home = here.member(), here.household("李水根", address="3组12号")
    old = here.paired(member, home, on=YESTERDAY)
    father, son, wife = family(home, "李水根", "李小明", "王兰")
    for tag in (Tag.LOW_INCOME, Tag.VETERAN):
        add_tag(household=home, tag=tag, on=YESTERDAY, by=None)
    new = split_household(household=home, residents=[son, wife], head=son, number="H99", on=TODAY, at=NOON, by=None)
    assert (new.head_name, new.number, new.grid_id, new.address) == ("李小明", "H99", home.grid_id, "3组12号")
    assert list(home.residents.all()) == [father]
    assert list(new.residents.order_by("pk").values_list("name", "relation")) == [("李小明", "0"), ("王兰", "8")]
    assert list(new.tags.values_list("tag", "since")) == [("low_income", TODAY)]
    pairing = new.pairings.get()
    assert (pairing.member, pairing.since, pairing.reason) == (member, TODAY, "从李*根户（H1）分户，仍由原党员联系")
    old.refresh_from_db()
    assert old.until is None
    assert list(Pairing.objects.current(YESTERDAY)) == [old]


def test_a_split_that_cannot_be_is_refused(here):
    home, other = here.household("李水根"), here.household("王家")
    father, son = family(home, "李水根", "李小明")
    (stranger,) = family(other, "王五")
    split = partial(split_household, household=home, number="H99", on=TODAY, at=NOON, by=None)
    for residents, head, sentence in (
        ([], son, "请选择分出去的家庭成员"),
        ([father, son], son, "不能把全家都分出去"),
        ([stranger], stranger, r"王\*不在李\*根户"),
        ([son], father, r"户主李\*根不在分出去的人里"),
    ):
        with pytest.raises(Refused, match=sentence):
            split(residents=residents, head=head)
    with pytest.raises(Refused, match=r"户编号已由王\*户（H2）使用"):
        split(residents=[son], head=son, number="H2")
    assert Household.objects.count() == 2


def test_the_last_one_to_leave_closes_the_household(here):
    home = here.household()
    pairing = here.paired(here.member(), home)
    old, young = family(home, "老", "少")
    assert resident_left(resident=young, on=TODAY, reason="出嫁", by=None) is False
    with pytest.raises(Outrun, match="少已经登记离开"):
        resident_left(resident=young, on=TODAY, reason="出嫁", by=None)
    assert resident_left(resident=old, on=TOMORROW, reason="去世", by=None) is True
    home.refresh_from_db()
    pairing.refresh_from_db()
    assert (home.closed_on, pairing.until, pairing.end_reason) == (TOMORROW, TOMORROW, "销户：最后一人去世")


def test_the_households_of_a_member_who_left_pass_to_another_at_once(here):
    left, able = here.member("走了"), here.member("林国强", capacity_min=0, capacity_max=3)
    for _ in range(3):
        here.paired(left, here.household(), on=YESTERDAY)
    retire(member=left, on=TODAY, by=None)
    waiting = list(stranded(Pairing.objects.all(), TODAY))
    made = hand_over_many(pairings=waiting, to_member=able, on=TODAY, reason="原党员转出", by=None)
    assert {pairing.follows for pairing in made} == set(waiting)
    assert not stranded(Pairing.objects.all(), TODAY).exists()


def test_without_room_for_all_nothing_passes(here):
    left, able = here.member("走了"), here.member("林国强", capacity_min=0, capacity_max=2)
    pairings = [here.paired(left, here.household()) for _ in range(3)]
    with pytest.raises(Refused, match="林国强还有2个名额，要移交3户：请分给几名党员"):
        hand_over_many(pairings=pairings, to_member=able, on=TODAY, reason="外出", by=None)
    with pytest.raises(Refused, match="请选择要移交的住户"):
        hand_over_many(pairings=[], to_member=able, on=TODAY, reason="外出", by=None)
    assert Pairing.objects.count() == 3


def test_the_roster_of_a_day_gone_by_never_changes(here):
    first, second = here.member("甲"), here.member("乙")
    homes = [here.household() for _ in range(4)]
    made = [here.paired(first, home, on=YESTERDAY) for home in homes]
    roster = partial(Pairing.objects.current(YESTERDAY).order_by("pk").values_list, "member", "household")
    before = list(roster())
    hand_over(pairing=made[0], to_member=second, on=TODAY, reason="外出", by=None)
    close_household(household=homes[1], on=TODAY, reason="迁出", by=None)
    _, son = family(homes[2], "父", "子")
    split_household(household=homes[2], residents=[son], head=son, number="H99", on=TODAY, at=NOON, by=None)
    retire(member=first, on=TODAY, by=None)
    assert list(roster()) == before
    assert Pairing.objects.current(TODAY).count() == 4
