"""A pause of the visits to one household."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Permission
from grids.models import tracked
from grids.scope import Scope
from households.models import Household, Pairing


class VisitPauseQuerySet(models.QuerySet["VisitPause"]):
    def visible_to(self, user: Any) -> "VisitPauseQuerySet":
        """Pauses of the households of my area, and of those I am paired with."""
        scope = Scope.of(user)
        mine = Pairing.objects.current(scope.on).filter(member__user__in=scope.people)
        return self.filter(scope.q(Permission.VISIT_VIEW, "household__") | Q(household__in=mine.values("household")))

    def lasting(self, on: date) -> "VisitPauseQuerySet":
        return self.filter(since__lte=on, until__gt=on)


@tracked
class VisitPause(models.Model):
    """No visit is due from `since` until `until`, on which day it is due again. Follows the household through a
    hand-over. A trigger (三必访) is stronger. Ended early, `until` is the day of the end; a day's former state is kept.
    """

    class Reason(models.TextChoices):
        AWAY = "away", "外出务工"
        HOSPITAL = "hospital", "住院治疗"
        VISITING = "visiting", "投亲暂住"
        MOURNING = "mourning", "家中有丧事"
        OTHER = "other", "其他"

    PERSONAL: ClassVar = {"reason": Mask.TEXT, "note": Mask.TEXT}
    PLAIN = "id pairing household since until made_by made_at ended_by ended_at"

    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="pauses")
    household = models.ForeignKey(Household, models.PROTECT, related_name="visit_pauses", verbose_name="住户")
    reason = models.CharField("原因", max_length=10, choices=Reason.choices)
    note = EncryptedField("说明", blank=True)
    since = models.DateField("自")
    until = models.DateField("恢复走访")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁准予")
    made_at = models.DateTimeField("登记时间")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("提前结束", null=True)

    objects = VisitPauseQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until", "id"], name="visitpause_until")]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="visitpause_dates")]

    def __str__(self) -> str:
        return f"{self.household} {self.since}–{self.until}"
