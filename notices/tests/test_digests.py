"""One digest a day for those who want one; a lost run is made up for, never doubled."""

from datetime import datetime, timedelta

import pytest

from accounts.errors import Refused
from notices.actions import Message, mark_read, post_all
from notices.delivery import Delivered, deliver_waiting
from notices.digests import choose, post_digests
from notices.models import Notice, Preference
from notices.tests.cast import NOON, person
from workdays.arithmetic import ZONE

pytestmark = pytest.mark.django_db

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"


def at(hour, minute=0, day=21):
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def clerk():
    clerk = person("clerk")
    choose(by=clerk, at=NOON, channel="sms")
    return clerk


def told(user, *keys, posted=NOON, urgent=False):
    post_all([Message(key, "registered", key, user, urgent=urgent) for key in keys], at=posted)


def digests():
    return list(Notice.objects.filter(kind="digest").order_by("pk").values_list("text", flat=True))


def test_several_notices_become_one_message_at_half_past_eight(clerk):
    told(clerk, "a", "b", "c")
    assert post_digests(at=at(8, 29)) == 0
    assert post_digests(at=at(8, 30)) == 1
    assert digests() == ["联户通提醒：您有3条新消息没有看，请登录后在“消息”里查看。"]
    assert Notice.objects.get(kind="digest").phone == clerk.phone


def test_the_same_day_has_one_digest_however_often_it_runs(clerk):
    told(clerk, "a")
    assert [post_digests(at=at(8, 30 + n)) for n in range(3)] == [1, 0, 0]
    told(clerk, "b", posted=at(9))
    assert post_digests(at=at(10)) == 0


def test_a_run_that_was_lost_is_made_up_for_the_same_day_or_the_next(clerk):
    told(clerk, "a")
    assert post_digests(at=at(15)) == 1
    told(clerk, "b", "c", posted=at(16))
    assert post_digests(at=at(9, day=24)) == 1
    assert "2条" in digests()[1]


def test_what_came_after_half_past_eight_belongs_to_tomorrow(clerk):
    told(clerk, "a", posted=at(8, 31))
    assert post_digests(at=at(12)) == 0
    assert post_digests(at=at(8, 30, day=22)) == 1


def test_read_urgent_and_earlier_notices_are_not_counted(clerk):
    told(clerk, "before", posted=NOON - timedelta(days=1))
    told(clerk, "urgent", urgent=True)
    told(clerk, "read", "new")
    mark_read(by=clerk, at=NOON, pk=Notice.objects.get(key="read").pk)
    post_digests(at=at(9))
    assert "1条" in digests()[0]


def test_who_chose_nothing_or_has_nothing_gets_nothing(clerk):
    neighbour = person("neighbour")
    told(neighbour, "a")
    assert post_digests(at=at(9)) == 0
    choose(by=clerk, at=at(9), channel="")
    told(clerk, "b", posted=at(10))
    assert post_digests(at=at(9, day=22)) == 0
    assert not Preference.objects.exists()


def test_a_digest_made_up_for_at_night_rings_in_the_morning(clerk):
    told(clerk, "a")

    class Gateway:
        def send(self, message):
            return ""

    post_digests(at=at(23))
    assert deliver_waiting(at=at(23), driver=Gateway()) == Delivered(inbox=1)
    assert deliver_waiting(at=at(8, day=22), driver=Gateway()) == Delivered(sent=1)


def test_a_robot_needs_its_address_once(clerk):
    with pytest.raises(Refused, match="地址"):
        choose(by=clerk, at=NOON, channel="robot", address="http://127.0.0.1/")
    choose(by=clerk, at=NOON, channel="robot", address=WECOM)
    choose(by=clerk, at=NOON, channel="robot")
    assert Preference.objects.get().address == WECOM
    choose(by=clerk, at=NOON, channel="sms")
    assert Preference.objects.get().address == ""
    with pytest.raises(Refused, match="请选择"):
        choose(by=clerk, at=NOON, channel="fax")
