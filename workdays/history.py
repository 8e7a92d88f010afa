"""Who changed which day of the calendar, from what to what."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, Window
from django.db.models.functions import Lag

from accounts.models import User
from workdays.arithmetic import spell
from workdays.models import CalendarDay

EVENT: Any = CalendarDay._meta.get_field("events").related_model
NOT_SET = "按平常周"


class DayChange(NamedTuple):
    """`by` None: what came with the product."""

    at: datetime
    by: User | None
    what: str
    before: str
    after: str


def changes(county_id: int, year: int, limit: int = 50) -> list[DayChange]:
    """What people changed about the days of a year, the county's own and the national ones, newest first."""
    was = {f"was_{name}": Window(Lag(name), partition_by="pgh_obj_id", order_by="pgh_id") for name in ("kind", "name")}
    rows = EVENT.objects.filter(Q(county_id=None) | Q(county_id=county_id), date__year=year).annotate(**was)
    rows = list(rows.select_related("entered_by", "pgh_context").order_by("-pgh_id")[: limit * 4])
    people = User.objects.in_bulk({pk for row in rows if (pk := _remover(row))})
    told = [_told(row, people) for row in rows if row.entered_by or _remover(row)]
    return [change for change in told if change.before != change.after][:limit]


def _told(row: Any, people: dict[int, User]) -> DayChange:
    what = f"{row.date.year}年{spell(row.date)}{'' if row.county_id else '（全国）'}"
    if row.pgh_label == "delete":
        return DayChange(row.pgh_created_at, people.get(_remover(row) or 0), what, _said(row.kind, row.name), NOT_SET)
    return DayChange(
        row.entered_at or row.pgh_created_at,
        row.entered_by,
        what,
        _said(row.was_kind, row.was_name),
        _said(row.kind, row.name),
    )


def _said(kind: str | None, name: str | None) -> str:
    return f"{CalendarDay.Kind(kind).label}：{name}" if kind else NOT_SET


def _remover(row: Any) -> int | None:
    """Who took the day out, as pghistory's middleware noted."""
    if row.pgh_label != "delete" or not row.pgh_context:
        return None
    person: int | None = row.pgh_context.metadata.get("user")
    return person
