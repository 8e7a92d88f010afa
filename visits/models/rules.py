"""What makes a visit due: a county's rules, and 三必访."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Role
from grids.models import Grid
from households.models import Household, Programme, Tag
from visits.models.visit import Visit


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class VisitRule(models.Model):
    """Programme × household tag → interval in days; no tag is the rule for everybody else. The shortest wins.

    A visit is overdue `grace_days` after its day. Whoever holds one of `excused_by` over the household may pause its
    visits. What staff set (`edited_at`), be it that the rule is not in use, a profile loaded later leaves alone.
    """

    PLAIN = "id programme tag interval_days grace_days excused_by in_use edited_by edited_at"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="visit_rules")
    tag = models.CharField("标签", max_length=15, choices=[("", "全部住户"), *Tag.choices], blank=True)
    interval_days = models.PositiveSmallIntegerField("间隔天数")
    grace_days = models.PositiveSmallIntegerField("宽限天数", default=0)
    excused_by = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), default=list, blank=True, verbose_name="谁可以准予暂停"
    )
    in_use = models.BooleanField("在用", default=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField("修改时间", null=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "tag"], name="visitrule_once"),
            models.CheckConstraint(condition=Q(interval_days__gte=1), name="visitrule_interval"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.get_tag_display()} {self.interval_days}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class VisitPolicy(models.Model):
    """What a county asks of a visit, loaded from its profile; `by_hand` names the columns staff changed since.

    After `failed_attempts` calls in vain the village is told. With `proof` a meeting bears a signature, a witness or a
    word on why there was neither; off by default.
    """

    PLAIN = "id county failed_attempts proof by_hand"

    county = models.OneToOneField(Grid, models.CASCADE, related_name="visit_policy")
    failed_attempts = models.PositiveSmallIntegerField("连续几次未见到人告知村里", default=3)
    proof = models.BooleanField("见面走访要签名或见证", default=False)
    by_hand = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.county}"


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
