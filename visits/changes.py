"""Who changed a county's visit rules: from what, to what, when. Read from the kept history of the rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Window
from django.db.models.functions import Lag

from accounts.models import User
from accounts.roles import Role
from grids.models import Grid
from households.models import Tag
from visits.models import VisitPolicy, VisitRule

RULE_EVENT: Any = VisitRule._meta.get_field("events").related_model
POLICY_EVENT: Any = VisitPolicy._meta.get_field("events").related_model
SPOKEN = ("interval_days", "grace_days", "excused_by", "in_use")
NONE = "没有这条规则"


@dataclass(frozen=True)
class Change:
    """One line of the history; `by` None is a profile that was loaded."""

    at: datetime
    by: User | None
    what: str
    before: str
    after: str


def changes(county: Grid, limit: int = 50) -> list[Change]:
    """The latest changes, newest first; what the first profile set is no change."""
    found = [*_rule_changes(county, limit), *_policy_changes(county, limit)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:limit]


def said(interval_days: int, grace_days: int, excused_by: list[str], in_use: bool) -> str:
    """每14天一次，宽限3天，总网格长、乡镇经办可准予暂停."""
    if not in_use:
        return "停用"
    grace = f"宽限{grace_days}天" if grace_days else "不宽限"
    posts = "、".join(role.label for role in Role if role in excused_by) or "没有人"
    return f"每{interval_days}天一次，{grace}，{posts}可准予暂停"


def _rule_changes(county: Grid, limit: int) -> list[Change]:
    was = {f"was_{name}": Window(Lag(name), partition_by="pgh_obj_id", order_by="pgh_id") for name in SPOKEN}
    rows = RULE_EVENT.objects.filter(programme__county=county).annotate(**was)
    told = []
    for row in rows.select_related("edited_by", "programme", "pgh_context").order_by("-pgh_id")[: limit * 4]:
        by_hand = row.edited_at is not None and row.pgh_label != "delete"
        before = None if row.was_interval_days is None else said(*(getattr(row, f"was_{name}") for name in SPOKEN))
        now = said(*(getattr(row, name) for name in SPOKEN))
        if (row.pgh_label == "insert" and not by_hand) or (row.pgh_label == "update" and before == now):
            continue
        gone = row.pgh_label == "delete"
        told.append(
            Change(
                row.edited_at if by_hand else row.pgh_created_at,
                row.edited_by if by_hand else None,
                f"{row.programme.name}·{Tag(row.tag).label if row.tag else '全部住户'}",
                now if gone else before or NONE,
                NONE if gone else now,
            )
        )
    return told


_POLICY = {
    "failed_attempts": ("告知村里", lambda value: f"连续{value}次未见到人"),
    "proof": ("签名或见证", lambda value: "见面走访要有" if value else "不要求"),
}


def _policy_changes(county: Grid, limit: int) -> list[Change]:
    was = {f"was_{name}": Window(Lag(name), partition_by="pgh_obj_id", order_by="pgh_id") for name in _POLICY}
    events = POLICY_EVENT.objects.filter(county=county).annotate(**was).select_related("pgh_context")
    rows = list(events.order_by("-pgh_id")[: limit * 4])
    people = User.objects.in_bulk({pk for row in rows if (pk := _actor(row))})
    return [
        Change(row.pgh_created_at, people.get(_actor(row) or 0), label, speak(before), speak(getattr(row, name)))
        for row in rows
        for name, (label, speak) in _POLICY.items()
        if (before := getattr(row, f"was_{name}")) is not None and before != getattr(row, name)
    ]


def _actor(row: Any) -> int | None:
    """Whom the verb acted for."""
    return row.pgh_context.metadata.get("by") if row.pgh_context else None
