"""The grid tree."""

from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from mptt.models import MPTTModel, TreeForeignKey

from accounts.roles import Permission


def tracked(model: type[models.Model]) -> type[models.Model]:
    """Keeps every former state of the model's rows, at row level, whatever changed them."""
    return pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)


class Kind(models.TextChoices):
    PREFECTURE = "prefecture", "地市"
    COUNTY = "county", "县（市、区）"
    TOWN = "town", "乡镇（街道）"
    VILLAGE = "village", "村（社区）"
    CELL = "cell", "网格"
    SUB_CELL = "sub_cell", "子格"


SCOPE_COLUMNS = {
    Kind.COUNTY: "county_id",
    Kind.TOWN: "town_id",
    Kind.VILLAGE: "village_id",
    Kind.CELL: "cell_id",
}
"""The column in which a grid of each kind, and everything below it, carries the grid's id."""


class GridQuerySet(models.QuerySet["Grid"]):
    def visible_to(self, user: object) -> "GridQuerySet":
        from grids.scope import Scope

        return self.filter(Scope.of(user).grid_q(Permission.GRID_VIEW))

    def in_force(self) -> "GridQuerySet":
        """Not closed. Tree writes ask this; lists of a day ask `current`."""
        return self.filter(valid_to=None)

    def current(self, on: date) -> "GridQuerySet":
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on)).filter(Q(valid_to=None) | Q(valid_to__gt=on))

    def under(self, grid: "Grid") -> "GridQuerySet":
        """The grid itself and all below it, by scope column (never by tree bounds)."""
        if grid.kind == Kind.SUB_CELL:
            return self.filter(pk=grid.pk)
        return self.filter(**{SCOPE_COLUMNS[Kind(grid.kind)]: grid.pk})


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["lft", "rght", "tree_id", "depth"])
class Grid(MPTTModel):
    """One node: county, town, village, cell or sub-cell. Written only through grids.tree.tree_write().

    `parent` is the truth, mptt's bounds are a cache; permissions read neither, they read the scope columns.
    """

    PLAIN = (
        "id kind name code parent county_id town_id village_id cell_id full_name prefecture "
        "valid_from valid_to lat lng lft rght tree_id depth"
    )

    kind = models.CharField("层级", max_length=10, choices=Kind.choices)
    name = models.CharField("名称", max_length=30)
    full_name = models.CharField("全称", max_length=300)
    code = models.CharField(
        "区划代码",
        max_length=33,
        db_index=True,
        validators=[RegexValidator(r"^\d{12}(\d{3})*$", "区划代码为12位数字，村以下每级加3位")],
    )
    parent = TreeForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        db_index=True,
        verbose_name="上级",
    )
    prefecture = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="counties")
    county_id = models.BigIntegerField(default=0)
    town_id = models.BigIntegerField(default=0)
    village_id = models.BigIntegerField(default=0)
    cell_id = models.BigIntegerField(default=0)
    lat = models.FloatField("纬度", null=True, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)

    objects = GridQuerySet.as_manager()

    class MPTTMeta:
        level_attr = "depth"

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "kind"], name="grid_county_kind"),
            models.Index(fields=["town_id"], name="grid_town"),
            models.Index(fields=["village_id"], name="grid_village"),
            models.Index(fields=["cell_id"], name="grid_cell"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["id", "county_id", "town_id", "village_id", "cell_id"], name="grid_scope_key"
            ),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="grid_code_in_force"),
        ]

    def __str__(self) -> str:
        return self.name

    def scope(self) -> dict[str, object]:
        """The five columns every scoped row in this grid carries, as keyword arguments for create()."""
        return {
            "grid_id": self.pk,
            "county_id": self.county_id,
            "town_id": self.town_id,
            "village_id": self.village_id,
            "cell_id": self.cell_id,
        }


# mptt adds an index on (tree_id, lft): every insert would rewrite it (../shared/scale.md), and nothing reads by it.
Grid._meta.indexes = [index for index in Grid._meta.indexes if "lft" not in index.fields]


class GridLevel(models.Model):
    """What a county calls each kind of grid: 万州 says 大网格, 单元网格, 分格, 子格."""

    PLAIN = "id county kind name"

    county = models.ForeignKey(Grid, models.CASCADE, related_name="levels")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=30)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["county", "kind"], name="gridlevel_county_kind")]

    def __str__(self) -> str:
        return self.name


class Boundary(models.Model):
    """The outline of a grid as it is drawn on the map: polygons of rings of [longitude, latitude], already simple."""

    PLAIN = "grid polygons loaded_at loaded_by"

    grid = models.OneToOneField(Grid, models.CASCADE, primary_key=True, related_name="boundary")
    polygons = models.JSONField()
    loaded_at = models.DateTimeField("导入时间")
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return str(self.grid)
