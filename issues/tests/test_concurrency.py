"""Many at once, and workers that die: exactly once, nothing lost, nothing doubled."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import psycopg2
import pytest
from django.db import connection, connections

from accounts.errors import Refused
from grids.tests.trees import at_once
from issues import actions, events, sweep
from issues.models import Issue, IssueEvent, Status
from issues.tests import walk
from issues.tests.cast import people_a_county
from issues.tests.processes import environment
from issues.tests.walk import hours
from notices.models import Notice
from workdays.arithmetic import ZONE

pytestmark = pytest.mark.django_db(transaction=True)

LATE = datetime(2026, 11, 12, 9, 0, tzinfo=ZONE)
DEADLINE = 60
"""Seconds after which a wait for another process has failed."""


@pytest.fixture
def cast(transactional_db):
    return people_a_county()


def test_numbers_are_unique_when_many_register_at_once(cast):
    opinions = [walk.collected(cast) for _ in range(12)]
    given: dict = {"by": cast.secretary, "at": hours(1), "category": "dispute", "urgency": "normal"}
    at_once([partial(actions.register, issue=one, **given) for one in opinions])
    numbers = [number for (number,) in Issue.objects.order_by("number").values_list("number")]
    assert numbers == [f"261102-{number:06d}" for number in range(1, 13)]


def test_a_number_is_not_given_again_after_its_issue_is_void(cast):
    issue = walk.registered(cast)
    actions.ask_void(issue=issue, by=cast.secretary, at=hours(2), reason="重复登记了")
    actions.void(issue=issue, by=cast.clerk, at=hours(3))
    assert issue.number == "261102-000001"
    assert walk.registered(cast).number == "261102-000002"


def test_of_eight_who_press_at_once_one_moves_it(cast):
    issue = walk.registered(cast)
    people = [cast.secretary, cast.clerk, cast.second_clerk, cast.town_leader] * 2
    rows = [Issue.objects.get(pk=issue.pk) for _ in people]

    def press(row, person) -> bool:
        try:
            actions.assign(issue=row, by=person, at=hours(2), handler=cast.grid_leader)
        except Refused:
            return False
        return True

    pressed = at_once([partial(press, row, person) for row, person in zip(rows, people, strict=True)])
    assert Counter(pressed) == {True: 1, False: 7}
    assert issue.events.filter(name="assign").count() == 1
    assert not list(events.broken())


def test_an_opinion_sent_twice_by_the_phone_is_saved_once(cast):
    client_id = "0b0f1a52-9d2e-4f0c-8f43-0c2a4ac1d7aa"
    jobs = [lambda: walk.collected(cast, client_id=client_id).pk] * 6
    assert len(set(at_once(jobs))) == 1
    assert IssueEvent.objects.count() == 1


def test_two_sweeps_at_once_move_each_issue_once(cast, monkeypatch):
    monkeypatch.setattr(sweep, "CHUNK", 3)
    issues = [walk.processing(cast) for _ in range(20)]
    swept = at_once([lambda: sweep.escalate_overdue(at=LATE)] * 2)
    left = sweep.escalate_overdue(at=LATE)
    assert sum(run.climbed for run in [*swept, left]) == 20
    _each_exactly_once(issues)


def test_hands_and_sweeps_on_the_same_issues_leave_one_truth(cast, monkeypatch):
    monkeypatch.setattr(sweep, "CHUNK", 2)
    issues = [walk.processing(cast) for _ in range(10)]

    def report(pk: int) -> bool:
        try:
            actions.report(
                issue=Issue.objects.get(pk=pk), by=cast.grid_leader, at=LATE, result="已清淤", files=[walk.photo()]
            )
        except Refused:
            return False
        return True

    jobs = [partial(report, issue.pk) for issue in issues]
    done = at_once([*jobs, lambda: sweep.escalate_overdue(at=LATE), lambda: sweep.escalate_overdue(at=LATE)])
    sweep.escalate_overdue(at=LATE)
    statuses = Counter(Issue.objects.values_list("status", flat=True))
    assert statuses[Status.REPORTED] == sum(done[:10])
    assert statuses[Status.ASSIGNED] == 10 - sum(done[:10])
    assert not list(events.broken())


@pytest.fixture
def holding():
    """Makes connections besides Django's, closed whatever happens."""
    opened = []

    def connect():
        given = connections["default"].get_connection_params()
        names = ("dbname", "user", "password", "host", "port")
        opened.append(psycopg2.connect(**{name: given[name] for name in names}))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


WORKER = """
import sys
import django
django.setup()
from datetime import datetime
from issues import sweep
sweep.CHUNK = 4
sweep.escalate_overdue(at=datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.stack
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(cast, holding):
    issues = [walk.processing(cast) for _ in range(12)]
    in_the_second_chunk = Issue.objects.order_by("escalate_at", "pk")[5]
    key = f"escalated.{in_the_second_chunk.version + 1}:{in_the_second_chunk.pk}:1:u{cast.clerk.pk}"
    holder = holding()
    with holder.cursor() as cursor:  # the worker will have to wait for this key, with its chunk half written
        cursor.execute(
            "INSERT INTO notices_notice"
            " (key, kind, channel, user_id, phone, text, link, created_at, state, attempts, error)"
            " VALUES (%s, 'x', 'inbox', %s, '', '', '', now(), 'waiting', 0, '')",
            [key, cast.clerk.pk],
        )
        worker = subprocess.Popen([sys.executable, "-c", WORKER, LATE.isoformat()], env=environment())
        _wait_for(lambda: _blocked_backends() > 0)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert Issue.objects.filter(level=2).count() == 4, "the first chunk is kept, the second was under way"
    holder.rollback()
    _wait_for(lambda: _working_backends() == 0)
    assert Issue.objects.filter(level=2).count() == 4, "the dead worker's chunk is gone"

    at_once([lambda: sweep.escalate_overdue(at=LATE)] * 2)
    sweep.escalate_overdue(at=LATE + timedelta(minutes=1))

    _each_exactly_once(issues)


def _each_exactly_once(issues) -> None:
    pks = [issue.pk for issue in issues]
    climbs = Counter(IssueEvent.objects.filter(name="escalate").values_list("issue", flat=True))
    assert climbs == dict.fromkeys(pks, 1)
    told = Counter(Notice.objects.filter(kind__in=["escalated", "passed_on"]).values_list("kind", flat=True))
    assert told == {"escalated": len(pks), "passed_on": len(pks)}
    assert set(Issue.objects.values_list("level", "status")) == {(2, Status.ASSIGNED)}
    assert not list(events.broken())


def _count(where: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            f"AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND {where}"
        )
        return cursor.fetchone()[0]


def _blocked_backends() -> int:
    return _count("wait_event_type = 'Lock'")


def _working_backends() -> int:
    return _count("state <> 'idle'")


def _wait_for(happened) -> None:
    """Asks until it is so; between two questions the other process gets the processor."""
    deadline = time.monotonic() + DEADLINE
    while not happened():
        assert time.monotonic() < deadline, "the other process never got there"
        os.sched_yield()
