"""One step of an issue: the question whether it may be made, then row, event and clocks written together."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import User
from issues import events, telling
from issues.case import Case, scope_on
from issues.clocks import Clocks
from issues.models import ENDED, Involvement, Issue, Status, SupervisionOrder
from issues.workflow import MOVES, Move, missing_right, refusal_of
from workdays.arithmetic import ZONE


class Step:
    """Made inside a verb's transaction. Refused at once when the move is not open to the person at that time.

        step = Step(issue, "sign_for", by=by, at=at)
        step.finish(to=Status.PROCESSING)

    `set` collects new column values (and puts them on the instance, so that clocks see them); `finish` writes them
    by compare-and-set on status and version. After a refusal the instance is stale: fetch it again.
    """

    def __init__(self, issue: Issue, move: str, *, by: User | None, at: datetime) -> None:
        self.issue = issue
        self.move = MOVES[move]
        self.by = by
        self.at = at
        self.case = Case(issue, by, scope_on(by, at.astimezone(ZONE).date()))
        permit(self.case, self.move)
        self.clocks = Clocks(issue, self.case.rules, at)
        self.facts: dict[str, Any] = {}
        self._before = (issue.status, issue.version)
        self._columns: dict[str, Any] = {}

    def set(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self.issue, name, value)
            column = Issue._meta.get_field(name).attname  # type: ignore[union-attr]
            self._columns[column] = getattr(self.issue, column)

    def finish(self, to: Status | None = None, *, note: str = "") -> None:
        """Writes the row, its event and its clocks. Raises Outrun when somebody was first."""
        if to is not None:
            self.set(status=to, status_since=self.at)
            self.set(live_grid_id=None if to in ENDED else self.issue.grid_id)
        if to in ENDED:
            self.clocks.freeze()
            self.set(supervision=Issue.Supervision.NONE)
        self.set(**self.clocks.columns(Status(self.issue.status)), version=self._before[1] + 1)
        self._write()
        self.clocks.save()
        if to in ENDED:
            SupervisionOrder.objects.unanswered().filter(issue=self.issue).update(lapsed_at=self.at)
        events.append(
            self.issue,
            self.move.name,
            by=self.by,
            at=self.at,
            changes=replayed(self._columns),
            facts=self.facts,
            note=note,
        )
        telling.keep_true(self.issue, self.at)

    def involve(self, user_ids: Iterable[int | None], part: Involvement.Part) -> None:
        involve(self.issue, user_ids, part, self.at)

    def _write(self) -> None:
        status, version = self._before
        here = Issue.objects.filter(pk=self.issue.pk, status=status, version=version)
        if not here.update(**self._columns):
            raise Outrun


def permit(case: Case, move: Move) -> None:
    """Raises Forbidden when the person lacks the right, Refused when a rule says not now."""
    must_hold_right(case, move)
    sentence = refusal_of(case, move)
    if sentence:
        raise Refused(sentence)


def must_hold_right(case: Case, move: Move) -> None:
    """Raises Forbidden, before a surface tells what is wrong with a form that its sender may not send at all."""
    right = missing_right(case, move)
    if right:
        raise Forbidden(right)


def replayed(columns: dict[str, Any]) -> dict[str, Any]:
    """What of the new values the event keeps: the plain columns; personal ones only leave their name in the row."""
    return {name: value for name, value in columns.items() if name in events.REPLAYED}


def involve(issue: Issue, user_ids: Iterable[int | None], part: Involvement.Part, at: datetime) -> None:
    """These people may read the issue from now on, whatever becomes of it."""
    rows = [Involvement(issue=issue, user_id=user_id, part=part, since=at) for user_id in user_ids if user_id]
    Involvement.objects.bulk_create(rows, ignore_conflicts=True)
