"""SMS through Aliyun, against a gateway that checks signatures as Aliyun documents them."""

import json
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from notices import aliyun
from notices.actions import Message, post_all, resend
from notices.aliyun import Account, AliyunDriver, signature_of
from notices.delivery import Delivered, deliver_waiting
from notices.drivers import NotSent, Outgoing, Rejected, sms_driver
from notices.incoming import take_report
from notices.models import Notice
from notices.tests.cast import NOON, environment, person
from notices.tests.fakes import KEY, SECRET, Aliyun

PHONE = "13800138000"
TEXT = "【和平联户通】您反映的事项已登记，编号260428000123。"


@pytest.fixture
def gateway():
    with Aliyun() as gateway:
        yield gateway


def driver(gateway, **other):
    return AliyunDriver(Account(**{"key": KEY, "secret": SECRET, "url": gateway.url, **other}))


def outgoing(reference="7", **other):
    given = {"text": TEXT, "phone": PHONE, "template": "SMS_1", "params": {"number": "260428000123"}, "now": NOON}
    return Outgoing(reference, **{**given, **other})


def waiting(key="k", template="SMS_1"):
    message = Message(key, "registered", TEXT, phone=PHONE, template=template, params={"number": "260428000123"})
    post_all([message], at=NOON)
    return Notice.objects.get(key=key)


def test_the_signature_is_that_of_aliyuns_published_example():
    given = {
        "AccessKeyId": "testId",
        "Action": "SendSms",
        "Format": "XML",
        "OutId": "123",
        "PhoneNumbers": "15300000001",
        "RegionId": "cn-hangzhou",
        "SignName": "阿里云短信测试专用",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
        "SignatureVersion": "1.0",
        "TemplateCode": "SMS_71390007",
        "TemplateParam": '{"customer":"test"}',
        "Timestamp": "2017-07-12T02:42:19Z",
        "Version": "2017-05-25",
    }
    assert signature_of("GET", given, "testSecret") == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_a_message_names_its_signature_its_template_and_the_notice(gateway):
    assert driver(gateway).send(outgoing()) == "90071^0"
    (sent,) = gateway.sent
    assert (sent["PhoneNumbers"], sent["SignName"], sent["TemplateCode"]) == (PHONE, "和平联户通", "SMS_1")
    assert (json.loads(sent["TemplateParam"]), sent["OutId"]) == ({"number": "260428000123"}, "7")


def test_a_text_without_its_own_template_goes_into_the_one_gap_of_the_general_one(gateway):
    driver(gateway, template="SMS_9", sign="联户通").send(outgoing(template="", text="您有3条未读消息。"))
    (sent,) = gateway.sent
    assert (sent["SignName"], sent["TemplateCode"]) == ("联户通", "SMS_9")
    assert json.loads(sent["TemplateParam"]) == {"text": "您有3条未读消息。"}


def test_without_any_template_or_signature_it_is_refused_for_good_and_nothing_is_asked(gateway):
    with pytest.raises(Rejected, match="模板编号"):
        driver(gateway).send(outgoing(template=""))
    with pytest.raises(Rejected, match="LIAISON_ALIYUN_SIGN"):
        driver(gateway).send(outgoing(text="没有签名"))
    assert gateway.asked == []


def code(name, status=200):
    return (status, json.dumps({"Code": name, "Message": "-", "RequestId": "R"}).encode())


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        (code("isv.BUSINESS_LIMIT_CONTROL"), NotSent, "限流"),
        (code("isv.AMOUNT_NOT_ENOUGH"), NotSent, "余额不足"),
        (code("isv.SOMETHING_NEW"), NotSent, "isv.SOMETHING_NEW"),
        (code("isv.SMS_TEMPLATE_ILLEGAL"), Rejected, "模板编号"),
        (code("ServiceUnavailable", 503), NotSent, "ServiceUnavailable"),
        ((500, b"<html>Internal Server Error</html>"), NotSent, "看不懂"),
        ((200, b"[]"), NotSent, "看不懂"),
        ((302, b""), NotSent, "看不懂"),
    ],
)
def test_every_fault_of_the_gateway_is_said_in_a_sentence(gateway, fault, kind, sentence):
    gateway.faults.append(fault)
    with pytest.raises(NotSent, match=sentence) as raised:
        driver(gateway).send(outgoing())
    assert type(raised.value) is kind
    assert gateway.sent == []


def test_a_bad_number_is_given_up_at_once(gateway):
    with pytest.raises(Rejected, match="手机号码不对"):
        driver(gateway).send(outgoing(phone="0762563123"))


def test_a_wrong_secret_or_key_names_the_setting_to_mend(gateway):
    with pytest.raises(NotSent, match="LIAISON_ALIYUN_SECRET"):
        driver(gateway, secret="other").send(outgoing())
    with pytest.raises(NotSent, match="LIAISON_ALIYUN_KEY"):
        driver(gateway, key="other").send(outgoing())


def test_nobody_at_the_address_is_tried_again_later():
    with pytest.raises(NotSent, match="连不上短信平台"):
        AliyunDriver(Account(KEY, SECRET, "http://127.0.0.1:1/")).send(outgoing())


@pytest.mark.django_db
def test_a_message_that_left_before_the_answer_got_lost_is_not_sent_again(gateway, monkeypatch):
    monkeypatch.setattr(aliyun, "TIMEOUT", (1, 0.2))
    notice = waiting()
    gateway.faults.append("hang")
    assert deliver_waiting(at=NOON, driver=driver(gateway)) == Delivered(postponed=1)
    notice.refresh_from_db()
    assert notice.error == "短信平台没有及时应答，稍后自动重试"
    assert deliver_waiting(at=NOON + timedelta(minutes=2), driver=driver(gateway)) == Delivered(sent=1)
    assert len(gateway.sent) == 1
    assert gateway.asked == ["SendSms", "QuerySendDetails"]


@pytest.mark.django_db
def test_a_message_that_never_left_is_sent_at_the_second_try(gateway):
    waiting()
    gateway.faults.append((500, b"oops"))
    assert deliver_waiting(at=NOON, driver=driver(gateway)) == Delivered(postponed=1)
    assert deliver_waiting(at=NOON + timedelta(minutes=2), driver=driver(gateway)) == Delivered(sent=1)
    assert len(gateway.sent) == 1


@pytest.mark.django_db
def test_when_aliyun_cannot_say_whether_it_had_it_nothing_is_risked(gateway):
    waiting()
    gateway.faults += [(500, b"oops"), code("Throttling.User")]
    deliver_waiting(at=NOON, driver=driver(gateway))
    assert deliver_waiting(at=NOON + timedelta(minutes=2), driver=driver(gateway)) == Delivered(postponed=1)
    assert gateway.sent == []


DIE_AFTER_SENDING = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from notices.aliyun import Account, AliyunDriver
from notices.delivery import deliver_waiting

class Dying(AliyunDriver):
    def send(self, message):
        super().send(message)
        os.kill(os.getpid(), signal.SIGKILL)

account = Account(sys.argv[2], sys.argv[3], sys.argv[4])
deliver_waiting(at=datetime.fromisoformat(sys.argv[1]), driver=Dying(account))
"""


@pytest.mark.django_db(transaction=True)
def test_killed_between_sending_and_marking_the_phone_rings_once(gateway, tmp_path):
    notice = waiting()
    told = [NOON.isoformat(), KEY, SECRET, gateway.url]
    killed = subprocess.run([sys.executable, "-c", DIE_AFTER_SENDING, *told], env=environment(tmp_path))
    assert killed.returncode == -signal.SIGKILL
    assert len(gateway.sent) == 1
    assert deliver_waiting(at=NOON + timedelta(minutes=2), driver=driver(gateway)) == Delivered(sent=1)
    notice.refresh_from_db()
    assert (notice.state, len(gateway.sent)) == ("sent", 1)


@pytest.mark.django_db
def test_sent_anew_by_staff_it_leaves_under_a_reference_of_its_own(gateway):
    notice = waiting()
    deliver_waiting(at=NOON, driver=driver(gateway))
    take_report(reference=str(notice.pk), delivered=False, error="用户关机", at=NOON)
    resend(notice=Notice.objects.get(), by=person("clerk"), at=NOON)
    assert deliver_waiting(at=NOON, driver=driver(gateway)) == Delivered(sent=1)
    assert [one["OutId"] for one in gateway.sent] == [str(notice.pk), f"{notice.pk}-2"]


def test_the_configuration_is_checked_at_the_start(settings):
    settings.SMS_DRIVER = "aliyun"
    settings.SMS_ALIYUN = {"key": "", "secret": "", "url": "https://x/", "sign": "", "template": ""}
    with pytest.raises(ImproperlyConfigured, match="set LIAISON_ALIYUN_KEY and LIAISON_ALIYUN_SECRET"):
        sms_driver()
    settings.SMS_ALIYUN |= {"key": "k", "secret": "s", "url": "dysmsapi"}
    with pytest.raises(ImproperlyConfigured, match="LIAISON_ALIYUN_URL is 'dysmsapi'"):
        sms_driver()
    settings.SMS_ALIYUN |= {"url": "https://dysmsapi.aliyuncs.com/"}
    assert isinstance(sms_driver(), AliyunDriver)
