"""From rotas to shifts: the next fourteen days, as often as anybody asks, with the same rows each time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max, Q

from rosters.models import DutyRota, DutyShift, DutyTurn, Swap
from rosters.people import taking_part
from rosters.timing import DAY, HORIZON, days_of, next_turn, span
from workdays.arithmetic import ZONE, Calendar
from workdays.models import calendar_for


@dataclass(frozen=True)
class Before:
    """The last shift before a day, as far as the order goes."""

    day: date
    turn: DutyTurn | None


def generate(*, at: datetime, county_id: int | None = None) -> int:
    """Adds the missing shifts of every rota in force. Returns how many were missing. Twice, or twice at once, adds
    nothing more: a rota has one shift a day."""
    rotas = DutyRota.objects.in_force()
    rotas = rotas.filter(county_id=county_id) if county_id else rotas
    calendars: dict[int, Calendar] = {}
    made = 0
    for pk, county in rotas.order_by("pk").values_list("pk", "county_id"):
        calendars.setdefault(county, calendar_for(county))
        made += fill(pk, calendars[county], at=at)
    return made


@transaction.atomic
def fill(rota_pk: int, calendar: Calendar, *, at: datetime) -> int:
    """The missing shifts of one rota, from today on. The rota's row is held meanwhile."""
    rota = DutyRota.objects.select_for_update().get(pk=rota_pk)
    today = at.astimezone(ZONE).date()
    _follow(rota, at)
    wanted = list(days_of(rota, calendar, today, today + HORIZON - DAY))
    there = {row.day: row for row in rota.shifts.filter(day__in=wanted).select_related("turn")}
    if len(there) == len(wanted):
        return 0
    rows = list(_missing(rota, wanted, there))
    return len(DutyShift.objects.bulk_create(rows))


def _follow(rota: DutyRota, at: datetime) -> None:
    """What has not begun goes with its rota when villages merge."""
    rota.shifts.filter(starts_at__gt=at).exclude(grid=rota.grid_id).update(**rota.scope())


def _missing(rota: DutyRota, wanted: Iterable[date], there: Mapping[date, DutyShift]) -> Iterable[DutyShift]:
    """Goes through the days in order, each turn after the one before."""
    turns = taking_part(rota)
    before = _before(rota, min(wanted))
    for day in wanted:
        if day in there:
            before = Before(day, there[day].turn)
            continue
        turn = next_turn(turns, day, before, rota.pace)
        yield shift_of(rota, day, turn)
        before = Before(day, turn)


def _before(rota: DutyRota, day: date) -> Before | None:
    last = rota.shifts.filter(day__lt=day, turn__isnull=False).select_related("turn").order_by("-day").first()
    return Before(last.day, last.turn) if last else None


def shift_of(rota: DutyRota, day: date, turn: DutyTurn | None) -> DutyShift:
    starts_at, ends_at = span(rota, day)
    return DutyShift(
        rota=rota,
        kind=rota.kind,
        place=rota.place,
        day=day,
        starts_at=starts_at,
        ends_at=ends_at,
        turn=turn,
        user_id=turn.user_id if turn else None,
        member_id=turn.member_id if turn else None,
        state=DutyShift.State.PLANNED if turn else DutyShift.State.VACANT,
        demo=rota.demo,
        **rota.scope(),
    )


def redraw(rota: DutyRota, *, at: datetime) -> None:
    """After a change of the rule or the order: what has not begun and nobody touched is drawn anew; what was set by
    hand keeps its person and takes the new hours, unless the rule has no shift on that day any more."""
    calendar = calendar_for(rota.county_id)
    ahead = rota.shifts.filter(starts_at__gt=at)
    ahead.filter(by_hand=False).delete()
    last = ahead.aggregate(last=Max("day"))["last"]
    kept = set(days_of(rota, calendar, at.astimezone(ZONE).date(), last)) if last else set()
    ahead.exclude(day__in=kept).delete()
    for shift in ahead:
        starts_at, ends_at = span(rota, shift.day)
        ahead.filter(pk=shift.pk).update(starts_at=starts_at, ends_at=ends_at, place=rota.place)
    if rota.until is None:
        fill(rota.pk, calendar, at=at)


def lapse_swaps(*, at: datetime) -> int:
    """A request whose shift has begun, or is no longer of whoever asked, can be agreed to no more."""
    dead = Q(shift__starts_at__lte=at) | Q(shift__user=None) | ~Q(shift__user=F("asked_by"))
    keys = list(Swap.objects.open().filter(dead).values_list("pk", flat=True))
    return Swap.objects.open().filter(pk__in=keys).update(state=Swap.State.LAPSED, ended_at=at)
