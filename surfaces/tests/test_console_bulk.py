"""What is ticked on the desk is moved in one go; each issue by itself, and what was refused is told."""

import pytest
import time_machine
from django.urls import reverse

from accounts.models import SavedFilter
from issues import actions
from issues.models import Issue, IssueEvent, Status
from issues.tests import walk
from issues.tests.cast import *  # noqa: F403
from issues.tests.walk import hours

pytestmark = pytest.mark.django_db
DESK = reverse("console:issues")
SHEETS = reverse("console:issue_sheets")


@pytest.fixture(autouse=True)
def _that_afternoon():
    with time_machine.travel(hours(6), tick=False):
        yield


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.clerk)
    return client


def asked(issues) -> str:
    return "?" + "&".join(f"issue={one.pk}" for one in issues)


def address(name, issues) -> str:
    return reverse("console:bulk", args=[name]) + asked(issues)


def seen(issues) -> dict[str, int]:
    return {f"seen_{one.pk}": one.version for one in issues}


def standing(issues) -> list[str]:
    return [Issue.objects.get(pk=one.pk).status for one in issues]


def test_several_are_assigned_to_one_person_in_one_go(desk, cast):
    chosen = [walk.registered(cast), walk.registered(cast)]
    shown = desk.get(address("assign", chosen)).content.decode()
    assert all(one.number in shown for one in chosen)
    answer = desk.post(address("assign", chosen), {"handler": cast.grid_leader.pk, **seen(chosen)})
    assert (answer.status_code, answer["Location"]) == (302, DESK)
    assert standing(chosen) == [Status.ASSIGNED] * 2
    assert {Issue.objects.get(pk=one.pk).handler for one in chosen} == {cast.grid_leader}


def test_what_a_rule_refuses_for_one_does_not_stop_the_others(desk, cast):
    fit, done = walk.registered(cast), walk.confirming(cast)
    shown = desk.get(address("assign", [fit, done])).content.decode()
    assert "其中1件现在不能交办" in shown
    answer = desk.post(address("assign", [fit, done]), {"handler": cast.grid_leader.pk, **seen([fit, done])})
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "1件已办，1件没有办" in said
    assert "事项现在是“待群众确认”，不能“交办”。" in said
    assert standing([fit, done]) == [Status.ASSIGNED, Status.CONFIRMING]


def test_a_form_sent_twice_acts_once(desk, cast):
    chosen = [walk.registered(cast)]
    given = {"handler": cast.grid_leader.pk, **seen(chosen)}
    assert [desk.post(address("assign", chosen), given).status_code for _ in range(2)] == [302, 302]
    assert IssueEvent.objects.filter(issue=chosen[0], name="assign").count() == 1


def test_somebody_who_was_first_is_not_overwritten(desk, cast):
    issue = walk.registered(cast)
    shown = seen([issue])
    actions.comment(issue=issue, by=cast.secretary, at=hours(5), note="等我看过再交办")
    answer = desk.post(address("assign", [issue]), {"handler": cast.grid_leader.pk, **shown})
    assert "刚刚被别人处理过" in answer.content.decode()
    assert standing([issue]) == [Status.REGISTERED]


def test_opinions_that_are_complete_are_registered_and_the_others_say_what_is_missing(desk, cast):
    whole = walk.collected(cast, petitioner="黄村民", phone="13900000001", category="infrastructure", urgency="normal")
    nameless = walk.collected(cast, household=None, grid=cast.cell, category="infrastructure", urgency="normal")
    answer = desk.post(address("register", [whole, nameless]), seen([whole, nameless]))
    assert "请填写“反映人”" in answer.content.decode()
    assert standing([whole, nameless]) == [Status.REGISTERED, Status.COLLECTED]


def test_a_choice_made_once_counts_for_all(desk, cast):
    known = {"petitioner": "黄村民", "phone": "13900000001"}
    chosen = [walk.collected(cast, **known), walk.collected(cast, **known)]
    desk.post(address("register", chosen), {"category": "livelihood", "urgency": "urgent", **seen(chosen)})
    rows = Issue.objects.filter(pk__in=[one.pk for one in chosen]).values_list("status", "category", "urgency")
    assert list(rows) == [(Status.REGISTERED, "livelihood", "urgent")] * 2


def test_nothing_ticked_leads_back_with_a_sentence(desk):
    answer = desk.get(reverse("console:bulk", args=["assign"]), follow=True)
    assert "请先在列表里勾选要交办的事项" in answer.content.decode()


def test_issues_of_another_town_and_moves_not_meant_for_many_do_not_exist(client, cast):
    issue = walk.registered(cast)
    client.force_login(cast.other_clerk)
    assert client.get(address("assign", [issue])).status_code == 404
    assert client.get(SHEETS + asked([issue])).status_code == 404
    client.force_login(cast.clerk)
    assert client.get(address("verify", [issue])).status_code == 404


def test_no_more_than_fifty_at_once(desk):
    many = "&".join(f"issue={number}" for number in range(1, 52))
    answer = desk.get(f"{reverse('console:bulk', args=['assign'])}?{many}")
    assert "一次最多办50件" in answer.content.decode()


def test_only_moves_that_may_be_open_are_offered_under_the_list(desk, cast):
    walk.registered(cast)
    assert 'formaction="/console/issues/bulk/assign/"' in desk.get(DESK, {"status": "registered"}).content.decode()
    closed = desk.get(DESK, {"status": "confirming"}).content.decode()
    assert "issues/bulk/" not in closed


def test_the_sheets_hold_what_is_known_but_no_phone(desk, cast):
    chosen = [walk.confirming(cast), walk.registered(cast)]
    paper = desk.get(SHEETS + asked(chosen)).content.decode()
    assert paper.count('class="panel sheet"') == 2
    assert "已清淤300米" in paper
    assert "13812348000" not in paper


# Kept filters


def test_a_filter_is_kept_under_a_name_and_found_again(desk, cast):
    answer = desk.post(
        reverse("console:filter_keep", args=["issues"]), {"name": "急的", "query": "urgency=urgent&category=&q="}
    )
    assert answer["Location"] == f"{DESK}?urgency=urgent"
    shown = desk.get(answer["Location"]).content.decode()
    assert '<a href="?urgency=urgent" aria-current="true">急的</a>' in shown
    assert "保存这个筛选" not in shown


def test_the_same_name_again_is_replaced_and_a_nameless_one_refused(desk, cast):
    keep = reverse("console:filter_keep", args=["issues"])
    for query in ("status=closed", "status=reported"):
        desk.post(keep, {"name": "常看", "query": query})
    assert list(SavedFilter.objects.values_list("name", "query")) == [("常看", "status=reported")]
    refused = desk.post(keep, {"name": " ", "query": "status=closed"}, follow=True)
    assert "请给这个筛选起个名字" in refused.content.decode()


def test_the_thirteenth_filter_is_refused_with_a_way_out(desk, cast):
    keep = reverse("console:filter_keep", args=["issues"])
    for number in range(13):
        answer = desk.post(keep, {"name": f"第{number}个", "query": f"q={number}"})
    assert "最多保存12个筛选，请先删去不用的" in answer.content.decode()
    assert SavedFilter.objects.count() == 12


def test_a_kept_filter_is_mine_alone(client, desk, cast):
    desk.post(reverse("console:filter_keep", args=["issues"]), {"name": "急的", "query": "urgency=urgent"})
    drop = reverse("console:filter_drop", args=[SavedFilter.objects.get().pk])
    client.force_login(cast.second_clerk)
    assert "急的</a>" not in client.get(DESK).content.decode()
    assert client.post(drop).status_code == 404
    client.force_login(cast.clerk)
    assert "急的</a>" in client.get(DESK).content.decode()
    assert client.post(drop)["Location"] == DESK
    assert not SavedFilter.objects.exists()
