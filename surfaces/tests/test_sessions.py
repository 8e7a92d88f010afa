"""How long one stays signed in, where one is, and how it ends."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import actions
from accounts.models import AccessLog, Session
from accounts.roles import Role
from accounts.tasks import forget_sessions
from grids.models import Posting
from grids.tests.trees import START, County, person
from surfaces.doors import address
from surfaces.security import handle_of
from surfaces.sessions import device
from surfaces.tests.browsing import said
from workdays.now import now, real_now

pytestmark = pytest.mark.django_db

PHONE, PASSWORD, MINUTE, HOUR = "13800000001", "liaison-2026", 60, 3600
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"
WXWORK = (
    "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/86.0 Mobile Safari/537.36 wxwork/4.1 MicroMessenger/7.0"
)


@pytest.fixture
def clock():
    with time_machine.travel(real_now(), tick=False) as clock:
        yield clock


@pytest.fixture
def post(clock):
    county = County()

    def give(role, place, phone=PHONE):
        user = person("陈秀英", phone, password=PASSWORD)
        Posting.objects.create(user=user, role=role, since=START, **county[place].scope())
        return user

    return give


@pytest.fixture
def clerk(post):
    return post(Role.TOWN_CLERK, "甲镇")


def enter(client, agent=EDGE, phone=PHONE):
    client.defaults["HTTP_USER_AGENT"] = agent
    client.post(reverse("login"), {"phone": phone, "password": PASSWORD})
    client.get(reverse("security"))
    return client


def inside(client):
    return client.get(reverse("security")).status_code == 200


@pytest.mark.parametrize(
    ("role", "place", "idle", "absolute"),
    [
        (Role.TOWN_CLERK, "甲镇", 60 * MINUTE, 12 * HOUR),
        (Role.COUNTY_CLERK, "", 60 * MINUTE, 12 * HOUR),
        (Role.LIAISON_MEMBER, "甲镇/1村", 12 * HOUR, 7 * 24 * HOUR),
    ],
)
def test_a_session_ends_unused_and_ends_in_all_sooner_at_a_desk(client, post, clock, role, place, idle, absolute):
    post(role, place)
    enter(client)
    clock.shift(idle)
    assert inside(client)
    clock.shift(idle + 1)
    assert not inside(client)
    enter(client)
    for _ in range(absolute // idle):
        clock.shift(idle - 1)
        assert inside(client)
    clock.shift(idle - 1)
    assert not inside(client)


def test_the_sign_in_page_says_that_it_ended_and_leads_back(client, clerk, clock):
    enter(client)
    clock.shift(61 * MINUTE)
    answer = client.get(reverse("console:issues"), {"status": "all"})
    assert answer.url == f"/login/?next={quote('/console/issues/?status=all')}&over=1"
    assert "登录已过期，或已在别处结束" in said(client.get(answer.url))
    back = client.post(answer.url, {"phone": PHONE, "password": PASSWORD, "next": "/console/issues/?status=all"})
    assert back.url == "/console/issues/?status=all"


def test_who_was_never_in_is_not_told_that_anything_ended(client):
    assert client.get(reverse("console:home")).url == "/login/?next=/console/"


def test_after_a_form_sent_in_vain_one_comes_back_to_the_page_it_stood_on(client, clerk, clock):
    enter(client)
    clock.shift(61 * MINUTE)
    came_from = {"Referer": "http://testserver/console/issues/new/?household=1"}
    answer = client.post(reverse("console:collect"), {"title": "水圳"}, headers=came_from)
    assert answer.url == f"/login/?next={quote('/console/issues/new/?household=1')}&over=1"
    away = client.post(reverse("console:inbox_read"), headers={"Referer": "https://evil.example/x"})
    assert away.url == "/login/?next=/"


def test_the_phone_and_the_desk_are_listed_and_the_other_is_ended(client, clerk):
    enter(client)
    phone = enter(Client(), WXWORK)
    page = said(client.get(reverse("security")))
    assert "电脑 Edge" in page
    assert "手机 企业微信" in page
    assert "来自 127.0.0.1" in page
    other = Session.objects.exclude(session_key=client.session.session_key).get()
    assert other.session_key not in client.get(reverse("security")).content.decode()
    assert client.post(reverse("end_session", args=[handle_of(other)])).url == reverse("security")
    assert inside(client)
    answer = phone.get(reverse("security"))
    assert answer.url == "/login/?next=/security/&over=1"
    assert AccessLog.objects.filter(user=clerk, action="session", reason="手机 企业微信").exists()
    assert client.post(reverse("end_session", args=[handle_of(other)])).status_code == 404


def test_nobody_ends_a_session_of_somebody_else(client, clerk, post):
    post(Role.TOWN_CLERK, "乙镇", "13800000002")
    other = enter(Client(), phone="13800000002")
    row = Session.objects.get(session_key=other.session.session_key)
    assert enter(client).post(reverse("end_session", args=[handle_of(row)])).status_code == 404
    assert inside(other)


def test_everywhere_else_ends_at_once(client, clerk):
    enter(client)
    others = [enter(Client()) for _ in range(2)]
    page = client.post(reverse("end_others"), follow=True)
    assert "别处的2个登录已结束" in said(page)
    assert (inside(client), [inside(one) for one in others]) == (True, [False, False])


def test_a_new_password_ends_the_other_sessions(client, clerk):
    enter(client)
    other = enter(Client())
    new = "canal-by-spring"
    client.post(reverse("password"), {"old": PASSWORD, "new": new, "again": new})
    assert (inside(client), inside(other)) == (True, False)
    assert Session.objects.filter(user=clerk).count() == 1
    assert AccessLog.objects.filter(user=clerk, action="password").count() == 1


def test_a_reset_password_and_an_account_switched_off_end_them_all(client, clerk, post):
    officer = post(Role.COUNTY_CLERK, "", "13800000003")
    enter(client)
    actions.reset_password(user=clerk, by=officer, at=now())
    assert not Session.objects.filter(user=clerk).exists()
    client.force_login(clerk, "django.contrib.auth.backends.ModelBackend")
    actions.set_active(user=clerk, active=False, by=officer, at=now())
    assert not Session.objects.filter(user=clerk).exists()


def test_use_is_noted_once_a_minute_at_most(client, clerk, clock):
    def noted():
        return Session.objects.get(user=clerk).seen_at

    enter(client)
    first = noted()
    clock.shift(MINUTE)
    inside(client)
    assert noted() == first
    clock.shift(1)
    inside(client)
    assert noted() - first == timedelta(seconds=MINUTE + 1)


def test_rows_nobody_can_use_are_forgotten(client, clerk, clock):
    enter(client)
    clock.shift(8 * 24 * HOUR)
    forget_sessions()
    assert not Session.objects.exists()


@pytest.mark.parametrize("short", ["nine-left", "1234567890", "password123", "qwertyuiop"])
def test_a_password_is_long_and_not_a_common_one(client, clerk, short):
    enter(client)
    answer = client.post(reverse("password"), {"old": PASSWORD, "new": short, "again": short})
    assert answer.status_code == 422


def test_a_long_one_of_one_kind_of_letters_will_do(client, clerk):
    enter(client)
    new = "水口村的水圳修好了大家高兴"
    assert client.post(reverse("password"), {"old": PASSWORD, "new": new, "again": new}).status_code == 302


@pytest.mark.parametrize(
    ("agent", "label"),
    [(EDGE, "电脑 Edge"), (WXWORK, "手机 企业微信"), ("curl/8", "电脑 其他浏览器"), ("", "电脑 其他浏览器")],
)
def test_a_machine_is_called_as_its_owner_would(agent, label):
    assert device(agent) == label


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "nonsense", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_is_the_one_our_own_proxies_saw(settings, proxies, forwarded, seen):
    settings.PROXIES = proxies
    assert address(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == seen


def test_the_lock_counts_by_that_address(client, clerk, settings):
    from axes.models import AccessAttempt

    settings.PROXIES = 1
    client.post(
        reverse("login"), {"phone": PHONE, "password": "wrong"}, headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.9"}
    )
    assert AccessAttempt.objects.get().ip_address == "203.0.113.9"
