"""Verbs on accounts."""

from datetime import datetime

from django.db import models, transaction

from accounts.errors import Refused
from accounts.models import AccessLog, User
from accounts.privacy import Mask, personal_fields

SHORTEST_REASON = 4


@transaction.atomic
def reveal(*, row: models.Model, field: str, reason: str, by: User, at: datetime, address: str | None = None) -> str:
    """The full value of one personal field of one row; the reading is logged with its reason.

    The caller took `row` from `visible_to(by)` and checked the permission to reveal.
    """
    if personal_fields(type(row)).get(field, Mask.KEYED) == Mask.KEYED:
        raise Refused("没有这一项可供查看。", field="field")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"请写明查看事由(至少{SHORTEST_REASON}个字),查看会留下记录。", field="reason")
    AccessLog.objects.create(
        at=at,
        user=by,
        action=AccessLog.Action.REVEAL,
        target=row._meta.label,
        target_id=row.pk,
        field=field,
        reason=reason.strip(),
        address=address,
    )
    return str(getattr(row, field) or "")


def log_access(
    *, action: AccessLog.Action, by: User, at: datetime, address: str | None = None, reason: str = ""
) -> None:
    """Logs a login, a logout or an export."""
    AccessLog.objects.create(at=at, user=by, action=action, address=address, reason=reason)
