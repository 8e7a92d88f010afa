"""What went wrong elsewhere: one test per defect, named after it and after the system that had it."""

from datetime import date, datetime, timedelta

import pytest

from issues import actions, events, reminding, sweep, tasks
from issues.models import Issue, RegisterRules, RequestStatus, Status, SupervisionOrder, Urgency, Verdict
from issues.requests.sweep import return_untaken
from issues.supervision.sweep import supervise
from issues.tests import request_walk, walk
from issues.tests.clones import cloned
from issues.tests.walk import hours
from notices.delivery import deliver_waiting
from notices.drivers import Outgoing
from notices.models import Notice
from workdays.arithmetic import ZONE, Calendar

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 11, 9, 18, 0, tzinfo=ZONE)
BREACH = datetime(2026, 11, 11, 18, 0, tzinfo=ZONE)
"""When a normal matter of 基础设施 in the village is due, and when it goes up by itself."""


class Phones:
    def __init__(self) -> None:
        self.rang: list[str] = []

    def send(self, message: Outgoing) -> str:
        self.rang.append(message.phone)
        return ""


def test_digit_what_nobody_assigned_escalates_too(cast):
    """DIGIT escalates complaints that have an assignee; the others stay for ever."""
    issue = walk.registered(cast)
    assert sweep.escalate_overdue(at=issue.escalate_at).climbed == 1
    issue.refresh_from_db()
    assert (issue.level, issue.handler) == (2, cast.clerk)


def test_digit_not_only_the_first_page_escalates(cast):
    """DIGIT's job fetched one page of overdue complaints and forgot the rest."""
    cloned(walk.processing(cast), sweep.CHUNK + 50)
    assert sweep.escalate_overdue(at=BREACH).climbed == sweep.CHUNK + 51
    assert not Issue.objects.filter(escalate_at__lte=BREACH).exists()
    assert not list(events.broken())


def test_digit_no_edit_restarts_the_clock(cast):
    """DIGIT measured from the last modification: a comment bought another week."""
    issue = walk.processing(cast)
    due, turns = issue.due_at, issue.clocks.filter(kind="handle").count()
    actions.comment(issue=issue, by=cast.grid_leader, at=hours(20), note="已联系施工队")
    actions.contact(issue=issue, by=cast.grid_leader, at=hours(21), reached=True)
    actions.assign(issue=issue, by=cast.secretary, at=hours(22), handler=cast.member, co_handlers=[cast.grid_leader])
    actions.sign_for(issue=issue, by=cast.member, at=hours(23))
    actions.send_back(issue=issue, by=cast.member, at=hours(24), reason="不归我管")
    actions.assign(issue=issue, by=cast.secretary, at=hours(25), handler=cast.grid_leader)
    assert (issue.due_at, issue.clocks.filter(kind="handle").count()) == (due, turns)


def test_egrm_the_breach_of_one_level_does_not_follow_to_the_next(cast):
    """eGRM's breach flag survived the escalation: who had just received it stood there as late."""
    issue = walk.processing(cast)
    supervise(at=DUE)
    issue.refresh_from_db()
    assert issue.supervision == "orange"
    sweep.escalate_overdue(at=BREACH)
    issue.refresh_from_db()
    assert issue.supervision == "none"
    assert not Issue.objects.overdue(BREACH).exists()
    here, below = issue.clocks.get(kind="handle", level=2), issue.clocks.get(kind="handle", level=1)
    assert (here.met, here.stopped_at, below.met) == (None, None, False)


@pytest.mark.parametrize("days", [0, 1, 3])
def test_egrm_no_reminder_is_lost_when_runs_are_missed(cast, days):
    """eGRM reminded on the day itself: a scheduler that slept through that day reminded nobody, ever."""
    RegisterRules.objects.update(automatic_orders=False)
    walk.processing(cast, urgency=Urgency.HARD)
    late = Notice.objects.filter(kind="overdue", user=cast.grid_leader)
    due = datetime(2026, 11, 11, 18, 0, tzinfo=ZONE)
    for run in (due + timedelta(days=days), due + timedelta(days=days, minutes=10)):
        reminding.remind(at=run)
    assert late.filter(text__contains="已逾期").count() == 1


def test_a_scheduler_silent_for_three_days_catches_up_with_every_word_once(cast):
    """Orders, reminders and escalation after a weekend without power, three runs in a row."""
    issues = [walk.processing(cast), walk.registered(cast), walk.reported(cast)]
    at = BREACH + timedelta(days=3)
    for run in range(3):
        supervise(at=at + timedelta(seconds=run))
        sweep.escalate_overdue(at=at + timedelta(seconds=run))
        reminding.remind(at=at + timedelta(seconds=run))
        if not run:
            first = told()
    assert told() == first
    assert SupervisionOrder.objects.filter(issue__in=issues).count() == 2
    assert Notice.objects.filter(kind="escalated").count() == 2
    assert Notice.objects.filter(kind="overdue", text__contains="超过核查时限").count() == 1
    assert not list(events.broken())


def told() -> list[tuple]:
    return list(Notice.objects.order_by("key").values_list("key", "text", "created_at"))


def test_django_helpdesk_no_holiday_makes_a_due_earlier():
    """django-helpdesk subtracted holidays from the hours that were left."""
    plain = Calendar(holidays={}, makeup={}, years=frozenset({2026}))
    started = datetime(2026, 9, 28, 10, 0, tzinfo=ZONE)
    for amount in (0, 1, 3, 15):
        due = plain.due(started, amount, "workday").at
        for offset in range(40):
            off = {date(2026, 9, 28) + timedelta(days=offset): "放假"}
            with_holiday = Calendar(holidays=off, makeup={}, years=frozenset({2026}))
            assert with_holiday.due(started, amount, "workday").at >= due


def test_lsc_what_nobody_accepts_is_not_closed(cast):
    """lsc closed orders that nobody had taken in time, and counted them as done."""
    request = request_walk.dispatched(cast)
    return_untaken(at=hours(24 * 30))
    request.refresh_from_db()
    assert (request.status, request.attempt) == (RequestStatus.REQUESTED, 2)


def test_zammad_4432_nothing_rings_at_night(cast):
    """Zammad sent its notifications whenever they arose, at three in the morning too."""
    evening = datetime(2026, 11, 2, 23, 30, tzinfo=ZONE)
    issue = walk.collected(cast)
    actions.register(issue=issue, by=cast.secretary, at=evening, category="infrastructure", urgency="normal")
    phones = Phones()
    for hour in range(7):
        deliver_waiting(at=evening + timedelta(hours=hour), driver=phones)
    assert phones.rang == []
    deliver_waiting(at=evening + timedelta(hours=9), driver=phones)
    assert phones.rang == ["13812348000"]


def test_fixmystreet_nothing_is_closed_unasked(cast):
    """FixMyStreet surveyed reports that were still open; those already closed were never asked about."""
    merged = walk.collected(cast, phone="13812340002")
    issue = walk.registered(cast)
    actions.merge(issue=merged, by=cast.secretary, at=hours(1), parent=issue)
    issue.refresh_from_db()
    actions.assign(issue=issue, by=cast.secretary, at=hours(2), handler=cast.grid_leader)
    actions.sign_for(issue=issue, by=cast.grid_leader, at=hours(3))
    actions.report(issue=issue, by=cast.grid_leader, at=hours(4), result="已清淤", files=[walk.photo()])
    actions.verify(issue=issue, by=cast.clerk, at=hours(5))
    asked = Notice.objects.filter(kind="result", channel=Notice.Channel.SMS)
    assert sorted(one.phone for one in asked) == ["13812340002", "13812348000"]
    assert issue.status == Status.CONFIRMING
    actions.give_verdict(issue=issue, by=None, at=hours(6), value=Verdict.Value.UNSOLVED)
    assert (issue.status, issue.round) == (Status.ASSIGNED, 2)


def test_one_broken_order_does_not_keep_the_escalation_from_running(cast, monkeypatch):
    """The task of both runs the second whatever became of the first."""
    issue = walk.processing(cast)
    monkeypatch.setattr("issues.tasks.now", lambda: BREACH)
    monkeypatch.setattr("issues.supervision.sweep.supervise", lambda **when: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.escalate_overdue()
    issue.refresh_from_db()
    assert issue.level == 2
