"""Verbs on which days are service days: rules, and days struck out. Upcoming sessions follow at once."""

from dataclasses import dataclass
from datetime import date

from accounts.errors import Refused
from accounts.models import User
from accounts.verbs import verb
from grids.models import Grid, Kind
from households.models import Programme
from visits.models import ServiceDayOff, ServiceDayRule, ServiceSession
from visits.service.planning import Planned, plan_sessions, preview
from workdays.arithmetic import spell
from workdays.lunar import knows
from workdays.recurring import MOST, Recurrence
from workdays.recurring import Kind as Days

PLACES = (Kind.COUNTY, Kind.TOWN, Kind.VILLAGE)


@dataclass(frozen=True)
class Wanted:
    """A rule as somebody asks for it."""

    programme: Programme
    grid: Grid
    recurrence: Recurrence
    holidays: ServiceDayRule.Holidays = ServiceDayRule.Holidays.KEEP

    def row(self) -> ServiceDayRule:
        days = self.recurrence
        return ServiceDayRule(
            programme=self.programme,
            kind=days.kind,
            numbers=sorted(set(days.numbers)),
            weekday=days.weekday,
            lunar=days.lunar,
            holidays=self.holidays,
            **self.grid.scope(),
        )


def preview_service_rule(*, wanted: Wanted, on: date) -> list[tuple[date, date]]:
    """(day of the rule, day it is held) over the next 60 days, without saving."""
    _check(wanted, on)
    return preview([wanted.row()], wanted.grid.county_id, on=on)


@verb
def add_service_rule(*, wanted: Wanted, on: date, by: User | None) -> Planned:
    """One rule more for a place; its villages' upcoming sessions follow. Rules of a place stand instead of those from
    above."""
    _check(wanted, on)
    row = wanted.row()
    same = {"kind": row.kind, "numbers": row.numbers, "weekday": row.weekday, "lunar": row.lunar}
    if ServiceDayRule.objects.filter(programme=row.programme, grid=row.grid_id, **same).exists():
        raise Refused("这条规则已经有了。", field="numbers")
    row.save(force_insert=True)
    return plan_sessions(_county(wanted.grid), on=on)


@verb
def drop_service_rule(*, rule: ServiceDayRule, on: date, by: User | None) -> Planned:
    """The rule is no more; sessions still to come that nobody touched go with it."""
    county = _county(rule.grid)
    rule.delete()
    return plan_sessions(county, on=on)


@verb
def strike_day(*, grid: Grid, day: date, reason: str, on: date, by: User) -> int:
    """No village of the place serves on the day. Sessions not begun are called off; returns how many."""
    _check_place(grid)
    if day < on:
        raise Refused(f"{spell(day)}已经过去。", field="day")
    said = reason.strip()[:100]
    if not said:
        raise Refused("请写明这天不开展的原因。", field="reason")
    if not ServiceDayOff.objects.get_or_create(
        grid=grid, day=day, defaults={"reason": said, "made_by": by, **grid.scope()}
    )[1]:
        raise Refused(f"{spell(day)}已经列为不开展。", field="day")
    rows = ServiceSession.objects.standing().filter(day=day, step="", grid__in=Grid.objects.under(grid))
    called_off = rows.update(called_off=True, reason=said, changed_by=by)
    plan_sessions(_county(grid), on=on)
    return called_off


@verb
def unstrike_day(*, off: ServiceDayOff, on: date, by: User) -> Planned:
    """The day may be a service day again: what was called off for it stands again, as planned or as added by hand."""
    gone = ServiceSession.objects.filter(
        day=off.day, step="", called_off=True, reason=off.reason, grid__in=Grid.objects.under(off.grid)
    )
    gone.filter(rule=None).update(called_off=False, reason="", changed_by=by)
    gone.exclude(rule=None).update(called_off=False, reason="", changed_by=None)
    county = _county(off.grid)
    off.delete()
    return plan_sessions(county, on=on)


def _county(grid: Grid) -> Grid:
    return Grid.objects.get(pk=grid.county_id)


def _check_place(grid: Grid) -> None:
    if grid.kind not in PLACES:
        raise Refused("服务日规则定在县、乡镇或村，请选其中一级。", field="grid")


def _check(wanted: Wanted, on: date) -> None:
    _check_place(wanted.grid)
    if wanted.programme.county_id != wanted.grid.county_id:
        raise Refused("这个项目不是本县的。", field="programme")
    days = wanted.recurrence
    known = MOST[days.kind]
    if not days.numbers or any(number not in known for number in days.numbers):
        raise Refused(f"请填{known[0]}到{known[-1]}之间的数，几个数用逗号隔开。", field="numbers")
    if days.kind == Days.WEEKDAY and days.weekday not in range(1, 8):
        raise Refused("请选择周几。", field="weekday")
    if days.kind == Days.WEEKDAY and days.lunar:
        raise Refused("“第几个周几”只能按公历。", field="lunar")
    if days.lunar and not knows(on):
        raise Refused("农历表只到2041年1月，请改用公历规则。", field="lunar")
