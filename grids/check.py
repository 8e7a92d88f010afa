"""Does what is stored about the tree agree with the parents? And the repair, from parents alone."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from grids.models import Grid, Kind
from grids.rules import BELOW_VILLAGE, code_fault, name_fault, placing_fault
from grids.tree import free_tree, rows_of, store_places, tree_write
from grids.walk import Place, Row, walk

BOUNDS = {"tree_id", "lft", "rght"}
SCOPE = {"county_id", "town_id", "village_id", "cell_id"}


class Wrong(NamedTuple):
    """One grid and what is wrong with it. `mends`: check_grids --fix puts it right."""

    grid_id: int
    label: str
    reason: str
    mends: bool

    def __str__(self) -> str:
        return f"{self.label}（编号{self.grid_id}）：{self.reason}"


class _Stored(NamedTuple):
    row: Row
    code: str
    closed: bool
    place: Place


def check_grids() -> tuple[int, list[Wrong]]:
    """How many grids there are, and everything wrong with them. One SELECT: no writer can come in between."""
    stored = {grid.row.id: grid for grid in _read()}
    places = walk((grid.row for grid in stored.values()), free_tree=_above_all(stored))
    found: list[Wrong] = []
    for key, grid in stored.items():
        label = f"{grid.place.full_name} {grid.code}"
        if key not in places:
            found.append(Wrong(key, label, "上级绕成了一个圈，请人工改正上级", mends=False))
            continue
        found += [Wrong(key, label, reason, mends=True) for reason in _place_faults(grid.place, places[key])]
        parent = stored.get(grid.row.parent_id or 0)
        found += [Wrong(key, label, reason, mends=False) for reason in _rule_faults(grid, parent, places)]
    return len(stored), found


def fix_grids(*, by: Any = None) -> int:
    """Writes every place anew from the parents. Returns how many grids changed."""
    with tree_write(verb="fix_grids", by=by):
        return store_places(walk(rows_of(), free_tree=free_tree()))


def _read() -> Iterator[_Stored]:
    wide = len(Row._fields)
    columns = ("code", "valid_to", *Row._fields, *Place._fields)
    for code, valid_to, *values in Grid.objects.values_list(*columns).iterator(chunk_size=5000):
        yield _Stored(Row(*values[:wide]), code, valid_to is not None, Place(*values[wide:]))


def _above_all(stored: dict[int, _Stored]) -> int:
    return max((grid.row.tree_id for grid in stored.values()), default=0) + 1


def _place_faults(stored: Place, true: Place) -> Iterator[str]:
    wrong = {name for name, is_, should in zip(Place._fields, stored, true, strict=True) if is_ != should}
    if wrong & BOUNDS:
        yield "树的左右边界与上级不符"
    if "depth" in wrong:
        yield f"层数记为{stored.depth + 1}，应为{true.depth + 1}"
    if wrong & SCOPE:
        yield "所属县、乡镇、村、网格的编号与上级不符"
    if "full_name" in wrong:
        yield f"全称应为“{true.full_name}”"


def _rule_faults(grid: _Stored, parent: _Stored | None, places: dict[int, Place]) -> Iterator[str]:
    """Level, name and code rules. A grid moved by hand keeps its code, so the code is judged without its parent."""
    kind = Kind(grid.row.kind)
    above = Kind(parent.row.kind) if parent else None
    own_code = code_fault(grid.code, kind, grid.code[:-3] if kind in BELOW_VILLAGE else None)
    depth = places[parent.row.id].depth if parent else 0
    for fault in (placing_fault(kind, above, depth), name_fault(grid.row.name), own_code):
        if fault:
            yield fault
    if parent and parent.closed and not grid.closed:
        yield f"上级{parent.place.full_name}已停用"
