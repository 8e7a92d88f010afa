"""What the page of an issue tells of its applications, plan, attempts and publicity, to whom it concerns."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from issues import actions
from issues.models import Issue, Objection, PublicNotice, RegisterRules
from issues.tests import walk
from issues.tests.cast import *  # noqa: F403
from issues.tests.cast import MONDAY
from issues.tests.test_holds import held
from issues.tests.walk import hours

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_evening():
    with time_machine.travel(hours(9), tick=False):
        yield


@pytest.fixture
def shown(client):
    def page(issue, user, surface="console") -> str:
        client.force_login(user)
        return client.get(reverse(f"{surface}:issue", args=[issue.pk])).content.decode()

    return page


@pytest.fixture
def objected(cast) -> Objection:
    notice = PublicNotice.objects.get(issue=walk.publicizing(cast))
    known = {"text": "下游三户还是没有水", "phone": "13900000000", "client_id": uuid4()}
    return actions.raise_objection(notice=notice, at=hours(8), **known)


def test_who_approves_reads_the_whole_plan_before(cast, shown):
    issue = walk.processing(cast)
    plan = {"reason": "要等枯水期", "plan": "冬修水利时重建", "milestones": "2026-11-20 完成招标"}
    until = (MONDAY + timedelta(days=30)).date()
    actions.ask_hold(issue=issue, by=cast.grid_leader, at=hours(4), until=until, **plan)
    page = shown(issue, cast.clerk)
    for words in ("待答复的挂账申请", "要等枯水期", "冬修水利时重建", "2026-11-20 完成招标"):
        assert words in page


@pytest.mark.parametrize(("part", "surface"), [("clerk", "console"), ("grid_leader", "field")])
def test_milestones_stand_on_the_page_and_a_late_one_is_marked(cast, shown, part, surface):
    issue = held(cast)
    page = shown(issue, cast.people[part], surface)
    assert "完成招标" in page
    assert "节点逾期" not in page
    with time_machine.travel(MONDAY + timedelta(days=19), tick=False):
        assert "节点逾期" in shown(issue, cast.people[part], surface)
    first = issue.milestones.first()
    actions.milestone(issue=issue, by=cast.grid_leader, at=hours(24 * 10), milestone=first.pk)
    with time_machine.travel(MONDAY + timedelta(days=19), tick=False):
        page = shown(issue, cast.people[part], surface)
    assert "按时完成" in page
    assert "节点逾期" not in page


def test_attempts_that_failed_are_counted_without_those_of_the_handler(cast, shown):
    issue = walk.confirming(cast)
    assert "已联系" not in shown(issue, cast.clerk)
    for number, by in enumerate((cast.grid_leader, cast.clerk, cast.clerk)):
        actions.contact(issue=issue, by=by, at=hours(6 + number), reached=False)
    assert "承办人以外的人已联系2次，都没有联系上；满3次可以由村见证。" in shown(issue, cast.clerk)
    actions.contact(issue=issue, by=cast.secretary, at=hours(9), reached=False)
    assert "已联系3次，都没有联系上；可以由村见证。" in shown(issue, cast.clerk)


def test_who_verifies_reads_the_objection_and_its_phone_masked(cast, shown, objected):
    page = shown(objected.notice.issue, cast.clerk)
    assert "有异议待答复" in page
    assert "下游三户还是没有水" in page
    assert "139****0000" in page
    assert "13900000000" not in page


@pytest.mark.parametrize(("part", "surface"), [("grid_leader", "field"), ("member", "field")])
def test_the_handler_and_the_collector_do_not_learn_who_objected(cast, shown, client, objected, part, surface):
    page = shown(objected.notice.issue, cast.people[part], surface)
    assert "有异议待答复" in page
    assert "下游三户" not in page
    url = reverse("reveal", args=["issues.objection", objected.pk, "phone"])
    assert client.post(url, {"reason": "想问问是谁"}).status_code in (403, 404)


def test_the_phone_of_an_objection_opens_with_a_reason(cast, shown, client, objected):
    client.force_login(cast.clerk)
    url = reverse("reveal", args=["issues.objection", objected.pk, "phone"])
    assert "13900000000" in client.post(url, {"reason": "向反映人核实异议"}).content.decode()


@pytest.mark.parametrize(("name", "typed"), [("answer_objection", "objection"), ("publicity_text", "text")])
def test_moves_of_publicity_have_their_forms_on_console(cast, client, objected, name, typed):
    client.force_login(cast.clerk)
    page = client.get(reverse("console:move", args=[objected.notice.issue_id, name])).content.decode()
    assert f'name="{typed}"' in page
    assert ("下游三户" if name == "answer_objection" else "黄*荣") in page


def test_a_milestone_is_ticked_off_on_the_phone(cast, client):
    issue = held(cast)
    client.force_login(cast.grid_leader)
    url = reverse("field:move", args=[issue.pk, "milestone"])
    chosen = issue.milestones.first()
    assert "完成招标" in client.get(url).content.decode()
    assert client.post(url, {"milestone": chosen.pk, "seen": issue.version}).status_code == 302
    chosen.refresh_from_db()
    assert chosen.done_by == cast.grid_leader


def test_the_api_names_the_milestones_and_takes_one(cast, client):
    issue = held(cast)
    client.force_login(cast.grid_leader)
    moves = client.get(f"/api/v1/issues/{issue.pk}/moves/").json()
    [move] = [move for move in moves if move["name"] == "milestone"]
    chosen = issue.milestones.first()
    assert move["fields"][0]["choices"][0] == [str(chosen.pk), "11月20日（周五） 完成招标"]
    answer = client.post(
        f"/api/v1/issues/{issue.pk}/moves/milestone/", {"milestone": chosen.pk}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    assert Issue.objects.get().milestones.left().count() == 1


@pytest.mark.parametrize(("asked", "label"), [("milestone", "挂账节点逾期"), ("objection", "公示异议待答复")])
def test_late_milestones_and_waiting_objections_are_found_from_the_first_page(cast, client, asked, label):
    walk.processing(cast)
    late = held(cast)
    notice = PublicNotice.objects.get(issue=walk.publicizing(cast))
    RegisterRules.objects.update(publicity=False)
    known = {"text": "下游三户还是没有水", "client_id": uuid4()}
    objection = actions.raise_objection(notice=notice, at=hours(8), **known)
    expected = {"milestone": late, "objection": notice.issue}[asked]
    with time_machine.travel(MONDAY + timedelta(days=19), tick=False):
        client.force_login(cast.clerk)
        assert label in client.get("/console/").content.decode()
        rows = client.get("/console/issues/", {"status": "live", "heed": asked}).context["page"].rows
        assert [one.pk for one in rows] == [expected.pk]
        issue = Issue.objects.get(pk=notice.issue_id)
        actions.answer_objection(issue=issue, by=cast.clerk, at=hours(30), objection=objection.pk, answer="下游已通水")
        for milestone in late.milestones.all():
            actions.milestone(issue=late, by=cast.grid_leader, at=hours(31), milestone=milestone.pk)
        assert not client.get("/console/issues/", {"status": "live", "heed": asked}).context["page"].rows
