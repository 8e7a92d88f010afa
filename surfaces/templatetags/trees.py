"""Structural changes of the tree on screens."""

from django import template

from grids.models import TreeChange
from surfaces.console.tree_words import change_told

register = template.Library()
register.filter("change_told", change_told)

BADGES = {
    TreeChange.Status.PLANNED: "proposed",
    TreeChange.Status.DONE: "active",
    TreeChange.Status.UNDONE: "ended",
    TreeChange.Status.CANCELLED: "cancelled",
    TreeChange.Status.FAILED: "failed",
}


@register.filter
def change_badge(change: TreeChange) -> str:
    return BADGES[TreeChange.Status(change.status)]
