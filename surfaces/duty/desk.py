"""A resident's matter taken at the duty desk: an issue of the register, and a line in the duty log that leads to it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.forms import HiddenInput

from accounts.errors import Forbidden
from accounts.models import User
from issues import channels
from issues.actions import collect
from issues.models import Channel, Issue
from rosters.actions import write_log
from rosters.actions.logs import may_write
from rosters.models import DutyLog, DutyShift
from surfaces.collecting import CollectForm


class DeskForm(CollectForm):
    """As any matter; it came to the duty desk, where the county has that channel. The log is written with it."""

    VERB: ClassVar[Callable[..., Any]] = staticmethod(collect)

    def __init__(self, shift: DutyShift, user: User, *, at: datetime, data: Mapping[str, Any] | None = None) -> None:
        if not may_write(shift, user):
            raise Forbidden("来访诉求由当班的人或安排值班的人登记。")
        super().__init__(None, user, at=at, data=_through_the_desk(data, user))
        self.shift = shift
        if _has_desk(user):
            self.fields["channel"].widget = HiddenInput()
            self.initial["channel"] = Channel.DUTY

    @transaction.atomic
    def make(self) -> bool:
        made = super().make()
        if made and not DutyLog.objects.filter(shift=self.shift, matter=self.made.pk).exists():
            write_log(shift=self.shift, text=f"接待来访，登记诉求：{self.made.title}", by=self.user, at=self.at,
                      matter=self.made.pk)  # fmt: skip
        return made


def _has_desk(user: User) -> bool:
    return Channel.DUTY in dict(channels.offered(user))


def _through_the_desk(data: Mapping[str, Any] | None, user: User) -> Mapping[str, Any] | None:
    if data is None or not _has_desk(user):
        return data
    sent = data.copy() if hasattr(data, "copy") else dict(data)
    sent["channel"] = Channel.DUTY.value
    return sent


def with_matters(entries: list[DutyLog], user: User) -> list[tuple[DutyLog, Issue | None]]:
    """Each entry with the issue it leads to, where the person may see that."""
    keys = [entry.matter for entry in entries if entry.matter]
    seen = {issue.pk: issue for issue in Issue.objects.visible_to(user).filter(pk__in=keys)} if keys else {}
    return [(entry, seen.get(entry.matter or 0)) for entry in entries]
