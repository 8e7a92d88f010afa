"""公示: what the public may read of a matter before it is struck off, and what they object."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from issues.models.issue import Issue


class PublicNoticeQuerySet(models.QuerySet["PublicNotice"]):
    def standing(self) -> "PublicNoticeQuerySet":
        return self.filter(withdrawn_at=None)

    def on_board(self, since: date) -> "PublicNoticeQuerySet":
        """Not withdrawn, and not over before `since`; the newest first."""
        return self.standing().filter(until__gte=since).order_by("-published_at", "-id")


class PublicNotice(models.Model):
    """The masked notice of one round. `heading` and `text` are made by issues.publicity and free of personal data.

    Its last day is `until`; an accepted objection withdraws it.
    """

    PLAIN = "id issue round heading text published_at until withdrawn_at"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="public_notices")
    round = models.PositiveSmallIntegerField()
    heading = models.CharField("公示事项", max_length=80)
    text = models.TextField("公示内容", max_length=1000)
    published_at = models.DateTimeField()
    until = models.DateField("公示至")
    withdrawn_at = models.DateTimeField(null=True)

    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-published_at", "-id"], name="notice_board", condition=Q(withdrawn_at=None))
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["issue", "round"], name="public_notice_once")]

    def __str__(self) -> str:
        return self.heading


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def waiting(self) -> "ObjectionQuerySet":
        return self.filter(answered_at=None)


class Objection(models.Model):
    """What somebody who read the notice says against it. Accepted: the next round; else the answer is made public."""

    PERSONAL: ClassVar = {"text": Mask.TEXT, "phone": Mask.PHONE}
    PLAIN = "id notice at accepted answer answered_at answered_by client_id"

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    text = EncryptedField("异议")
    phone = EncryptedField("联系电话", blank=True)
    at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    client_id = models.UUIDField(unique=True, editable=False)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = []
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.notice} {self.at:%Y-%m-%d}"
