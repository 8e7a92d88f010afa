"""Supervision orders by many sweeps at once, beside people, and by workers that die: each once, none lost."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.errors import Refused
from grids.tests.trees import at_once
from issues import actions, events, sweep
from issues.models import Issue, IssueEvent, Status, SupervisionOrder
from issues.supervision import sweep as supervision
from issues.tests import walk
from issues.tests.cast import people_a_county
from issues.tests.processes import environment
from notices.models import Notice
from workdays.arithmetic import ZONE

pytestmark = pytest.mark.django_db(transaction=True)

DUE = datetime(2026, 11, 9, 18, 0, tzinfo=ZONE)


@pytest.fixture
def cast(transactional_db):
    return people_a_county()


def _each_exactly_once(issues: int) -> None:
    orders = list(SupervisionOrder.objects.order_by("number").values_list("number", "colour"))
    assert orders == [(f"督2026-{number:06d}", "orange") for number in range(1, issues + 1)]
    assert SupervisionOrder.objects.values("issue").distinct().count() == issues
    assert IssueEvent.objects.filter(name="supervise").count() == issues
    for kind in ("supervised", "supervised_copy"):
        assert Notice.objects.filter(kind=kind).count() == issues
    assert set(Issue.objects.values_list("supervision", flat=True)) == {"orange"}
    assert not list(events.broken())


def test_two_sweeps_at_once_issue_each_order_once(cast, monkeypatch):
    monkeypatch.setattr(supervision, "CHUNK", 3)
    for _ in range(20):
        walk.processing(cast)
    swept = at_once([lambda: supervision.supervise(at=DUE)] * 2)
    left = supervision.supervise(at=DUE)
    assert sum(run.issued.total() for run in [*swept, left]) == 20
    _each_exactly_once(20)


def test_sweeps_escalation_and_people_on_the_same_issues_leave_one_truth(cast, monkeypatch):
    monkeypatch.setattr(supervision, "CHUNK", 2)
    monkeypatch.setattr(sweep, "CHUNK", 3)
    issues = [walk.processing(cast) for _ in range(12)]
    late = DUE + timedelta(days=2)

    def press(pk: int, move: str, who: str, **given: object) -> bool:
        try:
            actions.perform(move, issue=Issue.objects.get(pk=pk), by=cast.people[who], at=late, **given)
        except Refused:
            return False
        return True

    order = {"colour": "red", "reason": "请尽快办结"}
    jobs = [partial(press, issue.pk, "issue_order", "leader", **order) for issue in issues[:6]]
    jobs += [
        partial(press, issue.pk, "report", "grid_leader", result="已清淤", files=[walk.photo()]) for issue in issues[6:]
    ]
    sweeps: list[Callable[..., Any]] = [supervision.supervise, sweep.escalate_overdue]
    pressed = at_once([*jobs, *(partial(one, at=late) for one in sweeps * 2)])
    by_hand = SupervisionOrder.objects.filter(cause="hand").count()
    assert by_hand == sum(pressed[:6])
    assert Issue.objects.filter(status=Status.REPORTED).count() == sum(pressed[6:12])
    automatic = SupervisionOrder.objects.exclude(cause="hand")
    assert automatic.values("clock", "colour").distinct().count() == automatic.count()
    assert SupervisionOrder.objects.count() == IssueEvent.objects.filter(facts__has_key="order").count()
    assert not list(events.broken())


WORKER = """
import os
import signal
import sys
from datetime import datetime

import django

django.setup()

from django.db import connection
from issues.supervision import sweep

sweep.CHUNK = 4
left = int(sys.argv[2])


def dying(execute, sql, parameters, many, context):
    global left
    found = execute(sql, parameters, many, context)
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return found


with connection.execute_wrapper(dying):
    sweep.supervise(at=datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.stack
def test_a_worker_killed_after_any_statement_loses_and_doubles_nothing(cast):
    for _ in range(12):
        walk.processing(cast)
    for statements in (4, 8, 10, 11, 12, 30):
        worker = [sys.executable, "-c", WORKER, DUE.isoformat(), str(statements)]
        died = subprocess.run(worker, env=environment(), timeout=120).returncode
        assert died == -signal.SIGKILL
    assert 0 < SupervisionOrder.objects.count() < 12, "some chunks were kept, others were under way"

    at_once([lambda: supervision.supervise(at=DUE)] * 2)
    supervision.supervise(at=DUE + timedelta(minutes=1))

    _each_exactly_once(12)
