"""Writing the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from accounts.errors import Refused
from accounts.models import User
from workdays.arithmetic import parse_day, spell
from workdays.models import CalendarDay, CalendarDayQuerySet
from workdays.sheet import DayRow

KINDS = {kind: value for value, label in CalendarDay.Kind.choices for kind in (value, label)}
KNOWN_YEARS = range(2000, 2101)
ONE_IMPORT_AT_A_TIME = 0x776B6479


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    removed: int
    unchanged: int


@dataclass(frozen=True)
class _Day:
    date: date
    kind: str
    name: str


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
    days = _checked(list(rows), county_id, whole_year)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_IMPORT_AT_A_TIME])
    own = CalendarDay.objects.filter(county_id=county_id)
    stored = {day.date: day for day in own.filter(date__in=[day.date for day in days])}
    added = [
        CalendarDay(date=day.date, kind=day.kind, name=day.name, county_id=county_id, entered_by=by, entered_at=at)
        for day in days
        if day.date not in stored
    ]
    changed = [
        _corrected(stored[day.date], day, by, at)
        for day in days
        if day.date in stored and (stored[day.date].kind, stored[day.date].name) != (day.kind, day.name)
    ]
    CalendarDay.objects.bulk_create(added)
    CalendarDay.objects.bulk_update(changed, ["kind", "name", "entered_by", "entered_at"])
    removed = _remove_others(own, days, whole_year)
    return Imported(len(added), len(changed), removed, len(stored) - len(changed))


def _corrected(stored: CalendarDay, day: _Day, by: User | None, at: datetime | None) -> CalendarDay:
    stored.kind, stored.name, stored.entered_by, stored.entered_at = day.kind, day.name, by, at
    return stored


def _remove_others(own: CalendarDayQuerySet, days: list[_Day], year: int | None) -> int:
    if year is None:
        return 0
    removed, _ = own.filter(date__year=year).exclude(date__in=[day.date for day in days]).delete()
    return removed


def _checked(rows: list[DayRow], county_id: int | None, whole_year: int | None) -> list[_Day]:
    problems: list[str] = []
    days: dict[date, tuple[int, _Day]] = {}
    for row in rows:
        try:
            day = _day(row, county_id, whole_year)
            if day.date in days:
                raise ValueError(f"{spell(day.date)}与第{days[day.date][0]}行重复")
            days[day.date] = row.number, day
        except ValueError as error:
            problems.append(f"第{row.number}行:{error}")
    if problems:
        raise Refused("\n".join(problems))
    return _complete([day for _, day in days.values()], county_id, whole_year)


def _complete(days: list[_Day], county_id: int | None, whole_year: int | None) -> list[_Day]:
    if not days:
        raise Refused("文件里没有一天放假或调休,请核对是否选错了文件。")
    if whole_year and county_id is None and date(whole_year, 10, 1) not in {day.date for day in days}:
        raise Refused(f"{whole_year}年的安排里没有10月1日国庆节,看来不完整,请补齐后再导入。")
    return days


def _day(row: DayRow, county_id: int | None, whole_year: int | None) -> _Day:
    """The row's day, or ValueError with the reason why not."""
    day = parse_day(row.date)
    if day.year not in KNOWN_YEARS:
        raise ValueError(f"年份{day.year}不在2000年至2100年之间")
    if whole_year and day.year != whole_year:
        raise ValueError(f"{row.date}不在{whole_year}年内")
    kind = KINDS.get(row.kind)
    if kind is None:
        raise ValueError(f"类型“{row.kind}”不对,应为 holiday(放假)或 makeup(调休上班)")
    if not 1 <= len(row.name) <= 30:
        raise ValueError("节日名称应有1到30个字")
    if row.surplus:
        raise ValueError(f"多出内容“{row.surplus}”,每行只应有日期、类型、节日三列")
    if kind == CalendarDay.Kind.MAKEUP and county_id is None and day.weekday() < 5:
        raise ValueError(f"{spell(day)}本来就上班,不用登记为调休上班")
    return _Day(day, kind, row.name)
