"""Verbs on the tree and its posts. Each runs in tree_write() and reads again, inside it, what it was given."""

from grids.actions.planning import cancel_change, carry_out_due, plan_change
from grids.actions.posts import appoint, dismiss, end_absence, set_absence
from grids.actions.shape import (
    Order,
    add_grid,
    carry_out,
    close_grid,
    merge_grids,
    move_grid,
    preview,
    rename_grid,
    split_grid,
)
from grids.actions.undoing import preview_undo, undo_change
from grids.seats import end_postings

__all__ = [
    "Order",
    "add_grid",
    "appoint",
    "cancel_change",
    "carry_out",
    "carry_out_due",
    "close_grid",
    "dismiss",
    "end_absence",
    "end_postings",
    "merge_grids",
    "move_grid",
    "plan_change",
    "preview",
    "preview_undo",
    "rename_grid",
    "set_absence",
    "split_grid",
    "undo_change",
]
