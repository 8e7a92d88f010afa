"""The outbox: one row is one message to one recipient, sent once. And what comes back by SMS."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, Value

from accounts.fields import EncryptedField
from accounts.privacy import Mask


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """What was addressed to this person, newest first; nothing else, whatever their role."""
        return self.filter(user=user.pk, channel=Notice.Channel.INBOX).order_by("-created_at", "-id")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def unsent(self) -> "NoticeQuerySet":
        """Waiting, and certainly not on its way: never tried, or the last try ended in an error."""
        return self.filter(state=Notice.State.WAITING).filter(Q(attempts=0) | ~Q(error=""))


class Notice(models.Model):
    """A message to a user (inbox), to a phone (SMS) or to a group robot. `key` makes it at most one per kind, round
    and recipient.

    The row is the queue: waiting → sent → delivered, or failed, or cancelled because it became untrue before it left.
    Delivery is safe to repeat because a driver gets the row's id as its idempotency key; `turn` counts the times staff
    sent it anew. `matter` is the caller's number of what it is about; notices do not know what that is. Nothing leaves
    before `not_before`, nor between the hours `quiet_from` and `quiet_until` of any night.
    """

    class Channel(models.TextChoices):
        INBOX = "inbox", "站内"
        SMS = "sms", "短信"
        ROBOT = "robot", "群机器人"

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENT = "sent", "已发送"
        DELIVERED = "delivered", "已送达"
        FAILED = "failed", "发送失败"
        CANCELLED = "cancelled", "已取消"

    PERSONAL: ClassVar = {"phone": Mask.PHONE, "address": Mask.KEYED, "text": Mask.TEXT, "params": Mask.TEXT}
    PLAIN = (
        "id key kind channel user link matter urgent template created_at not_before quiet_from quiet_until state turn "
        "attempts claimed_at sent_at delivered_at gateway_id read_at error"
    )

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="notices")
    phone = EncryptedField(blank=True)
    address = EncryptedField(blank=True, default="", db_default="")
    text = models.CharField("内容", max_length=200)
    link = models.CharField(max_length=120, blank=True)
    matter = models.BigIntegerField(null=True)
    urgent = models.BooleanField(default=False, db_default=False)
    template = models.CharField(max_length=40, blank=True, default="", db_default="")
    params = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    created_at = models.DateTimeField("时间")
    not_before = models.DateTimeField(null=True)
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    turn = models.PositiveSmallIntegerField(default=1, db_default=1)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    gateway_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    read_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="notice_waiting", condition=Q(state="waiting")),
            models.Index(fields=["user", "-created_at", "-id"], name="notice_inbox"),
            models.Index(fields=["-created_at", "-id"], name="notice_sms", condition=Q(channel="sms")),
            models.Index(fields=["matter"], name="notice_matter", condition=Q(matter__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(user__isnull=False) | ~Q(channel="inbox"), name="notice_recipient")
        ]

    def __str__(self) -> str:
        return self.key


class Resend(models.Model):
    """Staff sent a notice once more; keeps how the turn before had ended."""

    PLAIN = "id notice turn at by was error"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="resends")
    turn = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    was = models.CharField(max_length=9, choices=Notice.State.choices)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "turn"], name="resend_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.turn}"


class Reply(models.Model):
    """An SMS that came to us. `reference` is the gateway's number for it, so that a push repeated is kept once.

    `matter` and `county` are what the caller found it to be about; `answer` says what became of it, or why nothing.
    """

    class State(models.TextChoices):
        NEW = "new", "待处理"
        TAKEN = "taken", "已采用"
        SETTLED = "settled", "已处理"

    PERSONAL: ClassVar = {"phone": Mask.PHONE, "text": Mask.TEXT}
    PLAIN = "id reference signature sent_at arrived_at state matter county answer settled_at settled_by"

    reference = models.CharField(max_length=64, unique=True)
    phone = EncryptedField("来自")
    text = EncryptedField("内容", blank=True)
    signature = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField("发送时间")
    arrived_at = models.DateTimeField("收到时间")
    state = models.CharField("状态", max_length=7, choices=State.choices, default=State.NEW)
    matter = models.BigIntegerField(null=True)
    county = models.BigIntegerField(null=True)
    answer = models.CharField("说明", max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-arrived_at", "-id"], name="reply_newest")]

    def __str__(self) -> str:
        return self.reference


class Preference(models.Model):
    """How somebody wants to hear of inbox notices outside the house: urgent ones at once, the others as one digest a
    day. No row: not at all."""

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        ROBOT = "robot", "群机器人"

    PERSONAL: ClassVar = {"address": Mask.KEYED}
    PLAIN = "user channel since"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_preference"
    )
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = EncryptedField(blank=True)
    since = models.DateTimeField()

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.user_id} {self.channel}"
