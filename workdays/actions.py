"""Writing the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from accounts.errors import Refused
from accounts.models import User
from workdays.arithmetic import spell
from workdays.checks import checked
from workdays.models import CalendarDay, CalendarDayQuerySet, calendar_for
from workdays.sheet import DayRow

ONE_IMPORT_AT_A_TIME = 0x776B6479


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    removed: int
    unchanged: int


@transaction.atomic
def import_days(
    rows: Iterable[DayRow],
    *,
    by: User | None,
    at: datetime | None,
    county_id: int | None = None,
    whole_year: int | None = None,
) -> Imported:
    """Add and correct calendar days; safe to run again. Nothing changes unless every row passes.

    With `county_id` the rows are that county's own and override the national ones. With `whole_year` the rows are the
    whole arrangement of that year: days of the year that are not among them are removed. `by` and `at` are None for
    what comes with the product. Refused with one line per bad row. Due dates already stored do not move.
    """
    days = checked(list(rows), county_id=county_id, whole_year=whole_year)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_IMPORT_AT_A_TIME])
    own = CalendarDay.objects.filter(county_id=county_id)
    stored = {day.date: day for day in own.filter(date__in=[day.date for day in days])}
    for day in days:
        day.entered_by, day.entered_at = by, at
        day.pk = stored[day.date].pk if day.date in stored else None
    added = [day for day in days if day.pk is None]
    changed = [day for day in days if day.pk and _differ(day, stored[day.date])]
    CalendarDay.objects.bulk_create(added)
    CalendarDay.objects.bulk_update(changed, ["kind", "name", "entered_by", "entered_at"])
    removed = _remove_others(own, days, whole_year)
    return Imported(len(added), len(changed), removed, len(stored) - len(changed))


@transaction.atomic
def set_day(*, day: date, kind: str, name: str = "", county_id: int, by: User, at: datetime) -> None:
    """One day of a county: `holiday`, `makeup`, or "" for what the national arrangement says. Safe to repeat.

    Refused when the day is what is chosen already, without the county's word.
    """
    own = CalendarDay.objects.filter(county_id=county_id, date=day)
    if not kind:
        own.delete()
        return
    off_without_us = not calendar_for(None).is_workday(day)
    if off_without_us == (kind == CalendarDay.Kind.HOLIDAY):
        said = "放假" if off_without_us else "上班"
        raise Refused(f"{spell(day)}本来就{said}，请选“按全国安排”。", field="kind")
    row = DayRow(1, day.isoformat(), kind, name.strip() or CalendarDay.Kind(kind).label)
    import_days([row], by=by, at=at, county_id=county_id)


def _differ(day: CalendarDay, stored: CalendarDay) -> bool:
    return (day.kind, day.name) != (stored.kind, stored.name)


def _remove_others(own: CalendarDayQuerySet, days: list[CalendarDay], year: int | None) -> int:
    if year is None:
        return 0
    removed, _ = own.filter(date__year=year).exclude(date__in=[day.date for day in days]).delete()
    return removed
