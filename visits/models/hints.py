"""A word in private about visits that look unlikely."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Permission
from grids.scope import Scope
from members.models import Member


class VisitHintQuerySet(models.QuerySet["VisitHint"]):
    def visible_to(self, user: Any) -> "VisitHintQuerySet":
        """Hints about the members of my area, for whoever leads a village or town; never about oneself."""
        return self.filter(Scope.of(user).q(Permission.VISIT_HINT, "member__")).exclude(member__user=user)

    def waiting(self) -> "VisitHintQuerySet":
        return self.filter(settled_at=None)


class VisitHint(models.Model):
    """`count` visits of a member, recorded on a day, that a rule of visits.hints finds unlikely. It asks the village
    secretary or the town to have a word, it counts nowhere, and "已了解" with a note ends it."""

    class Rule(models.TextChoices):
        SAME_MINUTE = "same_minute", "几户记在同一分钟"
        SAME_TEXT = "same_text", "几户写的话一样"
        MONTH_END = "month_end", "月底集中补记"

    PERSONAL: ClassVar = {"note": Mask.TEXT}
    PLAIN = "id rule member day count made_at settled_at settled_by"

    rule = models.CharField("提示", max_length=12, choices=Rule.choices)
    member = models.ForeignKey(Member, models.CASCADE, related_name="visit_hints", verbose_name="走访人")
    day = models.DateField("录入日期")
    count = models.PositiveSmallIntegerField("户次")
    made_at = models.DateTimeField()
    note = EncryptedField("了解到的情况", blank=True)
    settled_at = models.DateTimeField("已了解", null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = VisitHintQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-day", "-id"], name="visithint_open", condition=Q(settled_at=None))]
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "member", "day"], name="visithint_once")]

    def __str__(self) -> str:
        return f"{self.member} {self.day} {self.get_rule_display()}"
