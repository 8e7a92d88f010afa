"""挂账 in full: a plan with milestones as rows, ticked off one by one, and a review that goes on or ends it."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.errors import Forbidden, Refused
from issues import actions, milestones
from issues.case import scope_on
from issues.inputs import options, parse
from issues.models import Issue, Status
from issues.tests import walk
from issues.tests.cast import MONDAY
from issues.tests.walk import hours
from issues.workflow import MOVES, refusal

TODAY = MONDAY.date()


def held(cast, **other: Any) -> Issue:
    """Asked by the grid leader until 2 December, approved by the town."""
    issue = walk.processing(cast)
    plan = {
        "reason": "要等枯水期",
        "plan": "冬修水利时重建",
        "milestones": "2026-12-20 完成验收\n11月20日 完成招标",
        "until": date(2026, 12, 2),
    }
    actions.ask_hold(issue=issue, by=cast.grid_leader, at=hours(4), **{**plan, **other})
    actions.hold(issue=issue, by=cast.clerk, at=hours(5))
    return issue


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2026-12-01 完成招标", date(2026, 12, 1)),
        ("2026/12/1，完成招标", date(2026, 12, 1)),
        ("2026年12月1日完成招标", date(2026, 12, 1)),
        ("2026.12.1 完成招标", date(2026, 12, 1)),
        ("12月1日：完成招标", date(2026, 12, 1)),
        ("1月8日 完成招标", date(2027, 1, 8)),
    ],
)
def test_a_milestone_is_a_day_and_what_is_done_by_then(line, day):
    assert milestones.read(line, after=TODAY) == [(day, "完成招标")]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "请写明时间节点"),
        ("2026-12-01 完成招标\n尽快完工", "第2行“尽快完工”看不懂"),
        ("2026-12-01 完成招标\n\n2026-13-01 完工", "第3行“2026-13-01 完工”看不懂"),
        ("2026-02-30 完工", "第1行“2026-02-30 完工”看不懂"),
        ("2026-12-01", "第1行没有写要完成什么"),
        ("2026-11-02 完工", "第1行的日期2026-11-02已经过去"),
        (f"2026-12-01 {'长' * 101}", "第1行最多100个字，现有101个字"),
        ("2026-12-01 完工\n" * 31, "时间节点最多30个，现有31个"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(written, said):
    with pytest.raises(Refused, match=said) as refused:
        milestones.read(written, after=TODAY)
    assert refused.value.field == "milestones"


@pytest.mark.django_db
class TestHolding:
    def test_asking_reads_the_plan_and_granting_makes_its_rows_in_order(self, cast):
        issue = held(cast)
        assert [(one.due_on, one.text, one.done_at) for one in issue.milestones.all()] == [
            (date(2026, 11, 20), "完成招标", None),
            (date(2026, 12, 20), "完成验收", None),
        ]

    def test_a_bad_line_is_refused_before_anything_is_asked(self, cast):
        with pytest.raises(Refused, match="第1行"):
            held(cast, milestones="年底前完成")
        assert Issue.objects.get().applications.count() == 0

    def test_the_handler_ticks_off_one_milestone_after_the_other(self, cast):
        issue = held(cast)
        first, second = issue.milestones.all()
        offered = options(issue, MOVES["milestone"].fields[0], on=TODAY, by=cast.grid_leader)
        assert offered == [(str(first.pk), "11月20日（周五） 完成招标"), (str(second.pk), "12月20日（周日） 完成验收")]
        inputs = parse(issue, MOVES["milestone"], {"milestone": str(first.pk), "note": "县里中标"}, by=cast.grid_leader)
        actions.perform("milestone", issue=issue, by=cast.grid_leader, at=hours(30), **inputs)
        first.refresh_from_db()
        assert (first.done_at, first.done_by, issue.status) == (hours(30), cast.grid_leader, Status.ON_HOLD)
        assert issue.events.get(name="milestone").note == "完成招标。县里中标"
        with pytest.raises(Refused, match="这个节点已经完成"):
            actions.milestone(issue=issue, by=cast.grid_leader, at=hours(31), milestone=first.pk)
        actions.milestone(issue=issue, by=cast.grid_leader, at=hours(32), milestone=second.pk)
        said = refusal(issue, "milestone", cast.grid_leader, scope_on(cast.grid_leader, TODAY))
        assert said == "计划里的时间节点都已完成。"

    def test_only_the_handler_says_that_a_milestone_is_done(self, cast):
        issue = held(cast)
        with pytest.raises(Forbidden):
            actions.milestone(issue=issue, by=cast.clerk, at=hours(30), milestone=issue.milestones.first().pk)

    def test_a_review_goes_on_to_a_new_day_and_turns_the_clock(self, cast):
        issue = held(cast)
        paused = issue.clocks.get(kind="handle").paused_at
        review = hours(24 * 29)
        actions.review_hold(issue=issue, by=cast.clerk, at=review, until=date(2027, 2, 1), reason="还在招标公告期")
        assert (issue.status, issue.due_at.date()) == (Status.ON_HOLD, date(2027, 2, 1))
        assert [
            (one.turn, one.due_at.date(), one.met) for one in issue.clocks.filter(kind="review").order_by("id")
        ] == [
            (1, date(2026, 12, 2), True),
            (2, date(2027, 2, 1), None),
        ]
        assert issue.clocks.get(kind="handle").paused_at == paused
        assert "继续挂账至" in cast.grid_leader.notices.order_by("-id").first().text

    @pytest.mark.parametrize("days", [0, 91])
    def test_the_next_review_is_within_ninety_days_of_this_one(self, cast, days):
        issue = held(cast)
        at = hours(24 * 10)
        with pytest.raises(Refused, match="复核日期应在"):
            actions.review_hold(
                issue=issue, by=cast.clerk, at=at, until=(at + timedelta(days=days)).date(), reason="还在招标公告期"
            )

    def test_neither_the_handler_nor_the_same_level_reviews(self, cast):
        issue = held(cast)
        for person in (cast.grid_leader, cast.secretary):
            with pytest.raises(Forbidden):
                actions.review_hold(
                    issue=issue, by=person, at=hours(30), until=date(2026, 12, 20), reason="还在招标公告期"
                )

    def test_a_second_plan_adds_its_milestones_to_the_first(self, cast):
        issue = held(cast)
        actions.resume(issue=issue, by=cast.clerk, at=hours(30))
        actions.ask_hold(
            issue=issue,
            by=cast.grid_leader,
            at=hours(31),
            reason="招标流标了",
            plan="重新招标",
            milestones="2026-12-30 重新招标",
            until=date(2026, 12, 31),
        )
        actions.hold(issue=issue, by=cast.clerk, at=hours(32))
        assert [one.text for one in issue.milestones.all()] == ["完成招标", "完成验收", "重新招标"]
