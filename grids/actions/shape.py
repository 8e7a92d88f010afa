"""What changes the tree's shape. Every deed leaves a TreeChange that tells of it and knows the way back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts.errors import Outrun, Refused
from grids.actions.checks import (
    check_code,
    check_day,
    check_merge,
    check_move,
    check_name,
    check_part,
    fresh,
    next_code,
    refuse,
)
from grids.followers import Taken, all_of, carry, living, part_of, spoken, uses
from grids.models import SCOPE_COLUMNS, Grid, Kind, Posting, TreeChange
from grids.rules import BELOW_VILLAGE, placing_fault
from grids.seats import Seats, end_postings, pour_postings, spoken_endings
from grids.tree import ABOVE, next_ids, rewrite, subtree_ids, tree_write
from grids.walk import full_name

Deed = TreeChange.Deed


@dataclass(frozen=True)
class Order:
    """What is to be done. `grid` is what is changed, for an addition the grid above; `other` where it goes.

    `children` (grids) and `rows` (by model label) are what a split takes along.
    """

    deed: TreeChange.Deed
    grid: Grid | None = None
    other: Grid | None = None
    name: str = ""
    kind: str = ""
    code: str = ""
    lat: float | None = None
    lng: float | None = None
    children: Sequence[int] = ()
    rows: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass
class Trace:
    """What a deed did, as TreeChange keeps it."""

    grid: Grid
    changed: list[int]
    leans: list[int] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    made: Grid | None = None
    was_parent: Grid | None = None
    was_name: str = ""


def carry_out(order: Order, *, by: Any, on: date, reason: str = "", planned: TreeChange | None = None) -> TreeChange:
    """Does it from `on` and keeps the record: a new one, or the one by which it was planned."""
    deed, verb = DEEDS[order.deed]
    with tree_write(verb=verb, by=by, on=on):
        trace = deed(order, on)
        told = {
            "grid": trace.grid,
            "status": TreeChange.Status.DONE,
            "on": on,
            "other": order.other,
            "made": trace.made,
            "was_parent": trace.was_parent,
            "was_name": trace.was_name,
            "changed": trace.changed,
            "leans": trace.leans,
            "touched": trace.touched,
            "kept": trace.kept,
        }
        if planned is None:
            return TreeChange.objects.create(
                deed=order.deed, name=order.name, kind=order.kind, by=by, reason=reason, **told | trace.grid.scope()
            )
        if not TreeChange.objects.filter(pk=planned.pk, status=TreeChange.Status.PLANNED).update(**told):
            raise Outrun
        planned.refresh_from_db()
        return planned


def preview(order: Order, *, on: date) -> list[str]:
    """What it would touch, found out by doing it and taking it back at once. Raises Refused as the deed would."""
    with transaction.atomic():
        touched = carry_out(order, by=None, on=on).touched
        transaction.set_rollback(True)
    return touched


def add_grid(
    *,
    kind: Kind,
    name: str,
    by: Any,
    on: date,
    parent: Grid | None = None,
    code: str = "",
    lat: float | None = None,
    lng: float | None = None,
) -> Grid:
    """A new grid in force from `on`, last among its siblings. Below the village an empty code is given the next."""
    order = Order(Deed.ADD, parent, name=name, kind=kind, code=code, lat=lat, lng=lng)
    return _made(carry_out(order, by=by, on=on))


def rename_grid(*, grid: Grid, name: str, by: Any, on: date) -> Grid:
    """A new name; the full names of everything below follow."""
    return carry_out(Order(Deed.RENAME, grid, name=name), by=by, on=on).grid


def move_grid(*, grid: Grid, to: Grid, by: Any, on: date) -> Grid:
    """Hangs a grid, with all below it, under another parent of the same county. Work and people follow."""
    return carry_out(Order(Deed.MOVE, grid, to), by=by, on=on).grid


def merge_grids(*, source: Grid, into: Grid, by: Any, on: date) -> Grid:
    """`source` ends on `on`; its children, households, postings and open work go on in `into`. Returns `into`."""
    carry_out(Order(Deed.MERGE, source, into), by=by, on=on)
    into.refresh_from_db()
    return into


def split_grid(
    *,
    grid: Grid,
    name: str,
    by: Any,
    on: date,
    code: str = "",
    children: Sequence[Grid] = (),
    rows: Mapping[str, Sequence[int]] | None = None,
) -> Grid:
    """Some of the grids below, or of the households and members, are a grid of their own beside it from `on`.

    Pairings and open work go with their household; posts stay: the new grid's are vacant. Returns the new grid.
    """
    order = Order(Deed.SPLIT, grid, name=name, code=code, children=[one.pk for one in children], rows=rows or {})
    return _made(carry_out(order, by=by, on=on))


def close_grid(*, grid: Grid, by: Any, on: date) -> None:
    """Ends a grid and all below it on `on`; postings there end. Refused while people or open work live in it."""
    carry_out(Order(Deed.CLOSE, grid), by=by, on=on)


def _add(order: Order, on: date) -> Trace:
    above = fresh(order.grid) if order.grid else None
    kind = Kind(order.kind)
    refuse(placing_fault(kind, Kind(above.kind) if above else None, above.depth if above else 0))
    made = _create(above, kind, order.name, order.code, on, order.lat, order.lng)
    return Trace(above or made, [made.pk], [above.pk] if above else [], made=made)


def _create(
    above: Grid | None, kind: Kind, name: str, code: str, on: date, lat: float | None, lng: float | None
) -> Grid:
    code = code or next_code(kind, above)
    check_name(name, above)
    check_code(code, kind, above)
    grid = Grid(pk=next_ids(1)[0], kind=kind, name=name, code=code, valid_from=on, lat=lat, lng=lng)
    grid.full_name = full_name(above.full_name if above else "", kind, name)
    for column in ABOVE[kind] if above else ():
        setattr(grid, column, getattr(above, column))
    if kind in SCOPE_COLUMNS:
        setattr(grid, SCOPE_COLUMNS[kind], grid.pk)
    grid.insert_at(above, "last-child", save=True)
    return grid


def _rename(order: Order, _: date) -> Trace:
    grid = fresh(order.grid)
    was_name = grid.name
    if order.name == was_name:
        raise Refused("名称没有变。", field="name")
    check_name(order.name, grid.parent)
    rewrite(grid, grid.parent, order.name)
    grid.refresh_from_db()
    return Trace(grid, [grid.pk], touched=_below(grid, "下级网格{}个的全称跟着改"), was_name=was_name)


def _move(order: Order, on: date) -> Trace:
    grid, to = fresh(order.grid), fresh(order.other)
    check_move(grid, to)
    check_day(grid, on)
    was_parent = grid.parent
    touched = everything(grid)
    hang(grid, to)
    return Trace(grid, [grid.pk], [to.pk], touched, was_parent=was_parent)


def hang(grid: Grid, to: Grid) -> Grid:
    """Moves the grid and all below it; foreign keys carry the rows along."""
    grid.move_to(to, "last-child")
    rewrite(grid, to, grid.name)
    grid.refresh_from_db()
    return grid


def _merge(order: Order, on: date) -> Trace:
    source, into = fresh(order.grid), fresh(order.other)
    check_merge(source, into)
    check_day(source, on)
    touched = everything(source)
    poured = pour(source, into, on)
    return Trace(
        source, [source.pk, *poured["children"]], [into.pk], [*touched, *spoken_endings(poured["seats"])], poured
    )


def pour(source: Grid, into: Grid, on: date) -> dict[str, Any]:
    """All of `source` goes on in `into`, and `source` ends. Returns what the way back needs."""
    children = list(source.children.filter(valid_to=None).order_by("lft").values_list("pk", flat=True))
    adopt(children, into)
    seats = pour_postings(source, into, on)
    rows = all_of(source)
    carry_safely(rows, source, into)
    Grid.objects.filter(pk=source.pk).update(valid_to=on)
    return {"children": children, "rows": rows, "seats": seats}


def adopt(children: Sequence[int], into: Grid) -> None:
    """These grids hang under `into` from now on."""
    for pk in children:
        hang(fresh(Grid(pk=pk)), fresh(into))
    into.refresh_from_db()


def carry_safely(rows: Taken, source: Grid, into: Grid) -> Mapping[str, int]:
    try:
        with transaction.atomic():
            return carry(rows, source, into)
    except IntegrityError as error:
        raise Refused(f"{source}与{into}有重复登记（同一人在两处报到等），请先处理再合并。") from error


def _split(order: Order, on: date) -> Trace:
    grid = fresh(order.grid)
    if grid.parent is None:
        raise Refused(f"{grid}没有上级，不能拆分。")
    children = list(grid.children.filter(valid_to=None, pk__in=order.children).values_list("pk", flat=True))
    rows = part_of(grid, order.rows)
    check_part(grid, children, order.rows)
    check_day(grid, on)
    counts = living([pk for child in children for pk in subtree_ids(child)])
    code = "" if Kind(grid.kind) in BELOW_VILLAGE and not order.code else order.code
    made = _create(fresh(grid.parent), Kind(grid.kind), order.name, code, on, None, None)
    adopt(children, made)
    counts.update(carry_safely(rows, grid, made))
    below = [f"下级网格{len(children)}个"] if children else []
    kept = {"children": children, "rows": rows}
    return Trace(grid, [made.pk, *children], [grid.pk], [*below, *spoken(counts)], kept, made)


def _close(order: Order, on: date) -> Trace:
    grid = fresh(order.grid)
    check_day(grid, on)
    closed, seats = end(grid, on)
    below = [f"下级网格{len(closed) - 1}个一起停用"] if len(closed) > 1 else []
    return Trace(grid, closed, touched=[*below, *spoken_endings(seats)], kept={"seats": seats})


def end(grid: Grid, on: date) -> tuple[list[int], Seats]:
    """Closes an empty grid and all below it. Returns the ids of what was closed now, and the posts that ended."""
    ids = subtree_ids(grid.pk)
    lives = uses(ids)
    if lives:
        raise Refused(f"{grid.full_name}（{grid.code}）还有{'、'.join(lives)}，不能停用：请先移动或并入其他网格。")
    seats = end_postings(Posting.objects.filter(grid__in=ids, until=None), on)
    closing = Grid.objects.in_force().filter(pk__in=ids)
    closed = list(closing.values_list("pk", flat=True))
    Grid.objects.filter(pk__in=closed).update(valid_to=on)
    return closed, seats


def everything(grid: Grid) -> list[str]:
    """What lives in the grid and below: ["下级网格2个", "岗位4个", "住户25户", "未办结事项3件"]."""
    ids = subtree_ids(grid.pk)
    posts = Posting.objects.filter(grid__in=ids, until=None).count()
    return [*_below(grid, "下级网格{}个"), *([f"岗位{posts}个"] if posts else []), *uses(ids)]


def _below(grid: Grid, words: str) -> list[str]:
    number = Grid.objects.in_force().filter(pk__in=subtree_ids(grid.pk)).count() - 1
    return [words.format(number)] if number > 0 else []


def _made(change: TreeChange) -> Grid:
    assert change.made is not None
    return change.made


DEEDS: Mapping[TreeChange.Deed, tuple[Callable[[Order, date], Trace], str]] = {
    Deed.ADD: (_add, "add_grid"),
    Deed.RENAME: (_rename, "rename_grid"),
    Deed.MOVE: (_move, "move_grid"),
    Deed.SPLIT: (_split, "split_grid"),
    Deed.MERGE: (_merge, "merge_grids"),
    Deed.CLOSE: (_close, "close_grid"),
}
