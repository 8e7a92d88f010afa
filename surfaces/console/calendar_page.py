"""The working calendar of one county as a page shows it: twelve small months, and what a change would do."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from accounts.roles import Permission
from grids.models import Grid, Kind
from grids.scope import Scope
from issues import recomputing
from issues.models import Recomputation
from surfaces.doors import Visitor
from workdays.arithmetic import Calendar, spell
from workdays.history import DayChange, changes
from workdays.models import CalendarDay, calendar_for, year_warnings

MARKS = {"holiday": "休", "makeup": "班"}
KIND_NAMES = {"holiday": "放假", "makeup": "调休上班", "off": "休息", "work": "上班"}


@dataclass(frozen=True)
class Square:
    """One day in a month. `own` when the county itself decided it."""

    day: date
    kind: str
    name: str
    own: bool
    is_today: bool

    @property
    def mark(self) -> str:
        return MARKS.get(self.kind, "")

    @property
    def says(self) -> str:
        told = f"{spell(self.day)}{KIND_NAMES[self.kind]}"
        return told + (f"：{self.name}" if self.name else "") + ("（本县另定）" if self.own else "")


class CalendarPage:
    """One county and year before one person. `query` keeps the county where somebody edits more than one."""

    def __init__(self, request: Visitor, year: int, today: date) -> None:
        self.counties = editable_counties(request)
        self.county = chosen_county(self.counties, request.GET.get("county", ""))
        self.user = request.user
        self.year = year
        self.today = today

    @property
    def query(self) -> str:
        return f"county={self.county.pk}" if len(self.counties) > 1 else ""

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_for(self.county.pk)

    @cached_property
    def rows(self) -> dict[date, CalendarDay]:
        """The year's days unlike the plain week; the county's own word before the national one."""
        rows = CalendarDay.objects.for_county(self.county.pk).filter(date__year=self.year)
        return {row.date: row for row in rows.select_related("entered_by")}

    def months(self) -> list[tuple[int, list[list[Square | None]]]]:
        weeks = calendar.Calendar()
        return [
            (month, [[self._square(day) if day.month == month else None for day in week] for week in found])
            for month in range(1, 13)
            for found in [weeks.monthdatescalendar(self.year, month)]
        ]

    def _square(self, day: date) -> Square:
        row = self.rows.get(day)
        kind = row.kind if row else "work" if day.weekday() < 5 else "off"
        return Square(day, kind, row.name if row else "", bool(row and row.county_id), day == self.today)

    def figures(self) -> list[tuple[str, int]]:
        first, last = date(self.year - 1, 12, 31), date(self.year, 12, 31)
        rows = self.rows.values()
        return [
            ("全年工作日", self.calendar.workdays_between(first, last)),
            ("放假", sum(row.kind == "holiday" for row in rows)),
            ("调休上班", sum(row.kind == "makeup" for row in rows)),
            ("本县另定", sum(row.county_id is not None for row in rows)),
        ]

    def listed(self) -> list[list[CalendarDay]]:
        """The year's days, those of one holiday together."""
        runs: list[list[CalendarDay]] = []
        for row in (self.rows[day] for day in sorted(self.rows)):
            if runs and _goes_on(runs[-1][-1], row):
                runs[-1].append(row)
            else:
                runs.append([row])
        return runs

    def years(self) -> list[dict[str, Any]]:
        around = range(self.today.year - 1, self.today.year + 2)
        return [
            {
                "label": f"{year}年",
                "url": f"?year={year}" + (f"&{self.query}" if self.query else ""),
                "current": year == self.year,
                "count": None,
            }
            for year in sorted({*around, self.year})
        ]

    def history(self) -> list[DayChange]:
        return changes(self.county.pk, self.year)

    def warnings(self) -> list[str]:
        return year_warnings(self.today, self.county.pk)

    def run(self) -> dict[str, Any] | None:
        """How far the clocks have followed the calendar; None before the first run."""
        state = Recomputation.objects.filter(county=self.county.pk).first()
        if state is None:
            return None
        follows = state.calendar == recomputing.digest_of(self.calendar) and state.finished_at is not None
        fresh = {"done": 0, "total": 0} if state.finished_at else {"done": state.done, "total": state.total}
        return {"finished": follows, "at": state.finished_at, "moved": state.done, **fresh}


def _goes_on(before: CalendarDay, row: CalendarDay) -> bool:
    alike = [(one.kind, one.name, one.county_id, one.entered_by_id) for one in (before, row)]
    return (row.date - before.date).days == 1 and alike[0] == alike[1]


def editable_counties(request: Visitor) -> list[Grid]:
    """The counties whose calendar and limits this person may edit. 403 when there is none."""
    mine = Scope.of(request.user).grid_q(Permission.CALENDAR_EDIT)
    found = list(Grid.objects.in_force().filter(mine, kind=Kind.COUNTY).order_by("code"))
    if not found:
        raise PermissionDenied
    return found


def chosen_county(counties: list[Grid], asked: str) -> Grid:
    """The county asked for, the first one without a question. 404 for one that this person may not edit."""
    found = next((county for county in counties if not asked or str(county.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def effect(change: Callable[[], object], county: Grid, at: datetime) -> int:
    """How many open issues a change of the calendar would give another due. The change is made, counted, taken back."""
    with transaction.atomic():
        change()
        count = recomputing.preview(county_id=county.pk, calendar=calendar_for(county.pk), at=at)
        transaction.set_rollback(True)
    return count


def effect_sentence(count: int) -> str:
    return f"会改变{count}件在办事项的时限" if count else "不影响在办事项的时限"
