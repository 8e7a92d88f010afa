"""Waiting → sent → delivered or failed; cancelled before it left; sent anew by staff; never at night."""

from datetime import datetime, timedelta

import pytest

from accounts.errors import Outrun, Refused
from notices.actions import Message, cancel, post, post_all, resend
from notices.delivery import Delivered, deliver_waiting
from notices.drivers import NotSent
from notices.incoming import file_reply, keep_reply, settle_reply, take_report
from notices.models import Notice, Preference, Reply, Resend
from notices.quiet import Quiet
from notices.tests.cast import NOON, person
from workdays.arithmetic import ZONE

PHONE = "13800138000"
NIGHT = Quiet(21, 8)

pytestmark = pytest.mark.django_db


class Gateway:
    def __init__(self):
        self.got = []
        self.closed = False

    def send(self, message):
        if self.closed:
            raise NotSent("短信网关拒绝")
        self.got.append((message.reference, message.text))
        return "BIZ1"


def at(hour, minute=0, day=20):
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def sms(key="k", text="已登记", posted=NOON, quiet=None):
    post_all([Message(key, "registered", text, phone=PHONE, quiet=quiet)], at=posted)
    return Notice.objects.get(key=key)


def state(notice):
    notice.refresh_from_db()
    return notice.state


def sent():
    notice, gateway = sms(), Gateway()
    deliver_waiting(at=NOON, driver=gateway)
    notice.refresh_from_db()
    return notice


def test_the_gateways_report_makes_it_delivered():
    notice = sent()
    assert notice.gateway_id == "BIZ1"
    assert take_report(reference=str(notice.pk), delivered=True, error="", at=at(13))
    assert (state(notice), notice.sent_at, notice.delivered_at) == ("delivered", NOON, at(13))


def test_a_report_of_failure_keeps_the_reason():
    notice = sent()
    assert take_report(reference=str(notice.pk), delivered=False, error="用户关机", at=at(13))
    assert (state(notice), notice.error) == ("failed", "用户关机")


def test_a_report_told_twice_or_late_changes_nothing():
    notice = sent()
    assert take_report(reference=str(notice.pk), delivered=True, error="", at=at(13))
    assert not take_report(reference=str(notice.pk), delivered=True, error="", at=at(14))
    assert not take_report(reference=str(notice.pk), delivered=False, error="晚到的", at=at(15))
    assert (state(notice), notice.delivered_at) == ("delivered", at(13))


def test_a_report_before_we_marked_it_sent_is_believed_and_it_is_not_sent_again():
    notice, gateway = sms(), Gateway()
    Notice.objects.update(attempts=1, claimed_at=NOON)  # its deliverer was killed
    assert take_report(reference=str(notice.pk), delivered=True, error="", at=at(13))
    assert deliver_waiting(at=at(14), driver=gateway) == Delivered()
    assert (state(notice), notice.sent_at, gateway.got) == ("delivered", NOON, [])


@pytest.mark.parametrize("reference", ["", "x", "0", "999999999999999999", "12345678901234567890", "1-2-3", "-1"])
def test_reports_of_what_is_not_ours_are_ignored(reference):
    sent()
    assert not take_report(reference=reference, delivered=True, error="", at=NOON)


def test_a_report_of_what_never_left_is_ignored():
    notice = sms()
    assert not take_report(reference=str(notice.pk), delivered=True, error="", at=NOON)


def test_sent_anew_the_same_notice_leaves_once_more_and_the_log_says_who_and_why():
    notice, clerk, gateway = sent(), person("clerk"), Gateway()
    take_report(reference=str(notice.pk), delivered=False, error="用户关机", at=at(13))
    notice.refresh_from_db()
    resend(notice=notice, by=clerk, at=at(14))
    assert deliver_waiting(at=at(14), driver=gateway) == Delivered(sent=1)
    assert gateway.got == [(f"{notice.pk}-2", "已登记")]
    assert list(Resend.objects.values_list("turn", "by", "was", "error")) == [(1, clerk.pk, "failed", "用户关机")]
    assert Notice.objects.count() == 1


def test_reports_of_the_turn_before_do_not_touch_the_present_one():
    notice = sent()
    resend(notice=notice, by=person("clerk"), at=at(13))
    deliver_waiting(at=at(13), driver=Gateway())
    assert not take_report(reference=str(notice.pk), delivered=False, error="旧的", at=at(14))
    assert take_report(reference=f"{notice.pk}-2", delivered=True, error="", at=at(14))


def test_two_who_send_it_anew_at_once_send_it_once():
    notice, clerk = sent(), person("clerk")
    stale = Notice.objects.get()
    resend(notice=notice, by=clerk, at=at(13))
    with pytest.raises(Outrun):
        resend(notice=stale, by=clerk, at=at(13))


@pytest.mark.parametrize("kept", ["waiting", "delivered", "cancelled"])
def test_what_waits_arrived_or_became_untrue_is_not_sent_anew(kept):
    notice = sms()
    notice.state = kept
    with pytest.raises(Refused):
        resend(notice=notice, by=person("clerk"), at=NOON)


def test_cancelled_before_it_left_it_never_leaves_and_says_why():
    notice, gateway = sms(), Gateway()
    assert cancel(keys=["k", "unknown"], reason="事项已作废") == {"k"}
    assert deliver_waiting(at=NOON, driver=gateway) == Delivered()
    assert (state(notice), notice.error, gateway.got) == ("cancelled", "事项已作废", [])


def test_what_has_left_or_may_be_on_its_way_cannot_be_cancelled():
    sent()
    sms("claimed")
    Notice.objects.filter(key="claimed").update(attempts=1, claimed_at=NOON)
    assert cancel(keys=["k", "claimed"], reason="事项已作废") == set()


def test_what_was_refused_by_the_gateway_can_be_cancelled_while_it_rests():
    sms()
    gateway = Gateway()
    gateway.closed = True
    deliver_waiting(at=NOON, driver=gateway)
    assert cancel(keys=["k"], reason="事项已作废") == {"k"}


def test_a_cancelled_key_may_say_the_new_truth_once():
    notice, gateway = sms(text="11月9日前答复"), Gateway()
    cancel(keys=["k"], reason="时限已变")
    assert sms(text="11月16日前答复").pk == notice.pk
    assert sms(text="又一次").text == "11月16日前答复"
    assert deliver_waiting(at=NOON, driver=gateway) == Delivered(sent=1)
    assert gateway.got == [(str(notice.pk), "11月16日前答复")]


@pytest.mark.parametrize(
    ("posted", "leaves"),
    [
        (at(20, 59), None),
        (at(21), at(8, day=21)),
        (at(23, 30), at(8, day=21)),
        (at(0), at(8)),
        (at(7, 59), at(8)),
        (at(8), None),
    ],
)
def test_nothing_leaves_at_night_and_everything_in_the_morning(posted, leaves):
    """Zammad 4432."""
    notice, gateway = sms(posted=posted, quiet=NIGHT), Gateway()
    assert notice.not_before == leaves
    assert deliver_waiting(at=posted, driver=gateway) == (Delivered() if leaves else Delivered(sent=1))
    if leaves:
        assert deliver_waiting(at=leaves - timedelta(minutes=1), driver=gateway) == Delivered()
        assert deliver_waiting(at=leaves, driver=gateway) == Delivered(sent=1)
    assert len(gateway.got) == 1


def test_what_could_not_leave_in_the_evening_is_not_tried_at_night():
    sms(posted=at(20, 58), quiet=NIGHT)
    gateway = Gateway()
    gateway.closed = True
    assert deliver_waiting(at=at(20, 59), driver=gateway) == Delivered(postponed=1)
    gateway.closed = False
    assert deliver_waiting(at=at(21, 30), driver=gateway) == Delivered()
    assert deliver_waiting(at=at(7, 59, day=21), driver=gateway) == Delivered()
    assert deliver_waiting(at=at(8, day=21), driver=gateway) == Delivered(sent=1)


def test_sent_anew_at_night_it_waits_for_the_morning_too():
    notice = sms(quiet=NIGHT)
    deliver_waiting(at=NOON, driver=Gateway())
    notice.refresh_from_db()
    resend(notice=notice, by=person("clerk"), at=at(22))
    assert deliver_waiting(at=at(22), driver=Gateway()) == Delivered()
    assert deliver_waiting(at=at(8, day=21), driver=Gateway()) == Delivered(sent=1)


def test_a_county_without_quiet_hours_sends_at_night():
    sms(posted=at(23))
    assert deliver_waiting(at=at(23), driver=Gateway()) == Delivered(sent=1)


def test_what_is_urgent_reaches_a_reader_also_by_the_channel_they_chose_once():
    clerk, neighbour, gateway = person("clerk"), person("neighbour"), Gateway()
    Preference.objects.create(user=clerk, channel="sms", since=NOON)
    urgent = [Message(f"e:{one.pk}", "escalated", "紧急事项上报到您", one, urgent=True) for one in (clerk, neighbour)]
    post_all([*urgent, Message("low", "registered", "已挂号", clerk)], at=at(23))
    assert deliver_waiting(at=at(23), driver=gateway) == Delivered(inbox=3, sent=1)
    assert deliver_waiting(at=at(23, 30), driver=gateway) == Delivered()
    assert [text for _, text in gateway.got] == ["紧急事项上报到您"]
    assert Notice.objects.get(channel="sms").phone == clerk.phone


def test_an_inbox_does_not_ring_so_it_has_no_night():
    post_all([Message("a", "urged", "请签收", person("clerk"), quiet=NIGHT)], at=at(23))
    assert deliver_waiting(at=at(23), driver=Gateway()) == Delivered(inbox=1)


def reply(**other):
    given = {"reference": "r1", "phone": PHONE, "text": " 1 ", "signature": "和平联户通", "sent_at": NOON, "at": NOON}
    return keep_reply(**{**given, **other})


def test_a_reply_pushed_twice_is_kept_once():
    assert reply().pk == reply(text="2").pk
    assert Reply.objects.get().text == "1"


def test_a_reply_nobody_understood_waits_for_staff_who_say_what_they_did():
    kept, clerk = reply(), person("clerk")
    file_reply(reply=kept, matter=7, county=1, taken=False, answer="没有看懂")
    with pytest.raises(Refused):
        settle_reply(reply=kept, by=clerk, at=NOON, answer=" ")
    settle_reply(reply=kept, by=clerk, at=NOON, answer="已电话联系，群众满意")
    with pytest.raises(Outrun):
        settle_reply(reply=kept, by=clerk, at=NOON, answer="再来一次")
    kept.refresh_from_db()
    assert (kept.state, kept.settled_by, kept.answer) == ("settled", clerk, "已电话联系，群众满意")


def test_a_reply_that_was_taken_is_not_reopened_by_a_second_push():
    file_reply(reply=reply(), matter=7, county=1, taken=True, answer="")
    file_reply(reply=reply(), matter=None, county=None, taken=False, answer="没有看懂")
    kept = Reply.objects.get()
    assert (kept.state, kept.matter) == ("taken", 7)


def test_a_notice_waits_with_everything_it_needs(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        assert post(kind="registered", key="k", text="您好", at=NOON, phone=PHONE)
    assert len(callbacks) == 1
    notice = Notice.objects.get()
    assert (notice.turn, notice.params, notice.template, notice.urgent) == (1, {}, "", False)
