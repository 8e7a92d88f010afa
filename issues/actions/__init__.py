"""The verbs of the register. Each is keyword-only and atomic, takes `by` and `at`, and asks issues.workflow first.

Surfaces that build forms from `workflow.MOVES` call `perform`, everybody else the verb itself.
"""

from datetime import datetime
from typing import Any

from accounts.errors import Outrun
from accounts.models import User
from issues.actions.asking import (
    ask_extension,
    ask_hold,
    ask_ruling,
    ask_void,
    deny,
    extend,
    hold,
    milestone,
    resume,
    review_hold,
    rule,
    void,
)
from issues.actions.closing import closing_gap, force_close, give_verdict, reject, reopen, verify
from issues.actions.handling import assign, comment, contact, escalate, report, send_back, sign_for
from issues.actions.intake import collect, decline, merge, merge_all, register, solve_on_spot, transfer
from issues.actions.ordering import answer_order, issue_order
from issues.actions.publishing import answer_objection, close, object_to, publicity_text, raise_objection
from issues.models import Issue

VERBS = {
    verb.__name__: verb
    for verb in (
        solve_on_spot,
        merge,
        register,
        decline,
        transfer,
        assign,
        sign_for,
        contact,
        send_back,
        ask_ruling,
        rule,
        escalate,
        report,
        verify,
        reject,
        give_verdict,
        publicity_text,
        answer_objection,
        object_to,
        close,
        force_close,
        reopen,
        ask_hold,
        hold,
        milestone,
        review_hold,
        resume,
        ask_extension,
        extend,
        ask_void,
        void,
        deny,
        issue_order,
        answer_order,
        comment,
    )
}
"""By the name of the move; all but `collect`, which has no issue yet."""

__all__ = [
    "VERBS",
    "answer_objection",
    "answer_order",
    "ask_extension",
    "ask_hold",
    "ask_ruling",
    "ask_void",
    "assign",
    "close",
    "closing_gap",
    "collect",
    "comment",
    "contact",
    "decline",
    "deny",
    "escalate",
    "extend",
    "force_close",
    "give_verdict",
    "hold",
    "issue_order",
    "merge",
    "merge_all",
    "milestone",
    "object_to",
    "perform",
    "publicity_text",
    "raise_objection",
    "register",
    "reject",
    "reopen",
    "report",
    "resume",
    "review_hold",
    "rule",
    "send_back",
    "sign_for",
    "solve_on_spot",
    "transfer",
    "verify",
    "void",
]


def perform(
    move_name: str, *, issue: Issue, by: User | None, at: datetime, seen: int | None = None, **inputs: Any
) -> Any:
    """Makes a move by its name, with the inputs its form asked for (`issues.inputs.parse`).

    `seen` is the issue's version when the form was drawn: Outrun when it changed since, so that a form sent twice
    acts once. Raises Forbidden without the right, Refused when a rule says no, KeyError for an unknown move.
    """
    verb: Any = VERBS[move_name]
    if seen is not None and issue.version != seen:
        raise Outrun
    return verb(issue=issue, by=by, at=at, **inputs)
