"""A changed calendar moves the running clocks with it, and never what has ended, was chosen or counts hours."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issues import actions, events, recomputing
from issues.models import Clock, Recomputation, Status, Urgency
from issues.tests import walk
from issues.tests.cast import MONDAY
from issues.tests.test_reminding import copies
from issues.tests.walk import hours
from notices.models import Notice
from workdays.arithmetic import ZONE
from workdays.models import CalendarDay, calendar_for

pytestmark = pytest.mark.django_db

AFTERNOON = hours(5)


def day(number: int) -> datetime:
    return datetime(2026, 11, number, 18, 0, tzinfo=ZONE)


def off(cast, *days: int) -> None:
    for number in days:
        CalendarDay.objects.create(date=date(2026, 11, number), kind="holiday", name="停工日", county_id=cast.county.pk)


def on(cast, number: int) -> None:
    CalendarDay.objects.create(date=date(2026, 11, number), kind="makeup", name="补班", county_id=cast.county.pk)


def follow(at: datetime = AFTERNOON) -> int:
    return recomputing.follow_calendars(at=at)


@pytest.fixture
def issue(cast):
    """In the village's hands, due on Monday 9 November; the first contact was made."""
    issue = walk.processing(cast)
    actions.contact(issue=issue, by=cast.grid_leader, at=hours(4), reached=True)
    return issue


def test_a_day_off_gives_the_clock_its_next_turn_one_workday_later(cast, issue):
    off(cast, 4)
    assert follow() == 1
    issue.refresh_from_db()
    old, new = issue.clocks.filter(kind="handle").order_by("turn")
    assert (old.due_at, old.stopped_at, old.met, old.remind_at) == (day(9), hours(5), None, None)
    assert (new.turn, new.due_at, new.escalate_at) == (2, day(10), day(12))
    assert (new.warn_at, new.remind_at) == (day(9), day(9))
    assert (issue.due_at, issue.warn_at, issue.escalate_at) == (day(10), day(9), day(12))
    counted, was = issue.due_sentence.split("；")
    assert counted == "11月2日（周一）起算，5个工作日 → 11月10日（周二）18:00到期：跳过11月4日停工日、周末2天"
    assert was == "工作日历调整前为11月9日（周一）到期"


def test_the_history_says_from_which_day_to_which_and_replays(cast, issue):
    off(cast, 4)
    follow()
    issue.refresh_from_db()
    event = issue.events.last()
    assert (event.name, event.by) == ("recompute", None)
    assert event.note == "工作日历调整：原11月9日（周一）到期 → 11月10日（周二）到期"
    assert events.replay(issue) == events.row(issue)
    assert list(events.broken()) == []
    assert [notice.text for notice in Notice.objects.filter(kind="recompute")] == [
        f"事项{issue.number}“{issue.title}”因工作日历调整，时限改为11月10日（周二）18:00。"
    ]


def test_a_makeup_workday_brings_the_due_forward(cast, issue):
    on(cast, 7)
    assert follow() == 1
    issue.refresh_from_db()
    assert issue.due_at == day(7)


def test_twice_is_once(cast, issue):
    off(cast, 4)
    assert (follow(), follow(), recomputing.follow_calendars(at=hours(6), everything=True)) == (1, 0, 0)
    assert issue.events.filter(name="recompute").count() == 1
    state = Recomputation.objects.get()
    assert (state.total, state.done, state.finished_at) == (1, 1, hours(5))


def test_a_day_added_and_taken_away_leaves_the_due_as_it_was(cast, issue):
    off(cast, 4)
    follow()
    CalendarDay.objects.filter(name="停工日").delete()
    assert follow(hours(6)) == 1
    issue.refresh_from_db()
    assert issue.due_at == day(9)
    assert issue.clocks.filter(kind="handle").count() == 3


def test_a_change_that_would_make_it_overdue_leaves_the_due(cast, issue):
    on(cast, 7)
    assert follow(day(9) - timedelta(hours=3)) == 0
    issue.refresh_from_db()
    assert issue.due_at == day(9)


def test_what_has_gone_up_keeps_its_past(cast, issue):
    off(cast, 4)
    actions.escalate(issue=issue, by=cast.grid_leader, at=hours(5), reason="村里没有挖机")
    frozen = Clock.objects.get(issue=issue, kind="handle", level=1)
    follow(hours(6))
    assert Clock.objects.get(issue=issue, kind="handle", level=1).due_at == frozen.due_at


def test_hours_and_a_chosen_day_stay(cast):
    critical = walk.processing(cast, urgency=Urgency.CRITICAL)
    held = walk.on_hold(cast)
    before = (critical.due_at, held.due_at)
    off(cast, 3, 4, 5)
    on(cast, 7)
    follow()
    for one, due in zip((critical, held), before, strict=True):
        one.refresh_from_db()
        assert one.due_at == due


def test_a_clock_that_stands_still_counts_by_the_new_calendar_when_it_goes_on(cast):
    issue = walk.on_hold(cast)
    off(cast, 12)
    follow(hours(6))
    actions.resume(issue=issue, by=cast.grid_leader, at=hours(24 * 7))
    assert issue.due_at == day(17), "held from Monday 2 to Monday 9: five workdays are left, the 12th is off"


def test_only_the_county_whose_calendar_changed_moves(cast, issue):
    CalendarDay.objects.create(date=date(2026, 11, 4), kind="holiday", name="停工日", county_id=cast.county.pk + 10_000)
    follow()
    issue.refresh_from_db()
    assert issue.due_at == day(9)


def test_the_preview_says_how_many_issues_would_move_and_moves_none(cast, issue):
    walk.registered(cast)
    walk.collected(cast)
    off(cast, 3)
    trial = calendar_for(cast.county.pk)
    CalendarDay.objects.filter(name="停工日").delete()
    assert recomputing.preview(county_id=cast.county.pk, calendar=trial, at=hours(5)) == 3
    assert recomputing.preview(county_id=cast.county.pk, calendar=calendar_for(cast.county.pk), at=hours(5)) == 0
    issue.refresh_from_db()
    assert issue.due_at == day(9)


def test_two_hundred_issues_move_in_a_few_statements(cast, issue, django_assert_max_num_queries):
    copies(issue, 200)
    off(cast, 4)
    with django_assert_max_num_queries(60):
        assert follow() == 201
    assert Notice.objects.filter(kind="recompute").count() == 201


def test_an_issue_with_two_running_clocks_gets_one_event_and_shows_the_governing_one(cast):
    issue = walk.processing(cast)
    off(cast, 3)
    assert follow() == 2
    issue.refresh_from_db()
    assert issue.status == Status.PROCESSING
    assert issue.due_at == day(10)
    assert issue.events.filter(name="recompute").count() == 1
    assert issue.clocks.get(kind="first_contact", stopped_at=None).due_at == day(4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(2, 30), st.sampled_from(["holiday", "makeup"])), min_size=1, max_size=4),
    later=st.integers(0, 72),
)
def test_i11_through_the_verb(cast, issue, changes, later):
    """Days off never bring a due forward, make-up workdays never put it off; issue and clock agree throughout."""
    CalendarDay.objects.filter(county_id=cast.county.pk).delete()
    at = MONDAY + timedelta(hours=5 + later)
    recomputing.follow_calendars(at=at)
    for number, kind in changes:
        issue.refresh_from_db()
        before = issue.due_at
        CalendarDay.objects.update_or_create(
            date=date(2026, 11, number), county_id=cast.county.pk, defaults={"kind": kind, "name": "试"}
        )
        recomputing.follow_calendars(at=at)
        issue.refresh_from_db()
        assert issue.due_at >= before if kind == "holiday" else issue.due_at <= before
        assert issue.clocks.get(kind="handle", stopped_at=None).due_at == issue.due_at
        assert events.replay(issue) == events.row(issue)
