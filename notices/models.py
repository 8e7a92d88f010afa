"""The outbox: one row is one message to one recipient, sent once."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """What was addressed to this person, newest first; nothing else, whatever their role."""
        return self.filter(user=user.pk, channel=Notice.Channel.INBOX).order_by("-created_at", "-id")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class Notice(models.Model):
    """A message to a user (inbox) or to a phone (SMS). `key` makes it at most one per kind, round and recipient.

    The row is the queue: `sent_at` is null until a driver took it. Delivery is safe to repeat because a driver gets
    the row's id as its idempotency key.
    """

    class Channel(models.TextChoices):
        INBOX = "inbox", "站内"
        SMS = "sms", "短信"

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"

    PERSONAL: ClassVar = {"phone": Mask.PHONE, "text": Mask.TEXT}
    PLAIN = "id key kind channel user link created_at state attempts claimed_at sent_at read_at error"

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="notices")
    phone = EncryptedField(blank=True)
    text = models.CharField("内容", max_length=200)
    link = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField("时间")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="notice_waiting", condition=Q(state="waiting")),
            models.Index(fields=["user", "-created_at", "-id"], name="notice_inbox"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(user__isnull=False) | Q(channel="sms"), name="notice_recipient")
        ]

    def __str__(self) -> str:
        return self.key
