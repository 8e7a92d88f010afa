"""Rules of moves that depend on more than status and person; who may make which is in test_truth_table."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.errors import Forbidden, Outrun, Refused
from issues import actions
from issues.case import scope_on
from issues.models import Issue, Status
from issues.tests import walk
from issues.tests.cast import MONDAY, POSTS
from issues.tests.walk import hours
from issues.workflow import open_moves, refusal

pytestmark = pytest.mark.django_db

ABOVE = {"clerk", "second_clerk", "town_leader", "county_officer", "leader", "command_centre"}
WITHOUT_A_PART = ["handler", "colleague", "neighbour", "other_clerk", "auditor", "nobody"]
EVERYBODY = {*POSTS, "household"}


@pytest.mark.parametrize("part", WITHOUT_A_PART)
def test_a_verb_refuses_who_has_no_right_and_changes_nothing(cast, part):
    issue = walk.processing(cast)
    before = Issue.objects.filter(pk=issue.pk).values().get()
    with pytest.raises(Forbidden, match="您没有"):
        actions.report(issue=issue, by=cast.people[part], at=hours(5), result="办好了", files=[walk.photo()])
    assert Issue.objects.filter(pk=issue.pk).values().get() == before


def test_a_verb_refuses_what_its_button_would_not_offer(cast):
    issue = walk.collected(cast)
    with pytest.raises(Refused, match="事项现在是“待梳理”，不能“交办”。"):
        actions.assign(issue=issue, by=cast.secretary, at=hours(1), handler=cast.grid_leader)


def test_once_climbed_the_level_below_reads_but_no_longer_disposes(cast):
    issue = walk.processing(cast)
    actions.escalate(issue=issue, by=cast.grid_leader, at=hours(4), reason="村里没有挖机")
    assert (issue.level, issue.handler) == (2, cast.clerk)
    said = refusal(issue, "assign", cast.secretary, scope_on(cast.secretary, MONDAY.date()))
    assert said == "事项已到“镇”，由该级交办；您可以继续跟进。"
    assert Issue.objects.visible_to(cast.grid_leader).filter(pk=issue.pk).exists()
    assert refusal(issue, "assign", cast.clerk, scope_on(cast.clerk, MONDAY.date())) is None


def test_it_is_sent_back_once_and_then_needs_a_ruling(cast):
    issue = walk.processing(cast)
    due = issue.due_at
    actions.send_back(issue=issue, by=cast.grid_leader, at=hours(4), reason="不归网格管")
    assert (issue.status, issue.handler, issue.due_at) == (Status.REGISTERED, cast.secretary, due)
    actions.assign(issue=issue, by=cast.secretary, at=hours(5), handler=cast.grid_leader)
    with pytest.raises(Refused, match="已经退回过一次"):
        actions.send_back(issue=issue, by=cast.grid_leader, at=hours(6), reason="不归网格管")
    issue.refresh_from_db()
    actions.ask_ruling(issue=issue, by=cast.grid_leader, at=hours(6), reason="确实不归网格管")
    assert issue.handler == cast.grid_leader
    actions.rule(issue=issue, by=cast.command_centre, at=hours(7), reason="由水利局办理", unit=cast.unit)
    assert (issue.status, issue.handler, issue.unit, issue.level) == (Status.ASSIGNED, cast.handler, cast.unit, 1)
    assert issue.due_at == due
    assert issue.applications.get().granted is True


def test_the_level_falls_only_by_ruling_and_starts_a_turn_of_its_own(cast):
    issue = walk.processing(cast)
    actions.escalate(issue=issue, by=cast.grid_leader, at=hours(4), reason="村里没有挖机")
    later = MONDAY + timedelta(days=1)
    actions.rule(
        issue=issue, by=cast.county_officer, at=later, reason="村里能办，发回村里", handler=cast.secretary, level=1
    )
    turns = issue.clocks.filter(kind="handle", level=1).order_by("turn")
    assert (issue.level, issue.ledger, [clock.turn for clock in turns]) == (1, "unit", [1, 2])
    assert (turns[1].started_at, issue.due_at) == (later, turns[1].due_at)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [("hold", ABOVE), ("extension", ABOVE), ("void", {"secretary"} | ABOVE)],
)
def test_an_application_is_decided_by_another_and_blocks_what_would_pass_it_over(cast, asked, granted):
    issue = walk.processing(cast)
    until = (MONDAY + timedelta(days=20)).date()
    ask: dict[str, dict[str, Any]] = {
        "hold": {"reason": "要等枯水期", "plan": "冬修重建", "milestones": "12月1日 设计", "until": until},
        "extension": {"reason": "配件没到货", "until": until},
        "void": {"reason": "重复登记了"},
    }
    actions.perform(f"ask_{asked}", issue=issue, by=cast.grid_leader, at=hours(4), **ask[asked])
    decide = {"hold": "hold", "extension": "extend", "void": "void"}[asked]
    for part in sorted(EVERYBODY):
        user = cast.people.get(part)
        offered = {move.name for move in open_moves(issue, user, scope_on(user, MONDAY.date()))}
        assert offered & {"hold", "extend", "void", "deny"} == ({decide, "deny"} if part in granted else set()), part
        assert not offered & {"report", "escalate", "assign", "send_back", "rule"}


def test_what_is_to_be_void_waits_for_the_answer(cast):
    issue = walk.collected(cast)
    actions.ask_void(issue=issue, by=cast.secretary, at=hours(1), reason="重复登记了")
    for name in ("solve_on_spot", "merge", "register", "decline", "transfer", "ask_void"):
        said = refusal(issue, name, cast.secretary, scope_on(cast.secretary, MONDAY.date()))
        assert said == "已有一项作废申请待答复，答复后再办。"


def test_nobody_decides_their_own_application(cast):
    issue = walk.collected(cast)
    actions.ask_void(issue=issue, by=cast.secretary, at=hours(1), reason="重复登记了")
    with pytest.raises(Refused, match="不能批准自己提出的申请"):
        actions.void(issue=issue, by=cast.secretary, at=hours(2))


def test_the_same_form_sent_twice_acts_once(cast):
    issue = walk.registered(cast)
    seen = issue.version
    actions.perform("escalate", issue=issue, by=cast.county_officer, at=hours(2), seen=seen, reason="村里办不了")
    again = Issue.objects.get(pk=issue.pk)
    with pytest.raises(Outrun, match="刚刚被别人处理过"):
        actions.perform("escalate", issue=again, by=cast.county_officer, at=hours(2), seen=seen, reason="村里办不了")
    assert Issue.objects.get(pk=issue.pk).level == 2


@pytest.mark.parametrize("begin", [walk.registered, walk.assigned])
def test_of_two_people_who_read_the_same_row_only_the_first_moves_it(cast, begin):
    """Also where the status stays the same."""
    issue = begin(cast)
    mine, yours = Issue.objects.get(pk=issue.pk), Issue.objects.get(pk=issue.pk)
    actions.assign(issue=mine, by=cast.secretary, at=hours(3), handler=cast.member)
    with pytest.raises(Outrun):
        actions.assign(issue=yours, by=cast.clerk, at=hours(3), handler=cast.secretary)
    fresh = Issue.objects.get(pk=issue.pk)
    assert (fresh.handler, fresh.version) == (cast.member, mine.version)
    assert issue.events.count() == issue.version + 1
