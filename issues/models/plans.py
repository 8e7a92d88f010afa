"""What a matter on hold 挂账 promises to have done, and by when."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.privacy import Mask
from issues.models.issue import Issue


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def left(self) -> "MilestoneQuerySet":
        return self.filter(done_at=None)


class Milestone(models.Model):
    """One step of an approved plan. A later plan of the same issue adds its own; what was done stays."""

    PERSONAL: ClassVar = {"text": Mask.TEXT}
    PLAIN = "id issue round due_on done_at done_by"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="milestones")
    round = models.PositiveSmallIntegerField()
    due_on = models.DateField("日期")
    text = models.CharField("要完成的事", max_length=100)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = []
        ordering: ClassVar = ["due_on", "id"]

    def __str__(self) -> str:
        return f"{self.due_on:%Y-%m-%d} {self.text}"
