"""Verbs on notices: post, cancel, send anew, mark read. Delivery is in notices/delivery.py, what comes back by SMS in
notices/incoming.py."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts import crypto, normal
from accounts.errors import Outrun, Refused
from accounts.models import User
from notices.models import Notice, Preference, Resend
from notices.quiet import Quiet
from notices.tasks import nudge

LONGEST_TEXT = 200


@dataclass(frozen=True)
class Message:
    """One message to one recipient: into the inbox of `user`, else by SMS to `phone`, else to the robot at `address`.

    `key` names the kind, the matter, its round and the recipient; a key is sent once for ever. `matter` is the
    caller's number of what it is about. `quiet`: not at night (an inbox does not ring). `urgent`: also at once by the
    channel the user chose, instead of in their daily digest. `template` and `params`: for SMS gateways that send only
    texts approved before, under a number and with named gaps.
    """

    key: str
    kind: str
    text: str
    user: User | None = None
    phone: str = ""
    link: str = ""
    matter: int | None = None
    quiet: Quiet | None = None
    urgent: bool = False
    template: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    @property
    def channel(self) -> Notice.Channel:
        if self.user:
            return Notice.Channel.INBOX
        return Notice.Channel.SMS if self.phone else Notice.Channel.ROBOT


def post(
    *, kind: str, key: str, text: str, at: datetime, user: User | None = None, phone: str = "", link: str = ""
) -> bool:
    """Puts one message into the outbox. False when this key was posted before, or when there is nobody to tell."""
    return bool(post_all([Message(key, kind, text, user, phone, link)], at=at))


@transaction.atomic
def post_all(messages: Sequence[Message], *, at: datetime) -> set[str]:
    """Puts many messages into the outbox in one statement. Returns the keys that are new.

    Messages with no recipient are left out; a text over 200 characters ends in "…" (its link has it all). A key that
    was cancelled never left, so it may be posted again: the same row waits again, with the new text.
    """
    told: dict[str, Message] = {}
    for message in messages:
        if message.user or message.phone or message.address:
            told.setdefault(message.key, message)
    rows = [_row(message, at) for message in told.values()]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {"rows": json.dumps(rows, ensure_ascii=False), "at": at})
        posted = {key for (key,) in cursor.fetchall()}
    if posted:
        transaction.on_commit(nudge)
    return posted


@transaction.atomic
def cancel(*, keys: Collection[str], reason: str) -> set[str]:
    """What became untrue before it left stays here. Returns the keys that were cancelled; the others have left or may
    be on their way."""
    rows = Notice.objects.unsent().filter(key__in=keys)
    found = set(rows.select_for_update().values_list("key", flat=True))
    Notice.objects.unsent().filter(key__in=found).update(state=Notice.State.CANCELLED, error=reason[:200])
    return found


@transaction.atomic
def resend(*, notice: Notice, by: User, at: datetime) -> None:
    """The same notice leaves once more; how it ended before is kept. Only what failed or nobody confirmed."""
    why_not = {
        Notice.State.WAITING: "这条还在等待发送，不用重发。",
        Notice.State.DELIVERED: "这条已经送达，不用重发。",
        Notice.State.CANCELLED: "这条内容已经不属实，不能再发；新的情况会另行告知。",
    }.get(Notice.State(notice.state))
    if why_not:
        raise Refused(why_not)
    here = Notice.objects.filter(pk=notice.pk, state=notice.state, turn=notice.turn)
    quiet = _quiet_of(notice)
    again = here.update(
        state=Notice.State.WAITING,
        turn=notice.turn + 1,
        attempts=0,
        claimed_at=None,
        sent_at=None,
        gateway_id="",
        error="",
        not_before=quiet.over_at(at) if quiet else None,
    )
    if not again:
        raise Outrun
    Resend.objects.create(notice=notice, turn=notice.turn, at=at, by=by, was=notice.state, error=notice.error)
    transaction.on_commit(nudge)


def mark_read(*, by: User, at: datetime, pk: int | None = None) -> int:
    """Marks one of my notices read, or all of them. Returns how many were unread."""
    mine = Notice.objects.visible_to(by).unread()
    return (mine if pk is None else mine.filter(pk=pk)).update(read_at=at)


INSERT = """
    INSERT INTO notices_notice
        (key, kind, channel, user_id, phone, address, text, link, matter, urgent, template, params, created_at,
         not_before, quiet_from, quiet_until, state, turn, attempts, error, gateway_id)
    SELECT key, kind, channel, user_id, phone, address, text, link, matter, urgent, template, params, %(at)s,
           not_before, quiet_from, quiet_until, 'waiting', 1, 0, '', ''
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS message (
        key text, kind text, channel text, user_id bigint, phone text, address text, text text, link text,
        matter bigint, urgent boolean, template text, params jsonb, not_before timestamptz, quiet_from smallint,
        quiet_until smallint)
    ON CONFLICT (key) DO UPDATE SET
        phone = excluded.phone, text = excluded.text, link = excluded.link, template = excluded.template,
        params = excluded.params, created_at = excluded.created_at, not_before = excluded.not_before,
        quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
        state = 'waiting', attempts = 0, claimed_at = NULL, error = ''
    WHERE notices_notice.state = 'cancelled'
    RETURNING key
"""


def _row(message: Message, at: datetime) -> dict[str, Any]:
    opens = message.quiet.over_at(at) if message.quiet else None
    return {
        "key": message.key,
        "kind": message.kind,
        "channel": message.channel.value,
        "user_id": message.user.pk if message.user else None,
        "phone": "" if message.user else _sealed(normal.phone(message.phone)),
        "address": "" if message.user else _sealed(message.address),
        "text": _shortened(message.text),
        "link": message.link,
        "matter": message.matter,
        "urgent": message.urgent,
        "template": message.template,
        "params": dict(message.params),
        "not_before": opens.isoformat() if opens else None,
        "quiet_from": message.quiet.start if message.quiet else None,
        "quiet_until": message.quiet.end if message.quiet else None,
    }


def push(notices: Collection[Notice], at: datetime) -> None:
    """A copy of what is urgent, by the channel its reader chose; to be called with inbox notices just delivered."""
    readers = [notice.user_id for notice in notices]
    chosen = {wish.user_id: wish for wish in Preference.objects.filter(user__in=readers).select_related("user")}
    copies = [
        Message(
            f"{notice.key}:push",
            notice.kind,
            notice.text,
            matter=notice.matter,
            quiet=_quiet_of(notice),
            **recipient_of(chosen[notice.user_id]),
        )
        for notice in notices
        if notice.user_id in chosen
    ]
    post_all(copies, at=at)


def recipient_of(wish: Preference) -> dict[str, Any]:
    """Where somebody is reached outside the house, as the recipient of a Message."""
    if wish.channel == Preference.Channel.SMS:
        return {"phone": wish.user.phone or ""}
    return {"address": wish.address or ""}


def _quiet_of(notice: Notice) -> Quiet | None:
    if notice.quiet_from is None or notice.quiet_until is None:
        return None
    return Quiet(notice.quiet_from, notice.quiet_until)


def _sealed(value: str) -> str:
    return crypto.encrypt(value) if value else ""


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
