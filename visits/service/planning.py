"""Upcoming service days as rows: what the rules, the holidays and the days struck out say, for the next 60 days.

Run as often as you like: a session is named by its village, programme and the day of its rule. What people changed by
hand (`changed_by`) or have begun is left alone; what no rule wants any more and nobody touched goes away.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from grids.models import Grid, Kind
from households.models import Programme
from visits.models import Attendance, ServiceDayOff, ServiceDayRule, ServiceSession, Visit
from workdays.arithmetic import Calendar
from workdays.models import calendar_for

AHEAD = timedelta(days=60)
LONGEST_HOLIDAY = timedelta(days=15)
"""How far before today a rule's day may lie whose session was put off to the next workday."""

Days = dict[date, tuple[date, int]]
"""The day of the rule → the day it is held, and the rule."""


@dataclass(frozen=True)
class Planned:
    added: int
    moved: int
    dropped: int


def plan_everywhere(*, on: date) -> None:
    """Every county that has a rule or still has sessions to come, each in a transaction of its own."""
    counties = ServiceDayRule.objects.values("county_id").union(
        ServiceSession.objects.filter(day__gte=on, step="").values("county_id")
    )
    for county in Grid.objects.filter(pk__in=[row["county_id"] for row in counties]).order_by("pk"):
        plan_sessions(county, on=on)


@transaction.atomic
def plan_sessions(county: Grid, *, on: date) -> Planned:
    """The sessions of the county's villages from `on` for 60 days. One run at a time for a county."""
    Grid.objects.select_for_update(no_key=True).get(pk=county.pk)
    villages = list(Grid.objects.current(on).filter(county_id=county.pk, kind=Kind.VILLAGE))
    struck, calendar = _struck(county, on), calendar_for(county.pk)
    done = Planned(0, 0, 0)
    for programme in Programme.objects.filter(county=county):
        days = {place: _days(rules, calendar, on) for place, rules in _rules(programme).items()}
        wanted = {(village.pk, planned): held for village in villages for planned, held in _of(village, days, struck)}
        part = _settle(programme, {village.pk: village for village in villages}, wanted, on)
        done = Planned(done.added + part.added, done.moved + part.moved, done.dropped + part.dropped)
    return done


def preview(rules: list[ServiceDayRule], county_id: int, *, on: date) -> list[tuple[date, date]]:
    """(day of the rule, day it is held) of unsaved or saved rules of one place over the next 60 days."""
    found = _days(rules, calendar_for(county_id), on)
    return sorted((planned, held) for planned, (held, _) in found.items())


def _rules(programme: Programme) -> dict[int, list[ServiceDayRule]]:
    found: dict[int, list[ServiceDayRule]] = defaultdict(list)
    for rule in ServiceDayRule.objects.filter(programme=programme).order_by("pk"):
        found[rule.grid_id].append(rule)
    return found


def _days(rules: list[ServiceDayRule], calendar: Calendar, on: date) -> Days:
    found: Days = {}
    for rule in rules:
        for planned in rule.recurrence.between(on - LONGEST_HOLIDAY, on + AHEAD):
            held = _held(rule, planned, calendar)
            if held and held >= on:
                found.setdefault(planned, (held, rule.pk))
    return found


def _held(rule: ServiceDayRule, planned: date, calendar: Calendar) -> date | None:
    if planned not in calendar.holidays or rule.holidays == ServiceDayRule.Holidays.KEEP:
        return planned
    return calendar.add_workdays(planned, 0) if rule.holidays == ServiceDayRule.Holidays.NEXT else None


def _struck(county: Grid, on: date) -> set[tuple[int, date]]:
    rows = ServiceDayOff.objects.filter(county_id=county.pk, day__gte=on - LONGEST_HOLIDAY)
    return set(rows.values_list("grid_id", "day"))


def is_struck(village: Grid, day: date) -> ServiceDayOff | None:
    """The row that strikes the day out for this village, be it of its town or county."""
    return ServiceDayOff.objects.filter(grid__in=_above(village), day=day).first()


def _above(village: Grid) -> tuple[int, int, int]:
    """The village and what lies above it, the nearest first."""
    return village.pk, village.town_id, village.county_id


def _of(village: Grid, days: dict[int, Days], struck: set[tuple[int, date]]) -> Iterator[tuple[date, tuple[date, int]]]:
    """The days of the nearest place with rules; never one struck out for the village, its town or county."""
    nearest = next((days[place] for place in _above(village) if place in days), {})
    taken = set()
    for planned, (held, rule) in sorted(nearest.items()):
        if held in taken or any((place, held) in struck for place in _above(village)):
            continue
        taken.add(held)
        yield planned, (held, rule)


def _settle(
    programme: Programme, villages: dict[int, Grid], wanted: dict[tuple[int, date], tuple[date, int]], on: date
) -> Planned:
    dropped = _drop(programme, wanted, on)
    known = list(ServiceSession.objects.filter(programme=programme, planned_on__gte=on - LONGEST_HOLIDAY))
    stored = {(session.grid_id, session.planned_on) for session in known}
    new = [
        ServiceSession(programme=programme, rule_id=rule, planned_on=planned, day=held, **villages[pk].scope())
        for (pk, planned), (held, rule) in wanted.items()
        if (pk, planned) not in stored
    ]
    moved = _move(known, wanted)
    before = ServiceSession.objects.filter(programme=programme).count()
    ServiceSession.objects.bulk_create(new, ignore_conflicts=True, batch_size=2000)
    return Planned(ServiceSession.objects.filter(programme=programme).count() - before, moved, dropped)


def _move(known: list[ServiceSession], wanted: dict[tuple[int, date], tuple[date, int]]) -> int:
    """The calendar changed: what nobody touched follows it, unless the village has a session on that day."""
    busy = {(session.grid_id, session.day) for session in known if not session.called_off}
    moved = 0
    for session in known:
        held, rule = wanted.get((session.grid_id, session.planned_on), (session.day, 0))
        if held != session.day and (session.grid_id, held) not in busy:
            free = ServiceSession.objects.filter(pk=session.pk, step="", changed_by=None)
            moved += free.update(day=held, rule=rule)
            busy.add((session.grid_id, held))
    return moved


def _drop(programme: Programme, wanted: dict[tuple[int, date], tuple[date, int]], on: date) -> int:
    """Sessions still to come that no rule wants, that nobody touched and nothing hangs on."""
    coming = ServiceSession.objects.filter(programme=programme, day__gte=on, step="", changed_by=None)
    free = coming.filter(
        ~Exists(Visit.objects.filter(session=OuterRef("pk"))),
        ~Exists(Attendance.objects.filter(session=OuterRef("pk"))),
    )
    gone = [
        pk for pk, grid, planned in free.values_list("pk", "grid_id", "planned_on") if (grid, planned) not in wanted
    ]
    ServiceSession.objects.filter(pk__in=gone, step="").delete()
    return len(gone)
