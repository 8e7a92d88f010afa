"""挂号规则 and categories as a county sets them, and the history of both."""

from datetime import timedelta

import pytest

from accounts.errors import Refused
from issues import categories
from issues.models import Category, RegisterRules
from issues.rules import load_register_rules
from issues.switches import changes, set_switches
from issues.tests.cast import MONDAY
from profiles.reader import read

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=3)


def rules(cast):
    return RegisterRules.objects.get(county=cast.county)


def test_a_switch_set_by_hand_outlives_the_profile_and_says_who_set_it(cast):
    before = rules(cast).reopen_days
    given = {"publicity_days": 7, "reopen_days": before}
    assert set_switches(county=cast.county, changes=given, by=cast.county_officer, at=LATER) == 1
    load_register_rules(cast.county, read("heping"))
    assert (rules(cast).publicity_days, rules(cast).reopen_days) == (7, before)
    [told] = [one for one in changes(cast.county) if one.by]
    assert (told.by, told.at, told.what, told.after) == (cast.county_officer, LATER, "公示多久", "7个工作日")


def test_a_number_beyond_measure_is_refused_and_nothing_changes(cast):
    before = rules(cast).failed_contacts
    with pytest.raises(Refused, match="应在1到10次之间"):
        set_switches(
            county=cast.county, changes={"publicity": True, "failed_contacts": 0}, by=cast.county_officer, at=LATER
        )
    assert rules(cast).failed_contacts == before


def change(cast, category, covers, offered=True):
    given = {"covers": covers, "offered": offered, "by": cast.county_officer, "at": LATER}
    return categories.set_category(county=cast.county, category=category, **given)


def test_a_category_says_what_belongs_to_it_in_the_countys_own_words(cast):
    assert change(cast, Category.INFRASTRUCTURE, "路、桥、水圳")
    assert ("infrastructure", "基础设施（路、桥、水圳）") in categories.offered(cast.clerk)
    assert not change(cast, Category.INFRASTRUCTURE, "路、桥、水圳"), "nothing new"


def test_a_category_out_of_use_is_offered_no_more_and_the_last_one_stays(cast):
    *others, last = Category
    for category in others:
        change(cast, category, "", offered=False)
    assert [value for value, _ in categories.offered(cast.clerk)] == [last]
    with pytest.raises(Refused, match="至少要留一个类别"):
        change(cast, last, "", offered=False)


def test_the_history_of_a_category_tells_from_what_to_what(cast):
    change(cast, Category.DISPUTE, "邻里")
    change(cast, Category.DISPUTE, "邻里、山林", offered=False)
    told = [(one.what, one.before, one.after) for one in changes(cast.county)[:2]]
    assert told == [
        ("类别·矛盾纠纷", "使用；邻里", "不用；邻里、山林"),
        ("类别·矛盾纠纷", "系统默认的说明", "使用；邻里"),
    ]
