"""A register in use: people do what comes to their minds, days pass, and the sweep runs or fails to.

One run is one transaction on a county that is built once; at the end everything is undone.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from datetime import date, datetime, timedelta
from sys import exc_info
from typing import Any, ClassVar
from uuid import UUID

import time_machine
from django.db import transaction
from django.db.models import Max
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from accounts.errors import Refused
from accounts.models import User
from grids.models import Absence
from grids.posts import substitutes
from grids.scope import Scope
from issues import actions, reminding, sweep
from issues.actions.publishing import raise_objection
from issues.case import Case, scope_on
from issues.models import Application, Issue, PublicNotice, RegisterRules, Status
from issues.rules import CountyRules
from issues.supervision import sweep as supervise_sweep
from issues.tests.cast import MONDAY, Cast
from issues.tests.typed import Scene, typed
from issues.tests.watching import Watch
from issues.workflow import MOVES, TABLE, Move, refusal_of
from notices.models import Notice

PEOPLE = (
    *("grid_leader", "secretary", "clerk", "county_officer", "household", "member", "second_clerk"),
    *("town_leader", "leader", "command_centre", "handler", "colleague", "neighbour", "other_clerk"),
)
ON_LEAVE = ("grid_leader", "secretary", "clerk", "second_clerk", "town_leader", "county_officer")
ROADS = (
    (),
    ("register",),
    ("register", "assign"),
    ("register", "assign", "sign_for"),
    ("register", "assign", "sign_for", "ask_hold", "hold"),
    ("register", "assign", "escalate", "assign"),
    ("register", "assign", "sign_for", "report"),
    ("register", "assign", "sign_for", "report", "verify"),
    ("register", "assign", "sign_for", "report", "verify", "give_verdict"),
    ("register", "assign", "sign_for", "report", "verify", "give_verdict"),
)
"""How far the issues of the county are when a run begins; the last waits out its publicity."""
ONWARD = {
    Status.COLLECTED: "register",
    Status.REGISTERED: "assign",
    Status.ASSIGNED: "sign_for",
    Status.PROCESSING: "report",
    Status.ON_HOLD: "resume",
    Status.REPORTED: "verify",
    Status.CONFIRMING: "give_verdict",
    Status.PUBLICIZING: "close",
    Status.CLOSED: "reopen",
}
ASKED = {
    "hold": "ask_hold",
    "extension": "ask_extension",
    "void": "ask_void",
    "ruling": "ask_ruling",
    "return": "send_back",
}
DECIDED = {"hold": "hold", "extension": "extend", "void": "void", "ruling": "rule"}
BUSY = (Status.ASSIGNED, Status.PROCESSING)
WHICH = st.integers(0, len(ROADS))
WHO = st.integers(0, len(PEOPLE) - 1)
VARIANT = st.integers(0, 3)
HOURS = st.one_of(st.floats(0, 6), st.floats(6, 200))


class Crowd:
    """The people of a county. `done` counts the moves that went through."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.rules = CountyRules(cast.county.pk)
        self.done: Counter[str] = Counter()
        self._scopes = {user.pk: Scope(user, MONDAY.date()) for user in cast.people.values()}

    def people(self, first: int) -> list[User | None]:
        return [self.cast.people.get(part) for part in PEOPLE[first:] + PEOPLE[:first]]

    def collect(self, by: User | None, at: datetime, variant: int = 0) -> Issue | None:
        scene = Scene(self.cast, Issue(), by, at, variant)
        with suppress(Refused), transaction.atomic():
            issue = actions.collect(by=by, at=at, **typed("collect", scene))
            self.done["collect"] += 1
            return issue
        return None

    def make(self, move: Move, issue: Issue, at: datetime, first: int = 0, variant: int = 0) -> bool:
        """Whoever comes first of those who may; when nobody may, somebody tries all the same."""
        people = self.people(first)[: 1 if move.name == "comment" else None]
        known = {"rules": self.rules, "away": substitutes(at.date())}
        by = next((user for user in people if may(issue, move, user, at.date(), known)), people[0])
        with suppress(Refused), transaction.atomic():
            inputs = typed(move.name, Scene(self.cast, issue, by, at, variant))
            actions.perform(move.name, issue=issue, by=by, at=at, **inputs)
            self.done[move.name] += 1
            return True
        return False

    def remember_scopes(self, on: date) -> None:
        """Posts do not change in a run, so while nobody is on leave a person's scope is asked for once."""
        for user in self.cast.people.values():
            scope = vars(user)["_scope"] = copy(self._scopes[user.pk])
            scope.on = on

    def forget_scopes(self) -> None:
        for user in self.cast.people.values():
            vars(user).pop("_scope", None)


def may(issue: Issue, move: Move, user: User | None, on: date, known: dict[str, Any]) -> bool:
    case = Case(issue, user, scope_on(user, on))
    vars(case).update(known)
    return refusal_of(case, move) is None


def settle(crowd: Crowd) -> None:
    """One issue at the end of every road, in the hands of one person after the other."""
    for number, road in enumerate(ROADS):
        RegisterRules.objects.update(publicity=road is ROADS[-1])
        at = MONDAY
        issue = crowd.collect(crowd.cast.member, at)
        for name in road:
            at += timedelta(minutes=30)
            variant = number % 4 if name == "assign" else 0
            assert crowd.make(MOVES[name], issue, at, variant=variant), (road, name)


class Register(RuleBasedStateMachine):
    """Subclasses name the county: its `crowd`, and the `watch` as it was when the county was settled."""

    crowd: ClassVar[Crowd]
    settled: ClassVar[Watch]

    def __init__(self) -> None:
        super().__init__()
        self.at = MONDAY + timedelta(hours=8)
        self.somebody_is_away = False
        self.undone = transaction.atomic()
        self.undone.__enter__()

    @initialize(publicity=st.booleans(), force=st.booleans())
    def begin(self, publicity: bool, force: bool) -> None:
        RegisterRules.objects.update(publicity=publicity, force_close=force)
        self.crowd.rules = CountyRules(self.crowd.cast.county.pk)
        self.watch = self.settled.again()
        self.issues = list(self.watch.told)

    @rule(which=WHICH, choice=st.integers(0, 40), who=WHO, variant=VARIANT, hours=HOURS)
    def somebody_acts(self, which: int, choice: int, who: int, variant: int, hours: float) -> None:
        with self.later(hours):
            issue = self.issue(which)
            fitting = [move for move in TABLE if issue.status in move.sources] or [MOVES["comment"]]
            self.crowd.make(fitting[choice % len(fitting)], issue, self.at, who, variant)

    @rule(which=WHICH, who=WHO, variant=VARIANT, hours=HOURS)
    def the_matter_goes_on(self, which: int, who: int, variant: int, hours: float) -> None:
        with self.later(hours):
            issue = self.issue(which)
            self.crowd.make(MOVES[ONWARD.get(Status(issue.status), "comment")], issue, self.at, who, variant)

    @rule(which=WHICH, kind=st.sampled_from(list(ASKED)), who=WHO, variant=VARIANT, hours=HOURS)
    def somebody_asks_or_decides(self, which: int, kind: str, who: int, variant: int, hours: float) -> None:
        with self.later(hours):
            asked = Application.objects.filter(decided_at=None).select_related("issue").order_by("pk").last()
            if asked:
                name = DECIDED[asked.kind] if variant < 2 else "deny"
                self.crowd.make(MOVES[name], asked.issue, self.at, who, variant)
            else:
                self.crowd.make(MOVES[ASKED[kind]], self.issue(which, in_hand=True), self.at, who, variant)

    @rule(what=st.sampled_from(["sweep", "sweep", "collect", "leave", "object"]), who=WHO, other=WHO, hours=HOURS)
    def the_day_goes_on(self, what: str, who: int, other: int, hours: float) -> None:
        with self.later(hours):
            if what == "sweep":
                self._sweep()
            elif what == "collect":
                issue = self.crowd.collect(self.crowd.people(who)[0], self.at)
                self.issues += [issue.pk] if issue else []
            elif what == "leave":
                self._goes_on_leave(who, other)
            else:
                self._a_reader_objects(other)

    def _sweep(self) -> None:
        """I12: a second run at the same moment finds nothing left to do."""
        self._run_everything()
        self.watch.look()
        before = self.watch.last_event, Notice.objects.aggregate(Max("pk"))
        assert self._run_everything() == [supervise_sweep.Swept(), sweep.Swept(), Counter()], "I12"
        self.watch.look()
        assert before == (self.watch.last_event, Notice.objects.aggregate(Max("pk"))), "I12"

    def _run_everything(self) -> list[object]:
        works = (supervise_sweep.supervise, sweep.escalate_overdue, reminding.remind)
        return [work(at=self.at) for work in works]

    def _a_reader_objects(self, other: int) -> None:
        shown = PublicNotice.objects.order_by("pk").last()
        if shown:
            with suppress(Refused), transaction.atomic():
                raise_objection(notice=shown, at=self.at, text="水没有到我家田", client_id=UUID(int=other))

    def _goes_on_leave(self, who: int, other: int) -> None:
        """For ten days, with a substitute who may be on leave too, even in a circle, or without one."""
        away, substitute = (self.crowd.cast.people[ON_LEAVE[number % len(ON_LEAVE)]] for number in (who, other))
        since = self.at.date()
        for_them = substitute if substitute != away else None
        Absence.objects.create(user=away, substitute=for_them, since=since, until=since + timedelta(days=10))
        self.somebody_is_away = True
        self.crowd.forget_scopes()

    @contextmanager
    def later(self, hours: float) -> Iterator[None]:
        evening, self.at = self.at.date(), self.at + timedelta(hours=hours)
        if self.at.date() > evening:
            self.watch.night_falls(evening)
        with time_machine.travel(self.at, tick=False):
            if not self.somebody_is_away:
                self.crowd.remember_scopes(self.at.date())
            yield
            self.watch.look()

    def issue(self, which: int, *, in_hand: bool = False) -> Issue:
        """One of those of the run; in somebody's hands, if there are such."""
        busy = [pk for pk in self.issues if in_hand and self.watch.replayed[pk]["status"] in BUSY]
        some = busy or self.issues
        return Issue.objects.get(pk=some[which % len(some)])

    def teardown(self) -> None:
        try:
            if exc_info()[0] is None and hasattr(self, "watch"):
                with self.later(0):
                    self.watch.look_back()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)
            self.crowd.forget_scopes()
