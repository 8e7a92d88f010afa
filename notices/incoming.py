"""What comes back by SMS: delivery reports, and what people answer. Every verb may be told the same thing twice."""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from accounts import normal
from accounts.errors import Outrun, Refused
from accounts.models import User
from notices.models import Notice, Reply

REFERENCE = re.compile(r"(\d{1,18})(?:-(\d{1,4}))?")


def reference(notice_id: int, turn: int) -> str:
    """How a notice is called towards a gateway: its id, and the turn from the second on."""
    return str(notice_id) if turn == 1 else f"{notice_id}-{turn}"


def take_report(*, reference: str, delivered: bool, error: str, at: datetime) -> bool:
    """The gateway says whether a message arrived. False when it is none of ours, or was known.

    A report may come before we marked the message sent, or after a try that seemed to fail: then it had left.
    """
    match = REFERENCE.fullmatch(reference)
    if match is None:
        return False
    left = Notice.objects.filter(
        pk=int(match[1]),
        turn=int(match[2] or 1),
        attempts__gt=0,
        state__in=(Notice.State.WAITING, Notice.State.SENT),
    )
    sent_at = Coalesce(F("sent_at"), F("claimed_at"))
    if delivered:
        return bool(left.update(state=Notice.State.DELIVERED, sent_at=sent_at, delivered_at=at, error=""))
    return bool(left.update(state=Notice.State.FAILED, sent_at=sent_at, error=error[:200]))


@transaction.atomic
def keep_reply(*, reference: str, phone: str, text: str, signature: str, sent_at: datetime, at: datetime) -> Reply:
    """Keeps what somebody wrote to us; told again, the row that was kept."""
    kept, _ = Reply.objects.get_or_create(
        reference=reference[:64],
        defaults={
            "phone": normal.phone(phone)[:20],
            "text": text.strip()[:500],
            "signature": signature.strip()[:20],
            "sent_at": sent_at,
            "arrived_at": at,
        },
    )
    return kept


@transaction.atomic
def file_reply(*, reply: Reply, matter: int | None, county: int | None, taken: bool, answer: str) -> None:
    """What the rules made of a reply: taken, or left for staff with the reason."""
    state = Reply.State.TAKEN if taken else Reply.State.NEW
    new = Reply.objects.filter(pk=reply.pk, state=Reply.State.NEW)
    new.update(state=state, matter=matter, county=county, answer=answer[:200])


@transaction.atomic
def settle_reply(*, reply: Reply, by: User, at: datetime, answer: str) -> None:
    """Staff read it and did what was to be done."""
    if not answer.strip():
        raise Refused("请写明怎么处理的。", field="answer")
    new = Reply.objects.filter(pk=reply.pk, state=Reply.State.NEW)
    if not new.update(state=Reply.State.SETTLED, answer=answer.strip()[:200], settled_at=at, settled_by=by):
        raise Outrun
