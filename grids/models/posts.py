"""Who holds which post in the tree, and who is away."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.privacy import Mask
from accounts.roles import Permission, Role
from grids.models.tree import tracked
from grids.scope import InForce, Scoped, ScopedQuerySet


class PostingQuerySet(ScopedQuerySet["Posting"]):
    def active(self, on: date) -> "PostingQuerySet":
        return self.filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))


@tracked
class Posting(Scoped):
    """Who holds which role in which grid, from `since` up to but not including `until`."""

    SEEN_WITH = Permission.GRID_VIEW
    IN_FORCE = InForce(Q(until=None), "岗位{}个")
    PLAIN = "id user role since until"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="postings", verbose_name="人员")
    role = models.CharField("岗位", max_length=20, choices=Role.choices)
    since = models.DateField("任职日期")
    until = models.DateField("离任日期", null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "role"], name="posting_user_role"),
            models.Index(fields=["grid", "role"], name="posting_grid_role"),
            models.Index(fields=["county_id", "role"], name="posting_county_role"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["grid"], condition=Q(role=Role.GRID_LEADER, until=None), name="one_leader_per_grid"
            ),
            models.UniqueConstraint(fields=["user", "grid", "role"], condition=Q(until=None), name="posting_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="posting_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.user}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def active(self, on: date) -> "AbsenceQuerySet":
        return self.filter(since__lte=on, until__gt=on)


class Absence(models.Model):
    """A person is away from `since` up to but not including `until`; the substitute acts in all their posts.

    The substitute may be away too: then the substitute's substitute acts (grids.posts follows to the end).
    """

    PERSONAL: ClassVar = {"reason": Mask.TEXT}
    PLAIN = "id user substitute since until"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name="谁不在岗")
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in",
        verbose_name="代理人",
    )
    since = models.DateField("自")
    until = models.DateField("至（不含）")
    reason = models.CharField("事由", max_length=60, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "since"], name="absence_user")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="absence_dates"),
            models.CheckConstraint(condition=~Q(user=F("substitute")), name="absence_other_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.since}–{self.until}"
