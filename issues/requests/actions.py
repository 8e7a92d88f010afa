"""The verbs of 三单. Each is keyword-only and atomic, takes `by` and `at`, and asks issues.requests.workflow first."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import IntegrityError, transaction

from accounts import crypto, normal
from accounts.errors import Outrun, Refused
from accounts.models import User
from grids.models import Grid
from households.models import Household
from issues.actions import collect
from issues.collectors import must_collect
from issues.models import (
    Channel,
    Issue,
    RatingValue,
    RequestKind,
    RequestPhoto,
    RequestRating,
    RequestSeries,
    RequestStatus,
    ServiceRequest,
)
from issues.numbers import next_of_day
from issues.requests import pool, telling
from issues.requests.history import REQUESTS
from issues.requests.photos import attach
from issues.requests.rules import CountyRequestRules
from issues.requests.step import Step
from workdays.arithmetic import ZONE

S = RequestStatus
Means = RequestRating.Means
SHORTEST = 4
"""Characters below which a reason or a call explains nothing."""


@transaction.atomic
def place(
    *,
    by: User | None,
    at: datetime,
    kind: str,
    title: str,
    household: Household | None = None,
    grid: Grid | None = None,
    text: str = "",
    wanted_on: date | None = None,
    petitioner: str = "",
    phone: str = "",
    client_id: UUID | None = None,
    demo: bool = False,
) -> ServiceRequest:
    """点单. `by` None: the resident, through the household's page. Returns it numbered, with its query code.

    The place is the household's, else `grid`. Name and phone are the household's unless given. The same `client_id`
    again returns what was saved the first time.
    """
    known = ServiceRequest.objects.filter(client_id=client_id, requested_by=by).first() if client_id else None
    if known:
        return known
    place = household.grid if household else grid
    if place is None or not place.village_id:
        raise Refused("请选择在哪个村（社区）点单。", field="grid")
    must_collect(by, place, household, at)
    request = ServiceRequest(
        kind=_kind(kind),
        title=_titled(title),
        text=text.strip(),
        live_grid_id=place.pk,
        household=household,
        petitioner=petitioner.strip()[:30] or (household.head_name[:30] if household else ""),
        wanted_on=_not_past(wanted_on, at),
        requested_by=by,
        requested_at=at,
        status_since=at,
        version=1,
        client_id=client_id,
        demo=demo,
        **place.scope(),
    )
    _set_phone(request, phone or (household.phone if household else "") or "")
    return _stored(request, by, at)


def _stored(request: ServiceRequest, by: User | None, at: datetime) -> ServiceRequest:
    rules = CountyRequestRules(request.county_id)
    if not rules.row.enabled:
        raise Refused("本县没有开展点单，请作为诉求提出。")
    due = rules.due(request, S.REQUESTED, at)
    assert due is not None
    request.due_at, request.due_sentence = due.at, due.sentence
    day, number = next_of_day(RequestSeries, at)
    request.number = f"D{day}-{number:05d}"
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        if request.client_id is None:
            raise
        return ServiceRequest.objects.get(client_id=request.client_id, requested_by=by)
    REQUESTS.append(request, "place", by=by, at=at, changes=REQUESTS.row(request))
    telling.household(request, "placed", at)
    what = f"{request.get_kind_display()}“{request.title}”({request.number})"
    telling.branch(request, "placed", f"{what}待下单，请安排党员接单。", at)
    return request


@transaction.atomic
def dispatch(*, request: ServiceRequest, by: User, at: datetime, addressee: User | None = None, note: str = "") -> None:
    """下单: to one member by name, or to the village's pool, where the first who takes it has it."""
    step = Step(request, "dispatch", by=by, at=at)
    if addressee and not pool.people(request, step.case.on).filter(pk=addressee.pk).exists():
        raise Refused(f"{addressee.name}不在本村可接单的党员里，或今天不在岗，请换一个人。", field="addressee")
    if request.status == S.DISPATCHED and request.addressee == addressee:
        raise Refused("已经这样下单，不用重复。", field="addressee")
    step.set(addressee=addressee, dispatched_by=by)
    step.finish(S.DISPATCHED, note=note.strip())
    telling.offered(request, at)


@transaction.atomic
def take(*, request: ServiceRequest, by: User, at: datetime) -> None:
    """接单: of two at once the first has it, and the other is told who was first."""
    _refuse_if_gone(request)
    step = Step(request, "take", by=by, at=at)
    step.set(taker=by, taken_at=at)
    try:
        step.finish(S.TAKEN)
    except Outrun:
        _refuse_if_gone(request)
        raise
    telling.household(request, "taken", at)
    text = f"{request.get_kind_display()}“{request.title}”已由{by.name}接单。"
    telling.staff(request, "taken", text, [request.dispatched_by, request.requested_by], at)


def _refuse_if_gone(request: ServiceRequest) -> None:
    """Whoever pressed second reads who has it."""
    now = ServiceRequest.objects.select_related("taker").get(pk=request.pk)
    if now.status == S.TAKEN and now.taker:
        raise Outrun(f"这一单已被{now.taker.name}接走。")


@transaction.atomic
def give_back(*, request: ServiceRequest, by: User, at: datetime, reason: str) -> None:
    """退单: who took it, or was named, cannot do it; the branch decides anew."""
    step = Step(request, "give_back", by=by, at=at)
    step.back_to_branch(note=_explained(reason))
    telling.branch(request, "given_back", f"{by.name}退回了“{request.title}”({request.number}),请重新下单。", at)


@transaction.atomic
def recall(*, request: ServiceRequest, by: User, at: datetime, reason: str) -> None:
    """收回: the branch takes it back from whoever has it."""
    step = Step(request, "recall", by=by, at=at)
    said, had = _explained(reason), request.taker or request.addressee
    step.back_to_branch(note=said)
    telling.staff(request, "recalled", f"“{request.title}”({request.number})已由支部收回，您不用再办。", [had], at)


@transaction.atomic
def untaken(*, request: ServiceRequest, at: datetime) -> None:
    """无人接单: the time to take it is over. Back to the branch, never closed."""
    step = Step(request, "untaken", by=None, at=at, by_clock=True)
    step.back_to_branch()
    telling.branch(request, "untaken", f"“{request.title}”({request.number})到期没有人接单，请重新下单。", at)


@transaction.atomic
def done(*, request: ServiceRequest, by: User, at: datetime, result: str, files: Sequence[File] = ()) -> None:
    """完成: what was done; a photo if there is one. The household is asked."""
    step = Step(request, "done", by=by, at=at)
    step.set(result=_said(result, "result"), done_at=at)
    attach(request, files, RequestPhoto.Kind.RESULT, by=by, at=at)
    step.finish(S.DONE)
    telling.household(request, "done", at)
    text = f"“{request.title}”({request.number})已办好，待群众评单。"
    telling.staff(request, "done", text, [request.dispatched_by, request.requested_by], at)


@transaction.atomic
def rate(
    *,
    request: ServiceRequest,
    by: User | None,
    at: datetime,
    value: str,
    means: str = Means.QR,
    note: str = "",
    files: Sequence[File] = (),
) -> None:
    """评单. `by` None: the household itself. Dissatisfied: once more through the branch, then it becomes an issue."""
    step = Step(request, "rate", by=by, at=at)
    _check_rating(by, value, means, note, files)
    before = RequestRating.objects.filter(request=request, value=RatingValue.DISSATISFIED).count()
    RequestRating.objects.create(
        request=request,
        attempt=request.attempt,
        value=value,
        means=means,
        note=note.strip()[:200],
        at=at,
        taken_by=by,
    )
    if by:
        attach(request, files, RequestPhoto.Kind.SIGNATURE, by=by, at=at)
    step.facts |= {"value": value, "means": means, "attempt": request.attempt}
    if value != RatingValue.DISSATISFIED:
        _rated(step, value)
    elif before:
        step.set(rating=value)
        _convert(step, by=None, category="")
    else:
        _once_more(step)


def _rated(step: Step, value: str) -> None:
    request = step.request
    step.set(rating=value)
    step.finish(S.RATED)
    text = f"“{request.title}”({request.number})群众评价：{request.get_rating_display()}。"
    telling.staff(request, "rated", text, [request.taker, request.dispatched_by], step.at)


def _once_more(step: Step) -> None:
    """Back to the branch, where the grid is now."""
    request, did = step.request, step.request.taker
    place = Grid.objects.select_for_update(no_key=True).get(pk=request.grid_id)
    scope = place.scope()
    scope.pop("grid_id")
    step.set(**scope)
    step.back_to_branch()
    telling.household(request, "again", step.at)
    telling.branch(request, "again", f"“{request.title}”({request.number})群众不满意，请重新下单。", step.at)
    telling.staff(request, "again_told", f"“{request.title}”({request.number})群众不满意，已退回支部。", [did], step.at)


def _check_rating(by: User | None, value: str, means: str, note: str, files: Sequence[File]) -> None:
    if value not in RatingValue.values:
        raise Refused("请选择满意、基本满意或不满意。", field="value")
    if means not in Means.values or (by is None) != (means == Means.QR):
        raise Refused("请选择怎么评的：群众本人扫码，或由另一人登记签字、回访电话。", field="means")
    if means == Means.SIGNATURE and not files:
        raise Refused("签字的须附签字照片。", field="files")
    if means == Means.CALL and len(note.strip()) < SHORTEST:
        raise Refused(f"请写明通话情况（至少{SHORTEST}个字）。", field="note")


@transaction.atomic
def decline(*, request: ServiceRequest, by: User, at: datetime, reason: str) -> None:
    """不予受理: the household reads the reason."""
    step = Step(request, "decline", by=by, at=at)
    step.finish(S.DECLINED, note=_explained(reason))
    telling.household(request, "declined", at)
    text = f"“{request.title}”({request.number})未受理：{reason.strip()}"
    telling.staff(request, "declined", text, [request.requested_by], at)


@transaction.atomic
def raise_issue(*, request: ServiceRequest, by: User, at: datetime, category: str = "", note: str = "") -> Issue:
    """转为诉求: beyond what a member can do; it goes on as an opinion to be triaged, linked both ways."""
    step = Step(request, "raise_issue", by=by, at=at)
    had = request.taker or request.addressee
    issue = _convert(step, by=by, category=category, note=note.strip())
    text = f"“{request.title}”({request.number})已转为诉求办理，您不用再办。"
    telling.staff(request, "converted", text, [had], at)
    return issue


def _convert(step: Step, *, by: User | None, category: str, note: str = "") -> Issue:
    """`by` None: the household's own word made it an issue."""
    request = step.request
    issue = collect(
        by=by,
        at=step.at,
        title=request.title,
        channel=Channel.PUBLIC if request.requested_by_id is None else Channel.VISIT,
        household=request.household,
        grid=request.grid,
        text=request.text or "",
        petitioner=request.petitioner,
        phone=request.phone or "",
        category=category,
        demo=request.demo,
    )
    step.set(issue=issue)
    step.finish(S.CONVERTED, note=note)
    telling.household(request, "converted", step.at)
    return issue


VERBS = {verb.__name__: verb for verb in (dispatch, take, give_back, recall, done, rate, decline, raise_issue)}
"""By the name of the move; neither `place`, which has no request yet, nor `untaken`, which nobody makes."""


def perform(
    move_name: str, *, request: ServiceRequest, by: User | None, at: datetime, seen: int | None = None, **inputs: Any
) -> Any:
    """Makes a move by its name, with the inputs its form asked for.

    `seen` is the version when the form was drawn: Outrun when it changed since, so that a form sent twice acts once.
    """
    verb: Any = VERBS[move_name]
    if move_name == "take":
        _refuse_if_gone(request)
    if seen is not None and request.version != seen:
        raise Outrun
    return verb(request=request, by=by, at=at, **inputs)


def _kind(value: str) -> str:
    if value not in RequestKind.values:
        raise Refused("请选择点单、代办或微心愿。", field="kind")
    return value


def _titled(title: str) -> str:
    short = title.strip()
    if not short:
        raise Refused("请用一句话写明需要什么。", field="title")
    if len(short) > 60:
        raise Refused(f"最多60个字，现有{len(short)}个字；细节请写在具体情况里。", field="title")
    return short


def _not_past(wanted_on: date | None, at: datetime) -> date | None:
    if wanted_on and wanted_on < at.astimezone(ZONE).date():
        raise Refused("希望的日期已经过去，请改成今天或以后。", field="wanted_on")
    return wanted_on


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise Refused("这一项不能空着，请写明。", field=field)
    return text.strip()


def _explained(reason: str) -> str:
    said = _said(reason, "reason")
    if len(said) < SHORTEST:
        raise Refused(f"请把理由写清楚（至少{SHORTEST}个字）。", field="reason")
    return said


def _set_phone(request: ServiceRequest, phone: str) -> None:
    number = normal.phone(phone)
    fault = normal.phone_fault(number) if number else None
    if fault:
        raise Refused(f"{fault}，请核对。", field="phone")
    request.phone = number
    request.phone_index = crypto.blind_index(number)
