"""Verbs on one shift: assign somebody, take somebody off, cancel it. Whoever is first wins."""

from datetime import datetime

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from notices.actions import Message, post_all
from rosters.actions.rotas import must_edit
from rosters.models import DutyShift
from rosters.people import Person, as_columns
from workdays.arithmetic import spell

MY_SHIFTS = "/field/duty/"


@verb
def assign(*, shift: DutyShift, person: Person, by: User | None, at: datetime) -> None:
    """Puts somebody on duty instead of whoever was; both are told."""
    must_edit(by, shift)
    must_be_ahead(shift, at)
    must_be_free(person, shift, besides=[shift.pk])
    before = shift.user
    put(shift, person)
    tell(person, f"您被安排值班：{said(shift)}。", f"duty-put:{shift.pk}:{shift.version}", at)
    if before and before != person:
        text = f"您不用值这一班了：{said(shift)}，已换{person.name}。"
        tell(before, text, f"duty-off:{shift.pk}:{shift.version}", at)


@verb
def vacate(*, shift: DutyShift, by: User | None, at: datetime) -> None:
    """Takes whoever was on duty off; the slot is empty until somebody is assigned."""
    must_edit(by, shift)
    must_be_ahead(shift, at)
    before = shift.user
    _move(shift, state=DutyShift.State.VACANT, user=None, member=None, by_hand=True, told_at=None)
    tell(before, f"您不用值这一班了：{said(shift)}。", f"duty-off:{shift.pk}:{shift.version}", at)


@verb
def cancel_shift(*, shift: DutyShift, reason: str, by: User | None, at: datetime) -> None:
    """There is no duty this time; nobody is missing."""
    must_edit(by, shift)
    must_be_ahead(shift, at)
    if not reason.strip():
        raise Refused("请写明为什么取消这一班。", field="reason")
    _move(shift, state=DutyShift.State.CANCELLED, note=reason.strip()[:60], by_hand=True)
    tell(shift.user, f"这一班取消了：{said(shift)}，{shift.note}。", f"duty-cancelled:{shift.pk}:{shift.version}", at)


def put(shift: DutyShift, person: Person) -> None:
    """The one place where a shift changes its person."""
    _move(shift, state=DutyShift.State.PLANNED, by_hand=True, told_at=None, **as_columns(person))


def _move(shift: DutyShift, **columns: object) -> None:
    """Compare and set on the version."""
    here = DutyShift.objects.filter(pk=shift.pk, version=shift.version)
    if not here.update(version=shift.version + 1, **columns):
        raise Outrun
    shift.refresh_from_db()


def must_be_ahead(shift: DutyShift, at: datetime) -> None:
    if shift.ends_at <= at:
        raise Refused("这一班已经结束，不能再调整。")
    if shift.state == DutyShift.State.CANCELLED:
        raise Refused("这一班已经取消。")


def must_be_free(person: Person, shift: DutyShift, *, besides: list[int]) -> None:
    """Nobody is on duty at two places at once. `besides`: shifts the person gives away for this one."""
    columns = {name: one for name, one in as_columns(person).items() if one}
    clash = DutyShift.objects.standing().filter(starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at, **columns)
    other = clash.exclude(pk__in=besides).select_related("grid").first()
    if other:
        raise Refused(f"{person.name}这段时间已经在值班（{said(other)}），请换人或先调开。", field="person")


def said(shift: DutyShift) -> str:
    """11月28日（周六）17:30至次日08:00，上陵镇值班"""
    return f"{spell(shift.day)}{shift.hours}，{shift.title}"


def tell(person: Person | None, text: str, key: str, at: datetime) -> None:
    """Into the inbox of whoever has an account."""
    if isinstance(person, User):
        post_all([Message(f"{key}:u{person.pk}", "duty", text, user=person, link=MY_SHIFTS)], at=at)
