"""The pages of notices: what petitioners were told and answered, the wording, the groups, my own reminders."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from issues.models import Robot, Wording
from issues.tests import walk
from issues.tests.cast import MONDAY
from notices.delivery import deliver_waiting
from notices.incoming import take_report
from notices.models import Notice, Preference, Reply, Resend

NOW = MONDAY + timedelta(hours=4)
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret-key"
ASSIGNED = reverse("console:wording_edit", args=["assigned", "petitioner"])


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


class Gateway:
    def send(self, message):
        return ""


def failed(cast):
    walk.registered(cast)
    deliver_waiting(at=NOW, driver=Gateway())
    notice = Notice.objects.get(channel="sms")
    take_report(reference=str(notice.pk), delivered=False, error="用户停机", at=NOW)
    return notice


# What was sent


def test_i_see_what_petitioners_of_my_area_were_told_with_the_phone_masked(visit, cast):
    failed(cast)
    shown = visit(cast.clerk, reverse("console:tellings"))
    for word in ("水圳堵塞", "138****8000", "一告知：已登记", "发送失败", "用户停机", "重发"):
        assert word in shown
    assert "13812348000" not in shown
    assert "水圳堵塞" not in visit(cast.other_clerk, reverse("console:tellings"))
    assert "水圳堵塞" not in visit(cast.neighbour, reverse("console:tellings"))


@pytest.mark.parametrize(("asked", "found"), [({"state": "failed"}, True), ({"state": "sent"}, False)])
def test_the_list_is_narrowed_by_state(visit, cast, asked, found):
    failed(cast)
    assert ("水圳堵塞" in visit(cast.clerk, reverse("console:tellings"), **asked)) is found


@pytest.mark.parametrize(("text", "found"), [("261102", True), ("水圳", True), ("路灯", False)])
def test_the_list_is_searched_by_the_matter(visit, cast, text, found):
    failed(cast)
    assert ("138****8000" in visit(cast.clerk, reverse("console:tellings"), q=text)) is found


def test_sent_anew_it_waits_again_and_the_log_names_me(visit, cast):
    url = reverse("console:telling_resend", args=[failed(cast).pk])
    assert "138****8000" in visit(cast.clerk, url)
    assert visit.post(cast.clerk, url).status_code == 302
    assert Resend.objects.get().by == cast.clerk
    assert Notice.objects.get(channel="sms").state == "waiting"
    again = visit.post(cast.clerk, url)
    assert "还在等待发送" in again.content.decode()


def test_nobody_resends_what_lies_elsewhere(visit, cast):
    url = reverse("console:telling_resend", args=[failed(cast).pk])
    assert visit.post(cast.other_clerk, url).status_code == 404
    assert visit.post(cast.member, url).status_code == 403
    assert not Resend.objects.exists()


def test_an_inbox_notice_is_nobodys_to_resend(visit, cast):
    walk.registered(cast)
    inbox = Notice.objects.filter(channel="inbox").first()
    assert visit.post(cast.clerk, reverse("console:telling_resend", args=[inbox.pk])).status_code == 404


def test_the_page_of_the_issue_shows_how_far_its_notices_are(visit, cast):
    failed(cast)
    issue = Notice.objects.get(channel="sms").matter
    shown = visit(cast.clerk, reverse("console:issue", args=[issue]))
    assert "告知反映人" in shown
    assert "用户停机" in shown


# What came back


def answered(cast, **other):
    given = {"phone": "13812348000", "text": "什么时候来修", "sent_at": NOW, "arrived_at": NOW}
    return Reply.objects.create(**{"reference": "r1", "county": cast.county.pk, **given, **other})


def test_a_reply_about_a_matter_is_seen_by_who_looks_after_it_and_settled_with_a_word(visit, cast):
    reply = answered(cast, matter=walk.registered(cast).pk)
    page, form = reverse("console:answers"), reverse("console:answer_settle", args=[reply.pk])
    assert "什么时候来修" in visit(cast.clerk, page)
    assert "什么时候来修" not in visit(cast.other_clerk, page)
    assert visit.post(cast.clerk, form, {"answer": ""}).status_code == 422
    assert visit.post(cast.clerk, form, {"answer": "已电话告知"}).status_code == 302
    assert "什么时候来修" not in visit(cast.clerk, page)
    assert "叶经办" in visit(cast.clerk, page, state="settled")


def test_a_reply_about_nothing_known_is_the_countys(visit, cast):
    reply = answered(cast)
    page = reverse("console:answers")
    assert "什么时候来修" in visit(cast.county_officer, page)
    assert "什么时候来修" not in visit(cast.clerk, page)
    assert visit.get(cast.clerk, reverse("console:answer_settle", args=[reply.pk])).status_code == 404
    answered(cast, reference="r2", county=cast.county.pk + 10_000, text="别的县的")
    assert "别的县的" not in visit(cast.county_officer, page)


# The wording


def test_the_county_words_its_notices_and_takes_its_words_back(visit, cast):
    listed = reverse("console:wordings")
    assert "由水利局办理" in visit(cast.county_officer, listed)
    text = "您的事（{编号}）归{承办}管，{时限}前回话。"
    done = visit.post(cast.county_officer, ASSIGNED, {"text": text, "template_code": "SMS_1"})
    assert done.status_code == 302
    assert "归水利局管" in visit(cast.county_officer, listed)
    assert "林组工" in visit(cast.county_officer, ASSIGNED)
    default = reverse("console:wording_default", args=["assigned", "petitioner"])
    assert visit.post(cast.county_officer, default).status_code == 302
    assert not Wording.objects.exists()
    history = visit(cast.county_officer, ASSIGNED)
    assert "恢复默认" in history
    assert "归{承办}管" in history


@pytest.mark.parametrize("text", ["{编码}", "请作出评价", "请打13800138000", "字" * 70, ""])
def test_a_wording_that_would_not_do_comes_back_with_the_reason_and_what_was_typed(visit, cast, text):
    answer = visit.post(cast.county_officer, ASSIGNED, {"text": text})
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not Wording.objects.exists()


def test_the_example_follows_what_is_typed(visit, cast):
    url = reverse("console:wording_sample", args=["assigned", "petitioner"])
    shown = visit.post(cast.county_officer, url, {"text": "由{承办}办理"}).content.decode()
    assert "【和平联户通】由水利局办理" in shown
    assert "13个字（含签名），按1条短信发" in shown
    long = visit.post(cast.county_officer, url, {"text": "字" * 90}).content.decode()
    assert "97个字" in long
    assert "按2条短信发" in long
    assert "不能用" in long


@pytest.mark.parametrize(("about", "recipient"), [("assigned", "nobody"), ("other", "petitioner")])
def test_a_notice_that_does_not_exist_cannot_be_worded(visit, cast, about, recipient):
    assert visit.get(cast.county_officer, reverse("console:wording_edit", args=[about, recipient])).status_code == 404


# Groups


def test_the_county_registers_tries_and_removes_a_group_without_showing_its_key(visit, cast):
    town = cast.grids["990001101000"]
    given = {"grid": town.pk, "name": "上陵工作群", "address": WECOM}
    assert visit.post(cast.county_officer, reverse("console:robot_add"), given).status_code == 302
    robot = Robot.objects.get()
    assert visit.post(cast.county_officer, reverse("console:robot_try", args=[robot.pk])).status_code == 302
    shown = visit(cast.county_officer, reverse("console:robots"))
    assert "上陵工作群" in shown
    assert "企业微信" in shown
    assert "待发送" in shown
    assert "secret-key" not in shown
    assert visit.post(cast.county_officer, reverse("console:robot_remove", args=[robot.pk])).status_code == 302
    assert not Robot.objects.exists()


def test_an_address_that_is_no_robot_is_refused_at_its_field(visit, cast):
    given = {"grid": cast.county.pk, "name": "群", "address": "https://127.0.0.1/"}
    answer = visit.post(cast.county_officer, reverse("console:robot_add"), given)
    assert answer.status_code == 422
    assert "请粘贴群机器人的地址" in answer.content.decode()


# My own reminders


@pytest.mark.parametrize(("surface", "person"), [("console", "clerk"), ("field", "member")])
def test_i_choose_how_i_am_reminded(visit, cast, surface, person):
    url = reverse(f"{surface}:inbox_choice")
    assert visit.post(cast.people[person], url, {"channel": "sms"}).status_code == 302
    assert Preference.objects.get().user == cast.people[person]
    assert visit.post(cast.people[person], url, {"channel": "robot", "address": "x"}).status_code == 422
    assert visit.post(cast.people[person], url, {"channel": ""}).status_code == 302
    assert not Preference.objects.exists()
