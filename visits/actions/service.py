"""Verbs on a service-day session: its five steps, who takes part, and what is changed by hand."""

from collections.abc import Sequence
from datetime import date, datetime

from accounts import screening
from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from grids.models import Grid, Kind
from households.models import Programme
from members.models import Member
from visits.models import STEPS, Attendance, ServiceSession, SessionStep, Step
from visits.service.gathering import households_visited, names_around, take_in
from visits.service.planning import is_struck
from workdays.arithmetic import ZONE, spell

LONGEST_NOTE = 1000
LONGEST_SUMMARY = 200
LONGEST_REASON = 100


@verb
def check_in(
    *, session: ServiceSession, members: Sequence[Member], at: datetime, by: User, place: str = ""
) -> SessionStep:
    """报到, by the session and not by each person: who takes part, where one meets. Who begins it organises it.

    Visits of the day that were entered before belong to it from now on.
    """
    if not members:
        raise Refused("请至少选一名参加的人。", field="members")
    for member in members:
        _check_member(session, member)
    names = "、".join(member.name for member in members)
    taken = _take(session, Step.CHECK_IN, f"{len(members)}人参加：{names}"[:LONGEST_NOTE], at, by)
    ServiceSession.objects.filter(pk=session.pk).update(organiser=by, place=place.strip()[:60])
    for member in members:
        Attendance.objects.get_or_create(session=session, member=member, defaults={"at": at, "entered_by": by})
    take_in(session)
    return taken


@verb
def join_session(*, session: ServiceSession, member: Member, at: datetime, by: User) -> Attendance:
    """Somebody comes later, or says on the phone: I take part. Said twice, it stays once."""
    _check_standing(session)
    _check_member(session, member)
    if not session.step:
        raise Refused("还没有人报到，请先做“报到”。")
    if session.next_step is None:
        raise Refused("这次服务日已经总结，不能再加人。")
    known = {"at": at, "entered_by": by}
    return Attendance.objects.get_or_create(session=session, member=member, defaults=known)[0]


@verb
def finish_home_service(*, session: ServiceSession, at: datetime, by: User, note: str = "") -> SessionStep:
    """入户服务 is over. Without a single visit recorded it needs a word why."""
    visited = households_visited(session)
    if not visited and not note.strip():
        raise Refused("还没有记下走访的户。已经入户的请先记走访；没有入户的，请写明原因。", field="note")
    said = f"走访{visited}户。{note.strip()}"
    return _take(session, Step.HOME_SERVICE, said, at, by)


@verb
def give_feedback(*, session: ServiceSession, heard: str, at: datetime, by: User) -> SessionStep:
    """情况反馈: what was heard, in the words of whoever gathers it."""
    return _take(
        session, Step.FEEDBACK, _written(heard, "heard", LONGEST_NOTE, "请写明听到的情况，没有的写“无”。"), at, by
    )


@verb
def publish_session(*, session: ServiceSession, text: str, at: datetime, by: User) -> SessionStep:
    """中心公示: a masked text on the village's public page. Names, numbers, illness, income and minors are refused."""
    said = _written(text, "text", LONGEST_NOTE, "请写明公示内容。")
    fault = screening.fault(said, names_around(session))
    if fault:
        raise Refused(fault, field="text")
    taken = _take(session, Step.PUBLICITY, said, at, by)
    ServiceSession.objects.filter(pk=session.pk).update(notice=said, published_at=at)
    return taken


@verb
def sum_up(*, session: ServiceSession, sentence: str, at: datetime, by: User) -> SessionStep:
    """总结: one sentence; the figures count themselves."""
    said = _written(sentence, "sentence", LONGEST_SUMMARY, "请用一句话总结。")
    return _take(session, Step.SUMMARY, said, at, by)


@verb
def shift_session(*, session: ServiceSession, day: date, reason: str, at: datetime, by: User) -> None:
    """Held on another day, with a reason. What the rule planned stays named by its own day."""
    said = _written(reason, "reason", LONGEST_REASON, "请写明改期的原因。")
    _check_open_day(session.grid, session.programme, day, at, but=session)
    _change(session, day=day, reason=said, changed_by=by)


@verb
def call_off_session(*, session: ServiceSession, reason: str, by: User) -> None:
    """Not held, with a reason."""
    said = _written(reason, "reason", LONGEST_REASON, "请写明取消的原因。")
    _change(session, called_off=True, reason=said, changed_by=by)


@verb
def add_session(
    *,
    village: Grid,
    programme: Programme,
    day: date,
    at: datetime,
    by: User,
    reason: str = "",
    demo: bool = False,
) -> ServiceSession:
    """One more service day of a village, beside the rules."""
    if village.kind != Kind.VILLAGE:
        raise Refused("服务日按村（社区）开展，请选择一个村。", field="village")
    if programme.county_id != village.county_id:
        raise Refused("这个项目不是本县的。", field="programme")
    _check_open_day(village, programme, day, at)
    if ServiceSession.objects.filter(grid=village, programme=programme, planned_on=day).exists():
        raise Refused(f"{spell(day)}原来排过服务日，后来改期或取消了，请另选一天。", field="day")
    return ServiceSession.objects.create(
        programme=programme,
        planned_on=day,
        day=day,
        reason=reason.strip()[:LONGEST_REASON],
        changed_by=by,
        demo=demo,
        **village.scope(),
    )


def _take(session: ServiceSession, step: Step, what: str, at: datetime, by: User) -> SessionStep:
    """Compare and set: of two people who take the same step at once, one is told."""
    session.refresh_from_db()
    _check_turn(session, step, at)
    before = STEPS[STEPS.index(step) - 1] if step != STEPS[0] else ""
    moved = ServiceSession.objects.filter(pk=session.pk, step=before, called_off=False).update(step=step)
    if not moved:
        raise Outrun(f"“{step.label}”刚刚有人记下了，请刷新后再看。")
    session.step = step
    return SessionStep.objects.create(session=session, step=step, at=at, by=by, what=what)


def _check_turn(session: ServiceSession, step: Step, at: datetime) -> None:
    _check_standing(session)
    if session.day > at.astimezone(ZONE).date():
        raise Refused(f"服务日是{spell(session.day)}，还没有到。要提前开展请先改期。")
    turn = session.next_step
    if turn is None:
        raise Refused("这次服务日五步都已完成。")
    if STEPS.index(step) < STEPS.index(turn):
        raise Outrun(f"“{step.label}”已经有人记下了，请刷新后再看。")
    if step != turn:
        raise Refused(f"五步要按顺序来：请先做“{turn.label}”，再做“{step.label}”。")


def _check_standing(session: ServiceSession) -> None:
    if session.called_off:
        raise Refused(f"这次服务日已取消：{session.reason}。")


def _check_member(session: ServiceSession, member: Member) -> None:
    if member.county_id != session.county_id:
        raise Refused(f"{member.name}不是本县党员。", field="members")


def _check_open_day(
    village: Grid, programme: Programme, day: date, at: datetime, but: ServiceSession | None = None
) -> None:
    if day < at.astimezone(ZONE).date():
        raise Refused(f"{spell(day)}已经过去，请选今天或以后的一天。", field="day")
    struck = is_struck(village, day)
    if struck:
        raise Refused(f"{spell(day)}不开展服务日：{struck.reason}。请另选一天。", field="day")
    there = ServiceSession.objects.standing().filter(grid=village, programme=programme, day=day)
    if there.exclude(pk__in=[but.pk] if but else []).exists():
        raise Refused(f"{village.name}{spell(day)}已经有服务日，请另选一天。", field="day")


def _change(session: ServiceSession, **values: object) -> None:
    """Only what has not begun can be changed."""
    session.refresh_from_db()
    _check_standing(session)
    if not ServiceSession.objects.filter(pk=session.pk, step="", called_off=False).update(**values):
        raise Refused("已经报到的服务日不能改期或取消，没做完的步骤可以以后补记。")
    session.refresh_from_db()


def _written(text: str, field: str, longest: int, missing: str) -> str:
    said = text.strip()
    if not said:
        raise Refused(missing, field=field)
    if len(said) > longest:
        raise Refused(f"最多{longest}个字，请写得简短些。", field=field)
    return said
