"""The clocks of one issue: started, stopped, frozen, paused and resumed; a due date once given never moves.

A pause, an extension or a ruling ends the running clock as it is and starts its next turn with a due of its own, so
that the original stays to be seen. Lists read the copy on the issue (`columns`).
"""

from datetime import date, datetime
from typing import Any

from accounts.errors import Refused
from issues.models import Clock, ClockKind, Issue, Limit, Status
from issues.rules import CountyRules
from issues.supervision.timing import Moments, next_after
from workdays.arithmetic import CLOSING, ZONE, Calendar, Due, spell

GOVERNING: dict[Status, tuple[ClockKind, ...]] = {
    Status.COLLECTED: (ClockKind.TRIAGE,),
    Status.REGISTERED: (ClockKind.HANDLE, ClockKind.ASSIGN),
    Status.ASSIGNED: (ClockKind.HANDLE,),
    Status.PROCESSING: (ClockKind.HANDLE,),
    Status.ON_HOLD: (ClockKind.REVIEW,),
    Status.REPORTED: (ClockKind.VERIFY,),
    Status.CONFIRMING: (ClockKind.CALLBACK,),
    Status.PUBLICIZING: (ClockKind.PUBLICITY,),
}
"""Whose due the issue shows. What was sent back is registered again, yet its handling clock runs on."""
SENDING_UP = (ClockKind.ASSIGN, ClockKind.HANDLE)
"""Clocks whose breach sends the issue up the chain."""


class Clocks:
    """A working set: verbs start and stop here, `save` writes it in the verb's transaction.

    Level, round, category and urgency are read from the issue at the moment a clock is started.
    """

    def __init__(self, issue: Issue, rules: CountyRules, at: datetime) -> None:
        self.issue = issue
        self.rules = rules
        self.at = at
        self._rows = list(Clock.objects.filter(issue=issue).order_by("id")) if issue.pk else []
        self._touched: list[Clock] = []

    def running(self, kind: ClockKind) -> Clock | None:
        return next((row for row in self._rows if row.kind == kind and row.stopped_at is None), None)

    def here(self, kind: ClockKind) -> list[Clock]:
        """The turns of a kind at the issue's level and round."""
        at_hand = (self.issue.level, self.issue.round)
        return [row for row in self._rows if row.kind == kind and (row.level, row.round) == at_hand]

    def start(self, kind: ClockKind) -> Clock | None:
        """Starts a clock by the county's limit. One that runs keeps its due; without a limit there is none.

        Refused for handling without a limit: the level does not take such matters.
        """
        known = self.running(kind)
        if known:
            return known
        limit = self.limit(kind)
        return self._add(kind, self.rules.due(limit, self.at), limit.unit) if limit else None

    def start_until(self, kind: ClockKind, last: date, sentence: str) -> Clock:
        """Starts a clock that ends at 18:00 of a day somebody chose; a running one of its kind ends as it is."""
        escalates = self._sends_up(kind)
        self.freeze(kind)
        due = Due(datetime.combine(last, CLOSING, ZONE), sentence)
        return self._add(kind, due, "workday", escalates)

    def limit(self, kind: ClockKind) -> Limit | None:
        issue = self.issue
        limit = self.rules.limit(kind, issue.urgency, issue.category, issue.level)
        if limit is None and kind == ClockKind.HANDLE:
            raise Refused(
                f"“{self.rules.chain.name(issue.level)}”不办理{issue.get_urgency_display()}的"
                f"{issue.get_category_display()}事项，请改选紧急程度或类别，或由上级登记。",
                field="urgency",
            )
        return limit

    def stop(self, *kinds: ClockKind) -> None:
        """What the clock was for has been done, in time or too late."""
        for row in self._of(kinds):
            row.stopped_at, row.remind_at, row.supervise_at = self.at, None, None
            row.met = (row.paused_at or self.at) <= row.due_at
            self._touch(row)

    def freeze(self, *kinds: ClockKind) -> None:
        """The clock ends unfinished and is kept; without kinds, every clock that runs."""
        for row in self._of(kinds or tuple(ClockKind)):
            row.stopped_at, row.remind_at, row.supervise_at = self.at, None, None
            row.met = None if (row.paused_at or self.at) <= row.due_at else False
            self._touch(row)

    def pause(self, kind: ClockKind) -> None:
        for row in self._of((kind,)):
            row.paused_at, row.remind_at, row.supervise_at = self.at, None, None
            self._touch(row)

    def resume(self, kind: ClockKind) -> Clock | None:
        """The next turn of a clock that was paused or stopped, due later by the time that did not count."""
        last = next((row for row in reversed(self.here(kind)) if row.paused_at or row.stopped_at), None)
        if last is None:
            return None
        since = last.paused_at or last.stopped_at or self.at
        self.freeze(kind)
        due = moved(last, since, self.at, self.rules.calendar)
        return self._add(kind, due, last.unit, escalates=last.escalate_at is not None)

    def columns(self, status: Status) -> dict[str, Any]:
        """The issue's copy of the clock that governs this status."""
        rows = (self.running(kind) for kind in GOVERNING.get(status, ()))
        row = next((row for row in rows if row), None)
        if row is None:
            return {"due_at": None, "due_sentence": "", "warn_at": None, "escalate_at": None}
        due = {"due_at": row.due_at, "due_sentence": row.sentence}
        return due | {"warn_at": row.warn_at, "escalate_at": row.escalate_at} | self._colour(row)

    def _colour(self, row: Clock) -> dict[str, Any]:
        """A fresh clock starts clean; only who is overdue still keeps the colour of the supervision order."""
        clean = not row.pk and row.kind in SENDING_UP and row.due_at > self.at
        return {"supervision": Issue.Supervision.NONE} if clean else {}

    def save(self) -> None:
        known = [row for row in self._touched if row.pk]
        Clock.objects.bulk_update(known, ["paused_at", "stopped_at", "met", "remind_at", "supervise_at"])
        fresh = [row for row in self._touched if not row.pk]
        for row in fresh:
            row.issue = self.issue
        Clock.objects.bulk_create(fresh)
        self._touched = []

    def _of(self, kinds: tuple[ClockKind, ...]) -> list[Clock]:
        return [row for row in self._rows if row.kind in kinds and row.stopped_at is None]

    def _sends_up(self, kind: ClockKind) -> bool:
        known = self.running(kind)
        return known.escalate_at is not None if known else kind in SENDING_UP

    def _add(self, kind: ClockKind, due: Due, unit: str, escalates: bool | None = None) -> Clock:
        goes_up = kind in SENDING_UP if escalates is None else escalates
        warn_at = self.rules.warn_at(kind, self.at, due.at, unit)
        row = Clock(
            kind=kind,
            level=self.issue.level,
            round=self.issue.round,
            turn=max((row.turn for row in self.here(kind)), default=0) + 1,
            unit=unit,
            started_at=self.at,
            counted_from=None if due.workdays is None else self.at.astimezone(ZONE).date(),
            workdays=due.workdays,
            due_at=due.at,
            sentence=due.sentence,
            warn_at=warn_at,
            remind_at=warn_at or due.at,
            escalate_at=self.rules.escalate_at(due.at, self.issue.urgency) if goes_up else None,
            supervise_at=self._supervise_at(kind, warn_at, due.at),
        )
        self._rows.append(row)
        self._touch(row)
        return row

    def _supervise_at(self, kind: ClockKind, warn_at: datetime | None, due_at: datetime) -> datetime | None:
        if kind not in SENDING_UP:
            return None
        if due_at > self.at or self.issue.supervision == Issue.Supervision.NONE:
            return warn_at or due_at
        return next_after(Moments.of(warn_at, due_at, self.rules.calendar), self.issue.supervision)

    def _touch(self, row: Clock) -> None:
        if row not in self._touched:
            self._touched.append(row)


def moved(clock: Clock, since: datetime, until: datetime, calendar: Calendar) -> Due:
    """The due of a clock that stood still between two moments: as overdue, or as far from it, as before.

    Where workdays run they are counted by the calendar as it is now, which may have changed meanwhile.
    """
    began, ended = since.astimezone(ZONE), until.astimezone(ZONE)
    before = due_by(clock, calendar)
    due = before.at.astimezone(ZONE)
    if clock.unit == "hour":
        later = due + (ended - began)
        return Due(later, f"原{_spell(due)}到期，{_spell(began)}至{_spell(ended)}不计时 → {_spell(later)}到期")
    days = _worked(ended, calendar) - _worked(began, calendar) + calendar.workdays_between(began.date(), ended.date())
    last = calendar.add_workdays(due.date(), days) if days else due.date()
    at = datetime.combine(last, due.time(), ZONE)
    left = calendar.workdays_between(ended.date(), last)
    workdays = left if left > 0 and calendar.add_workdays(ended.date(), left) == last else None
    if not days:
        return Due(at, before.sentence, workdays)
    paused = f"{spell(began.date())}至{spell(ended.date())}的{days}个工作日不计"
    said = f"原{spell(due.date())}到期，{paused} → {spell(last, since=due.date())}{due:%H:%M}到期"
    warning = calendar.unloaded(ended.date(), last)
    return Due(at, f"{said}；{warning}" if warning else said, workdays)


def due_by(clock: Clock, calendar: Calendar) -> Due:
    """When the clock would be due if it had been counted by this calendar; hours and a chosen day stay."""
    if clock.counted_from is None or clock.workdays is None:
        return Due(clock.due_at, clock.sentence)
    last = calendar.add_workdays(clock.counted_from, clock.workdays)
    at = datetime.combine(last, CLOSING, ZONE)
    if at == clock.due_at:
        return Due(at, clock.sentence, clock.workdays)
    return Due(at, calendar.explain(clock.counted_from, clock.workdays, last), clock.workdays)


def _worked(moment: datetime, calendar: Calendar) -> int:
    """-1 while the moment's own working day is not over yet, else 0."""
    return -1 if moment.time() < CLOSING and calendar.is_workday(moment.date()) else 0


def _spell(moment: datetime) -> str:
    return f"{spell(moment.date())}{moment:%H:%M}"
