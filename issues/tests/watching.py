"""Looks at a register after every step and compares it with what it saw before: the invariants of domain.md §5."""

from collections import Counter, defaultdict
from copy import copy
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Count

from issues import events
from issues.ledgers import LedgerQuery
from issues.models import IN_HAND, OPEN, Clock, Evidence, Issue, IssueEvent, Objection, RegisterRules, Status, Verdict
from issues.tests.cast import Cast
from notices.models import Notice
from workdays.arithmetic import ZONE, Calendar
from workdays.models import calendar_for
from workdays.now import now

RANKS = (
    ("member",),
    ("grid_leader",),
    ("secretary",),
    ("clerk", "second_clerk", "town_leader"),
    ("county_officer", "leader", "command_centre"),
)
RANK = {part: rank for rank, parts in enumerate(RANKS) for part in parts}
"""Who stands above whom in 水口村, whatever the county's chain."""
OUTSIDE = ("neighbour", "other_clerk", "handler", "colleague", "auditor", "nobody")
"""No post over 水口村: what they read of its issues, they read because it was put into their hands."""
MUST_TELL = {
    "register": "registered",
    "assign": "assigned",
    "rule": "ruled",
    "escalate": "escalated",
    "topped": "topped",
    "verify": "result",
}
"""Events that somebody must hear of, and the kind of the notice."""
EACH_TIME = ("rule", "escalate", "topped")
"""Told whenever they happen, not once in a round."""


class Watch:
    """`look` after every step, cheaply; `look_back` once at the end, at everything."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.calendar = calendar_for(cast.county.pk)
        self.parts = {user.pk: part for part, user in cast.people.items()}
        self.replayed: dict[int, dict[str, Any]] = defaultdict(dict)
        self.seen: dict[int, int] = Counter()
        self.told: dict[int, list[IssueEvent]] = defaultdict(list)
        self.dues: dict[int, datetime] = {}
        self.nights: dict[date, Counter[str]] = {}
        self.last_event = 0
        self.look()

    def again(self) -> "Watch":
        """One that has seen the same, to go on with."""
        other = copy(self)
        other.replayed = defaultdict(dict, {pk: dict(row) for pk, row in self.replayed.items()})
        other.told = defaultdict(list, {pk: list(said) for pk, said in self.told.items()})
        other.seen, other.dues, other.nights = Counter(self.seen), dict(self.dues), dict(self.nights)
        return other

    def look(self) -> None:
        fresh: dict[int, list[IssueEvent]] = defaultdict(list)
        for event in IssueEvent.objects.filter(pk__gt=self.last_event).order_by("pk"):
            fresh[event.issue_id].append(event)
            self.last_event = event.pk
        rows = Issue.objects.in_bulk(fresh)
        clocks = defaultdict(list)
        for clock in Clock.objects.filter(issue__in=fresh).order_by("pk"):
            clocks[clock.issue_id].append(clock)
        for pk, new in fresh.items():
            self._look_at(rows[pk], new, clocks[pk])

    def _look_at(self, issue: Issue, new: list[IssueEvent], clocks: list[Clock]) -> None:
        before = dict(self.replayed[issue.pk])
        self._replay(issue, new)
        self.told[issue.pk] += new
        self._dues_stay(clocks)
        for event in new:
            self._time_stood_still(event, clocks)
        if new[-1].name == "verify":
            independent(new[-1], issue, self)
        if new[-1].name == "resume":
            assert max(clock.started_at for clock in clocks if clock.kind == "handle") == new[-1].at, "I6"
        self._level_falls_only_by_ruling(before.get("level", 0), new)
        assert issue.status not in IN_HAND or self.parts[issue.handler_id], "I2"
        assert before.get("number") in (None, issue.number), "I3"
        assert issue.status not in OPEN or issue.number, "I3"
        if issue.status == Status.CLOSED and before.get("status") != Status.CLOSED:
            closing_gate(issue, self)

    def _replay(self, issue: Issue, new: list[IssueEvent]) -> None:
        state = self.replayed[issue.pk]
        for event in new:
            state |= {column: events.REPLAYED[column].to_python(value) for column, value in event.changes.items()}
            self.seen[issue.pk] += 1
            assert event.seq == self.seen[issue.pk], "I4"
        assert state == events.row(issue), "I4"
        assert issue.version == self.seen[issue.pk], "I4"

    def _dues_stay(self, clocks: list[Clock]) -> None:
        for clock in clocks:
            assert self.dues.setdefault(clock.pk, clock.due_at) == clock.due_at, "rule 10"
        running = [clock.kind for clock in clocks if clock.stopped_at is None]
        assert len(running) == len(set(running)), "one clock of a kind runs at a time"

    def _time_stood_still(self, event: IssueEvent, clocks: list[Clock]) -> None:
        """I6: as much working time is left when the clock goes on as when it was stopped."""
        if event.name not in ("resume", "reject"):
            return
        handling = [clock for clock in clocks if clock.kind == "handle"]
        if len(handling) < 2 or handling[-1].started_at != event.at:
            return
        before, after = handling[-2:]
        since = before.paused_at or before.stopped_at
        assert since, "I6"
        if after.unit == "hour":
            assert before.due_at - since == after.due_at - event.at, "I6"
        else:
            assert left(since, before.due_at, self.calendar) == left(event.at, after.due_at, self.calendar), "I6"

    def _level_falls_only_by_ruling(self, level: int, new: list[IssueEvent]) -> None:
        for event in new:
            now = event.changes.get("level", level)
            assert now >= level or event.name == "rule", "I7"
            level = now

    def night_falls(self, evening: date) -> None:
        self.nights[evening] = self._balance()

    def _balance(self) -> Counter[str]:
        return Counter(row["ledger"] for row in self.replayed.values() if row["status"] in OPEN)

    def look_back(self) -> None:
        """What costs more: the whole chain of hashes, every notice, everybody's view."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert not list(events.broken()), "I4"
        self._ledgers_sum()
        self._told_once()
        self._told_at_all()
        self._readers()

    def _ledgers_sum(self) -> None:
        """I8, now and, in every other run, on the first night; and the numbers once more (I3)."""
        assert Counter(Issue.objects.open().values_list("ledger", flat=True)) == self._balance(), "I8"
        for evening, then in list(self.nights.items())[: self.last_event % 2]:
            found = LedgerQuery(as_of=evening).balance(self.cast.leader, now())
            assert found.holds, "I8"
            assert found.open == sum(then.values()), "I8"
            assert {name: getattr(found, name) for name in then} == then, "I8"
        numbers = [row["number"] for row in self.replayed.values() if row.get("number")]
        assert len(numbers) == len(set(numbers)), "I3"

    def _told_once(self) -> None:
        """The same words reach nobody twice in one round, by whatever key they were posted."""
        rounds = {f"/issues/{pk}/": row["round"] for pk, row in self.replayed.items()}
        sent = Notice.objects.filter(kind__in=["registered", "assigned", "result"], user__isnull=False)
        for row in sent.values("kind", "user", "link", "text").annotate(times=Count("pk")):
            assert row["times"] <= rounds[row["link"]], "I5"

    def _told_at_all(self) -> None:
        """Each event that somebody must hear of told somebody, then or (once in a round is enough) before."""
        first: dict[tuple[str, str], datetime] = {}
        sent = list(Notice.objects.order_by("-created_at").values_list("link", "kind", "created_at"))
        first.update({(link, kind): at for link, kind, at in sent})
        for pk, said in self.told.items():
            for event in said:
                link, kind = f"/issues/{pk}/", MUST_TELL.get(event.name, "")
                if event.name in EACH_TIME:
                    assert (link, kind, event.at) in sent, f"I5: {event.name} told nobody"
                elif kind and event.by_id != event.changes.get("handler_id"):
                    assert (link, kind) in first, f"I5: {event.name} told nobody"
                    assert first[link, kind] <= event.at, f"I5: {event.name} told nobody"

    def _readers(self) -> None:
        """I9 and I10: who handed it up reads on; who has no part in it (half of them in each run) never does."""
        parts = {pk: self._part_in(pk) for pk in self.told}
        passed_up = defaultdict(set)
        for pk, new in self.told.items():
            for event in new:
                if event.name == "escalate":
                    passed_up[event.facts["from_handler"]].add(pk)
        strangers = OUTSIDE[self.last_event % 2 :: 2]
        for part, user in self.cast.people.items():
            if part not in strangers and user.pk not in passed_up:
                continue
            reads = set(Issue.objects.visible_to(user).filter(pk__in=self.told).values_list("pk", flat=True))
            assert passed_up[user.pk] <= reads, "I9"
            if part in OUTSIDE:
                assert reads <= {pk for pk, people in parts.items() if user.pk in people}, "I10"

    def _part_in(self, pk: int) -> set[int]:
        """Who ever had it in hand or collected it, and the staff of its unit. Co-handlers are none of OUTSIDE."""
        row = self.replayed[pk]
        people = {event.changes.get("handler_id") for event in self.told[pk]} | {row["reporter_id"]}
        return people | ({self.cast.handler.pk, self.cast.colleague.pk} if row["unit_id"] else set())


def independent(verify: IssueEvent, issue: Issue, watch: Watch) -> None:
    """I1: neither who handles or reported it, nor somebody below them, nor a colleague of their department."""
    report = [event for event in watch.told[issue.pk] if event.name == "report"][-1:]
    assert verify.by_id not in (None, issue.handler_id, *(event.by_id for event in report)), "I1"
    verifier, handler = watch.parts[verify.by_id], watch.parts[issue.handler_id]
    assert RANK.get(verifier, 4) >= RANK.get(handler, 0), "I1"
    assert not {verifier, handler} <= {"handler", "colleague"}, "I1"


def closing_gate(issue: Issue, watch: Watch) -> None:
    """I1, by what the events and rows of the round say."""
    last = {event.name: event for event in watch.told[issue.pk]}
    switches = RegisterRules.objects.get()
    if issue.forced:
        assert switches.force_close, "I1"
        assert watch.parts[last["force_close"].by_id] in ("county_officer", "leader", "command_centre"), "I1"
        return
    report, verify, verdict = last["report"], last["verify"], Verdict.objects.get(issue=issue, round=issue.round)
    assert report.seq < verify.seq, "I1"
    assert verify.facts["round"] == issue.round == verdict.round, "I1"
    assert verify.by_id != issue.handler_id, "I1"
    assert Evidence.objects.filter(issue=issue, round=issue.round, kind="result").exists(), "I1"
    assert verdict.value in Verdict.ACCEPTING, "I1"
    if "close" in last and last["close"].seq > verify.seq:
        shown = Clock.objects.filter(issue=issue, kind="publicity", round=issue.round).latest("pk")
        assert issue.closed_at.astimezone(ZONE).date() > shown.due_at.astimezone(ZONE).date(), "I1"
        assert not Objection.objects.filter(notice__issue=issue, accepted=None).exists(), "I1"
    else:
        assert not switches.publicity, "I1"


def left(moment: datetime, due_at: datetime, calendar: Calendar) -> int:
    """Working days between a moment and the due, the moment's own counted while it is not over."""
    local = moment.astimezone(ZONE)
    due_on = due_at.astimezone(ZONE).date()
    not_over = local.time() < time(18) and calendar.is_workday(local.date())
    if local.date() <= due_on:
        return calendar.workdays_between(local.date(), due_on) + not_over
    return not_over - calendar.workdays_between(due_on, local.date())
