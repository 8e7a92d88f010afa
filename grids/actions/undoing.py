"""Taking a structural change back, as long as nothing later contradicts it. Work that followed follows back.

Rows that ended since, or that somebody settled elsewhere since, stay where they are.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.errors import Outrun, Refused
from grids.actions.checks import check_move, fresh
from grids.actions.shape import Deed, adopt, carry_safely, end, everything, hang, pour
from grids.followers import living, spoken
from grids.models import Grid, TreeChange
from grids.seats import give_back_postings, spoken_endings
from grids.tree import rewrite, subtree_ids, tree_write

EMPTYING = (Deed.MERGE, Deed.CLOSE, Deed.SPLIT)
Status = TreeChange.Status


def undo_change(*, change: TreeChange, reason: str, by: Any, on: date, at: datetime) -> list[str]:
    """The change holds no more from `on`. Returns what followed back; refuses what something later contradicts."""
    reason = reason.strip()
    if not reason:
        raise Refused("请填写撤销原因。", field="reason")
    with tree_write(verb="undo_change", by=by, on=on):
        touched = _take_back(change, on)
        over = {"status": Status.UNDONE, "over_at": at, "over_by": by, "over_reason": reason}
        TreeChange.objects.filter(pk=change.pk).update(**over)
    change.refresh_from_db()
    return touched


def preview_undo(change: TreeChange, *, on: date) -> list[str]:
    """What would follow back, found out by doing it and taking it back at once. Raises Refused as undoing would."""
    with transaction.atomic(), tree_write(verb="undo_change", by=None, on=on):
        touched = _take_back(change, on)
        transaction.set_rollback(True)
    return touched


def _take_back(change: TreeChange, on: date) -> list[str]:
    change = TreeChange.objects.select_related("grid", "other", "made", "was_parent").get(pk=change.pk)
    if change.status != Status.DONE:
        raise Outrun(f"这项变更{change.get_status_display()}，不能撤销。")
    later = contradicting(change).select_related("grid").first()
    if later:
        raise Refused(f"之后（{later.on}）{later}与它有关，请先撤销那一项。")
    return WAYS_BACK[Deed(change.deed)](change, on)


def contradicting(change: TreeChange) -> Any:
    """Later changes in force that stand in the way, the latest first. Names and places do not mind each other."""
    later = TreeChange.objects.filter(status=Status.DONE, pk__gt=change.pk).order_by("-pk")
    if change.deed == Deed.RENAME:
        return later.filter(deed=Deed.RENAME, grid=change.grid)
    moved = Q(changed__overlap=change.changed) | Q(leans__overlap=change.changed)
    emptied = Q(deed__in=EMPTYING, changed__contains=[change.other_id]) if change.deed == Deed.MERGE else Q(pk=None)
    split = Q(deed=Deed.SPLIT, grid=change.other_id) if change.deed == Deed.MERGE else Q(pk=None)
    return later.exclude(deed=Deed.RENAME).filter(moved | emptied | split)


def _unadd(change: TreeChange, on: date) -> list[str]:
    grid = fresh(change.made)
    _, seats = end(grid, max(on, grid.valid_from or on))
    return spoken_endings(seats)


def _unrename(change: TreeChange, _: date) -> list[str]:
    grid = fresh(change.grid)
    _check_name_free(change, change.was_name, grid)
    rewrite(grid, grid.parent, change.was_name)
    return []


def _unmove(change: TreeChange, _: date) -> list[str]:
    grid, home = fresh(change.grid), fresh(change.was_parent)
    check_move(grid, home)
    touched = everything(grid)
    hang(grid, home)
    return touched


def _unsplit(change: TreeChange, on: date) -> list[str]:
    """All that lives in the grid split off, newcomers too, goes back to the grid it came from."""
    made, home = fresh(change.made), fresh(change.grid)
    touched = everything(made)
    poured = pour(made, home, max(on, made.valid_from or on))
    return [*touched, *spoken_endings(poured["seats"])]


def _unmerge(change: TreeChange, on: date) -> list[str]:
    into = fresh(change.other)
    source = _reopen(change, [change.grid])[0]
    children = change.kept["children"]
    counts = living([pk for child in children for pk in subtree_ids(child)])
    adopt(children, source)
    counts.update(carry_safely(change.kept["rows"], into, source))
    posts = give_back_postings(change.kept["seats"], source, into, on)
    return [*_counted("下级网格{}个", len(children)), *_counted("岗位{}个", posts), *spoken(counts)]


def _unclose(change: TreeChange, on: date) -> list[str]:
    grids = sorted(Grid.objects.filter(pk__in=change.changed), key=lambda grid: grid.depth)
    _reopen(change, grids)
    posts = give_back_postings(change.kept["seats"], grids[0], None, on)
    return [*_counted("下级网格{}个", len(grids) - 1), *_counted("岗位{}个", posts)]


def _reopen(change: TreeChange, grids: list[Grid]) -> list[Grid]:
    """In force again as if never ended, the highest first."""
    top = grids[0]
    if top.parent:
        fresh(top.parent)
    _check_name_free(change, top.name, top)
    holder = Grid.objects.in_force().filter(code__in=[grid.code for grid in grids]).first()
    if holder:
        raise Refused(f"代码{holder.code}现在由{holder.full_name}使用，请先改那一个再撤销。")
    Grid.objects.filter(pk__in=[grid.pk for grid in grids]).update(valid_to=None)
    return [fresh(grid) for grid in grids]


def _check_name_free(change: TreeChange, name: str, grid: Grid) -> None:
    """Nobody took the name beside it since. Brothers who share one from before the change may share it again."""
    beside = Grid.objects.in_force().filter(parent=grid.parent_id, name=name).exclude(pk=grid.pk)
    later = TreeChange.objects.filter(status=Status.DONE, pk__gt=change.pk, name=name)
    taken = beside.filter(Q(pk__in=later.values("made")) | Q(pk__in=later.values("grid"))).first()
    if taken:
        raise Refused(f"“{name}”这个名称现在由{taken.full_name}使用，请先改那一个再撤销。")


def _counted(words: str, number: int) -> list[str]:
    return [words.format(number)] if number else []


WAYS_BACK: Mapping[TreeChange.Deed, Callable[[TreeChange, date], list[str]]] = {
    Deed.ADD: _unadd,
    Deed.RENAME: _unrename,
    Deed.MOVE: _unmove,
    Deed.SPLIT: _unsplit,
    Deed.MERGE: _unmerge,
    Deed.CLOSE: _unclose,
}
