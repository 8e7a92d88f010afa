"""What an issue gathers on its way: clocks, events, evidence, applications, verdicts."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.privacy import Mask
from issues.models.chained import ChainedEvent, event_triggers
from issues.models.choices import UNITS, ClockKind
from issues.models.issue import Issue

GIVEN = ("due_at", "sentence", "started_at", "counted_from", "workdays", "warn_at", "escalate_at")
"""What a clock is given when it starts, and keeps."""


class Clock(models.Model):
    """How long one kind of work may take, at one level, in one round. Due is stored and never overwritten.

    At `escalate_at` an unfinished matter goes up by itself; null when this clock never sends it up.
    `turn` counts fresh starts at the same level and round: after a pause, an extension, a ruling, a change of the
    calendar. The earlier turn stays as it ended. `met` is known once a clock stopped: in time, too late, or (None)
    left unfinished before due.

    `workdays` after `counted_from` is the due, so that a changed calendar can be followed; both are null for hours and
    for a day somebody chose. `warn_at` is when 80 % of the time is gone (null: this kind is not warned of).
    `remind_at` is the queue of issues.reminding: the next moment to tell whoever must act, null when there is none.
    `supervise_at` is that of issues.supervision: when a supervision order of the next colour is due.
    """

    PLAIN = (
        "id issue kind level round turn unit started_at counted_from workdays due_at sentence warn_at remind_at "
        "supervise_at escalate_at paused_at stopped_at met"
    )

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=15, choices=ClockKind.choices)
    level = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField(default=1)
    unit = models.CharField(max_length=7, choices=UNITS, default="workday")
    started_at = models.DateTimeField()
    counted_from = models.DateField(null=True)
    workdays = models.PositiveSmallIntegerField(null=True)
    due_at = models.DateTimeField()
    sentence = models.CharField(max_length=300)
    warn_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    supervise_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    met = models.BooleanField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["remind_at", "id"], name="clock_to_remind", condition=Q(remind_at__isnull=False)),
            models.Index(
                fields=["supervise_at", "id"], name="clock_to_supervise", condition=Q(supervise_at__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "kind", "level", "round", "turn"], name="clock_once")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="clock_due_stays",
                operation=pgtrigger.UpdateOf(*GIVEN),
                condition=pgtrigger.AnyChange(*GIVEN),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d}"


class IssueEvent(ChainedEvent):
    """What happened to an issue."""

    PLAIN = "issue"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="events")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["issue", "seq"], name="issueevent_seq")]
        triggers: ClassVar = event_triggers("issueevent", "issue_id")

    def __str__(self) -> str:
        return f"{self.issue_id} {self.seq} {self.name}"


class Evidence(models.Model):
    """A file that proves something about an issue: a photo of the result, minutes, a signature."""

    class Kind(models.TextChoices):
        BEFORE = "before", "现场情况"
        RESULT = "result", "办理结果"
        MINUTES = "minutes", "会议纪要"
        SIGNATURE = "signature", "签字"
        RECORDING = "recording", "通话录音"

    PERSONAL: ClassVar = {"file": Mask.FILE, "caption": Mask.TEXT}
    PLAIN = "id issue kind sha256 round added_at added_by"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.FileField(upload_to="issues/%Y/%m/")
    caption = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64)
    round = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return str(self.file)


class Application(models.Model):
    """What a handler asks and somebody else decides: to hold, to extend, to void, a ruling. One waits at a time."""

    class Kind(models.TextChoices):
        HOLD = "hold", "挂账"
        EXTENSION = "extension", "延期"
        VOID = "void", "作废"
        RULING = "ruling", "裁决"

    PERSONAL: ClassVar = {"reason": Mask.TEXT, "plan": Mask.TEXT, "milestones": Mask.TEXT, "answer": Mask.TEXT}
    PLAIN = "id issue kind round level until asked_at asked_by decided_at decided_by granted"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="applications")
    kind = models.CharField("申请", max_length=10, choices=Kind.choices)
    round = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    reason = models.CharField("理由", max_length=500)
    plan = models.TextField("计划", blank=True)
    milestones = models.TextField("节点", blank=True)
    until = models.DateField("至", null=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    granted = models.BooleanField(null=True)
    answer = models.CharField("答复", max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue"], condition=Q(decided_at=None), name="application_waits_alone")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.issue}"


class Verdict(models.Model):
    """What the household says of the result in one round; without it nothing closes."""

    class Value(models.TextChoices):
        SATISFIED = "satisfied", "已解决，满意"
        SOLVED = "solved", "已解决"
        UNSOLVED = "unsolved", "未解决"
        DISSATISFIED = "dissatisfied", "不满意"
        UNCONFIRMED = "unconfirmed", "联系不上，村见证"

    class Means(models.TextChoices):
        QR = "qr", "扫码"
        SMS = "sms", "短信"
        SIGNATURE = "signature", "签字"
        CALL = "call", "回访电话"
        WITNESS = "witness", "村见证"

    ACCEPTING = (Value.SATISFIED, Value.SOLVED, Value.UNCONFIRMED)

    PERSONAL: ClassVar = {"note": Mask.TEXT, "witness": Mask.NAME}
    PLAIN = "id issue round value means at taken_by"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="verdicts")
    round = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=12, choices=Value.choices)
    means = models.CharField(max_length=10, choices=Means.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    witness = models.CharField("见证人", max_length=30, blank=True)
    at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["issue", "round"], name="verdict_once")]

    def __str__(self) -> str:
        return f"{self.issue} {self.get_value_display()}"
