"""A choice round 双向互选: what is chosen, who takes part as of then, and the history of it."""

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.privacy import Mask
from accounts.roles import Permission
from grids.scope import InForce, Scope, Scoped, ScopedQuerySet
from households.models.household import Household
from households.models.pairing import Programme
from members.models import Ability, Member, PartyOrg


class RoundStatus(models.TextChoices):
    WISHING = "wishing", "征集志愿"
    PROPOSING = "proposing", "生成方案"
    DECIDING = "deciding", "支部商议"
    ADOPTED = "adopted", "已表决"
    PUBLISHED = "published", "已公示"
    IN_FORCE = "in_force", "已生效"
    CANCELLED = "cancelled", "已取消"


LIVE_ROUNDS = (
    RoundStatus.WISHING,
    RoundStatus.PROPOSING,
    RoundStatus.DECIDING,
    RoundStatus.ADOPTED,
    RoundStatus.PUBLISHED,
)
"""A household stands in at most one live round of a programme."""
READABLE_ROUNDS = (RoundStatus.PUBLISHED, RoundStatus.IN_FORCE)
"""What came of the round is there to be read, by whoever takes part and by its households."""


class RoundBatch(Scoped):
    """The rounds that were opened together in a town or county, one per branch (or village, or town)."""

    SEEN_WITH = Permission.PAIRING_EDIT
    PLAIN = "id name programme opened_by opened_at"

    name = models.CharField("名称", max_length=60)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="batches", verbose_name="项目")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["county_id", "-opened_at"], name="roundbatch_county")]

    def __str__(self) -> str:
        return self.name


class ChoiceRoundQuerySet(ScopedQuerySet["ChoiceRound"]):
    def visible_to(self, user: Any) -> "ChoiceRoundQuerySet":
        """Rounds of my area, and those in which I take part as a member."""
        scope = Scope.of(user)
        mine = RoundMember.objects.filter(member__user__in=scope.people).values("round")
        return self.seen_or_own(scope, Q(pk__in=mine))

    def live(self) -> "ChoiceRoundQuerySet":
        return self.filter(status__in=LIVE_ROUNDS)


class ChoiceRound(Scoped):
    """One round of one place. Its households are those of `branch`, or all in `grid`; `reach` says who may be paired.

    Wishes are taken on the days `wishes_from` to `wishes_until`, both included. `weights` holds what differs from the
    default weights. The status is moved by compare-and-set with `version` (households/rounds/step.py).
    """

    class Reach(models.TextChoices):
        BRANCH = "branch", "本支部"
        VILLAGE = "village", "本村（跨支部）"
        TOWN = "town", "本乡镇（跨村）"
        COUNTY = "county", "全县（跨乡镇）"

    SEEN_WITH = Permission.PAIRING_EDIT
    IN_FORCE = InForce(Q(status__in=LIVE_ROUNDS), "进行中的互选{}轮")
    PERSONAL: ClassVar = {"minutes": Mask.TEXT, "minutes_file": Mask.FILE, "present": Mask.TEXT}
    PLAIN = (
        "id name programme batch branch reach status version status_since wishes_from wishes_until most_wishes weights "
        "opened_by opened_at adopted_on published_at in_force_from in_force_at demo"
    )

    name = models.CharField("名称", max_length=60)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rounds", verbose_name="项目")
    batch = models.ForeignKey(RoundBatch, models.PROTECT, null=True, blank=True, related_name="rounds")
    branch = models.ForeignKey(PartyOrg, models.PROTECT, null=True, blank=True, related_name="rounds")
    reach = models.CharField("互选范围", max_length=8, choices=Reach.choices, default=Reach.BRANCH)
    status = models.CharField("状态", max_length=10, choices=RoundStatus.choices, default=RoundStatus.WISHING)
    version = models.PositiveIntegerField(default=1)
    status_since = models.DateTimeField()
    wishes_from = models.DateField("志愿征集自")
    wishes_until = models.DateField("志愿征集至（含）")
    most_wishes = models.PositiveSmallIntegerField("每方最多几个志愿", default=3)
    weights = models.JSONField("权重", default=dict)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    adopted_on = models.DateField("表决日期", null=True, blank=True)
    present = models.CharField("到会情况", max_length=300, blank=True)
    minutes = models.TextField("会议记录", blank=True)
    minutes_file = models.FileField("会议记录附件", upload_to="rounds/%Y/%m/", blank=True)
    published_at = models.DateTimeField("公示时间", null=True, blank=True)
    in_force_from = models.DateField("生效日期", null=True, blank=True)
    in_force_at = models.DateTimeField("办理生效的时间", null=True, blank=True)
    demo = models.BooleanField("演示", default=False)

    objects = ChoiceRoundQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "-id"], name="choiceround_county"),
            models.Index(fields=["town_id", "-id"], name="choiceround_town"),
            models.Index(fields=["village_id", "-id"], name="choiceround_village"),
            models.Index(fields=["in_force_from"], name="choiceround_due", condition=Q(status="published")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(wishes_until__gte=F("wishes_from")), name="choiceround_window"),
            models.CheckConstraint(
                condition=Q(reach="branch", branch__isnull=False) | ~Q(reach="branch"), name="choiceround_branch"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def takes_wishes(self, on: date) -> bool:
        return self.status == RoundStatus.WISHING and self.wishes_from <= on <= self.wishes_until


class RoundEvent(models.Model):
    """Who did what when in a round; appended, never changed. `facts` hold ids and counts, nothing personal."""

    PERSONAL: ClassVar = {"note": Mask.TEXT}
    PLAIN = "id round at by name facts"

    round = models.ForeignKey(ChoiceRound, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["round", "id"], name="roundevent_round")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="roundevent_append", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.name}"


class RoundMemberQuerySet(models.QuerySet["RoundMember"]):
    def taking_part(self) -> "RoundMemberQuerySet":
        return self.filter(exempt="")


class RoundMember(models.Model):
    """A member as of the round: how many households, which abilities; the exempt are listed with their reason.

    `borrowed`: from outside the round's reach, asked in by the branch to fill a shortage.
    """

    PERSONAL: ClassVar = {"exempt": Mask.TEXT}
    PLAIN = "id round member least target most abilities borrowed"

    round = models.ForeignKey(ChoiceRound, models.CASCADE, related_name="members")
    member = models.ForeignKey(Member, models.PROTECT, related_name="rounds")
    least = models.SmallIntegerField("下限")
    target = models.SmallIntegerField("目标")
    most = models.SmallIntegerField("上限")
    abilities = ArrayField(models.CharField(max_length=12, choices=Ability.choices), default=list)
    exempt = models.CharField("免联", max_length=40, blank=True)
    borrowed = models.BooleanField("外借", default=False)

    objects = RoundMemberQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member"], name="roundmember_member")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "member"], name="roundmember_once"),
            models.CheckConstraint(
                condition=Q(least__lte=F("target"), target__lte=F("most")), name="roundmember_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.member_id}"


class RoundHousehold(models.Model):
    """A household as of the round: the abilities it needs, told by its tags, and whether it is in hardship."""

    PERSONAL: ClassVar = {"needs": Mask.TEXT, "hardship": Mask.TEXT, "old_member": Mask.TEXT}
    PLAIN = "id round household"

    round = models.ForeignKey(ChoiceRound, models.CASCADE, related_name="households")
    household = models.ForeignKey(Household, models.PROTECT, related_name="rounds")
    needs = ArrayField(models.CharField(max_length=12, choices=Ability.choices), default=list)
    hardship = models.BooleanField(default=False)
    old_member = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["household"], name="roundhousehold_household")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "household"], name="roundhousehold_once")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.household_id}"
