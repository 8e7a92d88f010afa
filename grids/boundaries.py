"""Boundaries of grids: kept as they are drawn, loaded whole or not at all."""

from collections.abc import Sequence
from datetime import datetime

from accounts.errors import Forbidden
from accounts.models import User
from accounts.roles import Permission
from accounts.verbs import verb
from grids.models import Boundary, Grid, Kind
from grids.scope import Scope
from grids.shapes import Shape, read_shapes, refuse_all
from workdays.arithmetic import ZONE


@verb
def load_boundaries(*, content: bytes, by: User | None, at: datetime) -> list[str]:
    """Keeps the outlines of a GeoJSON file, each instead of the former of its grid. Returns one sentence per level.

    Every grid must be in force and lie where the person edits grids; `by` None is the system itself, which may all.
    Refused with one line per fault, and nothing is kept.
    """
    shapes = read_shapes(content)
    grids = _grids(shapes, at)
    unknown = [shape.code for shape in shapes if shape.code not in grids]
    refuse_all([f"区划代码{code}在网格树里没有（或已停用），请核对。" for code in unknown])
    _check_right(by, list(grids.values()))
    for shape in shapes:
        kept = {"polygons": shape.polygons, "loaded_at": at, "loaded_by": by}
        Boundary.objects.update_or_create(grid=grids[shape.code], defaults=kept)
    return _told(list(grids.values()))


def _grids(shapes: Sequence[Shape], at: datetime) -> dict[str, Grid]:
    codes = [shape.code for shape in shapes]
    found = Grid.objects.current(at.astimezone(ZONE).date()).filter(code__in=codes)
    return {grid.code: grid for grid in found}


def _check_right(by: User | None, grids: Sequence[Grid]) -> None:
    if by is None:
        return
    scope = Scope.of(by)
    elsewhere = [grid.name for grid in grids if not scope.covers(Permission.GRID_EDIT, grid)]
    if elsewhere:
        raise Forbidden(f"文件里有{len(elsewhere)}个网格不归您管，例如{elsewhere[0]}，请只上传本地的边界。")


def _told(grids: Sequence[Grid]) -> list[str]:
    counts = {kind: sum(grid.kind == kind for grid in grids) for kind in Kind}
    return [f"{kind.label}{count}个" for kind, count in counts.items() if count]


@verb
def drop_boundaries(*, county: Grid, by: User) -> int:
    """Takes every boundary of a county off the map; the figures are drawn as a treemap again. Returns how many."""
    if not Scope.of(by).covers(Permission.GRID_EDIT, county):
        raise Forbidden("您不能撤下这个县的地图边界。")
    gone, _ = Boundary.objects.filter(grid__county_id=county.pk).delete()
    return gone
