"""National arrangements out of the chinesecalendar library. Used to seed rows; nothing at run time imports this."""

from collections.abc import Iterable
from importlib.metadata import version

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays
from django.db import transaction

from accounts.errors import Refused
from workdays.actions import import_days
from workdays.models import CalendarDay
from workdays.sheet import DayRow

NAMES = {holiday.value: holiday.chinese for holiday in Holiday} | {
    Holiday.tomb_sweeping_day.value: "清明节",
    Holiday.dragon_boat_festival.value: "端午节",
    Holiday.mid_autumn_festival.value: "中秋节",
}
FIRST, LAST = min(holidays).year, max(holidays).year


def library_rows(year: int) -> list[DayRow]:
    """One year's holidays and make-up workdays. Refused when the library does not know the year."""
    if not FIRST <= year <= LAST:
        raise Refused(
            f"chinesecalendar {version('chinesecalendar')} 只有{FIRST}年至{LAST}年的放假安排，没有{year}年；"
            "请把国务院公布的安排存成 CSV（date,kind,name）再用 import_workdays 导入。"
        )
    days = [(day, "holiday", NAMES[name]) for day, name in holidays.items() if day.year == year]
    days += [(day, "makeup", NAMES[name]) for day, name in workdays.items() if day.year == year]
    return [DayRow(i, day.isoformat(), kind, name) for i, (day, kind, name) in enumerate(sorted(days), 1)]


@transaction.atomic
def seed_national(years: Iterable[int]) -> int:
    """Load the national arrangement of the years that have none yet; rows a county corrected stay as they are.

    Returns how many days were added.
    """
    loaded = CalendarDay.objects.loaded_years()
    missing = sorted(set(years) - loaded)
    return sum(import_days(library_rows(year), by=None, at=None).added for year in missing)
