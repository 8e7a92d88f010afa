"""What somebody wrote to us by SMS: a verdict where the rules understand it, else a line in the list of the staff who
look after the matter, or after the county whose signature was answered."""

from datetime import datetime

from django.db import transaction

from accounts import crypto, normal
from accounts.errors import Refused
from issues.models import Issue, RegisterRules
from issues.replies import take_reply
from notices.incoming import file_reply, keep_reply
from notices.models import Reply


def hear(*, reference: str, phone: str, text: str, signature: str, sent_at: datetime, at: datetime) -> Reply:
    """Keeps a reply and does what it says. Told again it changes nothing; a reply kept and not yet read is read."""
    reply = keep_reply(reference=reference, phone=phone, text=text, signature=signature, sent_at=sent_at, at=at)
    if reply.state == Reply.State.NEW and not reply.answer:
        _read(reply, at)
    return reply


def _read(reply: Reply, at: datetime) -> None:
    phone = normal.phone(reply.phone or "")
    try:
        with transaction.atomic():
            verdict = take_reply(phone=phone, text=reply.text or "", at=at)
            _file(reply, verdict.issue, verdict.get_value_display(), taken=True)
    except Refused as refused:
        last = Issue.objects.filter(phone_index=crypto.blind_index(phone)).order_by("-collected_at", "-pk").first()
        _file(reply, last, refused.sentence, taken=False)


def _file(reply: Reply, issue: Issue | None, answer: str, *, taken: bool) -> None:
    leading = issue.leading if issue else None
    county = leading.county_id if leading else _county(reply.signature)
    file_reply(reply=reply, matter=leading.pk if leading else None, county=county, taken=taken, answer=answer)


def _county(signature: str) -> int | None:
    """The county that signs so; an installation with one county needs no signature."""
    known = dict(RegisterRules.objects.values_list("county", "sms_signature"))
    signing = [county for county, own in known.items() if own == signature.strip("【】")]
    found = signing or list(known)
    return found[0] if len(found) == 1 else None
