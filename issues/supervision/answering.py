"""Takes the answer to supervision orders: whoever issued them or was copied learns of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Min

from accounts.models import User
from issues.models import Clock, SupervisionOrder
from issues.rules import CountyRules
from issues.supervision.issuing import ORDER_LINK
from issues.supervision.timing import Moments, next_after
from notices.actions import Message, post_all


def answer(orders: Sequence[SupervisionOrder], rules: CountyRules, *, by: User, at: datetime, said: str) -> None:
    """Writes the answer on every one of these orders, which are of one issue. The caller holds the issue."""
    answered = SupervisionOrder.objects.filter(pk__in=[order.pk for order in orders])
    answered.update(answered_at=at, answered_by=by, answer=said)
    for clock in Clock.objects.filter(orders__in=orders, supervise_at__isnull=False).distinct():
        _look_again(clock, rules)
    post_all([message for order in orders for message in _messages(order, rules, by)], at=at)


def _look_again(clock: Clock, rules: CountyRules) -> None:
    """What is answered presses no more; the due still does."""
    first = SupervisionOrder.objects.unanswered().filter(clock=clock).aggregate(first=Min("answer_due_at"))["first"]
    moments = Moments.of(clock.warn_at, clock.due_at, rules.calendar)
    again = next_after(moments, clock.issue.supervision, first)
    Clock.objects.filter(pk=clock.pk).update(supervise_at=again)


def _messages(order: SupervisionOrder, rules: CountyRules, by: User) -> list[Message]:
    label = rules.switches.order_label(order.colour)
    text = f"{by.name}已回复{label}{order.number}（事项{order.issue.number}“{order.issue.title}”）。"
    link = ORDER_LINK.format(pk=order.pk)
    people = {person.pk: person for person in (order.issued_by, order.copied_to) if person and person.pk != by.pk}
    return [
        Message(f"order_answered:{order.pk}:u{pk}", "order_answered", text, user=person, link=link)
        for pk, person in people.items()
    ]
