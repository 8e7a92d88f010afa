"""今日待办 in the group of a town: figures of that town alone, on working days, once."""

from datetime import timedelta

import pytest

from accounts.errors import Refused
from issues.robots import add_robot, digest_text, post_group_digests, try_robot
from issues.tests import walk
from issues.tests.walk import MONDAY
from notices.models import Notice

pytestmark = pytest.mark.django_db

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"
TUESDAY = MONDAY.replace(hour=8, minute=30) + timedelta(days=1)
SATURDAY = TUESDAY + timedelta(days=4)


def robot(cast, **other):
    given = {"name": "上陵工作群", "address": WECOM}
    return add_robot(by=cast.county_officer, at=MONDAY, **{**given, **other})


@pytest.fixture
def town(cast):
    return cast.grids["990001101000"]


def test_the_group_reads_how_much_waits_and_how_much_is_late(cast, town):
    walk.collected(cast)
    walk.processing(cast)
    later = MONDAY + timedelta(days=30)
    assert digest_text(town, TUESDAY) == "联户通11月3日待办（上陵镇）：待梳理1件、办理中1件。没有超期。"
    assert digest_text(town, later) == "联户通12月2日待办（上陵镇）：待梳理1件、办理中1件。其中超期1件。"
    assert digest_text(cast.grids["990001102000"], TUESDAY) == "联户通11月3日待办（下车镇）：没有待办事项。没有超期。"


def test_nothing_personal_goes_into_a_group(cast, town):
    walk.processing(cast)
    text = digest_text(town, TUESDAY)
    assert not any(word in text for word in ("黄", "水圳", "138", "罗"))


def test_a_group_is_told_once_a_working_day_and_a_lost_run_is_made_up_for(cast, town):
    robot(cast, grid=town)
    assert post_group_digests(at=TUESDAY - timedelta(minutes=1)) == 0
    assert [post_group_digests(at=TUESDAY + timedelta(hours=n)) for n in range(3)] == [1, 0, 0]
    assert post_group_digests(at=TUESDAY + timedelta(days=1, hours=6)) == 1
    assert post_group_digests(at=SATURDAY) == 0
    assert {notice.address for notice in Notice.objects.filter(channel="robot")} == {WECOM}


def test_a_trial_reaches_the_group_at_once(cast, town):
    try_robot(robot=robot(cast, grid=town), by=cast.county_officer, at=TUESDAY)
    assert Notice.objects.get(channel="robot").text == "联户通：林组工在试发消息，“上陵工作群”已接通。"


def test_only_towns_and_counties_have_a_group_and_only_true_addresses_are_kept(cast, town):
    with pytest.raises(Refused, match="乡镇或县"):
        robot(cast, grid=cast.village)
    with pytest.raises(Refused, match="请粘贴群机器人的地址"):
        robot(cast, grid=town, address="https://example.com/hook")
