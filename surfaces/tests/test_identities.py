"""Signing in by 企业微信 and 政务钉钉: linked once by the owner or by the verified mobile, and never a new account."""

from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.identities.actions import link
from accounts.identities.configured import providers
from accounts.identities.provider import External
from accounts.models import AccessLog, Identity, User
from accounts.tests.fakes import FakeDingTalk, FakeWeCom
from grids.tests.trees import person
from surfaces.tests.browsing import said
from surfaces.tests.field_cast import BACKEND
from workdays.now import now, real_now

pytestmark = pytest.mark.django_db

PHONE, PASSWORD = "13800000001", "liaison-2026"


@pytest.fixture
def corp(settings):
    with FakeWeCom() as corp:
        settings.WECOM = corp.settings()
        yield corp


@pytest.fixture
def ding(settings):
    with FakeDingTalk() as ding:
        settings.DINGTALK = ding.settings()
        yield ding


@pytest.fixture
def clerk():
    return person("陈秀英", PHONE, password=PASSWORD)


def leave(client, name="wecom", **more):
    """To the provider; the state it was sent with."""
    answer = client.get(reverse("provider", args=[name]), more)
    return parse_qs(urlsplit(answer.url).query)["state"][0]


def back(client, code, state, name="wecom"):
    return client.get(reverse("provider_back", args=[name]), {"code": code, "state": state})


def tied(clerk, subject="ww0123:chen", name="wecom"):
    return link(user=clerk, provider=providers()[name], seen=External(subject), by=clerk, at=now())


def signed_in(client):
    return "_auth_user_id" in client.session


def sentence(client, answer):
    """What the person reads after a refusal, on the page with the password."""
    assert answer.url == reverse("login")
    page = client.get(answer.url)
    assert "密码" in said(page)
    return said(page)


def test_the_page_shows_buttons_only_for_what_is_configured(client, corp):
    page = client.get(reverse("login")).content.decode()
    assert "用企业微信登录" in page
    assert "政务钉钉" not in page
    assert client.get(reverse("provider", args=["dingtalk"])).status_code == 404


def test_a_linked_account_signs_in_and_goes_where_it_wanted(client, clerk, corp):
    tied(clerk)
    state = leave(client, next="/password/")
    answer = back(client, corp.scan(userid="chen"), state)
    assert answer.url == "/password/"
    assert client.session["_auth_user_id"] == str(clerk.pk)
    log = AccessLog.objects.filter(action="login").get()
    assert (log.user, log.reason) == (clerk, "企业微信")


def test_dingtalk_signs_in_alike(client, clerk, ding):
    tied(clerk, "12371$7", "dingtalk")
    assert back(client, ding.scan(tenantUserId="12371$7"), leave(client, "dingtalk"), "dingtalk").url == "/"
    assert signed_in(client)


def test_the_mobile_wecom_verified_links_by_itself_once(client, clerk, corp):
    back(client, corp.scan(userid="chen", mobile=PHONE), leave(client))
    assert signed_in(client)
    assert Identity.objects.get().user == clerk
    assert AccessLog.objects.filter(user=clerk, action="identity", reason="绑定企业微信").exists()
    other = Client()
    back(other, corp.scan(userid="chen"), leave(other))
    assert signed_in(other), "the mobile is not needed again"


def test_a_mobile_does_not_take_an_account_that_has_another_link(client, clerk, corp):
    tied(clerk, "ww0123:the-real-chen")
    answer = back(client, corp.scan(userid="impostor", mobile=PHONE), leave(client))
    assert "已经绑定了另一个企业微信账号" in sentence(client, answer)
    assert not signed_in(client)


@pytest.mark.parametrize("who", [{"userid": "li"}, {"userid": "li", "mobile": "13999999999"}])
def test_who_has_no_account_gets_none(client, clerk, corp, who):
    answer = back(client, corp.scan(**who), leave(client))
    assert "还没有绑定联户通账号。请先用手机号和密码登录" in sentence(client, answer)
    assert (User.objects.count(), signed_in(client)) == (1, False)


def test_an_account_that_was_switched_off_is_told_so(client, clerk, corp):
    tied(clerk)
    User.objects.update(is_active=False)
    answer = back(client, corp.scan(userid="chen"), leave(client))
    assert "账号已停用，请联系本乡镇管理员" in sentence(client, answer)
    assert not signed_in(client)


@pytest.mark.parametrize("state", ["", "0" * 48, "é"])
def test_a_wrong_state_asks_nobody_anything(client, clerk, corp, state):
    tied(clerk)
    leave(client)
    answer = back(client, corp.scan(userid="chen"), state)
    assert "请重新点一次登录" in sentence(client, answer)
    assert (signed_in(client), corp.asked) == (False, [])


def test_a_state_of_another_browser_does_not_serve(client, clerk, corp):
    """Nobody is signed in to an account that somebody else scanned for."""
    tied(clerk)
    state = leave(Client())
    assert "请重新点一次登录" in sentence(client, back(client, corp.scan(userid="chen"), state))


def test_an_address_come_back_to_serves_once(client, clerk, corp):
    tied(clerk)
    code, state = corp.scan(userid="chen"), leave(client)
    back(client, code, state)
    client.post(reverse("logout"))
    assert "请重新点一次登录" in sentence(client, back(client, code, state))


def test_a_state_expires(client, clerk, corp):
    tied(clerk)
    with time_machine.travel(real_now(), tick=False) as clock:
        state = leave(client)
        clock.shift(601)
        assert "等待的时间太长" in sentence(client, back(client, corp.scan(userid="chen"), state))


def test_a_replayed_code_with_a_fresh_state_is_refused_by_the_provider(client, clerk, corp):
    tied(clerk)
    code = corp.scan(userid="chen")
    back(client, code, leave(client))
    other = Client()
    assert "已经用过或过期了" in sentence(other, back(other, code, leave(other)))


def test_who_does_not_confirm_is_told_so(client, clerk, corp):
    assert "您没有在企业微信里确认" in sentence(client, back(client, "", leave(client)))


def test_a_provider_out_of_order_loses_nothing(client, clerk, corp):
    tied(clerk)
    corp.fault = (503, b"")
    answer = back(client, corp.scan(userid="chen"), leave(client))
    assert "应答看不懂，请稍后再试，或用手机号和密码登录" in sentence(client, answer)
    client.post(reverse("login"), {"phone": PHONE, "password": PASSWORD})
    assert signed_in(client)


def linking(client, clerk):
    client.force_login(clerk, BACKEND)
    answer = client.get(reverse("identity_link", args=["wecom"]))
    return parse_qs(urlsplit(answer.url).query)["state"][0]


def test_its_owner_links_and_unlinks_it(client, clerk, corp):
    answer = back(client, corp.scan(userid="chen"), linking(client, clerk))
    assert answer.url == reverse("security")
    assert "已绑定，可以扫码登录" not in said(client.get(answer.url))
    assert "解除绑定" in said(client.get(answer.url))
    client.post(reverse("identity_unlink", args=["wecom"]))
    assert not Identity.objects.exists()
    reasons = AccessLog.objects.filter(action="identity").order_by("id").values_list("reason", flat=True)
    assert list(reasons) == ["绑定企业微信", "解除绑定企业微信"]


def test_an_account_there_signs_in_one_person(client, clerk, corp):
    tied(person("温小明", "13800000002"))
    answer = back(client, corp.scan(userid="chen"), linking(client, clerk))
    assert "绑定的是别人的联户通账号" in said(client.get(answer.url))
    assert Identity.objects.get().user != clerk


def test_a_link_begun_by_one_person_is_not_made_for_another(client, clerk, corp):
    state = linking(client, clerk)
    session = client.session
    asked = session["asked_provider"]
    client.force_login(person("温小明", "13800000002"), BACKEND)
    session = client.session
    session["asked_provider"] = asked
    session.save()
    answer = back(client, corp.scan(userid="chen"), state)
    assert "登录的人换了" in said(client.get(answer.url))
    assert not Identity.objects.exists()


def test_of_the_account_there_only_a_digest_is_kept(clerk, corp):
    assert "chen" not in tied(clerk).subject_index
