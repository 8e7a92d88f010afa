"""What was, or is to be, changed about the tree's shape: who, when, why, what went along, and whether it was undone."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.roles import Permission
from grids.models.tree import Grid, Kind
from grids.scope import COLUMN_OF, Scope, Scoped, ScopedQuerySet


class TreeChangeQuerySet(ScopedQuerySet["TreeChange"]):
    def visible_to(self, user: object) -> "TreeChangeQuerySet":
        """Changes of grids in my area, and those that brought something into it."""
        scope = Scope.of(user)
        here = Q(other__in=Grid.objects.filter(scope.grid_q(Permission.GRID_VIEW)))
        return self.filter(scope.q(Permission.GRID_VIEW) | here)

    def of(self, grid: Grid) -> "TreeChangeQuerySet":
        """What concerned this grid itself."""
        return self.filter(Q(grid=grid) | Q(other=grid) | Q(made=grid) | Q(changed__contains=[grid.pk]))

    def touching(self, grid: Grid) -> "TreeChangeQuerySet":
        """What concerned the grid or something below it."""
        below = Grid.objects.under(grid)
        return self.filter(Q(**{COLUMN_OF[grid.kind]: grid.pk}) | Q(other__in=below) | Q(made__in=below))

    def due(self, on: object) -> "TreeChangeQuerySet":
        return self.filter(status=TreeChange.Status.PLANNED, on__lte=on).order_by("on", "pk")


class TreeChange(Scoped):
    """One structural change. `grid` is what was changed; for an addition the grid above, for a county itself.

    `on` is the day from which it holds, `made_at` when it was entered. `changed` names the grids whose shape it
    touched, `leans` those whose standing it needs. `kept` holds what the way back needs: ids only.
    """

    class Deed(models.TextChoices):
        ADD = "add", "新增"
        RENAME = "rename", "改名"
        MOVE = "move", "移动"
        SPLIT = "split", "拆分"
        MERGE = "merge", "并入"
        CLOSE = "close", "停用"

    class Status(models.TextChoices):
        PLANNED = "planned", "待生效"
        DONE = "done", "已生效"
        UNDONE = "undone", "已撤销"
        CANCELLED = "cancelled", "已取消"
        FAILED = "failed", "未能生效"

    SEEN_WITH = Permission.GRID_VIEW
    PLAIN = (
        "id deed status on made_at by reason other made was_parent was_name name kind code lat lng touched changed "
        "leans kept over_at over_by over_reason"
    )

    deed = models.CharField("变更", max_length=6, choices=Deed.choices)
    status = models.CharField("状态", max_length=9, choices=Status.choices)
    on = models.DateField("生效日期")
    made_at = models.DateTimeField("办理时间", db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    reason = models.CharField("原因", max_length=200, blank=True)
    other = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    made = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    was_parent = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    was_name = models.CharField(max_length=30, blank=True)
    name = models.CharField("名称", max_length=30, blank=True)
    kind = models.CharField("层级", max_length=10, choices=Kind.choices, blank=True)
    code = models.CharField("区划代码", max_length=33, blank=True)
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    touched = ArrayField(models.CharField(max_length=120), verbose_name="涉及", default=list)
    changed = ArrayField(models.BigIntegerField(), default=list)
    leans = ArrayField(models.BigIntegerField(), default=list)
    kept = models.JSONField(default=dict)
    over_at = models.DateTimeField("撤销时间", null=True)
    over_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    over_reason = models.CharField("撤销原因", max_length=300, blank=True)

    objects = TreeChangeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "-id"], name="treechange_county"),
            models.Index(fields=["on", "id"], name="treechange_planned", condition=Q(status="planned")),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}{self.grid}"
