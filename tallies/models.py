"""Roll-ups: one row per grid and day for every level, recounted whole from the source, never incremented."""

from typing import ClassVar

from django.db import models

from grids.models import Grid


class DailyTally(models.Model):
    """What happened in a grid (itself and all below) on one day. Flows, counted on the day they happened."""

    PLAIN = (
        "id grid day visits visits_kept collected solved_on_spot registered escalated closed reopened "
        "satisfied verdicts"
    )

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="tallies")
    day = models.DateField()
    visits = models.PositiveIntegerField("走访", default=0)
    visits_kept = models.PositiveIntegerField("有效走访", default=0)
    collected = models.PositiveIntegerField("收集", default=0)
    solved_on_spot = models.PositiveIntegerField("当场办结", default=0)
    registered = models.PositiveIntegerField("挂号", default=0)
    escalated = models.PositiveIntegerField("上报", default=0)
    closed = models.PositiveIntegerField("销号", default=0)
    reopened = models.PositiveIntegerField("复号", default=0)
    satisfied = models.PositiveIntegerField("满意", default=0)
    verdicts = models.PositiveIntegerField("群众评价", default=0)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["grid", "day"], name="dailytally_once")]

    def __str__(self) -> str:
        return f"{self.grid} {self.day}"


class DirtyDay(models.Model):
    """A village and day whose tallies must be recounted; appended by triggers on the sources."""

    PLAIN = "id village_id day"

    village_id = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.village_id} {self.day}"
