"""Once a day, by the channel somebody chose: how much they have not read, instead of a message for each.

What is urgent has been pushed at once and is not counted. A run that is lost is made up for by the next one the same
day, or by the next day's digest; the key keeps a day's digest single.
"""

from datetime import datetime, time

from django.db import transaction
from django.db.models import Count, F, Q

from accounts.errors import Refused
from accounts.models import User
from notices.actions import Message, post_all, recipient_of
from notices.models import Notice, Preference
from notices.quiet import Quiet
from notices.robots import robot_at
from workdays.arithmetic import ZONE

OPENS = time(8, 30)
NIGHT = Quiet(21, 8)
"""A run made up for late in the evening rings in the morning."""


def due(at: datetime) -> datetime | None:
    """When today's digest was due; None before that."""
    local = at.astimezone(ZONE)
    opens = datetime.combine(local.date(), OPENS, ZONE)
    return opens if local >= opens else None


@transaction.atomic
def post_digests(*, at: datetime) -> int:
    """Posts today's digests to those who have something unread. Returns how many."""
    opens = due(at)
    if opens is None:
        return 0
    wishes = list(
        Preference.objects.filter(since__lt=opens, user__is_active=True)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("user")
        .order_by("pk")
    )
    unread = _unread([wish.user_id for wish in wishes], opens)
    messages = [_digest(wish, unread[wish.user_id], opens) for wish in wishes if unread.get(wish.user_id)]
    Preference.objects.filter(pk__in=[wish.pk for wish in wishes]).update(since=opens)
    return len(post_all(messages, at=at))


def _unread(users: list[int], opens: datetime) -> dict[int, int]:
    """How many notices wait that no digest has told of, by reader."""
    new = Q(created_at__gte=F("user__notice_preference__since"), created_at__lt=opens)
    rows = Notice.objects.filter(new, user__in=users, channel=Notice.Channel.INBOX, read_at=None, urgent=False)
    return dict(rows.values_list("user").annotate(Count("pk")).order_by())


def _digest(wish: Preference, count: int, opens: datetime) -> Message:
    text = f"联户通提醒：您有{count}条新消息没有看，请登录后在“消息”里查看。"
    key = f"digest:{wish.user_id}:{opens:%Y%m%d}"
    return Message(key, "digest", text, quiet=NIGHT, **recipient_of(wish))


@transaction.atomic
def choose(*, by: User, at: datetime, channel: str, address: str = "") -> None:
    """How I want to hear of my inbox outside the house; `channel` "" means not at all. Without a new address a robot
    keeps the one it has."""
    if not channel:
        Preference.objects.filter(user=by).delete()
        return
    if channel not in Preference.Channel.values:
        raise Refused("请选择短信或群机器人。", field="channel")
    if channel == Preference.Channel.ROBOT:
        known = Preference.objects.filter(user=by).first()
        address = address.strip() or (known.address if known else "") or ""
        robot_at(address)
    else:
        address = ""
    kept = {"channel": channel, "address": address}
    Preference.objects.update_or_create(user=by, defaults=kept, create_defaults={**kept, "since": at})
