"""A home visit and its photos."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Permission
from grids.scope import Scope, Scoped, ScopedQuerySet
from households.models import Household, Pairing
from members.models import Member


class VisitQuerySet(ScopedQuerySet["Visit"]):
    def visible_to(self, user: Any) -> "VisitQuerySet":
        """Visits of my area, and to households I am paired with now (a hand-over hands the history over)."""
        scope = Scope.of(user)
        mine = Q(
            household__in=Pairing.objects.current(scope.on).filter(member__user__in=scope.people).values("household")
        )
        return self.seen_or_own(scope, mine)

    def completed(self) -> "VisitQuerySet":
        return self.filter(outcome__in=Visit.COMPLETING)


class Visit(Scoped):
    """One home visit. It keeps the place as of then: its scope columns do not follow later moves of the grid.

    `client_id` is made on the phone, so that a double send saves once. `done_by` went; `entered_by` typed.
    """

    class Outcome(models.TextChoices):
        MET = "met", "见面"
        BY_PHONE = "by_phone", "电话联系"
        NOT_HOME = "not_home", "不在家"
        REFUSED = "refused", "不便接待"
        MOVED = "moved", "已搬离"

    class Trigger(models.TextChoices):
        REGULAR = "regular", "定期走访"
        HARDSHIP = "hardship", "有困难必访"
        ACCIDENT = "accident", "有突发事件必访"
        DISPUTE = "dispute", "有矛盾纠纷必访"
        SERVICE_DAY = "service_day", "服务日"

    COMPLETING = (Outcome.MET, Outcome.BY_PHONE)
    """Outcomes that keep the visit; the others lead to a next attempt."""

    SEEN_WITH = Permission.VISIT_VIEW
    PERSONAL: ClassVar = {
        "family": Mask.TEXT,
        "difficulty": Mask.TEXT,
        "prosper": Mask.TEXT,
        "dispute": Mask.TEXT,
        "opinion": Mask.TEXT,
        "witness": Mask.NAME,
        "unsigned": Mask.TEXT,
    }
    PLAIN = "id client_id pairing household done_by entered_by at recorded_at outcome trigger session demo"

    client_id = models.UUIDField(unique=True, default=uuid.uuid4)
    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="visits")
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits", verbose_name="住户")
    done_by = models.ForeignKey(Member, models.PROTECT, related_name="visits", verbose_name="走访人")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人")
    at = models.DateTimeField("走访时间")
    recorded_at = models.DateTimeField("录入时间")
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    trigger = models.CharField("走访类型", max_length=12, choices=Trigger.choices, default=Trigger.REGULAR)
    session = models.ForeignKey(
        "visits.ServiceSession",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="visits",
        verbose_name="服务日",
    )
    family = EncryptedField("家庭情况", blank=True)
    difficulty = EncryptedField("困难", blank=True)
    prosper = EncryptedField("发展意愿", blank=True)
    dispute = EncryptedField("矛盾纠纷", blank=True)
    opinion = EncryptedField("意见建议", blank=True)
    witness = models.CharField("见证人", max_length=30, blank=True)
    unsigned = models.CharField("没有签名或见证的原因", max_length=60, blank=True)
    demo = models.BooleanField("演示", default=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["household", "-at"], name="visit_household_at"),
            models.Index(fields=["pairing", "-at"], name="visit_pairing_at"),
            models.Index(fields=["session"], name="visit_session", condition=Q(session__isnull=False)),
            models.Index(fields=["county_id", "-at", "-id"], name="visit_county_at"),
            models.Index(fields=["town_id", "-at", "-id"], name="visit_town_at"),
            models.Index(fields=["village_id", "-at", "-id"], name="visit_village_at"),
            models.Index(fields=["cell_id", "-at", "-id"], name="visit_cell_at"),
            BrinIndex(fields=["recorded_at"], name="visit_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.at:%Y-%m-%d}"


class VisitPhoto(models.Model):
    """A photo of a visit; never compulsory. EXIF is stripped before it is stored."""

    PERSONAL: ClassVar = {"file": Mask.FILE}
    PLAIN = "id visit added_at"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos")
    file = models.FileField(upload_to="visits/%Y/%m/")
    added_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return str(self.file)


class VisitSignature(models.Model):
    """The household's signature, drawn with a finger; small, black on white, seen by whoever may see the visit."""

    PERSONAL: ClassVar = {"file": Mask.FILE}
    PLAIN = "id visit added_at"

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="signature")
    file = models.FileField(upload_to="signatures/%Y/%m/")
    added_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return str(self.file)
