"""A word before a pledge is due, once for ever: the key of the notice is the pledge."""

from datetime import datetime, timedelta

from notices.actions import Message, post_all
from visits.models import Pledge
from workdays.arithmetic import ZONE, spell

BEFORE = timedelta(days=7)


def remind_of_pledges(*, at: datetime) -> int:
    """Whoever promised something public that is due within a week and not yet reported. Returns how many were told."""
    today = at.astimezone(ZONE).date()
    rows = Pledge.objects.filter(status=Pledge.Status.PUBLISHED, due_on__range=(today, today + BEFORE))
    waiting = rows.exclude(member__user=None).select_related("member__user").order_by("due_on", "pk")
    return len(post_all([_message(pledge) for pledge in waiting], at=at))


def _message(pledge: Pledge) -> Message:
    assert pledge.member is not None
    said = f"您的服务承诺“{pledge.text[:40]}”{spell(pledge.due_on)}到期，办好了请报告并请一户见证。"
    return Message(f"pledge-due-{pledge.pk}", "pledge_due", said, pledge.member.user, link="/field/pledges/")
