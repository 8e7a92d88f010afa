"""How far the running clocks of a county have followed its calendar."""

from typing import ClassVar

from django.db import models

from grids.models import Grid


class Recomputation(models.Model):
    """One row per county. `calendar` is the digest of the calendar that its running clocks follow; while a run is
    under way `finished_at` is null and `done` of the `total` clocks that must move have moved."""

    PLAIN = "id county calendar total done started_at finished_at"

    county = models.OneToOneField(Grid, models.CASCADE, related_name="recomputation")
    calendar = models.CharField(max_length=64)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.county} {self.done}/{self.total}"
