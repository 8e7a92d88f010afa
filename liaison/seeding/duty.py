"""Gives the showcase town and its villages rotas in force since Monday, an entry in a log, and one empty slot."""

from datetime import datetime, time, timedelta

from accounts.models import User
from grids.models import Grid, Kind
from liaison.seeding.register import deliver_what_lies_behind, last_notice
from rosters.actions import open_rota, vacate, write_log
from rosters.generating import generate
from rosters.models import DutyShift
from rosters.models import Kind as Duty
from rosters.people import candidates

PHONE = "0598-555{:04d}"
"""Office telephones of nobody."""
NIGHT = {"starts": time(17, 30), "ends": time(8)}
DAY = {"starts": time(8), "ends": time(17, 30)}
MOST_TAKING_PART = 5
EMPTY_IN_DAYS = 4
COUNSEL_DAYS = (1, 3, 5)
SAID = "上午接待来访群众2人，咨询医保缴费，已当面说明；下午到塘边路口劝导交通。"


def seed_duty(showcase: Grid, *, at: datetime) -> int:
    """Returns how many shifts there are."""
    known = last_notice()
    monday = (at - timedelta(days=at.weekday())).replace(hour=7, minute=0, second=0, microsecond=0)
    town = Grid.objects.get(pk=showcase.town_id)
    _open(town, Duty.AFTER_HOURS, "镇政府一楼值班室", 1, monday, **NIGHT)
    villages = Grid.objects.in_force().filter(town_id=town.pk, kind=Kind.VILLAGE).order_by("code")
    for number, village in enumerate(villages, 2):
        _open(village, Duty.VILLAGE, "村部便民服务室", number, monday, **DAY)
    _open(showcase, Duty.COUNSEL, "村部议事室", 2, monday, days="weekly", numbers=COUNSEL_DAYS, **DAY)
    generate(at=at, county_id=town.county_id)
    _write(showcase, at)
    _leave_one_empty(town, at)
    deliver_what_lies_behind(known, at)
    return DutyShift.objects.filter(county_id=town.county_id).count()


def _open(grid: Grid, kind: str, place: str, number: int, at: datetime, **rule: object) -> None:
    people = candidates(grid, kind, at.date())[:MOST_TAKING_PART]
    known = {"place": place, "phone": PHONE.format(number), "people": people, "demo": True}
    open_rota(grid=grid, kind=kind, by=None, at=at, **known, **rule)  # type: ignore[arg-type]


def _write(showcase: Grid, at: datetime) -> None:
    """By whoever was last on duty in the showcase village."""
    begun = DutyShift.objects.filter(grid=showcase, kind=Duty.VILLAGE, starts_at__lte=at, user__isnull=False)
    shift = begun.order_by("-starts_at").first()
    if shift and isinstance(shift.user, User):
        write_log(shift=shift, text=SAID, by=shift.user, at=min(at, shift.ends_at), demo=True)


def _leave_one_empty(town: Grid, at: datetime) -> None:
    ahead = DutyShift.objects.filter(grid=town, starts_at__gt=at + timedelta(days=EMPTY_IN_DAYS)).order_by("day")
    shift = ahead.first()
    if shift:
        vacate(shift=shift, by=None, at=at)
