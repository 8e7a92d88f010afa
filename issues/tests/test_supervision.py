"""督办单: blue before the due, orange after it, red at three workdays or without an answer; each once and answered."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction

from accounts.errors import Forbidden, Refused
from accounts.roles import Role
from grids.models import Absence, Posting
from issues import actions, events, sweep, tasks
from issues.models import Clock, Issue, IssueEvent, RegisterRules, Status, SupervisionOrder, Urgency
from issues.rules import load_register_rules
from issues.supervision.sweep import supervise
from issues.tests import walk
from issues.tests.walk import hours
from notices.models import Notice
from profiles.reader import read
from workdays.arithmetic import ZONE

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 18, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


WARNED, DUE, UP = at(6), at(9), at(11)
"""A normal matter of 基础设施 in the village: one workday before the due, the due, up by itself two workdays later."""


def orders(issue) -> list[tuple[str, str]]:
    return list(SupervisionOrder.objects.filter(issue=issue).order_by("id").values_list("colour", "cause"))


def told(kind: str) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(kind=kind).order_by("id").values_list("user__name", "text"))


def topped(cast):
    """At the county, past its due once: a clock that sends it nowhere."""
    issue = walk.registered(cast, by=cast.county_officer)
    actions.assign(issue=issue, by=cast.county_officer, at=hours(2), handler=cast.handler)
    sweep.escalate_overdue(at=issue.escalate_at)
    issue.refresh_from_db()
    assert issue.escalate_at is None
    return issue


def test_a_blue_order_warns_before_the_due_and_is_copied_one_rung_up(cast):
    issue = walk.processing(cast)
    assert not supervise(at=WARNED - timedelta(minutes=1)).issued
    assert supervise(at=WARNED).issued == {"blue": 1}
    order = SupervisionOrder.objects.get()
    assert (order.number, order.colour, order.cause, order.issued_by) == ("督2026-000001", "blue", "warned", None)
    assert (order.addressee, order.copied_to, order.level, order.round) == (cast.grid_leader, cast.clerk, 1, 1)
    assert (order.issued_at, order.answer_due_at, order.clock.kind) == (WARNED, at(10), "handle")
    assert order.scope() == issue.scope()
    issue.refresh_from_db()
    assert (issue.supervision, issue.status, issue.due_at) == ("blue", Status.PROCESSING, DUE)
    about = f"事项{issue.number}“{issue.title}”临近时限，"
    assert told("supervised") == [("罗网格", f"{about}现发蓝色督办单督2026-000001，请于11月10日（周二）前回复。")]
    assert told("supervised_copy") == [("叶经办", f"{about}已向罗网格发出蓝色督办单督2026-000001，抄送您知悉。")]
    event = issue.events.last()
    assert (event.name, event.by) == ("supervise", None)
    assert event.facts == {"order": order.number, "colour": "blue", "cause": "warned"}
    assert not list(events.broken())


def test_when_it_is_overdue_an_orange_one_follows(cast):
    issue = walk.processing(cast)
    supervise(at=WARNED)
    assert not supervise(at=DUE - timedelta(minutes=1)).issued
    assert supervise(at=DUE).issued == {"orange": 1}
    assert not supervise(at=DUE).issued
    assert orders(issue) == [("blue", "warned"), ("orange", "overdue")]


def test_three_workdays_later_it_is_red_and_nothing_comes_after_red(cast):
    issue = topped(cast)
    due = issue.due_at.astimezone(ZONE)
    supervise(at=due)
    actions.answer_order(issue=fresh(issue), by=cast.handler, at=due, answer="等配件，下周办结")
    assert due == at(30, month=12)
    red = datetime(2027, 1, 4, 18, 0, tzinfo=ZONE)
    assert not supervise(at=red - timedelta(minutes=1)).issued
    assert supervise(at=red).issued == {"red": 1}
    assert not supervise(at=red + timedelta(days=90)).issued
    assert orders(issue) == [("orange", "overdue"), ("red", "late")]


def fresh(issue: Issue) -> Issue:
    return Issue.objects.get(pk=issue.pk)


def test_an_order_nobody_answered_turns_red(cast):
    RegisterRules.objects.update(order_answer_days=1)
    issue = walk.processing(cast, urgency=Urgency.HARD)
    order = actions.issue_order(issue=issue, by=cast.clerk, at=hours(4), colour="blue", reason="请先去看现场")
    assert order.answer_due_at == at(3)
    assert not supervise(at=order.answer_due_at - timedelta(minutes=1)).issued
    assert supervise(at=order.answer_due_at).issued == {"red": 1}
    assert orders(issue) == [("blue", "hand"), ("red", "unanswered")]


def test_an_answer_in_time_keeps_it_from_turning_red_but_not_from_the_due(cast):
    RegisterRules.objects.update(order_answer_days=1)
    issue = walk.processing(cast)
    actions.issue_order(issue=issue, by=cast.clerk, at=hours(4), colour="blue", reason="请先去看现场")
    actions.answer_order(issue=issue, by=cast.grid_leader, at=hours(5), answer="下午就去")
    assert supervise(at=DUE).issued == {"orange": 1}


@pytest.mark.parametrize(("quiet_days", "expected"), [(1, ("orange", "overdue")), (3, ("red", "late"))])
def test_after_days_of_silence_one_order_of_the_highest_colour_is_issued(cast, quiet_days, expected):
    issue = walk.processing(cast)
    late = DUE + timedelta(days=quiet_days)
    assert supervise(at=late).issued.total() == 1
    assert not supervise(at=late).issued
    assert orders(issue) == [expected]
    assert Notice.objects.filter(kind="supervised").count() == 1


def test_what_goes_up_in_the_same_minute_leaves_its_order_with_who_was_late(cast):
    issue = walk.processing(cast, urgency=Urgency.CRITICAL)
    assert issue.due_at == issue.escalate_at
    with time_machine.travel(issue.due_at):
        tasks.escalate_overdue()
        tasks.escalate_overdue()
    issue.refresh_from_db()
    assert (issue.level, issue.handler, issue.supervision) == (2, cast.clerk, "none")
    order = SupervisionOrder.objects.get()
    assert (order.colour, order.addressee, order.level) == ("orange", cast.grid_leader, 1)
    assert [event.name for event in issue.events.order_by("-seq")[:2]] == ["escalate", "supervise"]


def test_a_new_level_starts_clean_and_is_not_reddened_by_an_order_of_the_old_one(cast):
    issue = walk.processing(cast)
    supervise(at=DUE)
    sweep.escalate_overdue(at=UP)
    issue.refresh_from_db()
    assert (issue.level, issue.supervision) == (2, "none")
    old = SupervisionOrder.objects.get()
    assert old.answer_due_at < UP + timedelta(days=3) < issue.due_at
    assert not supervise(at=UP + timedelta(days=3)).issued
    assert list(SupervisionOrder.objects.unanswered()) == [old]
    actions.answer_order(issue=issue, by=cast.grid_leader, at=UP, answer="村里没有挖机，已上报")
    assert issue.supervision == "none"
    assert not list(events.broken())


def test_a_matter_nobody_assigned_gets_its_order_when_that_is_overdue(cast):
    issue = walk.registered(cast)
    supervise(at=issue.due_at)
    order = SupervisionOrder.objects.get()
    assert (order.colour, order.addressee, order.clock.kind) == ("orange", cast.secretary, "assign")
    actions.assign(issue=fresh(issue), by=cast.secretary, at=issue.due_at, handler=cast.grid_leader)
    assert fresh(issue).supervision == "none", "assigned late, but handled within its own time"


def test_an_extension_starts_clean(cast):
    issue = walk.processing(cast)
    actions.ask_extension(issue=issue, by=cast.grid_leader, at=at(6, 10), until=date(2026, 11, 16), reason="配件没到货")
    supervise(at=WARNED)
    issue.refresh_from_db()
    assert issue.supervision == "blue"
    actions.extend(issue=issue, by=cast.clerk, at=at(9, 9))
    assert issue.supervision == "none"
    assert not supervise(at=DUE).issued
    assert supervise(at=at(16)).issued == {"orange": 1}


def test_who_is_overdue_still_after_a_failed_verification_keeps_the_colour(cast):
    issue = walk.processing(cast)
    supervise(at=DUE)
    issue.refresh_from_db()
    late = DUE + timedelta(hours=15)
    actions.report(issue=issue, by=cast.grid_leader, at=late, result="已清淤", files=[walk.photo()])
    assert not supervise(at=late + timedelta(days=1)).issued, "the handler has done their part"
    actions.reject(issue=issue, by=cast.clerk, at=late + timedelta(hours=1), reason="还堵着一段")
    assert (issue.supervision, issue.due_at < late) == ("orange", True)
    assert supervise(at=DUE + timedelta(days=1)).issued == {}
    assert not list(events.broken())


def test_what_ended_unanswered_has_lapsed(cast):
    issue = walk.processing(cast)
    supervise(at=WARNED)
    issue = fresh(issue)
    actions.ask_void(issue=issue, by=cast.grid_leader, at=WARNED, reason="重复登记了")
    actions.void(issue=issue, by=cast.clerk, at=at(9, 9))
    order = SupervisionOrder.objects.get()
    assert (order.lapsed_at, order.answered_at, issue.supervision) == (at(9, 9), None, "none")
    assert not SupervisionOrder.objects.unanswered().exists()
    assert not list(events.broken())


def test_a_leader_issues_one_by_hand_with_a_reason(cast):
    issue = walk.processing(cast)
    due = issue.due_at
    order = actions.issue_order(issue=issue, by=cast.town_leader, at=hours(4), colour="orange", reason="群众反映强烈")
    assert (order.colour, order.cause, order.issued_by) == ("orange", "hand", cast.town_leader)
    assert (order.addressee, order.copied_to, order.reason) == (cast.grid_leader, cast.clerk, "群众反映强烈")
    assert (issue.supervision, issue.due_at, issue.version) == ("orange", due, issue.events.last().seq)
    event = issue.events.last()
    assert (event.name, event.by, event.note) == ("issue_order", cast.town_leader, "群众反映强烈")
    actions.issue_order(issue=issue, by=cast.leader, at=hours(5), colour="blue", reason="请每天报告进度")
    assert issue.supervision == "orange", "a milder order takes nothing back"
    assert list(SupervisionOrder.objects.values_list("number", flat=True)) == ["督2026-000001", "督2026-000002"]
    assert not list(events.broken())


def test_nobody_issues_one_without_the_right_a_reason_or_to_themselves(cast):
    issue = walk.processing(cast)
    with pytest.raises(Forbidden):
        actions.issue_order(issue=issue, by=cast.secretary, at=hours(4), colour="red", reason="请尽快办结")
    with pytest.raises(Refused, match="请写明理由"):
        actions.issue_order(issue=issue, by=cast.clerk, at=hours(4), colour="red", reason="快")
    issue = topped(cast)
    Posting.objects.create(user=cast.handler, role=Role.COMMAND_CENTRE, since=date(2026, 1, 1), **cast.county.scope())
    with pytest.raises(Refused, match="不能给自己发督办单"):
        actions.issue_order(issue=issue, by=cast.handler, at=issue.due_at, colour="red", reason="请尽快办结")
    assert not SupervisionOrder.objects.exists()


def test_one_answer_answers_every_order_of_the_matter_and_is_told(cast):
    issue = walk.processing(cast)
    supervise(at=WARNED)
    supervise(at=DUE)
    issue = fresh(issue)
    actions.issue_order(issue=issue, by=cast.leader, at=DUE, colour="red", reason="请说明原因")
    actions.answer_order(issue=issue, by=cast.grid_leader, at=DUE, answer="配件周四到，周五办结")
    assert set(SupervisionOrder.objects.values_list("answer", "answered_by", "answered_at")) == {
        ("配件周四到，周五办结", cast.grid_leader.pk, DUE)
    }
    assert issue.events.last().facts == {"orders": ["督2026-000001", "督2026-000002", "督2026-000003"]}
    assert {name for name, _ in told("order_answered")} == {"叶经办", "王县长"}
    with pytest.raises(Forbidden):
        actions.answer_order(issue=issue, by=cast.grid_leader, at=DUE, answer="再说一遍")


def test_who_stands_in_or_took_over_answers_and_nobody_else(cast):
    issue = walk.processing(cast)
    actions.issue_order(issue=issue, by=cast.clerk, at=hours(4), colour="blue", reason="请先去看现场")
    with pytest.raises(Forbidden):
        actions.answer_order(issue=issue, by=cast.secretary, at=hours(5), answer="我替他说")
    Absence.objects.create(user=cast.grid_leader, substitute=cast.member, since=hours(0).date(), until=at(5).date())
    actions.answer_order(issue=issue, by=cast.member, at=hours(5), answer="今天代他去看")
    actions.issue_order(issue=issue, by=cast.clerk, at=hours(6), colour="blue", reason="请报告进度")
    actions.assign(issue=issue, by=cast.secretary, at=hours(7), handler=cast.secretary)
    actions.answer_order(issue=issue, by=cast.secretary, at=hours(8), answer="已由我接手")
    assert not SupervisionOrder.objects.unanswered().exists()


def test_the_copy_goes_past_vacant_posts_and_absent_people(cast):
    Posting.objects.filter(role__in=[Role.TOWN_CLERK, Role.TOWN_LEADER]).update(until=date(2026, 6, 1))
    Absence.objects.create(
        user=cast.county_officer, substitute=cast.command_centre, since=date(2026, 11, 1), until=date(2026, 12, 1)
    )
    walk.processing(cast)
    supervise(at=WARNED)
    assert SupervisionOrder.objects.get().copied_to == cast.command_centre


def test_at_the_top_the_county_leader_gets_the_copy(cast):
    issue = topped(cast)
    supervise(at=issue.due_at)
    assert SupervisionOrder.objects.get().copied_to == cast.leader


def test_a_county_may_leave_orders_to_people(cast):
    RegisterRules.objects.update(automatic_orders=False)
    issue = walk.processing(cast)
    assert not supervise(at=UP).issued
    actions.issue_order(issue=fresh(issue), by=cast.clerk, at=UP, colour="red", reason="请尽快办结")
    assert not supervise(at=UP + timedelta(days=9)).issued
    RegisterRules.objects.update(automatic_orders=True)
    second = walk.processing(cast)
    assert supervise(at=UP + timedelta(days=9)).issued == {"red": 1}
    assert orders(second) == [("red", "late")]


def test_each_county_has_its_own_words(cast):
    load_register_rules(cast.county, read("wanzhou"))
    issue = walk.processing(cast)
    actions.issue_order(issue=issue, by=cast.leader, at=hours(4), colour="red", reason="请尽快办结")
    assert "现发红牌督2026-000001，" in told("supervised")[0][1]


def test_people_see_the_orders_of_their_area_and_their_own(cast):
    issue = walk.registered(cast)
    actions.assign(issue=issue, by=cast.secretary, at=hours(2), handler=cast.handler)
    actions.issue_order(issue=issue, by=cast.clerk, at=hours(4), colour="blue", reason="请先去看现场")
    seen = {part for part, user in cast.people.items() if SupervisionOrder.objects.visible_to(user).exists()}
    area = {"grid_leader", "secretary", "clerk", "second_clerk", "town_leader"}
    assert seen == area | {"county_officer", "leader", "command_centre", "handler"}
    mine = SupervisionOrder.objects.waiting_for([cast.handler.pk])
    assert mine.count() == 1


def test_what_was_issued_and_answered_never_changes(cast):
    issue = walk.processing(cast)
    order = actions.issue_order(issue=issue, by=cast.clerk, at=hours(4), colour="blue", reason="请先去看现场")
    actions.answer_order(issue=issue, by=cast.grid_leader, at=hours(5), answer="下午就去")
    mine = SupervisionOrder.objects.filter(pk=order.pk)
    for change in ({"colour": "red"}, {"addressee": cast.clerk}, {"answer_due_at": UP}, {"answer": "没去"}):
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            mine.update(**change)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        mine.delete()


def test_a_row_the_database_refuses_is_found_by_halving_and_blocks_nobody(cast):
    issues = [walk.processing(cast) for _ in range(7)]
    poisoned = issues[4]
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE issues_supervisionorder ADD CONSTRAINT poison CHECK (issue_id <> %s)", [poisoned.pk]
        )
    swept = supervise(at=DUE)
    assert (swept.issued, list(swept.stuck)) == ({"orange": 6}, [poisoned.pk])
    numbers = SupervisionOrder.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"督2026-{number:06d}" for number in range(1, 7)], "a failed try costs no number"
    assert not IssueEvent.objects.filter(issue=poisoned, name="supervise").exists()


def test_a_run_with_nothing_due_asks_the_database_little(cast, django_assert_num_queries):
    walk.processing(cast)
    with django_assert_num_queries(4):  # counties, savepoint, claim, release
        supervise(at=hours(5))


def test_a_clock_looked_at_too_early_is_looked_at_again_later(cast):
    """The red of a clock moves with the calendar; a row in the queue does not."""
    issue = topped(cast)
    supervise(at=issue.due_at)
    actions.answer_order(issue=fresh(issue), by=cast.handler, at=issue.due_at, answer="等配件，下周办结")
    running = Clock.objects.filter(issue=issue, stopped_at=None)
    red = running.get().supervise_at
    early = issue.due_at + timedelta(days=1)
    running.update(supervise_at=early)
    assert not supervise(at=early).issued
    assert running.get().supervise_at == red > early


def test_the_command_says_what_it_issued(cast):
    walk.processing(cast)
    out = StringIO()
    call_command("supervise", "--at", "2026-11-09T18:00", stdout=out)
    assert out.getvalue() == "蓝色督办单 0 张\n橙色督办单 1 张\n红色督办单 0 张\n"
