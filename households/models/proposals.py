"""What the engine proposes for a round, what the branch rules, and which pairs changed why."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.privacy import Mask
from households.models.household import Household
from households.models.rounds import ChoiceRound
from members.models import Member


class ProposalRun(models.Model):
    """One computation of a round's proposal. The row is the queue: waiting → running → done or failed.

    `cost`, `bound` and `gap` are in points (metres); a gap of 0 is the proof that nothing better exists. `figures`
    holds what else was counted: coverage, shortages and what would mend them, members under and over, uncovered ones.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        RUNNING = "running", "计算中"
        DONE = "done", "已完成"
        FAILED = "failed", "未能完成"

    OPEN = (State.WAITING, State.RUNNING)
    PLAIN = (
        "id round number state asked_by asked_at started_at ended_at attempts stage total done cost bound gap figures "
        "changed message"
    )

    round = models.ForeignKey(ChoiceRound, models.PROTECT, related_name="runs")
    number = models.PositiveSmallIntegerField("第几次")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField("进行到", max_length=20, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    cost = models.BigIntegerField("总代价", null=True, blank=True)
    bound = models.BigIntegerField("下界", null=True, blank=True)
    gap = models.BigIntegerField("差距", null=True, blank=True)
    figures = models.JSONField(default=dict)
    changed = models.PositiveIntegerField("与上次不同的户数", default=0)
    message = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["id"], name="proposalrun_open", condition=Q(ended_at=None))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "number"], name="proposalrun_number"),
            models.UniqueConstraint(fields=["round"], condition=Q(ended_at=None), name="proposalrun_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.number}"


class ProposedPair(models.Model):
    """Who is to look after a household, as the last run and the rulings since have it. No member: uncovered.

    `sentence` gives the reason; `parts` the terms of the cost it was made from.
    """

    PERSONAL: ClassVar = {"sentence": Mask.TEXT}
    PLAIN = "id round household member cost parts by_ruling"

    round = models.ForeignKey(ChoiceRound, models.PROTECT, related_name="pairs")
    household = models.ForeignKey(Household, models.PROTECT, related_name="proposed")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="proposed")
    sentence = models.CharField("理由", max_length=200, blank=True)
    cost = models.BigIntegerField(default=0)
    parts = models.JSONField(default=dict)
    by_ruling = models.BooleanField("支部决定", default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["round", "member"], name="proposedpair_member")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "household"], name="proposedpair_once")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.household_id}"


class RulingQuerySet(models.QuerySet["Ruling"]):
    def standing(self) -> "RulingQuerySet":
        return self.filter(undone_at=None)


class Ruling(models.Model):
    """What the branch decides about one household and one member, with the reason. Undone, it stays in the history."""

    class Kind(models.TextChoices):
        PIN = "pin", "锁定"
        FORBID = "forbid", "排除"
        CHOOSE = "choose", "调整"
        DUTY = "duty", "兜底包联"

    GIVES = (Kind.PIN, Kind.CHOOSE, Kind.DUTY)
    """Rulings that say who looks after the household; only one of these can stand for a household."""
    PERSONAL: ClassVar = {"reason": Mask.TEXT}
    PLAIN = "id round kind household member cost by at undone_by undone_at"

    round = models.ForeignKey(ChoiceRound, models.PROTECT, related_name="rulings")
    kind = models.CharField("决定", max_length=6, choices=Kind.choices)
    household = models.ForeignKey(Household, models.PROTECT, related_name="rulings")
    member = models.ForeignKey(Member, models.PROTECT, related_name="rulings")
    reason = models.CharField("理由", max_length=200)
    cost = models.BigIntegerField("代价变化", default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = RulingQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "household"],
                condition=Q(undone_at=None, kind__in=["pin", "choose", "duty"]),
                name="ruling_one_member",
            ),
            models.UniqueConstraint(
                fields=["round", "household", "member"],
                condition=Q(undone_at=None, kind="forbid"),
                name="ruling_forbid_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.kind}"


class PairChange(models.Model):
    """A household got another member than before: by a run, or by a ruling (`undoing` it when it was taken back)."""

    PERSONAL: ClassVar = {"why": Mask.TEXT}
    PLAIN = "id round run ruling undoing household before after at"

    round = models.ForeignKey(ChoiceRound, models.PROTECT, related_name="changes")
    run = models.ForeignKey(ProposalRun, models.PROTECT, null=True, blank=True, related_name="changes")
    ruling = models.ForeignKey(Ruling, models.PROTECT, null=True, blank=True, related_name="changes")
    undoing = models.BooleanField(default=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="+")
    before = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    why = models.CharField("原因", max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["round", "-id"], name="pairchange_round")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.household_id}"
