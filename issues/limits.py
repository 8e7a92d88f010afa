"""时限表: the county's limits as staff edit them. Running clocks keep their due; the next clock goes by the new limit.

What was set by hand stays when a profile is loaded again (issues.rules says how many), unless edits are discarded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Window
from django.db.models.functions import Lag

from accounts.errors import Refused
from accounts.models import User
from grids.models import Grid
from issues.models import Category, ClockKind, Limit, RegisterRules, Urgency
from issues.rules import LimitKey
from profiles.profile import Span

MOST: dict[str, int] = {"workday": 250, "hour": 2160}
MOST_AFTER = 60
"""Workdays between the due and going up by itself."""
WRITTEN = re.compile(r"(\d{1,4})\s*(h|小时|个?工作日)?", re.IGNORECASE)
NOT_TAKEN = ("", "-", "–", "—", "不办理")
LIMIT_EVENT: Any = Limit._meta.get_field("events").related_model
RULES_EVENT: Any = RegisterRules._meta.get_field("events").related_model


def read_span(text: str) -> Span | None:
    """5 (workdays), 5个工作日, 2h, 2小时; empty or 不办理: None. Refused when it is none of these."""
    said = text.strip()
    if said in NOT_TAKEN:
        return None
    found = WRITTEN.fullmatch(said)
    if found is None:
        raise Refused(f"“{said}”看不懂，请写工作日数如 5，或小时数如 2h；不办理就空着。")
    unit = "hour" if (found[2] or "").lower() in ("h", "小时") else "workday"
    return Span(int(found[1]), unit)  # type: ignore[arg-type]


@transaction.atomic
def set_limits(*, county: Grid, changes: Mapping[LimitKey, Span | None], by: User, at: datetime) -> int:
    """Sets some cells of the table; None: this level does not take such matters. Returns how many changed.

    Refused, with the cell's column or urgency as field, for a length of nothing or beyond all measure, and for None
    where there is nobody else to do it (every kind but handling).
    """
    stored = {(row.kind, row.category, row.urgency, row.column): row for row in _locked(county)}
    changed = 0
    for key, span in changes.items():
        _check(key, span)
        row = stored.get(key)
        if _as_span(row) == span:
            continue
        given = {"amount": span and span.amount, "unit": span.unit if span else "workday"}
        named: dict[str, Any] = dict(zip(("kind", "category", "urgency", "column"), key, strict=True))
        Limit.objects.update_or_create(county=county, **named, defaults={**given, "edited_by": by, "edited_at": at})
        changed += 1
    return changed


@transaction.atomic
def set_escalate_after(*, county: Grid, days: Mapping[str, int], by: User, at: datetime) -> bool:
    """After how many workdays an overdue matter goes up by itself, by urgency. False when it was so already."""
    for urgency, number in days.items():
        if not 0 <= number <= MOST_AFTER:
            raise Refused(f"应在0到{MOST_AFTER}个工作日之间；0 表示一逾期就上报。", field=urgency)
    rules, _ = RegisterRules.objects.select_for_update().get_or_create(county=county)
    wanted = {**rules.escalate_after, **days}
    if rules.escalate_after == wanted:
        return False
    rules.escalate_after = wanted
    rules.by_hand = sorted({*rules.by_hand, "escalate_after"})
    rules.save(update_fields=["escalate_after", "by_hand"])
    return True


def _locked(county: Grid) -> Any:
    return Limit.objects.select_for_update().filter(county=county)


def _as_span(row: Limit | None) -> Span | None:
    return Span(row.amount, row.unit) if row and row.amount is not None else None  # type: ignore[arg-type]


def _check(key: LimitKey, span: Span | None) -> None:
    kind, _, urgency, column = key
    field = column or urgency
    if span is None and kind != ClockKind.HANDLE:
        raise Refused("这一项不能空着，请填写时限。", field=field)
    if span and not 1 <= span.amount <= MOST[span.unit]:
        raise Refused(f"时限应在1到{MOST['workday']}个工作日，或1到{MOST['hour']}小时之间。", field=field)


@dataclass(frozen=True)
class Change:
    """One line of the history: what, from what to what, who and when; `by` None is a profile that was loaded."""

    at: datetime
    by: User | None
    what: str
    before: str
    after: str


def changes(county: Grid, column_names: Mapping[str, str], limit: int = 50) -> list[Change]:
    """The latest changes of the table, newest first."""
    found = [*_limit_changes(county, column_names, limit), *_escalation_changes(county, limit)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:limit]


def _limit_changes(county: Grid, column_names: Mapping[str, str], limit: int) -> list[Change]:
    def before(name: str) -> Window:
        return Window(Lag(name), partition_by="pgh_obj_id", order_by="pgh_id")

    rows = LIMIT_EVENT.objects.filter(county=county).annotate(was=before("amount"), was_unit=before("unit"))
    told = []
    for row in rows.select_related("edited_by").order_by("-pgh_id")[: limit * 4]:
        loaded = row.pgh_label == "insert" and row.edited_at is None
        if loaded or (row.pgh_label == "update" and (row.was, row.was_unit) == (row.amount, row.unit)):
            continue
        gone = row.pgh_label == "delete"
        told.append(
            Change(
                row.pgh_created_at if gone or row.edited_at is None else row.edited_at,
                None if gone else row.edited_by,
                _named(row, column_names),
                _spoken(row.amount if gone else row.was, row.unit if gone else row.was_unit),
                _spoken(None if gone else row.amount, row.unit),
            )
        )
    return told


def _named(row: Any, column_names: Mapping[str, str]) -> str:
    kind = ClockKind(row.kind).label
    if row.kind != ClockKind.HANDLE:
        return f"{kind}·{Urgency(row.urgency).label}"
    level = column_names.get(row.column, row.column)
    return f"{Category(row.category).label}·{Urgency(row.urgency).label}·{level}"


def _spoken(amount: int | None, unit: str | None) -> str:
    return str(Limit(amount=amount, unit=unit or "workday"))


def _escalation_changes(county: Grid, limit: int) -> list[Change]:
    was = Window(Lag("escalate_after"), partition_by="pgh_obj_id", order_by="pgh_id")
    rows = RULES_EVENT.objects.filter(county=county).annotate(was=was).select_related("pgh_context")
    differing = [row for row in rows.order_by("-pgh_id")[: limit * 4] if row.was and row.was != row.escalate_after]
    people = User.objects.in_bulk({pk for row in differing if (pk := _actor(row))})
    return [
        Change(
            row.pgh_created_at,
            people.get(_actor(row) or 0),
            f"逾期后自动上报·{Urgency(urgency).label}",
            _spoken(row.was.get(urgency), "workday"),
            _spoken(days, "workday"),
        )
        for row in differing
        for urgency, days in row.escalate_after.items()
        if row.was.get(urgency) != days
    ]


def _actor(row: Any) -> int | None:
    """Whose request it was, as pghistory's middleware noted."""
    return row.pgh_context.metadata.get("user") if row.pgh_context else None
