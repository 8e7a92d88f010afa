"""值班日志: what whoever is on duty writes down. There is no verb to change it."""

from datetime import datetime

from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.roles import Permission
from accounts.verbs import verb
from grids.scope import Scope
from rosters.models import DutyLog, DutyShift
from rosters.people import staffed

LONGEST = 500


@verb
def write_log(
    *, shift: DutyShift, text: str, by: User, at: datetime, matter: int | None = None, demo: bool = False
) -> DutyLog:
    """An entry of whoever is on duty (or was, or sees to the rota), once the shift has begun."""
    if not may_write(shift, by):
        raise Forbidden("值班日志由当班的人或安排值班的人记录。")
    if shift.starts_at > at:
        raise Refused("这一班还没有开始，开始后再记。")
    said = text.strip()
    if not said:
        raise Refused("请写明发生了什么。", field="text")
    if len(said) > LONGEST:
        raise Refused(f"一条最多{LONGEST}个字，现有{len(said)}个字，请分几条记。", field="text")
    return DutyLog.objects.create(
        shift=shift, at=at, written_by=by, text=said, matter=matter, demo=demo, **shift.scope()
    )


def may_write(shift: DutyShift, by: User) -> bool:
    """Whose shift it is, whoever stands in, and whoever sees to the rota."""
    if shift.user_id == by.pk or Scope.of(by).covers(Permission.ROTA_EDIT, shift):
        return True
    return any(one.person == by for one in staffed([shift]))
