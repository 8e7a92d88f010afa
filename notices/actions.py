"""Verbs on notices: post one or many, mark them read. Delivery is in notices/delivery.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from accounts import crypto, normal
from accounts.models import User
from notices.models import Notice
from notices.tasks import nudge

LONGEST_TEXT = 200


@dataclass(frozen=True)
class Message:
    """One message to one recipient: into the inbox of `user`, else by SMS to `phone`.

    `key` names the kind, the matter, its round and the recipient; a key is posted once for ever.
    """

    key: str
    kind: str
    text: str
    user: User | None = None
    phone: str = ""
    link: str = ""


def post(
    *, kind: str, key: str, text: str, at: datetime, user: User | None = None, phone: str = "", link: str = ""
) -> bool:
    """Puts one message into the outbox. False when this key was posted before, or when there is nobody to tell."""
    return bool(post_all([Message(key, kind, text, user, phone, link)], at=at))


@transaction.atomic
def post_all(messages: Sequence[Message], *, at: datetime) -> set[str]:
    """Puts many messages into the outbox in one statement. Returns the keys that are new.

    Messages with neither user nor phone are left out; a text over 200 characters ends in "…" (its link has it all).
    """
    rows = [_row(message) for message in messages if message.user or message.phone]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*(list(column) for column in zip(*rows, strict=True)), at])
        posted = {key for (key,) in cursor.fetchall()}
    if posted:
        transaction.on_commit(nudge)
    return posted


def mark_read(*, by: User, at: datetime, pk: int | None = None) -> int:
    """Marks one of my notices read, or all of them. Returns how many were unread."""
    mine = Notice.objects.visible_to(by).unread()
    return (mine if pk is None else mine.filter(pk=pk)).update(read_at=at)


INSERT = """
    INSERT INTO notices_notice (key, kind, channel, user_id, phone, text, link, created_at, state, attempts, error)
    SELECT key, kind, channel, user_id, phone, text, link, at, 'waiting', 0, ''
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[])
             AS message (key, kind, channel, user_id, phone, text, link),
         (SELECT %s::timestamptz AS at) AS now
    ON CONFLICT (key) DO NOTHING
    RETURNING key
"""


def _row(message: Message) -> tuple[str, str, str, int | None, str, str, str]:
    channel = Notice.Channel.INBOX if message.user else Notice.Channel.SMS
    phone = "" if message.user else crypto.encrypt(normal.phone(message.phone))
    user_id = message.user.pk if message.user else None
    return message.key, message.kind, channel.value, user_id, phone, _shortened(message.text), message.link


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
