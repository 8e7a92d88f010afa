"""What makes a visit due: a county's rules, and 三必访."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from grids.models import tracked
from households.models import Household, Programme, Tag
from visits.models.visit import Visit


@tracked
class VisitRule(models.Model):
    """Programme × household tag → interval in days; no tag is the rule for everybody else. The shortest wins."""

    PLAIN = "id programme tag interval_days grace_days"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="visit_rules")
    tag = models.CharField("标签", max_length=15, choices=[("", "全部住户"), *Tag.choices], blank=True)
    interval_days = models.PositiveSmallIntegerField("间隔天数")
    grace_days = models.PositiveSmallIntegerField("宽限天数", default=0)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "tag"], name="visitrule_once"),
            models.CheckConstraint(condition=Q(interval_days__gte=1), name="visitrule_interval"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.get_tag_display()} {self.interval_days}"


class VisitTrigger(models.Model):
    """三必访: a hardship, an accident or a dispute makes a visit due at once; the next completed visit answers it."""

    PERSONAL: ClassVar = {"note": Mask.TEXT}
    PLAIN = "id household kind reported_at reported_by answered_by"

    household = models.ForeignKey(Household, models.PROTECT, related_name="visit_triggers")
    kind = models.CharField("事由", max_length=12, choices=Visit.Trigger.choices)
    note = EncryptedField("说明", blank=True)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(Visit, models.SET_NULL, null=True, blank=True, related_name="answers")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["household"], name="visittrigger_open", condition=Q(answered_by=None))
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.get_kind_display()}"
