"""Structural changes decided today that hold from a later day."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.errors import Outrun, Refused
from grids.actions.shape import Order, carry_out, preview
from grids.models import TreeChange
from grids.tree import tree_write
from notices.actions import post

Status = TreeChange.Status


@transaction.atomic
def plan_change(order: Order, *, by: Any, on: date, at: datetime, reason: str = "") -> TreeChange:
    """Kept until its day, and done then. Refused now if it could not be done now."""
    touched = preview(order, on=on)
    with tree_write(verb="plan_change", by=by, on=on):
        assert order.grid is not None
        order.grid.refresh_from_db()
        return TreeChange.objects.create(
            deed=order.deed,
            status=Status.PLANNED,
            on=on,
            made_at=at,
            by=by,
            reason=reason,
            other=order.other,
            name=order.name,
            kind=order.kind,
            code=order.code,
            lat=order.lat,
            lng=order.lng,
            touched=touched,
            kept={"children": list(order.children), "rows": {label: list(ids) for label, ids in order.rows.items()}},
            **order.grid.scope(),
        )


@transaction.atomic
def cancel_change(*, change: TreeChange, by: Any, at: datetime, reason: str = "") -> None:
    """A planned change will not be."""
    over = {"status": Status.CANCELLED, "over_at": at, "over_by": by, "over_reason": reason}
    if not TreeChange.objects.filter(pk=change.pk, status=Status.PLANNED).update(**over):
        raise Outrun
    change.refresh_from_db()


def carry_out_due(*, on: date, at: datetime) -> int:
    """Does every planned change whose day has come, in the order of their days. Returns how many were done.

    One that cannot be done any more is kept with the reason, and whoever planned it is told. Safe to run twice.
    """
    return sum(_try(change, at) for change in list(TreeChange.objects.due(on).select_related("grid", "other", "by")))


def _try(change: TreeChange, at: datetime) -> bool:
    try:
        carry_out(order_of(change), by=change.by, on=change.on, planned=change)
    except Outrun:
        return False
    except Refused as refused:
        _fail(change, refused.sentence, at)
        return False
    return True


def order_of(change: TreeChange) -> Order:
    deed = TreeChange.Deed(change.deed)
    return Order(
        deed,
        change.grid,
        change.other,
        change.name,
        change.kind,
        change.code,
        change.lat,
        change.lng,
        change.kept["children"],
        change.kept["rows"],
    )


@transaction.atomic
def _fail(change: TreeChange, sentence: str, at: datetime) -> None:
    failed = {"status": Status.FAILED, "over_at": at, "over_reason": sentence}
    if TreeChange.objects.filter(pk=change.pk, status=Status.PLANNED).update(**failed):
        text = f"{change.on}起的网格变更“{change}”未能生效：{sentence}"
        post(kind="tree", key=f"tree/{change.pk}/failed", text=text, at=at, user=change.by)
