"""公示栏, read by anybody: what hangs there, for how long, and how one objects without an account."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from issues import actions
from issues.models import Issue, Objection, PublicNotice, Status
from issues.tests import walk
from issues.tests.cast import *  # noqa: F403
from issues.tests.cast import MONDAY, TOWN
from issues.tests.walk import hours
from surfaces.public.limits import OBJECTED

pytestmark = pytest.mark.django_db
BOARD = "/notices/"


@pytest.fixture(autouse=True)
def _monday_evening():
    cache.clear()
    with time_machine.travel(hours(9), tick=False):
        yield


@pytest.fixture
def notice(cast) -> PublicNotice:
    return PublicNotice.objects.get(issue=walk.publicizing(cast))


def sent(client, notice, **typed):
    url = reverse("public:notice", args=[notice.pk])
    drawn = client.get(url).content.decode()
    client_id = re.search(r'name="client_id" value="([0-9a-f-]+)"', drawn)[1]
    return client.post(url, {"client_id": client_id, **typed})


def test_an_empty_board_says_what_will_come(client, cast):
    assert "现在没有公示" in client.get(BOARD).content.decode()


def test_the_board_shows_the_masked_notice_and_nothing_of_the_household(client, notice):
    shown = client.get(BOARD).content.decode()
    page = client.get(reverse("public:notice", args=[notice.pk])).content.decode()
    assert "基础设施 · 上陵镇水口村" in shown
    assert "黄*荣" in page
    for secret in ("黄耀荣", "13812348000", "罗网格"):
        assert secret not in shown + page


def test_one_chooses_a_town_and_sees_its_notices_only(client, notice, cast):
    assert "基础设施 · 上陵镇水口村" in client.get(BOARD, {"place": TOWN}).content.decode()
    assert "基础设施 · 上陵镇水口村" not in client.get(BOARD, {"place": "990001102000"}).content.decode()
    assert client.get(BOARD, {"place": "990009000000"}).status_code == 404
    assert client.get(BOARD, {"place": cast.village.code}).status_code == 404


def test_an_objection_needs_no_account_and_reaches_the_staff(client, notice):
    answer = sent(client, notice, text="下游三户还是没有水", phone="139 0000 0000")
    assert answer.status_code == 302
    assert "已收到您的意见" in client.get(answer["Location"]).content.decode()
    objection = Objection.objects.get()
    assert (objection.text, objection.phone, objection.notice) == ("下游三户还是没有水", "13900000000", notice)
    page = client.get(reverse("public:notice", args=[notice.pk])).content.decode()
    assert "有1条意见正在核实" in page
    assert "下游三户" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "请写明您的意见"),
        ({"text": "不对"}, "至少4个字"),
        ({"text": "还是没有水", "phone": "123"}, "请检查后再填"),
    ],
)
def test_a_mistake_is_shown_where_it_is(client, notice, typed, said):
    answer = sent(client, notice, **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Objection.objects.exists()


def test_machines_that_fill_everything_object_to_nothing(client, notice):
    assert sent(client, notice, text="还是没有水", homepage="http://spam").status_code == 422
    assert not Objection.objects.exists()


def test_after_too_many_objections_from_one_address_one_has_to_wait(client, notice):
    for _ in range(OBJECTED.most):
        assert sent(client, notice, text="下游还是没有水").status_code == 302
    assert sent(client, notice, text="下游还是没有水").status_code == 429
    assert Objection.objects.count() == OBJECTED.most


def test_the_answer_of_the_staff_stands_on_the_page(client, notice, cast):
    sent(client, notice, text="下游三户还是没有水")
    actions.answer_objection(
        issue=Issue.objects.get(),
        by=cast.clerk,
        at=hours(10),
        objection=Objection.objects.get().pk,
        answer="下游闸门已打开",
    )
    page = client.get(reverse("public:notice", args=[notice.pk])).content.decode()
    assert "下游闸门已打开" in page
    assert "正在核实" not in page


def test_a_withdrawn_notice_is_gone_and_an_ended_one_stays_readable_for_a_month(client, notice, cast):
    url = reverse("public:notice", args=[notice.pk])
    issue = Issue.objects.get()
    with time_machine.travel(MONDAY + timedelta(days=10), tick=False):
        actions.close(issue=issue, by=cast.clerk, at=MONDAY + timedelta(days=10))
        page = client.get(url).content.decode()
        assert "公示已经结束" in page
        assert client.post(url, {"text": "还是没有水", "client_id": uuid4()}).status_code == 302
    with time_machine.travel(MONDAY + timedelta(days=45), tick=False):
        assert client.get(url).status_code == 404
        assert "上陵镇水口村" not in client.get(BOARD).content.decode()
    assert (issue.status, Objection.objects.count()) == (Status.CLOSED, 0)
    PublicNotice.objects.update(withdrawn_at=hours(9))
    assert client.get(url).status_code == 404


def test_who_follows_a_matter_finds_its_notice(client, notice):
    page = client.get(f"/i/{notice.issue.code}/").content.decode()
    assert reverse("public:notice", args=[notice.pk]) in page
