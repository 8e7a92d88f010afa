"""Verbs on rotas: open, change, close, and who takes part in which order."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import User
from accounts.roles import Permission
from accounts.verbs import verb
from grids.models import Grid
from grids.scope import Scope
from members.models import Member
from rosters.generating import redraw
from rosters.models import Days, DutyRota, DutyTurn, Kind
from rosters.people import LEVELS, Person, as_columns, candidates
from rosters.rules import is_mobile, mobiles_allowed
from workdays.arithmetic import ZONE

COUNTED = {
    Days.WEEKLY: (range(1, 8), "请选择星期几。"),
    Days.MARKET: (range(10), "请选择逢几。"),
    Days.LUNAR: (range(10), "请选择逢几。"),
}
MOST_TURNS = 60


def must_edit(by: User | None, row: Any) -> None:
    """`by` None stands for the installation itself (seeding)."""
    if by is not None and not Scope.of(by).covers(Permission.ROTA_EDIT, row):
        raise Forbidden("只能安排本辖区的值班。")


@verb
def open_rota(
    *,
    grid: Grid,
    kind: str,
    place: str,
    starts: time,
    ends: time,
    by: User | None,
    at: datetime,
    days: str = Days.DAILY,
    numbers: Sequence[int] = (),
    phone: str = "",
    pace: str = "shift",
    people: Sequence[Person] = (),
    demo: bool = False,
) -> DutyRota:
    """A new rota in force from today, with its shifts of the next fourteen days."""
    must_edit(by, grid)
    if grid.kind not in LEVELS[Kind(kind)]:
        where = "、".join(level.label for level in LEVELS[Kind(kind)])
        raise Refused(f"“{Kind(kind).label}”安排在{where}，请换一个地方或类型。", field="kind")
    rule = _rule(grid.county_id, place, phone, days, numbers)
    known = {"kind": kind, "starts": starts, "ends": ends, "pace": pace, "demo": demo}
    rota = DutyRota.objects.create(since=at.astimezone(ZONE).date(), **known, **rule, **grid.scope())
    _put_turns(rota, people, at)
    redraw(rota, at=at)
    return rota


@verb
def change_rota(
    *,
    rota: DutyRota,
    place: str,
    starts: time,
    ends: time,
    by: User | None,
    at: datetime,
    days: str,
    numbers: Sequence[int] = (),
    phone: str = "",
    pace: str = "shift",
) -> None:
    """Another rule. Shifts that have not begun are drawn anew; those set by hand keep their person."""
    must_edit(by, rota)
    rule = _rule(rota.county_id, place, phone, days, numbers)
    if not _held(rota).update(starts=starts, ends=ends, pace=pace, **rule):
        raise Outrun
    rota.refresh_from_db()
    redraw(rota, at=at)


@verb
def set_turns(*, rota: DutyRota, people: Sequence[Person], by: User | None, at: datetime) -> None:
    """Who takes part, in this order. Whoever is left out keeps their place for the counting on."""
    must_edit(by, rota)
    if not _held(rota).exists():
        raise Outrun
    _put_turns(rota, people, at)
    redraw(rota, at=at)


@verb
def close_rota(*, rota: DutyRota, by: User | None, at: datetime) -> None:
    """No more shifts. Those begun and their log stay."""
    must_edit(by, rota)
    if not _held(rota).update(until=at.astimezone(ZONE).date()):
        raise Outrun
    rota.refresh_from_db()
    redraw(rota, at=at)


def _held(rota: DutyRota) -> Any:
    """The rota while it is in force, its row held to the end of the verb."""
    list(DutyRota.objects.select_for_update().filter(pk=rota.pk))
    return DutyRota.objects.in_force().filter(pk=rota.pk)


def _rule(county_id: int, place: str, phone: str, days: str, numbers: Sequence[int]) -> dict[str, Any]:
    if not place.strip():
        raise Refused("请写明在哪里值班。", field="place")
    if phone and is_mobile(phone) and not mobiles_allowed(county_id):
        raise Refused("值班电话会公示，请填办公电话（座机）；本县没有开放手机号。", field="phone")
    allowed, sentence = COUNTED.get(Days(days), (range(0), ""))
    kept = sorted({number for number in numbers if number in allowed})
    if sentence and not kept:
        raise Refused(sentence, field="numbers")
    return {"place": place.strip(), "phone": phone.strip(), "days": days, "numbers": kept}


def _put_turns(rota: DutyRota, people: Sequence[Person], at: datetime) -> None:
    if len(people) > MOST_TURNS:
        raise Refused(f"一个值班安排最多{MOST_TURNS}人。", field="person")
    if len({(type(one), one.pk) for one in people}) < len(people):
        raise Refused("有人排了两次，请去掉一次。", field="person")
    _must_be_candidates(rota, people, at)
    rota.turns.update(out=True)
    for order, person in enumerate(people, 1):
        DutyTurn.objects.update_or_create(rota=rota, **as_columns(person), defaults={"order": order, "out": False})
    for order, turn in enumerate(rota.turns.filter(out=True).order_by("order", "pk"), len(people) + 1):
        rota.turns.filter(pk=turn.pk).update(order=order)


def _must_be_candidates(rota: DutyRota, people: Sequence[Person], at: datetime) -> None:
    """Newcomers must hold a post there (for 轮值参事: none); who takes part already may stay."""
    known = {(turn.user_id, turn.member_id) for turn in rota.turns.all()}
    new = [one for one in people if _columns(one) not in known]
    if not new:
        return
    open_to = {_columns(one) for one in candidates(rota.grid, rota.kind, at.astimezone(ZONE).date())}
    for one in new:
        if _columns(one) not in open_to:
            raise Refused(f"{one.name}不在{rota.grid.name}可以排班的人里，请重新选择。", field="person")


def _columns(person: Person) -> tuple[int | None, int | None]:
    return (None, person.pk) if isinstance(person, Member) else (person.pk, None)
