"""督办单 by hand: a leader issues one, whoever is responsible answers."""

from datetime import datetime

from django.db import transaction

from accounts.errors import Outrun
from accounts.models import User
from issues.actions.handling import explained
from issues.clocks import SENDING_UP
from issues.escalation import Ladder, Spot
from issues.models import Issue, SupervisionOrder
from issues.step import Step
from issues.supervision import answering, issuing
from issues.supervision.timing import RANK, Moments, next_after


@transaction.atomic
def issue_order(*, issue: Issue, by: User, at: datetime, colour: str, reason: str) -> SupervisionOrder:
    """发督办单 of any colour, saying why. Copied one rung above the responsible person; no clock moves."""
    here = Issue.objects.select_for_update().filter(pk=issue.pk, version=issue.version)
    step = Step(issue, "issue_order", by=by, at=at)
    said = explained(reason)
    if not here.exists():
        raise Outrun
    [issued] = issuing.issue([_sheet(step, colour)], step.case.rules, by=by, at=at, reason=said)
    issue.refresh_from_db()
    return SupervisionOrder.objects.get(pk=issued.order_id)


def _sheet(step: Step, colour: str) -> issuing.Sheet:
    issue, rules = step.issue, step.case.rules
    clock = next((found for kind in reversed(SENDING_UP) if (found := step.clocks.running(kind))), None)
    until = issuing.answer_due(rules, step.at)
    highest = max(colour, issue.supervision, key=RANK.__getitem__)
    again = None
    if clock and not clock.paused_at:
        again = next_after(Moments.of(clock.warn_at, clock.due_at, rules.calendar), highest, until)
    spot = Spot.of(issue)
    copy = issuing.copied_to(spot, issue.handler_id, Ladder.of(rules, step.at, spot))
    clock_id = clock.pk if clock else None
    cause = SupervisionOrder.Cause.HAND
    return issuing.Sheet(issue.pk, issue.version, clock_id, colour, cause, copy, until, highest, again)


@transaction.atomic
def answer_order(*, issue: Issue, by: User, at: datetime, answer: str) -> None:
    """回复督办单: one answer to every order of this matter that waits for this person."""
    step = Step(issue, "answer_order", by=by, at=at)
    said = explained(answer, "answer")
    orders = step.case.orders_to_answer
    step.facts["orders"] = [order.number for order in orders]
    step.finish(note=said)
    answering.answer(orders, step.case.rules, by=by, at=at, said=said)
