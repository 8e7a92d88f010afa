"""A county's rules for the register, as rows."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.roles import Role
from grids.models import Grid, Kind
from issues.models.choices import UNITS, Category, ClockKind, Colour, Grade, Ledger, Urgency


class Rung(models.Model):
    """One rung of a county's chain, lowest first. Whoever holds one of `roles` (first filled counts) in the issue's
    ancestor of kind `at` is the rung's person; `column` picks the limits (cell, village, town, county). With a `grade`
    only such matters stop here, and they begin no lower (萍乡: major ones at the team meeting)."""

    PLAIN = "id county order name at roles ledger column grade"

    county = models.ForeignKey(Grid, models.CASCADE, related_name="rungs")
    order = models.PositiveSmallIntegerField("序")
    name = models.CharField("名称", max_length=20)
    at = models.CharField("层级", max_length=10, choices=Kind.choices)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name="岗位")
    ledger = models.CharField("台账", max_length=8, choices=Ledger.choices)
    column = models.CharField("时限列", max_length=7)
    grade = models.CharField("只办", max_length=7, choices=Grade.choices, blank=True)

    class Meta:
        indexes: ClassVar = []
        ordering: ClassVar = ["county", "order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["county", "order"], name="rung_once")]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Limit(models.Model):
    """How long one kind of work may take. For `handle`: category × urgency × column; for the others category is
    empty. `amount` counts natural hours or workdays by `unit`; no row, or a row by hand without an amount, means the
    level does not take such matters. What staff set (`edited_at`) a profile loaded later leaves alone."""

    PLAIN = "id county kind category urgency column amount unit edited_by edited_at"

    county = models.ForeignKey(Grid, models.CASCADE, related_name="limits")
    kind = models.CharField(max_length=15, choices=ClockKind.choices, default=ClockKind.HANDLE)
    category = models.CharField("类别", max_length=15, choices=Category.choices, blank=True)
    urgency = models.CharField("紧急程度", max_length=8, choices=Urgency.choices)
    column = models.CharField("层级", max_length=7, blank=True)
    amount = models.PositiveSmallIntegerField("时限", null=True)
    unit = models.CharField("单位", max_length=7, choices=UNITS)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField("修改时间", null=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "kind", "category", "urgency", "column"], name="limit_once")
        ]

    def __str__(self) -> str:
        return "不办理" if self.amount is None else f"{self.amount}{self.get_unit_display()}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RegisterRules(models.Model):
    """A county's switches for the register, loaded from its profile. `channels` names the ones its forms offer;
    `by_hand` the columns staff changed, which a profile loaded later leaves alone. `categories`: by
    category, what belongs to it here and whether forms offer it (issues.categories)."""

    PLAIN = (
        "id county publicity publicity_days escalate_after reopen_days failed_contacts force_close sms_signature "
        "channels explained_may_close automatic_orders order_answer_days order_labels by_hand "
        "quiet_hours quiet_from quiet_until urgent_at_night categories edited_by edited_at"
    )

    county = models.OneToOneField(Grid, models.CASCADE, related_name="register_rules")
    publicity = models.BooleanField("销号前公示", default=False)
    publicity_days = models.PositiveSmallIntegerField("公示工作日", default=5)
    escalate_after = models.JSONField("逾期后几个工作日自动上报", default=dict)
    reopen_days = models.PositiveSmallIntegerField("可复号天数", default=90)
    failed_contacts = models.PositiveSmallIntegerField("联系不上几次后可由村见证", default=3)
    force_close = models.BooleanField("县级可强制销号", default=False)
    sms_signature = models.CharField("短信签名", max_length=12, default="联户通")
    quiet_hours = models.BooleanField("夜间不发短信和群消息", default=True)
    quiet_from = models.PositiveSmallIntegerField("夜间从几点", default=21)
    quiet_until = models.PositiveSmallIntegerField("夜间到几点", default=8)
    urgent_at_night = models.BooleanField("紧急事项夜间也通知工作人员", default=True)
    channels = models.JSONField("来源", default=dict)
    explained_may_close = models.BooleanField("解释说明类可销号", default=True)
    automatic_orders = models.BooleanField("自动发督办单", default=True)
    order_answer_days = models.PositiveSmallIntegerField("督办单几个工作日内回复", default=2)
    order_labels = models.JSONField("督办单名称", default=dict)
    by_hand = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    categories = models.JSONField("类别", default=dict)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField("修改时间", null=True)

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.county}"

    def order_label(self, colour: str) -> str:
        """What the county calls an order of this colour, e.g. 红牌 (万州)."""
        return str(self.order_labels.get(colour) or Colour(colour).label)
