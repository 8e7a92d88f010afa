"""A month of one place: a row per day, a column per rota, and in each cell who comes."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from grids.models import Grid
from rosters.models import DutyRota
from rosters.people import Staffed, staffed
from workdays.arithmetic import ZONE, Calendar
from workdays.models import calendar_for


@dataclass(frozen=True)
class Row:
    """One day. `off` names the holiday, or 休 for a weekend; empty on a working day."""

    day: date
    off: str
    cells: Sequence[Staffed | None]


@dataclass(frozen=True)
class Month:
    """`rotas` in the order of their columns: those in force, and closed ones that had shifts. `rows` begin with the
    first shift of the month."""

    place: Grid
    first: date
    rotas: Sequence[DutyRota]
    rows: Sequence[Row]

    @property
    def label(self) -> str:
        return f"{self.first.year}年{self.first.month}月"

    @property
    def before(self) -> str:
        return _named(date(self.first.year - (self.first.month == 1), (self.first.month - 2) % 12 + 1, 1))

    @property
    def after(self) -> str:
        return _named(date(self.first.year + (self.first.month == 12), self.first.month % 12 + 1, 1))


def _named(first: date) -> str:
    return f"{first:%Y-%m}"


def first_of(text: str, at: datetime) -> date:
    """2026-11 as the first day of that month; this month when it says nothing that can be understood."""
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=ZONE).date()
    except ValueError:
        return at.astimezone(ZONE).date().replace(day=1)


def month_of(place: Grid, first: date) -> Month:
    days = [first.replace(day=number) for number in range(1, monthrange(first.year, first.month)[1] + 1)]
    shown = Q(until=None) | Q(shifts__day__range=(days[0], days[-1]))
    rotas = list(DutyRota.objects.filter(shown, grid=place).distinct().order_by("kind", "pk"))
    found: dict[tuple[int, date], Staffed] = {}
    for rota in rotas:
        for one in staffed(rota.shifts.told().filter(day__range=(days[0], days[-1]))):
            found[rota.pk, one.shift.day] = one
    calendar = calendar_for(place.county_id)
    first_shift = min((day for _, day in found), default=days[0])
    rows = [
        Row(day, _off(calendar, day), [found.get((rota.pk, day)) for rota in rotas])
        for day in days
        if day >= first_shift
    ]
    return Month(place, first, rotas, rows)


def _off(calendar: Calendar, day: date) -> str:
    if calendar.is_workday(day):
        return ""
    return calendar.holidays.get(day, "休")
