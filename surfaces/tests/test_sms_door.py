"""The gateway's door: reports and replies, pushed once or many times, by the gateway or by somebody who is not."""

import json

import pytest
import time_machine
from django.test import Client

from issues.models import Verdict
from issues.tests import walk
from issues.tests.cast import MONDAY
from issues.tests.walk import hours
from notices.delivery import deliver_waiting
from notices.models import Notice, Reply

pytestmark = pytest.mark.django_db

WORD = "a-word-nobody-guesses-0123456789"
PHONE = "13812348000"


@pytest.fixture(autouse=True)
def _open_door(settings, client):
    from django.core.cache import cache

    cache.clear()
    settings.SMS_DOOR = WORD
    with time_machine.travel(hours(6), tick=False):
        yield


class Gateway:
    def send(self, message):
        return "BIZ"


def push(what, lines, word=WORD, client=None):
    body = lines if isinstance(lines, (bytes, str)) else json.dumps(lines)
    return (client or Client()).post(f"/sms/{word}/{what}/", body, content_type="application/json")


def report(notice, **other):
    return {
        "phone_number": PHONE,
        "send_time": "2026-11-02 11:00:00",
        "report_time": "2026-11-02 11:00:05",
        "success": True,
        "err_code": "DELIVERED",
        "err_msg": "用户接收成功",
        "sms_size": "1",
        "biz_id": "12345",
        "out_id": str(notice.pk),
        **other,
    }


def reply(text, **other):
    given = {"phone_number": PHONE, "send_time": "20261102150000", "content": text, "sign_name": "和平联户通"}
    return {**given, "dest_code": "1069", "sequence_id": 1234567890, **other}


def test_a_report_is_kept_with_its_time_and_answered_as_aliyun_wants_it(cast):
    walk.registered(cast)
    deliver_waiting(at=hours(1), driver=Gateway())
    notice = Notice.objects.get(channel="sms")
    answer = push("reports", [report(notice)])
    assert (answer.status_code, answer.json()) == (200, {"code": 0, "msg": "接收成功"})
    notice.refresh_from_db()
    assert (notice.state, f"{notice.delivered_at:%H:%M:%S}") == ("delivered", "03:00:05")


def test_a_failure_says_what_the_network_said(cast):
    walk.registered(cast)
    deliver_waiting(at=hours(1), driver=Gateway())
    notice = Notice.objects.get(channel="sms")
    push("reports", [report(notice, success=False, err_code="MOBILE_NOT_ON_SERVICE", err_msg="用户停机")])
    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("failed", "运营商未送达：用户停机")


def test_a_reply_is_the_households_verdict_once_however_often_it_is_pushed(cast):
    issue = walk.confirming(cast)
    for _ in range(2):
        assert push("replies", [reply("1")]).status_code == 200
    issue.refresh_from_db()
    verdict = Verdict.objects.get()
    assert (issue.status, verdict.value, verdict.means) == ("closed", "satisfied", "sms")
    assert Reply.objects.get().state == "taken"


def test_a_reply_nobody_understands_is_kept_with_its_matter(cast):
    issue = walk.confirming(cast)
    push("replies", [reply("谢谢你们来修")])
    kept = Reply.objects.get()
    assert (kept.state, kept.matter, kept.county, kept.text) == ("new", issue.pk, cast.county.pk, "谢谢你们来修")
    assert "没有看懂" in kept.answer


def test_a_reply_from_an_unknown_phone_goes_to_the_county_whose_signature_was_answered(cast):
    push("replies", [reply("你们是谁", phone_number="13900001111")])
    kept = Reply.objects.get()
    assert (kept.matter, kept.county) == (None, cast.county.pk)


def test_a_reply_kept_by_a_process_that_was_killed_is_read_at_the_next_push(cast):
    issue = walk.confirming(cast)
    given = {"phone": PHONE, "text": "1", "sent_at": MONDAY, "arrived_at": MONDAY}
    Reply.objects.create(reference="1234567890", **given)
    push("replies", [reply("1")])
    issue.refresh_from_db()
    assert issue.status == "closed"


def test_many_replies_in_one_push_are_each_heard(cast):
    push("replies", [reply(str(n), sequence_id=n, phone_number="13900001111") for n in range(5)])
    assert Reply.objects.count() == 5


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "7",
        '"text"',
        "[1, 2]",
        "[[]]",
        b"\xff\xfe",
        "[" * 100_000,
        json.dumps([{}] * 1001),
    ],
)
@pytest.mark.parametrize("what", ["reports", "replies"])
def test_what_cannot_be_read_is_refused_without_an_error(what, body):
    answer = push(what, body)
    assert (answer.status_code, answer.json()["code"]) == (400, 400)


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"out_id": None, "success": None, "phone_number": None, "content": None},
        {"out_id": ["1"], "phone_number": {"a": 1}},
        {"out_id": "9" * 50, "phone_number": "9" * 500, "content": "长" * 5000, "sign_name": "签" * 99},
        {"out_id": "1\x00", "phone_number": "138\x00", "content": "\x00", "sequence_id": "x" * 500},
        {"out_id": "1", "phone_number": "1", "content": "\ud800", "send_time": "99999999999999"},
        {"out_id": 1.5, "phone_number": 138, "content": True, "send_time": "昨天", "report_time": [], "success": "?"},
    ],
)
@pytest.mark.parametrize("what", ["reports", "replies"])
def test_odd_lines_change_nothing_and_break_nothing(cast, what, line):
    assert push(what, [line]).status_code == 200


@pytest.mark.parametrize("word", ["wrong", WORD + "x", "字"])
def test_who_does_not_know_the_word_finds_nothing_and_is_stopped_after_ten_guesses(word):
    assert push("replies", [reply("1")], word=word).status_code == 404
    answers = [push("replies", [reply("1")], word=word).status_code for _ in range(10)]
    assert answers[-1] == 429
    assert not Reply.objects.exists()


def test_without_a_word_set_the_door_is_shut(settings):
    settings.SMS_DOOR = ""
    assert push("reports", [], word="x").status_code == 404


def test_a_gateway_that_pushes_without_end_is_asked_to_wait(monkeypatch):
    from surfaces import sms_door

    monkeypatch.setattr(sms_door, "PUSHED", sms_door.Limit("sms-push", 3, 60))
    answers = [push("reports", []).status_code for _ in range(4)]
    assert answers == [200, 200, 429, 429]


def test_reading_it_is_not_allowed_and_a_foreign_form_needs_no_token():
    assert Client().get(f"/sms/{WORD}/reports/").status_code == 405
    assert push("reports", [], client=Client(enforce_csrf_checks=True)).status_code == 200


def test_while_redis_is_away_reports_are_taken(settings):
    settings.CACHES = {
        **settings.CACHES,
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    assert push("reports", []).status_code == 200
