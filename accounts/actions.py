"""Verbs on accounts."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts import normal
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


@transaction.atomic
def change_password(*, user: User, old: str, new: str) -> None:
    """A person's own new password. Other sessions of theirs end by themselves: Django ties them to the password."""
    if not user.check_password(old):
        raise Refused("现在的密码不对。", field="old")
    if new == old:
        raise Refused("新密码不能和现在的一样。", field="new")
    if normal.phone(new) == user.phone:
        raise Refused("不要用手机号作密码。", field="new")
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Refused("".join(error.messages), field="new") from error
    user.set_password(new)
    user.must_change = False
    user.save(update_fields=["password", "must_change"])


def log_access(
    *, action: AccessLog.Action, by: User, at: datetime, address: str | None = None, reason: str = ""
) -> None:
    """Logs a login, a logout or an export."""
    AccessLog.objects.create(at=at, user=by, action=action, address=address, reason=reason)
