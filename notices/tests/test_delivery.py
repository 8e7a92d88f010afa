"""Everything waiting leaves once: twice at once, after failures, after a kill -9, without Redis."""

import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, connections

from liaison.celery import app
from notices import drivers
from notices.actions import Message, post, post_all
from notices.delivery import MOST_ATTEMPTS, Delivered, deliver_waiting
from notices.drivers import ConsoleDriver, FileDriver, NotSent, Outgoing
from notices.models import Notice
from notices.tests.cast import NOON, environment, person

PHONE = "13800138000"
CLOSED_PORT = "redis://127.0.0.1:1/0"


class Gateway:
    """An SMS gateway that counts what it gets, and refuses while `closed`."""

    def __init__(self, closed=False):
        self.closed = closed
        self.got: Counter[str] = Counter()

    def send(self, message):
        if self.closed:
            raise NotSent("短信网关拒绝：余额不足")
        self.got[message.reference] += 1
        return ""


def sms(key="k", text="您反映的事项已受理"):
    post(kind="registered", key=key, text=text, at=NOON, phone=PHONE)
    return Notice.objects.get(key=key)


def later(minutes):
    return NOON + timedelta(minutes=minutes)


@pytest.mark.django_db
def test_inbox_and_sms_are_delivered_and_a_second_run_does_nothing():
    post(kind="urged", key="inbox", text="请签收", at=NOON, user=person("clerk"))
    notice, gateway = sms(), Gateway()
    assert deliver_waiting(at=later(1), driver=gateway) == Delivered(inbox=1, sent=1)
    assert deliver_waiting(at=later(60), driver=gateway) == Delivered()
    assert gateway.got == {str(notice.pk): 1}
    assert list(Notice.objects.values_list("state", "sent_at").distinct()) == [("sent", later(1))]


@pytest.mark.django_db
def test_a_refused_message_rests_longer_each_time_and_is_given_up_with_the_reason():
    notice, gateway = sms(), Gateway(closed=True)
    assert deliver_waiting(at=later(0), driver=gateway) == Delivered(postponed=1)
    assert deliver_waiting(at=later(1), driver=gateway) == Delivered()
    for minutes in (2, 2 + 5, 7 + 15):
        assert deliver_waiting(at=later(minutes), driver=gateway) == Delivered(postponed=1)
    assert deliver_waiting(at=later(22 + 59), driver=gateway) == Delivered()
    assert deliver_waiting(at=later(22 + 60), driver=gateway) == Delivered(failed=1)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.error) == ("failed", MOST_ATTEMPTS, "短信网关拒绝：余额不足")
    assert deliver_waiting(at=later(10_000), driver=Gateway()) == Delivered()


@pytest.mark.django_db
def test_a_message_that_leaves_at_the_second_attempt_keeps_no_error():
    notice = sms()
    deliver_waiting(at=NOON, driver=Gateway(closed=True))
    assert deliver_waiting(at=later(2), driver=Gateway()) == Delivered(sent=1)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.error) == ("sent", 2, "")


@pytest.mark.django_db
def test_a_notice_nobody_can_open_does_not_hold_up_the_others(caplog):
    poison, good = sms("poison"), sms("good")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET phone = 'aes.k9.AAAA' WHERE id = %s", [poison.pk])
    gateway = Gateway()
    assert deliver_waiting(at=NOON, driver=gateway) == Delivered(sent=1, postponed=1)
    assert gateway.got == {str(good.pk): 1}
    assert Notice.objects.values_list("error", flat=True).get(pk=poison.pk).startswith("发送程序出错")
    assert f"notice {poison.pk}" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_once_send_each_message_once():
    post_all([Message(str(n), "urged", "请尽快办理", phone=PHONE) for n in range(300)], at=NOON)
    gateway, done, start = Gateway(), [], threading.Barrier(2)

    def deliver():
        start.wait()
        done.append(deliver_waiting(at=NOON, driver=gateway))
        connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(delivered.sent for delivered in done) == 300
    assert set(gateway.got.values()) == {1}
    assert len(gateway.got) == 300


DIE_AFTER_SENDING = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from notices.delivery import deliver_waiting
from notices.drivers import FileDriver

class Dying(FileDriver):
    def send(self, message):
        super().send(message)
        os.kill(os.getpid(), signal.SIGKILL)

deliver_waiting(at=datetime.fromisoformat(sys.argv[1]), driver=Dying())
"""


@pytest.mark.django_db(transaction=True)
def test_killed_between_sending_and_marking_it_is_sent_again_under_the_same_id_and_arrives_once(tmp_path):
    notice = sms(text="结果如何，您满意吗?")
    killed = subprocess.run([sys.executable, "-c", DIE_AFTER_SENDING, NOON.isoformat()], env=environment(tmp_path))
    assert killed.returncode == -signal.SIGKILL
    folder = tmp_path / "sms"
    (sent,) = folder.iterdir()
    written = sent.stat().st_mtime_ns
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("waiting", 1)

    assert deliver_waiting(at=later(2), driver=FileDriver(folder)) == Delivered(sent=1)
    assert list(folder.iterdir()) == [sent]
    assert (sent.stat().st_mtime_ns, sent.read_text()) == (written, f"{PHONE}\n结果如何，您满意吗?\n")


@pytest.fixture
def without_redis(monkeypatch):
    monkeypatch.setattr(app.conf, "broker_write_url", CLOSED_PORT)
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


@pytest.mark.django_db(transaction=True)
def test_without_redis_the_message_waits_in_its_row_and_the_next_sweep_sends_it(without_redis, caplog):
    sms()
    assert "the next sweep sends them" in caplog.text
    assert deliver_waiting(at=NOON, driver=Gateway()) == Delivered(sent=1)


@pytest.mark.django_db(transaction=True)
def test_posting_leaves_a_nudge_for_the_workers(caplog):
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("notices")
        sms()
        nudge = broker.default_channel.basic_get("notices")
    assert nudge.headers["task"] == "notices.deliver"
    assert caplog.text == ""


def test_the_file_driver_writes_one_private_file_per_id(tmp_path):
    driver = FileDriver(tmp_path / "sms")
    driver.send(Outgoing("7", "第一次", PHONE))
    driver.send(Outgoing("7", "第二次", PHONE))
    (file,) = (tmp_path / "sms").iterdir()
    assert (file.name, file.read_text()) == ("7.txt", f"{PHONE}\n第一次\n")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "sms").write_text("a file where the folder should be")
    with pytest.raises(NotSent, match="短信文件写不进"):
        FileDriver(tmp_path / "sms").send(Outgoing("1", "您好", PHONE))


def test_the_console_driver_prints_each_id_once(capsys, monkeypatch):
    monkeypatch.setattr(ConsoleDriver, "sent", set())
    ConsoleDriver().send(Outgoing("3", "您好", PHONE))
    ConsoleDriver().send(Outgoing("3", "您好", PHONE))
    assert capsys.readouterr().out == f"短信 3 → {PHONE}：您好\n"


def test_an_unknown_driver_stops_the_start_with_the_choices(settings):
    settings.SMS_DRIVER = "fax"
    with pytest.raises(ImproperlyConfigured, match="file, console, aliyun"):
        drivers.sms_driver()


@pytest.mark.django_db
def test_the_command_prints_one_line_per_fact(capsys, settings, tmp_path):
    settings.HOME = tmp_path
    sms()
    call_command("deliver_notices")
    assert capsys.readouterr().out.splitlines() == [
        "站内消息：0条已送达",
        "短信：1条已发送",
        "短信：0条未发出，稍后重试",
        "短信：0条发送失败，不再重试",
    ]
