"""Coming in and going out."""

import pytest
from django.urls import include, path, reverse

from accounts.models import AccessLog
from accounts.roles import Role
from grids.models import Posting
from grids.tests.trees import START, County, person
from liaison.urls import urlpatterns as ours
from surfaces import entry

pytestmark = [pytest.mark.django_db]

PHONE, PASSWORD = "13800000001", "liaison-2026"


@pytest.fixture
def clerk():
    return person("陈秀英", PHONE, password=PASSWORD)


def send(client, phone=PHONE, password=PASSWORD, **more):
    return client.post(reverse("login"), {"phone": phone, "password": password, **more})


@pytest.mark.parametrize("typed", [PHONE, "138 0000 0001", "+86 138-0000-0001", "１３８０００００００１"])
def test_a_phone_number_in_any_spelling_logs_in_and_is_logged(client, clerk, typed):
    answer = send(client, typed)

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(clerk.pk)
    log = AccessLog.objects.get()
    assert (log.action, log.user, log.address) == ("login", clerk, "127.0.0.1")


@pytest.mark.parametrize(("phone", "password"), [(PHONE, "wrong"), ("13900000000", PASSWORD), ("abc", PASSWORD)])
def test_a_wrong_pair_stays_on_the_page_with_one_sentence_for_all(client, clerk, phone, password):
    answer = send(client, phone, password)

    assert answer.status_code == 422
    assert "手机号或密码不对" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert [(log.user, log.action) for log in AccessLog.objects.all()] == (
        [(clerk, "failure")] if phone == PHONE else []
    )


def test_an_account_that_was_switched_off_cannot_log_in(client, clerk):
    clerk.is_active = False
    clerk.save()
    assert send(client).status_code == 422


def test_after_eight_wrong_passwords_even_the_right_one_waits(client, clerk):
    for _ in range(8):
        answer = send(client, password="wrong")
    assert answer.status_code == 429
    assert "登录已暂停" in answer.content.decode()
    assert send(client).status_code == 429
    assert "_auth_user_id" not in client.session
    reasons = list(AccessLog.objects.order_by("id").values_list("reason", flat=True))
    assert reasons == ["密码不对"] * 7 + ["密码不对，已暂停登录"], "and what is tried meanwhile is not worth a line"


def test_the_lock_keeps_no_phone_number_in_plain_text(client, clerk):
    from axes.models import AccessAttempt

    send(client, password="wrong")
    attempt = AccessAttempt.objects.get()
    assert attempt.username == clerk.phone_index
    assert PHONE not in f"{attempt.post_data}{attempt.get_data}"


@pytest.mark.parametrize("away", ["https://evil.example/x", "//evil.example", "javascript:alert(1)", ""])
def test_after_the_login_nobody_is_sent_to_another_site(client, clerk, away):
    assert send(client, next=away).url == "/"


def test_after_the_login_the_page_asked_for_comes_first(client, clerk):
    assert client.get(reverse("password")).url == "/login/?next=/password/"
    assert send(client, next="/password/").url == "/password/"


def test_the_first_login_leads_to_a_new_password_before_anything_else(client, clerk):
    clerk.must_change = True
    clerk.save()

    assert send(client, next="/somewhere/").url == reverse("password")
    assert client.get("/").url == reverse("password")
    assert client.post(reverse("reveal", args=["members.member", 1, "phone"])).url == reverse("password")
    answer = client.post(reverse("password"), {"old": PASSWORD, "new": "canal-by-spring", "again": "canal-by-spring"})

    assert answer.url == "/"
    clerk.refresh_from_db()
    assert not clerk.must_change
    assert clerk.check_password("canal-by-spring")
    assert client.get(reverse("password")).status_code == 200, "the session survives its owner's change"


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("wrong", "canal-by-spring", "canal-by-spring", "现在的密码不对"),
        (PASSWORD, "canal-by-spring", "canal-by-autumn", "两次输入的新密码不一样"),
        (PASSWORD, "short", "short", "密码"),
        (PASSWORD, "password123", "password123", "密码"),
        (PASSWORD, PHONE, PHONE, "不要用手机号作密码"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码不能和现在的一样"),
    ],
)
def test_a_bad_new_password_is_refused_with_a_sentence(client, clerk, old, new, again, sentence):
    client.force_login(clerk, "django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("password"), {"old": old, "new": new, "again": again})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)


def test_logging_out_takes_a_post_and_is_logged(client, clerk):
    send(client)
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).url == reverse("login")
    assert "_auth_user_id" not in client.session
    assert AccessLog.objects.filter(action="logout", user=clerk).count() == 1


def test_without_an_account_the_home_page_leads_to_the_login(client):
    assert client.get("/").url == "/login/?next=/"


def test_an_account_without_a_post_is_told_so(client, clerk):
    send(client)
    assert client.get("/").status_code == 403


urlpatterns = [
    *(pattern for pattern in ours if getattr(pattern, "name", "") in {"home", "login", "logout", "password"}),
    *(
        path(f"{name}/", include(([path("", entry.healthz, name="home")], name)))
        for name in ("county", "console", "field")
    ),
]
"""Our doors, with a home page on each surface, whatever those surfaces hold by now."""


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("posts", "landing"),
    [
        ([(Role.LIAISON_MEMBER, "甲镇/1村")], "/field/"),
        ([(Role.TOWN_CLERK, "甲镇")], "/console/"),
        ([(Role.COUNTY_LEADER, "")], "/county/"),
        ([(Role.LIAISON_MEMBER, "甲镇/1村"), (Role.TOWN_CLERK, "甲镇")], "/console/"),
    ],
)
def test_home_is_the_surface_of_ones_posts(client, clerk, posts, landing):
    county = County()
    for role, place in posts:
        Posting.objects.create(user=clerk, role=role, since=START, **county[place].scope())
    send(client)
    assert client.get("/").url == landing


def test_the_health_page_says_yes_while_database_and_redis_answer(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "database": True, "redis": True})


def test_the_health_page_names_the_part_that_does_not_answer(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False, "database": True, "redis": False})
