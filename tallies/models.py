"""Roll-ups: one row per grid and day for every level, recounted whole from the source, never incremented."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from grids.scope import Scoped, ScopedQuerySet

MEASURES = (
    "visits",
    "visits_kept",
    "collected",
    "solved_on_spot",
    "registered",
    "escalated",
    "closed",
    "reopened",
    "verdicts",
    "satisfied",
    "solved",
    "unconfirmed",
)
"""What a DailyTally counts; tallies.sources says where each comes from."""


class DailyTally(Scoped):
    """What happened in a grid (itself and all below) on one day. Flows, counted on the day they happened.

    Place as of then: a village that changed towns has rows under both, so each town's rows add up to what its people
    may list. No composite foreign key therefore.
    """

    SEEN_WITH = Permission.DASHBOARD_VIEW
    PLAIN = f"id day {' '.join(MEASURES)}"

    day = models.DateField()
    visits = models.PositiveIntegerField("走访", default=0)
    visits_kept = models.PositiveIntegerField("有效走访", default=0)
    collected = models.PositiveIntegerField("收集", default=0)
    solved_on_spot = models.PositiveIntegerField("当场办结", default=0)
    registered = models.PositiveIntegerField("挂号", default=0)
    escalated = models.PositiveIntegerField("上报", default=0)
    closed = models.PositiveIntegerField("销号", default=0)
    reopened = models.PositiveIntegerField("复号", default=0)
    verdicts = models.PositiveIntegerField("群众评价", default=0)
    satisfied = models.PositiveIntegerField("满意", default=0)
    solved = models.PositiveIntegerField("已解决", default=0)
    unconfirmed = models.PositiveIntegerField("未经群众确认", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "day"], name="tally_of_day"),
            models.Index(fields=["county_id", "day"], name="tally_of_towns", condition=Q(village_id=0)),
            models.Index(fields=["town_id", "day"], name="tally_of_villages", condition=Q(cell_id=0)),
            models.Index(fields=["village_id", "day"], name="tally_of_cells"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["county_id", "grid", "day", "town_id", "village_id", "cell_id"], name="dailytally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.grid} {self.day}"


class DirtyDay(models.Model):
    """A county and day whose tallies must be recounted; appended by triggers on the sources, repeats allowed.

    Per county, not per village: a town's row cannot be summed from today's villages when one has moved since, and a
    county's day is some thousand rows of one index range.
    """

    PLAIN = "id county_id day"

    county_id = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.county_id} {self.day}"


class Recount(models.Model):
    """When a recount last left nothing dirty: the moment up to which the tallies are complete. One row."""

    PLAIN = "id at"

    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
