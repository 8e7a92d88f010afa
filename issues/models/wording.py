"""How a county words its notices, and the group robots its digests go to."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from grids.models import Grid


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Wording(models.Model):
    """A county's own text of one notice to one kind of recipient. No row: the text in issues/wording.py.

    `template_code` is the number under which the SMS gateway approved this text, where it asks for one.
    """

    class Recipient(models.TextChoices):
        PETITIONER = "petitioner", "反映人（短信）"
        HANDLER = "handler", "承办人（站内）"
        REPORTER = "reporter", "收集人（站内）"

    PLAIN = "id county kind recipient text template_code changed_at changed_by"

    county = models.ForeignKey(Grid, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    recipient = models.CharField(max_length=10, choices=Recipient.choices)
    text = models.CharField("内容", max_length=200)
    template_code = models.CharField("短信平台模板编号", max_length=40, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "kind", "recipient"], name="wording_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient}"


class Robot(models.Model):
    """A WeCom or DingTalk robot in the group of a town or of the county. Its address is its key, so it is encrypted."""

    PERSONAL: ClassVar = {"address": Mask.KEYED}
    PLAIN = "id grid name added_at added_by"

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="+", verbose_name="群所在的乡镇（县）")
    name = models.CharField("群名", max_length=30)
    address = EncryptedField("机器人地址")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return self.name
