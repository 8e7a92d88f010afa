"""Every row of an arrangement is checked before one is written; all mistakes are reported at once."""

from datetime import date

from accounts.errors import Refused
from workdays.arithmetic import parse_day, spell
from workdays.models import CalendarDay
from workdays.sheet import DayRow

KINDS = {kind: value for value, label in CalendarDay.Kind.choices for kind in (value, label)}
KNOWN_YEARS = range(2000, 2101)


def checked(rows: list[DayRow], *, county_id: int | None, whole_year: int | None) -> list[CalendarDay]:
    """The days the rows describe, unsaved. Refused with one line for each bad row."""
    problems: list[str] = []
    days: dict[date, CalendarDay] = {}
    lines: dict[date, int] = {}
    for row in rows:
        try:
            day = _day(row, county_id, whole_year)
            if day.date in days:
                raise ValueError(f"{spell(day.date)}与第{lines[day.date]}行重复")
            days[day.date], lines[day.date] = day, row.number
        except ValueError as error:
            problems.append(f"第{row.number}行：{error}")
    if problems:
        raise Refused("\n".join(problems))
    _refuse_incomplete(days, county_id, whole_year)
    return list(days.values())


def _refuse_incomplete(days: dict[date, CalendarDay], county_id: int | None, whole_year: int | None) -> None:
    if not days:
        raise Refused("文件里没有一天放假或调休，请核对是否选错了文件。")
    if whole_year and county_id is None and date(whole_year, 10, 1) not in days:
        raise Refused(f"{whole_year}年的安排里没有10月1日国庆节，看来不完整，请补齐后再导入。")


def _day(row: DayRow, county_id: int | None, whole_year: int | None) -> CalendarDay:
    """The row's day, or ValueError with the reason why not."""
    day = parse_day(row.date)
    if day.year not in KNOWN_YEARS:
        raise ValueError(f"年份{day.year}不在2000年至2100年之间")
    if whole_year and day.year != whole_year:
        raise ValueError(f"{row.date}不在{whole_year}年内")
    kind = KINDS.get(row.kind)
    if kind is None:
        raise ValueError(f"类型“{row.kind}”不对，应为 holiday（放假）或 makeup（调休上班）")
    if not 1 <= len(row.name) <= 30:
        raise ValueError("节日名称应有1到30个字")
    if row.surplus:
        raise ValueError(f"多出内容“{row.surplus}”，每行只应有日期、类型、节日三列")
    if kind == CalendarDay.Kind.MAKEUP and county_id is None and day.weekday() < 5:
        raise ValueError(f"{spell(day)}本来就上班，不用登记为调休上班")
    return CalendarDay(date=day, kind=kind, name=row.name, county_id=county_id)
