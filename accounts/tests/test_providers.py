"""企业微信 and 政务钉钉 against servers that speak their documented protocols."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.errors import Refused
from accounts.identities import dingtalk, provider, wecom
from accounts.identities.configured import providers
from accounts.identities.provider import External, Unreachable
from accounts.tests.fakes import FakeDingTalk, FakeWeCom

BACK = "https://lh.example.gov.cn/login/via/wecom/back/"


@pytest.fixture
def corp():
    with FakeWeCom() as corp:
        yield corp


@pytest.fixture
def ding():
    with FakeDingTalk() as ding:
        yield ding


def at(fake, **other):
    return wecom.WeCom(wecom.Account(**{**fake.settings(), **other}))


def ding_at(ding, **other):
    return dingtalk.DingTalkGov(dingtalk.Account(**{**ding.settings(), **other}))


def query(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_a_desk_is_sent_to_the_scan_page_of_wecom(corp):
    address = at(corp).address(back=BACK, state="s", inside=False)
    assert address.startswith(f"{corp.url}/wwlogin/sso/login?")
    wanted = {"login_type": "CorpApp", "appid": corp.CORP, "agentid": corp.AGENT, "redirect_uri": BACK, "state": "s"}
    assert query(address) == wanted


def test_inside_the_wecom_app_consent_is_asked_instead(corp):
    address = at(corp).address(back=BACK, state="s", inside=True)
    assert address.startswith(f"{corp.url}/connect/oauth2/authorize?")
    assert address.endswith("#wechat_redirect")
    asked = query(address)
    assert (asked["response_type"], asked["scope"], asked["state"]) == ("code", "snsapi_privateinfo", "s")


def test_wecom_names_the_member_and_the_mobile_of_whoever_consented(corp):
    driver = at(corp)
    assert driver.who(code=corp.scan(userid="HuangYaorong")) == External("ww0123:HuangYaorong")
    consented = corp.scan(userid="HuangYaorong", mobile="13800138000")
    assert driver.who(code=consented) == External("ww0123:HuangYaorong", "13800138000")
    assert corp.asked.count("/cgi-bin/gettoken") == 1, "the token is kept"


@pytest.mark.parametrize("expire", [lambda corp: corp.expire(), lambda corp: corp.tokens.clear()])
def test_a_token_that_ended_is_fetched_anew_and_the_code_is_not_lost(corp, expire):
    driver = at(corp)
    driver.who(code=corp.scan(userid="a"))
    expire(corp)
    assert driver.who(code=corp.scan(userid="b")).subject == "ww0123:b"


@pytest.mark.parametrize(
    ("scan", "sentence"),
    [
        ({"openid": "o-stranger"}, "不是本单位企业微信的成员"),
        ({"errcode": 60111, "errmsg": "userid not found"}, "不在本单位企业微信应用的可见范围内"),
        ({"errcode": 50001, "errmsg": "redirect_url not on white list"}, "登录没有配置好（50001），请告诉系统管理员"),
        ({"errcode": 60020, "errmsg": "not allow to access from your ip"}, "没有配置好（60020）"),
        ({"errcode": 45009, "errmsg": "api freq out of limit"}, "没有受理（45009）"),
        ({"errcode": -1, "errmsg": "system busy"}, "没有受理（-1）"),
    ],
)
def test_what_wecom_refuses_is_a_sentence(corp, scan, sentence):
    with pytest.raises(Refused, match=sentence):
        at(corp).who(code=corp.scan(**scan))


def test_a_code_of_wecom_serves_once(corp):
    driver, code = at(corp), corp.scan(userid="a")
    driver.who(code=code)
    with pytest.raises(Refused, match="已经用过或过期了"):
        driver.who(code=code)


@pytest.mark.parametrize(("wrong", "number"), [({"secret": "x"}, 40001), ({"corp": "x"}, 40013)])
def test_wrong_credentials_of_ours_are_told_to_the_administrator(corp, wrong, number):
    with pytest.raises(Unreachable, match=f"没有配置好（{number}）"):
        at(corp, **wrong).who(code=corp.scan(userid="a"))


def test_dingtalk_is_asked_by_its_scan_page_and_names_the_person(ding):
    driver = ding_at(ding)
    asked = query(driver.address(back=BACK, state="s", inside=False))
    assert (asked["client_id"], asked["scope"], asked["authType"]) == (ding.KEY, "get_user_info", "QRCODE")
    assert (asked["redirect_uri"], asked["state"], asked["response_type"]) == (BACK, "s", "code")
    assert driver.who(code=ding.scan(tenantUserId="12371$100135", lastName="俊锋")) == External("12371$100135")


def test_a_token_of_dingtalk_that_ended_is_fetched_anew(ding):
    driver = ding_at(ding)
    driver.who(code=ding.scan(tenantUserId="1$1"))
    ding.new_token()
    assert driver.who(code=ding.scan(tenantUserId="1$2")).subject == "1$2"
    assert ding.asked.count("/gettoken.json") == 2


def test_a_code_of_dingtalk_serves_once(ding):
    driver, code = ding_at(ding), ding.scan(tenantUserId="1$1")
    driver.who(code=code)
    with pytest.raises(Refused, match="已经用过或过期了"):
        driver.who(code=code)


def test_a_wrong_secret_fails_dingtalks_signature(ding):
    with pytest.raises(Unreachable, match="没有受理（OPF-B001-05-16-0009）"):
        ding_at(ding, secret="x").who(code=ding.scan(tenantUserId="1$1"))


@pytest.mark.parametrize("answer", [(502, b"<html>Bad gateway"), (200, b"[]"), (200, b"null"), (200, b"{")])
def test_an_answer_that_is_none_is_told_and_the_password_recommended(corp, ding, answer):
    corp.fault = ding.fault = answer
    for driver in (at(corp), ding_at(ding)):
        with pytest.raises(Unreachable, match="应答看不懂，请稍后再试，或用手机号和密码登录"):
            driver.who(code="c")


def test_a_provider_that_does_not_answer_is_not_waited_for(corp, monkeypatch):
    monkeypatch.setattr(provider, "TIMEOUT", 0.2)
    corp.hang = True
    with pytest.raises(Unreachable, match="没有及时应答"):
        at(corp).who(code="c")


def test_a_provider_out_of_reach_is_told():
    account = {"key": "k", "secret": "s", "url": "http://127.0.0.1:1", "login_url": "http://127.0.0.1:1"}
    with pytest.raises(Unreachable, match="现在连不上"):
        dingtalk.DingTalkGov(dingtalk.Account(**account)).who(code="c")
    assert provider.TIMEOUT == 5


def test_buttons_are_those_that_are_configured(settings, corp, ding):
    assert providers() == {}
    settings.DINGTALK = ding.settings()
    assert [one.label for one in providers().values()] == ["政务钉钉"]
    settings.WECOM = corp.settings()
    assert list(providers()) == ["wecom", "dingtalk"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"corp": "ww1"}, "LIAISON_WECOM_CORP is set; set LIAISON_WECOM_AGENT and LIAISON_WECOM_SECRET as well"),
        ({"corp": "w", "agent": "1", "secret": "s", "url": "qyapi.weixin.qq.com"}, "write it as https://host"),
        ({"corp": "w", "agent": "1", "secret": "s", "login_url": "https://x/y"}, "LIAISON_WECOM_LOGIN_URL is"),
    ],
)
def test_what_is_set_by_half_stops_the_start(settings, given, sentence):
    settings.WECOM = {**settings.WECOM, **given}
    with pytest.raises(ImproperlyConfigured, match=sentence):
        providers()
