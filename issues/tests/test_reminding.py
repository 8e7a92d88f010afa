"""A word before a clock is due and a word when it ran out: to whoever must act, once, whatever the scheduler does."""

from datetime import date, datetime, timedelta

import pytest

from accounts.roles import Role
from grids.models import Absence, Posting
from issues import actions, events, reminding, sweep
from issues.models import Clock, Issue, RegisterRules
from issues.tests import walk
from issues.tests.walk import hours
from notices.models import Notice
from workdays.arithmetic import ZONE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_automatic_orders(cast):
    RegisterRules.objects.update(automatic_orders=False)


WARNING = datetime(2026, 11, 6, 18, 0, tzinfo=ZONE)
DUE = datetime(2026, 11, 9, 18, 0, tzinfo=ZONE)
"""Handling of a normal matter of 基础设施 in the village, from Monday 2 November: 5 workdays, 4 of them are 80 %."""
LATER = timedelta(days=3)
SECOND = timedelta(seconds=1)


def words(kind: str) -> list[tuple[str, str]]:
    found = Notice.objects.filter(kind=kind).order_by("id")
    return [(notice.user.name, notice.text) for notice in found]


def test_the_warning_stands_in_the_clock_and_in_the_row_from_the_start(cast):
    issue = walk.processing(cast)
    clock = issue.clocks.get(kind="handle")
    assert clock.due_at == DUE
    assert clock.warn_at == clock.remind_at == issue.warn_at == WARNING
    assert events.replay(issue)["warn_at"] == WARNING


def test_the_sweep_gives_the_next_level_its_own_moment_of_warning(cast):
    issue = walk.processing(cast)
    sweep.escalate_overdue(at=datetime(2026, 11, 11, 18, 0, tzinfo=ZONE))
    issue.refresh_from_db()
    clock = issue.clocks.get(kind="handle", level=2)
    assert (clock.counted_from, clock.workdays) == (date(2026, 11, 11), 10)
    assert clock.warn_at == clock.remind_at == issue.warn_at == datetime(2026, 11, 23, 18, 0, tzinfo=ZONE)
    assert issue.clocks.get(kind="handle", level=1).remind_at is None


def test_the_handler_is_warned_once_before_the_due_and_told_once_when_it_passed(cast):
    walk.processing(cast)
    Clock.objects.filter(kind="first_contact").update(remind_at=None)
    assert not reminding.remind(at=WARNING - SECOND)
    assert reminding.remind(at=WARNING) == {"due_soon": 1}
    assert not reminding.remind(at=WARNING)
    assert reminding.remind(at=DUE) == {"overdue": 1}
    assert not reminding.remind(at=DUE + LATER)
    [(who, soon)] = words("due_soon")
    assert who == "罗网格"
    assert "将于11月9日（周一）18:00到期" in soon
    [(who, over)] = words("overdue")
    assert who == "罗网格"
    assert "已逾期（11月9日（周一）18:00到期）" in over


def test_where_supervision_orders_are_automatic_they_are_the_only_word_on_handling(cast):
    RegisterRules.objects.update(automatic_orders=True)
    walk.processing(cast)
    assert reminding.remind(at=WARNING) == {"orders": 1, "overdue": 1}
    assert [text for name, text in words("overdue") if "请尽快联系反映人" in text]
    assert reminding.remind(at=DUE) == {"orders": 1}
    assert not reminding.remind(at=DUE + LATER)


def test_after_a_silence_beyond_the_due_only_what_is_still_true_is_said(cast):
    walk.processing(cast)
    Clock.objects.filter(kind="first_contact").update(remind_at=None)
    assert reminding.remind(at=DUE + LATER) == {"overdue": 1}
    assert words("due_soon") == []


def test_what_was_done_in_time_is_not_reminded_of(cast):
    walk.reported(cast)
    assert Clock.objects.exclude(kind="verify").filter(remind_at__isnull=False).count() == 0


def test_a_clock_that_stands_still_does_not_ring_and_its_next_turn_rings_anew(cast):
    issue = walk.on_hold(cast)
    handle = issue.clocks.filter(kind="handle")
    assert handle.get().remind_at is None
    actions.resume(issue=issue, by=cast.grid_leader, at=hours(24 * 7))
    resumed = handle.get(turn=2)
    assert resumed.warn_at == resumed.remind_at == issue.warn_at
    assert WARNING < resumed.warn_at < resumed.due_at


@pytest.mark.parametrize(
    ("kind", "walked", "who", "said"),
    [
        ("triage", walk.collected, "黄支书", "已超过梳理时限"),
        ("assign", walk.registered, "黄支书", "已超过交办时限"),
        ("first_contact", walk.assigned, "罗网格", "请尽快联系反映人"),
        ("verify", walk.reported, "叶经办", "已超过核查时限"),
        ("callback", walk.confirming, "叶经办", "请联系群众确认结果"),
        ("publicity", walk.publicizing, "叶经办", "请办理销号"),
        ("review", walk.on_hold, "罗网格", "请恢复办理"),
    ],
)
def test_no_breach_is_silent(cast, kind, walked, who, said):
    issue = walked(cast)
    clock = issue.clocks.get(kind=kind, stopped_at=None)
    Clock.objects.exclude(pk=clock.pk).update(remind_at=None)
    assert reminding.remind(at=clock.due_at) == {"overdue": 1}
    [(name, text)] = words("overdue")
    assert name == who
    assert said in text


def test_the_substitute_of_whoever_is_away_is_told(cast):
    walk.processing(cast)
    Absence.objects.create(
        user=cast.grid_leader, substitute=cast.secretary, since=date(2026, 11, 5), until=date(2026, 11, 20)
    )
    reminding.remind(at=WARNING)
    assert [name for name, text in words("due_soon")] == ["黄支书"]


def test_the_handler_is_not_asked_to_verify_their_own_work(cast):
    issue = walk.registered(cast)
    actions.assign(issue=issue, by=cast.secretary, at=hours(2), handler=cast.clerk)
    actions.sign_for(issue=issue, by=cast.clerk, at=hours(3))
    actions.report(issue=issue, by=cast.clerk, at=hours(4), result="已清淤300米", files=[walk.photo()])
    reminding.remind(at=issue.due_at)
    assert [name for name, text in words("overdue")] == ["朱镇长"]


def test_with_every_post_vacant_it_stays_in_the_queue_until_somebody_is_there(cast):
    issue = walk.collected(cast)
    due = issue.clocks.get().due_at
    Posting.objects.update(until=date(2026, 11, 3))
    assert reminding.remind(at=due) == {"nobody": 1}
    Posting.objects.create(user=cast.nobody, role=Role.COUNTY_LEADER, since=date(2026, 11, 3), **cast.county.scope())
    assert reminding.remind(at=due) == {"overdue": 1}


def test_two_hundred_clocks_ring_in_a_few_statements(cast, django_assert_max_num_queries):
    issue = walk.processing(cast)
    Clock.objects.filter(kind="first_contact").update(remind_at=None)
    copies(issue, 200)
    with django_assert_max_num_queries(20):
        assert reminding.remind(at=WARNING) == {"due_soon": 201}
    assert Notice.objects.filter(kind="due_soon").count() == 201


def copies(issue: Issue, count: int) -> None:
    """Issues like this one, each with a running clock like its own."""
    clock = issue.clocks.get(kind="handle")
    for number in range(count):
        issue.pk, issue.number, issue.code, issue.client_id = None, f"261102-9{number:05d}", f"copy{number}", None
        issue.save(force_insert=True)
        clock.pk, clock.issue = None, issue
        clock.save(force_insert=True)
