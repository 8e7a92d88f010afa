"""What either side wishes, and who is kin or familiar."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.privacy import Mask
from grids.models import tracked
from households.models.household import Household
from households.models.rounds import ChoiceRound
from members.models import Member


class BallotQuerySet(models.QuerySet["Ballot"]):
    def standing(self) -> "BallotQuerySet":
        """Each side's last word."""
        return self.filter(replaced_at=None)


class Ballot(models.Model):
    """志愿表: what one member or one household answered. Without wishes it says “as the branch arranges”.

    A new answer replaces the former, which is kept.
    """

    class Source(models.TextChoices):
        PHONE = "phone", "手机"
        QR = "qr", "扫码"
        PAPER = "paper", "纸质代录"

    PLAIN = "id round member household ranked source entered_by at replaced_at"

    round = models.ForeignKey(ChoiceRound, models.PROTECT, related_name="ballots")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="ballots")
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="ballots")
    ranked = models.BooleanField("分先后", default=True)
    source = models.CharField("填报方式", max_length=5, choices=Source.choices)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, household__isnull=False)
                | Q(member__isnull=False, household__isnull=True),
                name="ballot_side",
            ),
            models.UniqueConstraint(
                fields=["round", "member"], condition=Q(replaced_at=None, member__isnull=False), name="ballot_member"
            ),
            models.UniqueConstraint(
                fields=["round", "household"],
                condition=Q(replaced_at=None, household__isnull=False),
                name="ballot_household",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.member_id or self.household_id}"


class Wish(models.Model):
    """One choice of a ballot; `rank` 1 is the first, empty when the ballot does not rank."""

    PLAIN = "id ballot member household rank"

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="wishes")
    member = models.ForeignKey(Member, models.PROTECT, related_name="wishes")
    household = models.ForeignKey(Household, models.PROTECT, related_name="wishes")
    rank = models.PositiveSmallIntegerField("第几志愿", null=True, blank=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ballot", "member", "household"], name="wish_once"),
            models.UniqueConstraint(fields=["ballot", "rank"], condition=Q(rank__isnull=False), name="wish_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.rank}"


@tracked
class Tie(models.Model):
    """The member and the household are kin or familiar. It outlives the round; `dropped_at` ends it."""

    class Kind(models.TextChoices):
        KIN = "kin", "亲戚"
        FAMILIAR = "familiar", "熟识"

    class Side(models.TextChoices):
        MEMBER = "member", "党员"
        HOUSEHOLD = "household", "住户"
        VILLAGE = "village", "村里"

    PERSONAL: ClassVar = {"note": Mask.TEXT}
    PLAIN = "id member household kind declared_by entered_by at dropped_at"

    member = models.ForeignKey(Member, models.PROTECT, related_name="ties")
    household = models.ForeignKey(Household, models.PROTECT, related_name="ties")
    kind = models.CharField("关系", max_length=8, choices=Kind.choices)
    declared_by = models.CharField("由谁说明", max_length=9, choices=Side.choices)
    note = models.CharField("说明", max_length=60, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "member", "kind"], condition=Q(dropped_at=None), name="tie_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.household_id}"
