"""Up the chain village → town → county: by hand and by itself, past vacancies and absences, never in a loop."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict

from accounts.errors import Refused
from accounts.roles import Role
from grids.models import Absence, Posting
from issues import actions, events, sweep
from issues.models import Category, Clock, Involvement, Issue, IssueEvent, Limit, Status, Urgency
from issues.tests import walk
from issues.tests.cast import MONDAY
from issues.tests.walk import hours
from notices.models import Notice
from workdays.arithmetic import ZONE

pytestmark = pytest.mark.django_db

BREACH = datetime(2026, 11, 11, 18, 0, tzinfo=ZONE)
"""Handling of a normal matter of 基础设施 in the village: due 9 November 18:00, up by itself two workdays later."""


def vacate(role: Role) -> None:
    Posting.objects.filter(role=role).update(until=date(2026, 6, 1))


def away(user, substitute=None) -> None:
    Absence.objects.create(user=user, substitute=substitute, since=date(2026, 11, 1), until=date(2026, 12, 1))


def test_by_hand_it_goes_one_rung_up_with_the_reason_and_a_clock_of_its_own(cast):
    issue = walk.processing(cast)
    old = issue.clocks.get(kind="handle")
    actions.escalate(issue=issue, by=cast.grid_leader, at=hours(30), reason="村里没有挖机")
    assert (issue.status, issue.level, issue.handler) == (Status.ASSIGNED, 2, cast.clerk)
    event = issue.events.last()
    assert (event.name, event.note, event.by) == ("escalate", "村里没有挖机", cast.grid_leader)
    assert event.facts == {
        "automatic": False,
        "from_handler": cast.grid_leader.pk,
        "from_level": 1,
        "passed": [],
        "to_level": 2,
    }
    frozen, new = issue.clocks.filter(kind="handle").order_by("level")
    assert (frozen.due_at, frozen.stopped_at, frozen.met) == (old.due_at, hours(30), None)
    assert (new.started_at, new.due_at) == (hours(30), issue.due_at)
    assert new.sentence.startswith("11月3日（周二）起算，10个工作日 → 11月17日（周二）18:00到期")


def test_without_a_reason_nothing_goes_up(cast):
    issue = walk.processing(cast)
    with pytest.raises(Refused, match="请写明理由"):
        actions.escalate(issue=issue, by=cast.grid_leader, at=hours(4), reason=" 难 ")


def test_by_itself_it_goes_up_when_the_grace_after_the_due_is_over(cast):
    issue = walk.processing(cast)
    assert issue.escalate_at == BREACH
    assert sweep.escalate_overdue(at=BREACH - timedelta(seconds=1)) == sweep.Swept()
    assert sweep.escalate_overdue(at=BREACH) == sweep.Swept(climbed=1)
    issue.refresh_from_db()
    assert (issue.status, issue.level, issue.handler, issue.round) == (Status.ASSIGNED, 2, cast.clerk, 1)
    event = issue.events.last()
    assert (event.name, event.by, event.facts["automatic"]) == ("escalate", None, True)
    assert issue.version == event.seq == 5
    assert issue.clocks.get(kind="handle", level=1).met is False


def test_it_climbs_from_the_village_over_the_town_to_the_county_and_no_further(cast):
    issue = walk.processing(cast)
    seen = []
    at = BREACH
    for _ in range(4):
        swept = sweep.escalate_overdue(at=at)
        issue.refresh_from_db()
        seen.append((swept.climbed, swept.topped, issue.level, issue.handler.name))
        at = issue.escalate_at or at + timedelta(days=60)
    assert seen == [
        (1, 0, 2, "叶经办"),
        (1, 0, 3, "林组工"),
        (0, 1, 3, "林组工"),
        (0, 0, 3, "林组工"),
    ]
    assert issue.escalate_at is None
    turns = issue.clocks.filter(kind="handle", level=3).order_by("turn")
    assert [(clock.turn, clock.met, clock.stopped_at is None) for clock in turns] == [
        (1, False, False),
        (2, None, True),
    ]
    assert issue.due_at == turns[1].due_at
    told = Notice.objects.get(user=cast.leader)
    assert told.text == f"事项{issue.number}“{issue.title}”逾期未办结，已在最高层级，请督促办理。"
    assert not list(events.broken())


def test_a_matter_nobody_assigned_goes_up_too(cast):
    issue = walk.registered(cast)
    assert issue.escalate_at == datetime(2026, 11, 5, 18, 0, tzinfo=ZONE)
    sweep.escalate_overdue(at=issue.escalate_at)
    issue.refresh_from_db()
    assert (issue.status, issue.level, issue.handler) == (Status.ASSIGNED, 2, cast.clerk)
    assert [clock.kind for clock in issue.clocks.filter(stopped_at=None)] == ["handle"]


def test_a_vacant_rung_is_passed_over_and_listed(cast):
    vacate(Role.TOWN_CLERK)
    vacate(Role.TOWN_LEADER)
    issue = walk.processing(cast)
    sweep.escalate_overdue(at=BREACH)
    issue.refresh_from_db()
    assert (issue.level, issue.handler) == (3, cast.county_officer)
    assert issue.events.last().facts["passed"] == [{"level": 2, "name": "镇", "why": "vacant"}]


def test_within_a_rung_the_next_role_steps_in(cast):
    vacate(Role.TOWN_CLERK)
    issue = walk.processing(cast)
    sweep.escalate_overdue(at=BREACH)
    issue.refresh_from_db()
    assert (issue.level, issue.handler) == (2, cast.town_leader)


def test_substitutes_are_followed_to_the_end(cast):
    away(cast.clerk, cast.second_clerk)
    away(cast.second_clerk, cast.town_leader)
    issue = walk.processing(cast)
    sweep.escalate_overdue(at=BREACH)
    issue.refresh_from_db()
    assert issue.handler == cast.town_leader


def test_an_absence_without_substitute_leaves_the_post_to_the_next(cast):
    away(cast.clerk)
    issue = walk.processing(cast)
    sweep.escalate_overdue(at=BREACH)
    issue.refresh_from_db()
    assert issue.handler == cast.second_clerk


def test_a_substitute_acts_for_an_absent_handler(cast):
    issue = walk.assigned(cast)
    away(cast.grid_leader, cast.member)
    actions.sign_for(issue=issue, by=cast.member, at=hours(4))
    assert (issue.status, issue.handler) == (Status.PROCESSING, cast.grid_leader)


def test_a_level_without_a_limit_for_the_matter_is_passed_over(cast):
    Limit.objects.filter(column="town", category=Category.INFRASTRUCTURE).delete()
    issue = walk.processing(cast)
    sweep.escalate_overdue(at=BREACH)
    issue.refresh_from_db()
    assert issue.level == 3
    assert issue.events.last().facts["passed"] == [{"level": 2, "name": "镇", "why": "no_limit"}]


def test_with_every_post_above_vacant_the_leader_hears_of_it_and_it_is_tried_again_each_period(cast):
    for role in (Role.TOWN_CLERK, Role.TOWN_LEADER, Role.COUNTY_CLERK, Role.COUNTY_LEADER):
        vacate(role)
    issue = walk.processing(cast)
    with pytest.raises(Refused, match=r"上级岗位都空缺或不办理此类事项（镇、县）"):
        actions.escalate(issue=issue, by=cast.grid_leader, at=hours(4), reason="村里没有挖机")
    assert sweep.escalate_overdue(at=BREACH).topped == 1
    assert sweep.escalate_overdue(at=BREACH).topped == 0
    issue.refresh_from_db()
    assert (issue.level, issue.handler, issue.escalate_at > BREACH) == (1, cast.grid_leader, True)
    Posting.objects.filter(role=Role.TOWN_CLERK).update(until=None)
    assert sweep.escalate_overdue(at=issue.escalate_at).climbed == 1


def test_at_the_top_nobody_escalates_by_hand(cast):
    issue = walk.registered(cast, by=cast.county_officer)
    with pytest.raises(Refused, match="已在最高层级"):
        actions.escalate(issue=issue, by=cast.county_officer, at=hours(4), reason="县里办不了")


def test_who_handed_it_up_still_reads_it_and_is_told(cast):
    issue = walk.processing(cast)
    sweep.escalate_overdue(at=BREACH)
    assert (cast.grid_leader.pk, "escalated") in Involvement.objects.filter(issue=issue).values_list("user", "part")
    told = Notice.objects.filter(user=cast.grid_leader).latest("id")
    assert told.text == f"事项{issue.number}“{issue.title}”逾期未办结，已上报到镇，请继续跟进。"
    theirs = Notice.objects.get(user=cast.clerk)
    assert (
        theirs.text == f"事项{issue.number}“{issue.title}”逾期未办结，已上报到您处（镇），请于11月25日（周三）前办结。"
    )
    assert theirs.link == told.link == f"/issues/{issue.pk}/"


def test_what_waits_for_an_answer_is_answered_by_going_up(cast):
    issue = walk.processing(cast)
    until = date(2026, 11, 20)
    actions.ask_extension(issue=issue, by=cast.grid_leader, at=hours(4), until=until, reason="配件没到货")
    sweep.escalate_overdue(at=BREACH)
    assert (issue.applications.get().granted, issue.applications.get().answer) == (False, "事项已上报")


def test_no_number_or_title_upsets_the_text_of_a_notice(cast):
    issue = walk.collected(cast, title="补助只发了50%，另 %s 没有%%说法")
    actions.register(issue=issue, by=cast.secretary, at=hours(1), category="livelihood", urgency="normal")
    actions.escalate(issue=issue, by=cast.secretary, at=hours(2), reason="村里没有名额")
    assert "补助只发了50%，另 %s 没有%%说法" in Notice.objects.get(user=cast.clerk, kind="escalated").text


@pytest.mark.parametrize("quiet_days", [1, 3, 10])
def test_after_days_of_silence_it_climbs_one_rung_with_each_notice_once(cast, quiet_days):
    issue = walk.processing(cast)
    at = BREACH + timedelta(days=quiet_days)
    assert sweep.escalate_overdue(at=at).climbed == 1
    assert sweep.escalate_overdue(at=at) == sweep.Swept()
    issue.refresh_from_db()
    assert (issue.level, issue.due_at > at) == (2, True)
    assert Notice.objects.filter(kind="escalated").count() == 1


def test_a_row_that_cannot_go_up_blocks_nobody(cast):
    stuck = walk.processing(cast, category=Category.DISPUTE)
    fine = [walk.processing(cast) for _ in range(3)]
    Limit.objects.filter(category=Category.DISPUTE).delete()
    Issue.objects.filter(pk=stuck.pk).update(escalate_at=BREACH - timedelta(days=1))
    swept = sweep.escalate_overdue(at=BREACH)
    assert swept.climbed == 3
    assert list(swept.stuck) == [stuck.pk]
    assert set(Issue.objects.filter(pk__in=[one.pk for one in fine]).values_list("level", flat=True)) == {2}


def test_a_row_the_database_refuses_is_found_by_halving_and_blocks_nobody(cast):
    issues = [walk.processing(cast) for _ in range(7)]
    poisoned = issues[4]
    Clock.objects.filter(issue=poisoned, kind="handle").update(turn=32767)
    Clock.objects.filter(issue=poisoned, kind="handle").update(level=2)
    swept = sweep.escalate_overdue(at=BREACH)
    assert (swept.climbed, list(swept.stuck)) == (6, [poisoned.pk])
    assert sweep.escalate_overdue(at=BREACH).climbed == 0
    assert not IssueEvent.objects.filter(issue=poisoned, name="escalate").exists()


def test_a_run_with_nothing_due_asks_the_database_once(cast, django_assert_num_queries):
    walk.processing(cast)
    with django_assert_num_queries(3):  # savepoint, claim, release
        sweep.escalate_overdue(at=MONDAY)


def test_the_sweep_leaves_the_same_rows_as_the_hand(cast):
    issues = [
        walk.processing(cast, category=category, urgency=urgency)
        for category in (Category.INFRASTRUCTURE, Category.DISPUTE)
        for urgency in Urgency.values
    ]
    issues.append(walk.registered(cast))
    at = BREACH + timedelta(days=30)

    with transaction.atomic():
        assert sweep.escalate_overdue(at=at).climbed == len(issues)
        swept = rows(issues)
        transaction.set_rollback(True)
    for issue in issues:
        fresh: Any = Issue.objects.get(pk=issue.pk)
        actions.escalate(issue=fresh, by=fresh.handler, at=at, reason="本级解决不了")

    assert rows(issues) == swept


def rows(issues) -> dict[str, list]:
    """Everything the step wrote, but ids and who did it."""
    ids = [issue.pk for issue in issues]
    clocks = Clock.objects.filter(issue__in=ids).order_by("issue", "kind", "level", "turn")
    parts = Involvement.objects.filter(issue__in=ids).order_by("issue", "user", "part")
    said = IssueEvent.objects.filter(issue__in=ids).order_by("issue", "seq")
    notices = Notice.objects.filter(link__in=[f"/issues/{pk}/" for pk in ids]).order_by("key")
    return {
        "issues": list(Issue.objects.filter(pk__in=ids).order_by("pk").values()),
        "clocks": [{**model_to_dict(clock, exclude=["id"]), "due": clock.due_at} for clock in clocks],
        "parts": list(parts.values_list("issue", "user", "part", "since")),
        "events": list(said.values_list("issue", "seq", "name", "at", "changes")),
        "notices": list(notices.values_list("key", "kind", "user", "created_at")),
    }


def test_the_database_forbids_rewriting_events_and_dues(cast):
    issue = walk.processing(cast)
    event = issue.events.first()
    for change in (
        "UPDATE issues_issueevent SET note = 'x' WHERE id = %s",
        "DELETE FROM issues_issueevent WHERE id = %s",
    ):
        with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
            _execute(change, event.pk)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        _execute("UPDATE issues_clock SET due_at = due_at + interval '1 day' WHERE issue_id = %s", issue.pk)


def _execute(sql: str, *parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
