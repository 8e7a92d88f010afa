"""Carrying out what an official division list asks: all of it or nothing."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.errors import Refused
from grids.actions import close_grid
from grids.bulk import NewGrid, bulk_add
from grids.divisions import Division, Plan, Standing, faults, kind_of, parent_code, plan, read_divisions
from grids.models import Grid, Kind
from grids.tree import rewrite, tree_write

MOST_FAULTS = 200
OFFICIAL = (Kind.COUNTY, Kind.TOWN, Kind.VILLAGE)


def import_divisions(content: bytes, *, by: Any, on: date) -> list[str]:
    """Makes the counties in the file stand as the file says. Returns one sentence per fact.

    Raises Refused with one line per bad row, or per grid that cannot be closed because somebody lives in it.
    """
    rows = read_divisions(content)
    _refuse_all([str(fault) for fault in faults(rows)])
    with tree_write(verb="import_divisions", by=by, on=on):
        counties = [row.code for row in rows if kind_of(row.code) == Kind.COUNTY]
        wanted = plan(rows, _standing(counties))
        for grid, name in wanted.rename:
            stands = Grid.objects.select_related("parent").get(pk=grid.id)
            rewrite(stands, stands.parent, name)
        bulk_add([_new(row) for row in wanted.add], on=on, by=by)
        _close_all(wanted.close, by=by, on=on)
        return [f"读取{len(rows)}行区划", *_facts(wanted)]


def _refuse_all(reasons: Sequence[str]) -> None:
    if reasons:
        more = [f"还有{len(reasons) - MOST_FAULTS}行有错"] if len(reasons) > MOST_FAULTS else []
        lines = "\n".join([*reasons[:MOST_FAULTS], *more])
        raise Refused(f"{lines}\n共{len(reasons)}处不合格，一行也没有导入。")


def _standing(county_codes: Sequence[str]) -> list[Standing]:
    counties = Grid.objects.in_force().filter(kind=Kind.COUNTY, code__in=county_codes).values("id")
    grids = Grid.objects.in_force().filter(county_id__in=counties, kind__in=OFFICIAL)
    return [Standing(*values) for values in grids.order_by("code").values_list("id", "code", "name")]


def _new(row: Division) -> NewGrid:
    return NewGrid(row.code, row.name, kind_of(row.code), parent_code(row.code))


def _close_all(grids: Sequence[Standing], *, by: Any, on: date) -> None:
    """Closes villages before their towns; names every grid that cannot be closed."""
    reasons = []
    for grid in sorted(grids, key=lambda grid: kind_of(grid.code) == Kind.TOWN):
        try:
            close_grid(grid=Grid(pk=grid.id), by=by, on=on)
        except Refused as refused:
            reasons.append(refused.sentence)
    _refuse_all(reasons)


def _facts(done: Plan) -> list[str]:
    added = Counter(kind_of(row.code) for row in done.add)
    facts = [f"新增{kind.label}{added[kind]}个" for kind in OFFICIAL if added[kind]]
    facts += [f"改名：{grid.code} {grid.name} → {name}" for grid, name in done.rename]
    facts += [f"停用：{grid.code} {grid.name}" for grid in done.close]
    return facts or ["没有变化"]
