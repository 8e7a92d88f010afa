"""值班日志: what happened on a shift. Written once, never changed."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Permission
from grids.scope import Scope, Scoped, ScopedQuerySet
from rosters.models.shift import DutyShift

WRITTEN = ("shift_id", "at", "written_by_id", "text", "matter", "demo")
REWRITTEN = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in WRITTEN)


class LogQuerySet(ScopedQuerySet["DutyLog"]):
    def visible_to(self, user: Any) -> "LogQuerySet":
        """The log of my area, of shifts I was on, and what I wrote."""
        scope = Scope.of(user)
        mine = Q(written_by=scope.person) | Q(shift__user__in=scope.people)
        return self.seen_or_own(scope, mine)


class DutyLog(Scoped):
    """One entry. `matter` is the caller's number of the issue taken down at the desk; rosters do not know what an
    issue is. Only the columns of its place may change: they follow a grid that moves."""

    SEEN_WITH = Permission.ISSUE_VIEW
    PERSONAL: ClassVar = {"text": Mask.TEXT}
    PLAIN = "id shift at written_by matter demo"

    shift = models.ForeignKey(DutyShift, models.PROTECT, related_name="log")
    at = models.DateTimeField("时间")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")
    text = EncryptedField("情况")
    matter = models.BigIntegerField(null=True, blank=True)
    demo = models.BooleanField("演示", default=False)

    objects = LogQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["town_id", "-at", "-id"], name="dutylog_town"),
            models.Index(fields=["village_id", "-at", "-id"], name="dutylog_village"),
            models.Index(fields=["shift", "at"], name="dutylog_shift"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="dutylog_no_delete", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="dutylog_no_update", operation=pgtrigger.Update, condition=pgtrigger.Condition(REWRITTEN)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift} {self.at}"
