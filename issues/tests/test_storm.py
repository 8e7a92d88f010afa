"""A bad day: sixteen people, two sweeps and two deliverers at the same two hundred issues, workers killed, Redis gone.

Afterwards the events rebuild every row, and every message was posted and sent once.
"""

import random
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter

import pytest

from grids.tests.trees import at_once
from issues import events, reminding, sweep
from issues.clocks import Clocks
from issues.models import Category, ClockKind, Issue, Ledger, Status, Urgency
from issues.rules import CountyRules
from issues.step import replayed
from issues.tests.cast import MONDAY, Cast, people_a_county
from issues.tests.machine import PEOPLE, Crowd
from issues.tests.processes import Nursery
from issues.tests.watching import Watch
from issues.workflow import TABLE
from liaison.celery import app
from liaison.servers.valkey import Valkey
from notices.delivery import deliver_waiting
from notices.drivers import Outgoing
from notices.models import Notice
from notices.tasks import nudge
from workdays.arithmetic import ZONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stack]

LATE = datetime(2026, 11, 12, 9, 0, tzinfo=ZONE)
THE_LAST = LATE + timedelta(days=90)
"""By then no message waits for the morning any more."""
ISSUES, CROWD, MOVES_EACH, KILLS, STATEMENTS = 200, 16, 12, 20, 9
STANDING = (
    (Status.REGISTERED, ClockKind.ASSIGN),
    (Status.ASSIGNED, ClockKind.HANDLE),
    (Status.PROCESSING, ClockKind.HANDLE),
    (Status.REPORTED, ClockKind.VERIFY),
)


class Day:
    """Every look at the clock is ten minutes later; it is over when all who work at it have gone home."""

    def __init__(self, workers: int) -> None:
        self._ticks = count()
        self._left = workers
        self._lock = threading.Lock()
        self.over = threading.Event()

    def now(self) -> datetime:
        return LATE + timedelta(minutes=10 * next(self._ticks))

    def goes_home(self) -> None:
        with self._lock:
            self._left -= 1
            if not self._left:
                self.over.set()


class Phones:
    """Counts what the SMS driver was given."""

    def __init__(self) -> None:
        self.rang: Counter[str] = Counter()

    def send(self, message: Outgoing) -> str:
        self.rang[message.reference] += 1
        return ""


def test_a_bad_day_loses_and_doubles_nothing(broker: Valkey, monkeypatch):
    monkeypatch.setattr(sweep, "CHUNK", 7)
    monkeypatch.setattr(reminding, "CHUNK", 7)
    cast = people_a_county()
    heap(cast)
    watch, crowd, phones, day = Watch(cast), Crowd(cast), Phones(), Day(CROWD + 1)
    with Nursery() as nursery:
        people = [partial(somebody, crowd, day, number) for number in range(CROWD)]
        works = [lambda: swept(day), lambda: swept(day), lambda: delivered(phones), lambda: delivered(phones)]
        background = [partial(repeated, work, day) for work in [*works, lambda: gone_for_a_while(broker)]]
        at_once([*people, partial(kill_workers, nursery, day), *background])

    end = day.now()
    sweep.escalate_overdue(at=end)
    at_once([lambda: delivered(phones, THE_LAST)] * 2)
    assert sum(crowd.done.values()) > CROWD * MOVES_EACH / 3
    assert not Issue.objects.filter(escalate_at__lte=end).exists()
    assert not list(events.broken())
    watch.look()
    watch.look_back()
    assert set(phones.rang.values()) == {1}
    sent = Notice.objects.filter(channel=Notice.Channel.SMS, state=Notice.State.SENT)
    assert sorted(phones.rang) == sorted(str(pk) for pk in sent.values_list("pk", flat=True))
    assert not Notice.objects.filter(state=Notice.State.WAITING).exists()


def heap(cast: Cast) -> None:
    """Two hundred issues of the village in four states, half of them long overdue; made in a few statements."""
    rules = CountyRules(cast.county.pk)
    issues, running = [], []
    for number in range(ISSUES):
        status, kind = STANDING[number % len(STANDING)]
        at = MONDAY if number % 8 < 4 else LATE
        issue = Issue(
            number=f"261101-{number:06d}",
            title=f"路灯不亮{number}",
            live_grid=cast.cell,
            household=cast.household,
            petitioner="黄耀荣",
            channel="visit",
            category=Category.INFRASTRUCTURE,
            urgency=Urgency.NORMAL,
            level=1,
            ledger=Ledger.UNIT,
            status=status,
            status_since=at,
            handler=cast.secretary if status == Status.REGISTERED else cast.grid_leader,
            reporter=cast.member,
            collected_at=at,
            registered_at=at,
            version=1,
            **cast.cell.scope(),
        )
        issue.phone, issue.phone_index = f"138{number:08d}", f"index{number}"
        clocks = Clocks(issue, rules, at)
        clocks.start(kind)
        for column, value in clocks.columns(status).items():
            setattr(issue, column, value)
        issues.append(issue)
        running.append(clocks)
    Issue.objects.bulk_create(issues)
    for issue, clocks in zip(issues, running, strict=True):
        clocks.save()
        events.append(issue, "collect", by=cast.member, at=issue.collected_at, changes=replayed(events.row(issue)))


def somebody(crowd: Crowd, day: Day, number: int) -> None:
    """Does what comes to mind, some moves long, with whatever matter lies on top."""
    chance = random.Random(number)
    pks = list(Issue.objects.values_list("pk", flat=True))
    try:
        for _ in range(MOVES_EACH):
            issue = Issue.objects.get(pk=chance.choice(pks))
            fitting = [move for move in TABLE if issue.status in move.sources]
            if fitting:
                who, variant = chance.randrange(len(PEOPLE)), chance.randrange(4)
                crowd.make(chance.choice(fitting), issue, day.now(), who, variant)
    finally:
        day.goes_home()


def kill_workers(nursery: Nursery, day: Day) -> None:
    killed = tried = 0
    try:
        while killed < KILLS:
            tried += 1
            assert tried < 10 * KILLS, f"only {killed} workers found something to do"
            killed += nursery.killed(day.now(), 1 + tried % STATEMENTS)
    finally:
        day.goes_home()


def repeated(work: Callable[[], object], day: Day) -> None:
    while not day.over.is_set():
        work()
        day.over.wait(0.05)


def swept(day: Day) -> None:
    at = day.now()
    sweep.escalate_overdue(at=at)
    reminding.remind(at=at)


def delivered(phones: Phones, at: datetime = LATE) -> None:
    """At one hour only: nobody's lease on a message runs out."""
    deliver_waiting(at=at, driver=phones)


def gone_for_a_while(broker: Valkey) -> None:
    broker.stop()
    broker.start()


@pytest.fixture
def broker(monkeypatch) -> Iterator[Valkey]:
    """A Redis of the test's own, to which Celery talks meanwhile."""
    with tempfile.TemporaryDirectory(prefix="liaison-test-") as folder:
        server = Valkey(Path(folder))
        server.start()
        monkeypatch.setattr(app.conf, "broker_url", f"{server.url()}/0")
        monkeypatch.setattr(app, "_pool", None)
        monkeypatch.setattr(app.amqp, "_producer_pool", None)
        yield server
        server.stop()


def test_nobody_waits_for_a_redis_that_is_down(broker: Valkey, caplog):
    """Verbs nudge when they have committed; the broker's own patience would be six seconds."""
    nudge()
    assert not caplog.messages
    broker.stop()
    start = perf_counter()
    for _ in range(3):
        nudge()
    assert perf_counter() - start < 3
    assert len(caplog.messages) == 3
    broker.start()
    caplog.clear()
    nudge()
    assert not caplog.messages
