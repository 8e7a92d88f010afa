"""One step of a request: the question whether it may be made, then row and event written together."""

from datetime import datetime
from typing import Any

from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import User
from issues.case import scope_on
from issues.models import LIVE, RequestStatus, ServiceRequest
from issues.requests.case import Case
from issues.requests.history import REQUESTS
from issues.requests.workflow import MOVES, Move, missing_right, refusal_of
from workdays.arithmetic import ZONE


class Step:
    """Made inside a verb's transaction. Refused at once when the move is not open to the person at that time.

    `set` collects new column values and puts them on the instance; `finish` writes them by compare-and-set on status
    and version. After a refusal the instance is stale: fetch it again.
    """

    def __init__(
        self, request: ServiceRequest, move: str, *, by: User | None, at: datetime, by_clock: bool = False
    ) -> None:
        self.request = request
        self.move = MOVES[move]
        self.by = by
        self.at = at
        self.case = Case(request, by, scope_on(by, at.astimezone(ZONE).date()), by_clock=by_clock)
        permit(self.case, self.move)
        self.facts: dict[str, Any] = {}
        self._before = (request.status, request.version)
        self._columns: dict[str, Any] = {}

    def set(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self.request, name, value)
            column = ServiceRequest._meta.get_field(name).attname  # type: ignore[union-attr]
            self._columns[column] = getattr(self.request, column)

    def finish(self, to: RequestStatus, *, note: str = "") -> None:
        """Writes the row, its deadline and its event. Raises Outrun when somebody was first."""
        due = self.case.rules.due(self.request, to, self.at)
        self.set(
            status=to,
            status_since=self.at,
            live_grid_id=self.request.grid_id if to in LIVE else None,
            due_at=due.at if due else None,
            due_sentence=due.sentence if due else "",
            version=self._before[1] + 1,
        )
        status, version = self._before
        here = ServiceRequest.objects.filter(pk=self.request.pk, status=status, version=version)
        if not here.update(**self._columns):
            raise Outrun
        REQUESTS.append(
            self.request, self.move.name, by=self.by, at=self.at, changes=self._columns, facts=self.facts, note=note
        )

    def back_to_branch(self, *, note: str = "") -> None:
        """The next attempt begins: nobody has it, and the branch decides anew."""
        self.facts["attempt"] = self.request.attempt
        self.set(attempt=self.request.attempt + 1, addressee=None, taker=None, taken_at=None, done_at=None, rating="")
        self.finish(RequestStatus.REQUESTED, note=note)


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
