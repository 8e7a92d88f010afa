"""Group robots through apprise's plug-ins, against a robot that answers as WeCom and DingTalk document."""

import pytest
from django.db import connection

from accounts.errors import Refused
from notices import robots
from notices.actions import Message, post_all
from notices.delivery import Delivered, deliver_waiting
from notices.drivers import NotSent, Outgoing, Rejected
from notices.robots import DingTalk, RobotDriver, WeCom
from notices.tests.cast import NOON
from notices.tests.fakes import GroupRobot

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={}"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token={}"
SECRET = "SEC1a2b3c"


@pytest.fixture
def robot(monkeypatch):
    with GroupRobot(SECRET) as robot:
        monkeypatch.setattr(WeCom, "notify_url", robot.url + "cgi-bin/webhook/send?key={key}")
        monkeypatch.setattr(DingTalk, "notify_url", robot.url + "robot/send?access_token={token}")
        yield robot


def outgoing(address, **other):
    return Outgoing("7", "上陵镇今日待办：待梳理3件。", address=address, **other)


def test_wecom_gets_the_text(robot):
    robot.secret = ""
    RobotDriver().send(outgoing(WECOM.format("known-key")))
    assert robot.said == ["上陵镇今日待办：待梳理3件。"]


def test_dingtalk_gets_it_signed_as_it_documents(robot):
    RobotDriver().send(outgoing(DINGTALK.format("knowntoken") + f"&secret={SECRET}"))
    assert robot.said == ["上陵镇今日待办：待梳理3件。"]


def test_what_a_robot_refuses_with_http_200_does_not_count_as_sent(robot):
    with pytest.raises(NotSent, match="加签密钥"):
        RobotDriver().send(outgoing(DINGTALK.format("knowntoken")))
    with pytest.raises(Rejected, match="不认识这个机器人"):
        RobotDriver().send(outgoing(WECOM.format("other-key")))
    robot.faults.append((200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}'))
    with pytest.raises(NotSent, match="限流"):
        RobotDriver().send(outgoing(WECOM.format("known-key")))
    robot.faults.append((502, b"Bad Gateway"))
    with pytest.raises(NotSent, match="看不懂"):
        RobotDriver().send(outgoing(WECOM.format("known-key")))
    assert robot.said == []


def test_a_message_that_may_have_arrived_is_left_to_a_person(robot, monkeypatch):
    monkeypatch.setattr(robots, "TIMEOUT", (1, 0.2))
    robot.secret = ""
    robot.faults.append("hang")
    with pytest.raises(Rejected, match="到群里看看"):
        RobotDriver().send(outgoing(WECOM.format("known-key")))
    with pytest.raises(Rejected, match="到群里看看"):
        RobotDriver().send(outgoing(WECOM.format("known-key"), unsure=True))
    assert len(robot.said) == 1


def test_a_robot_that_cannot_be_reached_is_tried_again(monkeypatch):
    monkeypatch.setattr(WeCom, "notify_url", "http://127.0.0.1:1/?key={key}")
    with pytest.raises(NotSent, match="连不上") as raised:
        RobotDriver().send(outgoing(WECOM.format("known-key")))
    assert type(raised.value) is NotSent


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=abc",
        "https://127.0.0.1/cgi-bin/webhook/send?key=abc",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "https://oapi.dingtalk.com/robot/send?access_token=a/b",
        "https://oapi.dingtalk.com/robot/send?access_token=abc&secret=!!",
    ],
)
def test_only_addresses_of_the_two_services_are_taken(address):
    with pytest.raises(Refused, match="请粘贴群机器人的地址"):
        robots.robot_at(address)


@pytest.mark.django_db
def test_the_outbox_delivers_to_robots_and_keeps_their_address_as_ciphertext(robot):
    robot.secret = ""
    post_all([Message("group:1", "group", "今日待办", address=WECOM.format("known-key"))], at=NOON)
    assert deliver_waiting(at=NOON) == Delivered(sent=1)
    assert deliver_waiting(at=NOON) == Delivered()
    assert robot.said == ["今日待办"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM notices_notice")
        assert cursor.fetchone()[0].startswith("aes.")
