"""One step of a round: the question whether it may be made, then row and event written together."""

from datetime import date, datetime
from typing import Any

from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import User
from households.models import ChoiceRound, RoundEvent, RoundStatus
from households.rounds.case import Case
from households.rounds.workflow import MOVES, missing_right, refusal_of
from workdays.arithmetic import ZONE

OUTRUN = "这一轮互选刚刚被别人改动过，请刷新后再看。"


class Step:
    """Made inside a verb's transaction. Refused at once when the move is not open to the person at that time.

    `set` collects new column values and puts them on the instance; `finish` writes them by compare-and-set on status
    and version. After a refusal the instance is stale: fetch it again.
    """

    def __init__(self, round: ChoiceRound, move: str, *, by: User | None, at: datetime) -> None:
        self.round = round
        self.move = MOVES[move]
        self.by = by
        self.at = at
        self.case = Case(round, by, at.astimezone(ZONE).date())
        permit(self.case, move)
        self.facts: dict[str, Any] = {}
        self._before = (round.status, round.version)
        self._lock()
        self._columns: dict[str, Any] = {}

    @property
    def on(self) -> date:
        return self.case.on

    def set(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self.round, name, value)
            column = ChoiceRound._meta.get_field(name).attname  # type: ignore[union-attr]
            self._columns[column] = getattr(self.round, column)

    def _lock(self) -> None:
        """Nobody else takes a step until this one is over. Raises Outrun when somebody was first."""
        status, version = self._before
        here = ChoiceRound.objects.filter(pk=self.round.pk, status=status, version=version)
        if not here.select_for_update(no_key=True).exists():
            raise Outrun(OUTRUN)

    def finish(self, to: RoundStatus | None = None, *, note: str = "") -> RoundEvent:
        """Writes the row and its event."""
        status, version = self._before
        if to is not None and to != status:
            self.set(status=to, status_since=self.at)
        self.set(version=version + 1)
        if not ChoiceRound.objects.filter(pk=self.round.pk, status=status, version=version).update(**self._columns):
            raise Outrun(OUTRUN)
        return record(self.round, self.move.name, by=self.by, at=self.at, note=note, **self.facts)


def permit(case: Case, move: str) -> None:
    """Raises Forbidden when the person lacks the right, Refused when a rule says not now."""
    right = missing_right(case, MOVES[move])
    if right:
        raise Forbidden(right)
    sentence = refusal_of(case, MOVES[move])
    if sentence:
        raise Refused(sentence)


def record(round: ChoiceRound, name: str, *, by: User | None, at: datetime, note: str = "", **facts: Any) -> RoundEvent:
    return RoundEvent.objects.create(round=round, name=name, by=by, at=at, note=note, facts=facts)
