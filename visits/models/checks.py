"""What the village is asked to find out about a household nobody meets."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Permission
from grids.scope import Scope
from households.models import Household
from visits.models.visit import Visit


class VillageCheckQuerySet(models.QuerySet["VillageCheck"]):
    def visible_to(self, user: Any) -> "VillageCheckQuerySet":
        """Checks of the households of my area."""
        return self.filter(Scope.of(user).q(Permission.VISIT_VIEW, "household__"))

    def open(self) -> "VillageCheckQuerySet":
        return self.filter(settled_at=None)


class VillageCheck(models.Model):
    """Begun by the county's number of calls in vain, or by one visit that found the household gone. Whoever of the
    village knows says what is so; a visit that meets somebody settles it as well."""

    class Kind(models.TextChoices):
        UNMET = "unmet", "上门未见"
        MOVED = "moved", "搬离待核"

    class Finding(models.TextChoices):
        HERE = "here", "仍住这里"
        AWAY = "away", "暂时外出"
        LEFT = "left", "确已搬离"
        MET = "met", "后来见到了"

    PERSONAL: ClassVar = {"finding": Mask.TEXT, "note": Mask.TEXT}
    PLAIN = "id household kind visit attempts raised_at settled_at settled_by"

    household = models.ForeignKey(Household, models.PROTECT, related_name="village_checks", verbose_name="住户")
    kind = models.CharField("类型", max_length=5, choices=Kind.choices)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="+")
    attempts = models.PositiveSmallIntegerField("第几次上门")
    raised_at = models.DateTimeField("提出时间")
    finding = models.CharField("核实结果", max_length=4, choices=Finding.choices, blank=True)
    note = EncryptedField("说明", blank=True)
    settled_at = models.DateTimeField("核实时间", null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = VillageCheckQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["raised_at", "id"], name="villagecheck_open", condition=Q(settled_at=None))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "kind"], condition=Q(settled_at=None), name="villagecheck_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.get_kind_display()}"
