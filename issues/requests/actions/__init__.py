"""The verbs of 三单. Each is keyword-only and atomic, takes `by` and `at`, and asks issues.requests.workflow first."""

from datetime import datetime
from typing import Any

from accounts.errors import Outrun
from accounts.models import User
from issues.models import ServiceRequest
from issues.requests.actions.moving import (
    decline,
    dispatch,
    done,
    give_back,
    recall,
    refuse_if_gone,
    take,
    untaken,
)
from issues.requests.actions.placing import place
from issues.requests.actions.rating import raise_issue, rate

VERBS = {verb.__name__: verb for verb in (dispatch, take, give_back, recall, done, rate, decline, raise_issue)}
"""By the name of the move; neither `place`, which has no request yet, nor `untaken`, which nobody makes."""


def perform(
    move_name: str, *, request: ServiceRequest, by: User | None, at: datetime, seen: int | None = None, **inputs: Any
) -> Any:
    """Makes a move by its name, with the inputs its form asked for.

    `seen` is the version when the form was drawn: Outrun when it changed since, so that a form sent twice acts once.
    """
    verb: Any = VERBS[move_name]
    if move_name == "take":
        refuse_if_gone(request)
    if seen is not None and request.version != seen:
        raise Outrun
    return verb(request=request, by=by, at=at, **inputs)


__all__ = [
    "VERBS",
    "decline",
    "dispatch",
    "done",
    "give_back",
    "perform",
    "place",
    "raise_issue",
    "rate",
    "recall",
    "take",
    "untaken",
]
