"""The second step on its pages: setting up, the code at the login, who must, and who resets."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, SecondStep, User
from accounts.roles import Role
from accounts.second_step import actions, codes
from grids.models import Posting
from grids.tests.trees import START, County, person
from surfaces.sign_in import CODE_SECONDS
from surfaces.tests.browsing import said
from surfaces.tests.field_cast import BACKEND
from workdays.now import real_now

pytestmark = pytest.mark.django_db

PHONE, PASSWORD = "13800000001", "liaison-2026"


@pytest.fixture
def clock():
    with time_machine.travel(real_now(), tick=False) as clock:
        yield clock


@pytest.fixture
def county(clock):
    return County()


def holder(county, name, phone, role, place=""):
    user = person(name, phone, password=PASSWORD)
    Posting.objects.create(user=user, role=role, since=START, **county[place].scope())
    return user


@pytest.fixture
def clerk(county):
    return holder(county, "陈秀英", PHONE, Role.TOWN_CLERK, "甲镇")


def code(user):
    return codes.code_of(SecondStep.objects.get(user=user).secret, codes.step_of(real_now()))


def set_up(user, clock):
    actions.begin(user=user, by=user, at=real_now())
    made = actions.confirm(user=user, code=code(user), by=user, at=real_now())
    clock.shift(60)
    return made


def sign_in(client, **more):
    return client.post(reverse("login"), {"phone": PHONE, "password": PASSWORD, **more})


def test_a_person_sets_it_up_with_their_phone(client, clerk, clock):
    client.force_login(clerk, BACKEND)
    assert "开始设置" in said(client.get(reverse("second_step")))
    client.post(reverse("second_step"), {"begin": "1"})
    page = client.get(reverse("second_step"))
    secret = SecondStep.objects.get().secret
    assert codes.in_fours(secret) in said(page)
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.post(reverse("second_step"), {"code": "000000"}).status_code == 422
    shown = client.post(reverse("second_step"), {"code": code(clerk)})
    assert len(re.findall(r"<li>\w{5}-\w{5}</li>", shown.content.decode())) == 10
    assert client.post(reverse("second_step"), {"code": code(clerk)}).url == reverse("security"), "shown once"
    assert "备用码还剩10个" in said(client.get(reverse("security")))


def test_from_then_on_the_password_alone_lets_nobody_in(client, clerk, clock):
    set_up(clerk, clock)
    assert sign_in(client, next="/security/").url == reverse("login_code")
    assert "_auth_user_id" not in client.session
    assert client.get("/security/").url.startswith("/login/")
    wrong = client.post(reverse("login_code"), {"code": "000000"})
    assert (wrong.status_code, "口令不对或已经用过" in said(wrong)) == (422, True)
    assert client.post(reverse("login_code"), {"code": code(clerk)}).url == "/security/"
    assert client.session["_auth_user_id"] == str(clerk.pk)
    log = AccessLog.objects.filter(action="login").get()
    assert (log.user, log.reason) == (clerk, "密码和动态口令")


def test_a_backup_code_lets_in_as_well(client, clerk, clock):
    made = set_up(clerk, clock)
    sign_in(client)
    assert client.post(reverse("login_code"), {"code": made[3]}).url == "/"


def test_a_code_seen_over_the_shoulder_does_not_serve_again(client, clerk, clock):
    set_up(clerk, clock)
    seen = code(clerk)
    sign_in(client)
    client.post(reverse("login_code"), {"code": seen})
    thief = Client()
    sign_in(thief)
    assert thief.post(reverse("login_code"), {"code": seen}).status_code == 422


def test_guessing_codes_is_stopped(client, clerk, clock):
    set_up(clerk, clock)
    sign_in(client)
    for _ in range(actions.TRIES):
        client.post(reverse("login_code"), {"code": "000000"})
    answer = client.post(reverse("login_code"), {"code": code(clerk)})
    assert (answer.status_code, "请15分钟后再试" in said(answer)) == (422, True)
    again = Client()
    sign_in(again)
    assert again.post(reverse("login_code"), {"code": code(clerk)}).status_code == 422, "not by a new login either"


def test_whoever_waits_too_long_between_the_steps_begins_again(client, clerk, clock):
    set_up(clerk, clock)
    sign_in(client)
    clock.shift(CODE_SECONDS + 1)
    assert client.post(reverse("login_code"), {"code": code(clerk)}).url == reverse("login")


def test_an_account_switched_off_between_the_steps_stays_out(client, clerk, clock):
    set_up(clerk, clock)
    sign_in(client)
    User.objects.update(is_active=False)
    assert client.post(reverse("login_code"), {"code": code(clerk)}).url == reverse("login")


def test_who_must_have_it_is_led_there_and_nowhere_else(client, clerk, clock, settings):
    settings.SECOND_STEP_ROLES = frozenset({"town_clerk"})
    sign_in(client)
    assert client.get("/").url == reverse("second_step")
    assert client.get(reverse("console:home")).url == reverse("second_step")
    assert client.get("/api/v1/households/").status_code == 403
    assert "您的岗位登录时" in said(client.get(reverse("second_step")))
    client.post(reverse("second_step"), {"begin": "1"})
    client.post(reverse("second_step"), {"code": code(clerk)})
    assert client.get(reverse("console:home")).status_code == 200
    assert client.get("/api/v1/households/").status_code == 200


def test_giving_it_up_and_new_codes_take_a_code(client, clerk, clock):
    set_up(clerk, clock)
    client.force_login(clerk, BACKEND)
    assert client.post(reverse("second_step_leave"), {"code": "000000"}).status_code == 422
    shown = client.post(reverse("backup_codes"), {"code": code(clerk)})
    assert len(re.findall(r"<li>\w{5}-\w{5}</li>", shown.content.decode())) == 10
    clock.shift(60)
    assert client.post(reverse("second_step_leave"), {"code": code(clerk)}).url == reverse("security")
    assert not actions.enrolled(clerk)


def test_only_the_security_administrator_resets_it_and_says_why(client, county, clerk, clock):
    officer = holder(county, "组织部", "13800000003", Role.COUNTY_CLERK)
    admin = holder(county, "安全员", "13800000004", Role.SECURITY_ADMIN)
    auditor = holder(county, "审计员", "13800000005", Role.AUDITOR)
    set_up(clerk, clock)
    url = reverse("console:user_second_step", args=[clerk.pk])
    client.force_login(officer, BACKEND)
    assert client.post(url, {"reason": "手机丢了，核实过"}).status_code == 403
    assert "重置动态口令" not in said(client.get(reverse("console:users")))
    client.force_login(admin, BACKEND)
    assert "重置动态口令" in said(client.get(reverse("console:users")))
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "手机丢了，核实过"}).status_code == 302
    assert not actions.enrolled(clerk)
    client.force_login(auditor, BACKEND)
    assert "重置动态口令：手机丢了，核实过" in said(client.get(reverse("console:audit"), {"action": "totp"}))


def test_the_auditor_reads_logins_and_failures(client, county, clerk, clock):
    auditor = holder(county, "审计员", "13800000005", Role.AUDITOR)
    sign_in(client, password="wrong")
    sign_in(client)
    client.force_login(auditor, BACKEND)
    page = said(client.get(reverse("console:audit")))
    assert "密码不对" in page
    assert "登录失败" in page
