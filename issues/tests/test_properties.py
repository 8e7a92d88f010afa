"""Whatever people do in whatever order, and whenever the sweep runs: the invariants of domain.md §5 hold."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.errors import Refused
from issues import actions, events, sweep
from issues.case import scope_on
from issues.clocks import moved
from issues.models import IN_HAND, Clock, Evidence, Issue, IssueEvent, RegisterRules, Status, Verdict
from issues.tests import walk
from issues.tests.cast import MONDAY, Cast
from issues.workflow import open_moves
from notices.models import Notice
from workdays.arithmetic import ZONE
from workdays.models import calendar_for

FAST: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],  # a found case is told as it is: shrinking takes minutes
}
PEOPLE = [
    *("member", "grid_leader", "secretary", "clerk", "second_clerk", "town_leader"),
    *("county_officer", "leader", "handler", "colleague", "neighbour", "household"),
]
STEP = st.tuples(st.sampled_from(PEOPLE), st.integers(0, 30), st.integers(0, 3), st.floats(0, 120))
"""Who acts, which of their open moves, which variant of its inputs, how many hours later."""


def typed(name: str, cast: Cast, variant: int, at: datetime) -> dict[str, Any]:
    """Inputs somebody might enter for a move; some of them are refused, which is as good a test."""
    someone = [cast.grid_leader, cast.secretary, cast.clerk, cast.handler][variant]
    soon = (at + timedelta(days=1 + 20 * variant)).date()
    said = {"reason": "有正当理由"}
    household = {
        "value": Verdict.Value.values[variant],
        "means": ["qr", "qr", "sms", "call"][variant],
        "note": "接了电话",
    }
    by_name: dict[str, dict[str, Any]] = {
        "solve_on_spot": {"result": "当场解决"},
        "register": {
            "category": ["dispute", "infrastructure"][variant % 2],
            "urgency": ["normal", "hard"][variant // 2],
        },
        "transfer": {**said, "transferred_to": "邻县"},
        "merge": {"parent": Issue.objects.order_by("pk")[variant % 2]},
        "assign": {"unit": cast.unit} if variant == 3 else {"handler": someone},
        "contact": {"reached": variant > 1},
        "rule": {**said, "handler": someone, "level": variant or None},
        "report": {"result": "办好了", "files": [walk.photo()][: variant + 1], "cannot_be_done": variant == 3},
        "give_verdict": household,
        "ask_hold": {**said, "plan": "分三步走", "milestones": "年底完成", "until": soon},
        "ask_extension": {**said, "until": soon},
        "comment": {"note": "补充一句"},
    }
    reasoned = ("decline", "send_back", "ask_ruling", "escalate", "reject", "object_to", "reopen", "ask_void", "deny")
    return by_name.get(name, said if name in reasoned else {})


@pytest.mark.django_db
@settings(max_examples=30, **FAST)
@given(steps=st.lists(STEP, min_size=5, max_size=25), publicity=st.booleans(), begin=st.sampled_from(list(walk.TO)))
def test_no_sequence_of_moves_breaks_the_invariants(cast, steps, publicity, begin):
    with transaction.atomic():
        walk.registered(cast)
        issue = walk.TO[begin](cast)
        RegisterRules.objects.update(publicity=publicity)
        at = MONDAY + timedelta(hours=10)
        watch = Watch(issue)
        for part, choice, variant, hours in steps:
            at += timedelta(hours=hours)
            issue = Issue.objects.get(pk=issue.pk)
            act(issue, cast, part, choice, variant, at)
            sweep.escalate_overdue(at=at)
            watch.look(at)
        transaction.set_rollback(True)


def act(issue: Issue, cast: Cast, part: str, choice: int, variant: int, at: datetime) -> None:
    user = cast.people.get(part)
    offered = open_moves(issue, user, scope_on(user, at.date()))
    if not offered:
        return
    name = offered[choice % len(offered)].name
    inputs = typed(name, cast, variant, at)
    if user is None and name == "give_verdict":
        inputs["means"] = "qr"
    with suppress(Refused), transaction.atomic():
        actions.perform(name, issue=issue, by=user, at=at, **inputs)


class Watch:
    """Looks at an issue after every step and compares with what it saw before."""

    def __init__(self, issue: Issue) -> None:
        self.pk = issue.pk
        self.number: str | None = issue.number
        self.level = issue.level
        self.dues: dict[int, datetime] = {}
        self.seen = 0

    def look(self, at: datetime) -> None:
        issue = Issue.objects.get(pk=self.pk)
        new = list(IssueEvent.objects.filter(issue=issue, seq__gt=self.seen).order_by("seq"))
        self._closing_gate(issue)
        self._one_responsible_person(issue)
        self._number_stays(issue)
        assert events.replay(issue) == events.row(issue), "I4"
        assert issue.version == self.seen + len(new), "I4"
        self._level_falls_only_by_ruling(issue, new)
        self._dues_stay(issue)
        self._escalated_people_can_read(issue)
        self.seen = issue.version

    def _closing_gate(self, issue: Issue) -> None:
        if issue.status != Status.CLOSED:
            return
        in_round = {"issue": issue, "round": issue.round}
        verdict = Verdict.objects.get(**in_round)
        verify = IssueEvent.objects.filter(issue=issue, name="verify", facts__round=issue.round).last()
        assert verify is not None, "I1"
        report = IssueEvent.objects.filter(issue=issue, name="report", seq__lt=verify.seq).last()
        assert report is not None, "I1"
        assert verify.by_id not in (report.by_id, issue.handler_id), "I1"
        assert Evidence.objects.filter(**in_round, kind="result").exists(), "I1"
        assert verdict.value in Verdict.ACCEPTING, "I1"

    def _one_responsible_person(self, issue: Issue) -> None:
        assert issue.status not in IN_HAND or issue.handler_id is not None, "I2"

    def _number_stays(self, issue: Issue) -> None:
        assert self.number in (None, issue.number), "I3"
        self.number = issue.number
        numbers = list(Issue.objects.exclude(number=None).values_list("number", flat=True))
        assert len(numbers) == len(set(numbers)), "I3"

    def _level_falls_only_by_ruling(self, issue: Issue, new: list[IssueEvent]) -> None:
        assert issue.level >= self.level or "rule" in {event.name for event in new}, "I7"
        self.level = issue.level

    def _dues_stay(self, issue: Issue) -> None:
        clocks = list(Clock.objects.filter(issue=issue))
        for clock in clocks:
            assert self.dues.setdefault(clock.pk, clock.due_at) == clock.due_at, "rule 10"
        running = [clock.kind for clock in clocks if clock.stopped_at is None]
        assert len(running) == len(set(running)), "one clock of a kind runs at a time"

    def _escalated_people_can_read(self, issue: Issue) -> None:
        for person in issue.involved.filter(part="escalated").select_related("user"):
            assert Issue.objects.visible_to(person.user).filter(pk=issue.pk).exists(), "I9"
        keys = list(Notice.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys)), "I5"


MOMENTS = st.integers(0, 300 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)


@pytest.mark.django_db
@settings(max_examples=300, **FAST)
@given(
    started=MOMENTS,
    amount=st.integers(0, 20),
    unit=st.sampled_from(["workday", "hour"]),
    wait=st.integers(0, 60 * 24 * 40),
    pause=st.integers(0, 60 * 24 * 40),
)
def test_time_that_stood_still_neither_cures_nor_causes_a_breach(calendar, started, amount, unit, wait, pause):
    """I6. Overdue after the pause exactly when it was overdue before; never due earlier."""
    due = calendar.due(started, amount, unit)
    clock = Clock(unit=unit, due_at=due.at, sentence=due.sentence, started_at=started)
    paused = started + timedelta(minutes=wait)
    resumed = paused + timedelta(minutes=pause)
    later = moved(clock, paused, resumed, calendar)
    assert later.at >= due.at
    if unit == "hour":
        assert later.at - resumed == due.at - paused
    else:
        assert over(paused, due.at, calendar) == over(resumed, later.at, calendar)
        assert later.at.time() == time(18)


def over(moment: datetime, due_at: datetime, calendar) -> bool:
    """Overdue in working time: no working hour is left between the moment and the due."""
    days = calendar.workdays_between(moment.date(), due_at.astimezone(ZONE).date())
    today_counts = moment.time() < time(18) and calendar.is_workday(moment.date())
    return days + today_counts <= 0


@pytest.fixture
def calendar(cast):
    return calendar_for(cast.county.pk)
