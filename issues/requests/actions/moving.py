"""下单, 接单, 完成, and every way back to the branch."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files import File
from django.db import transaction

from accounts.errors import Outrun, Refused
from accounts.models import User
from issues.models import RequestPhoto, RequestStatus, ServiceRequest
from issues.requests import pool, telling
from issues.requests.photos import attach
from issues.requests.step import Step

S = RequestStatus
SHORTEST = 4
"""Characters below which a reason or a call explains nothing."""


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
    refuse_if_gone(request)
    step = Step(request, "take", by=by, at=at)
    step.set(taker=by, taken_at=at)
    try:
        step.finish(S.TAKEN)
    except Outrun:
        refuse_if_gone(request)
        raise
    telling.household(request, "taken", at)
    text = f"{request.get_kind_display()}“{request.title}”已由{by.name}接单。"
    telling.staff(request, "taken", text, [request.dispatched_by, request.requested_by], at)


def refuse_if_gone(request: ServiceRequest) -> None:
    """Whoever pressed second reads who has it."""
    now = ServiceRequest.objects.select_related("taker").get(pk=request.pk)
    if now.status == S.TAKEN and now.taker:
        raise Outrun(f"这一单已被{now.taker.name}接走。")


@transaction.atomic
def give_back(*, request: ServiceRequest, by: User, at: datetime, reason: str) -> None:
    """退单: who took it, or was named, cannot do it; the branch decides anew."""
    step = Step(request, "give_back", by=by, at=at)
    step.back_to_branch(note=_explained(reason))
    telling.branch(request, "given_back", f"{by.name}退回了“{request.title}”（{request.number}），请重新下单。", at)


@transaction.atomic
def recall(*, request: ServiceRequest, by: User, at: datetime, reason: str) -> None:
    """收回: the branch takes it back from whoever has it."""
    step = Step(request, "recall", by=by, at=at)
    said, had = _explained(reason), request.taker or request.addressee
    step.back_to_branch(note=said)
    telling.staff(request, "recalled", f"“{request.title}”（{request.number}）已由支部收回，您不用再办。", [had], at)


@transaction.atomic
def untaken(*, request: ServiceRequest, at: datetime) -> None:
    """无人接单: the time to take it is over. Back to the branch, never closed."""
    step = Step(request, "untaken", by=None, at=at, by_clock=True)
    step.back_to_branch()
    telling.branch(request, "untaken", f"“{request.title}”（{request.number}）到期没有人接单，请重新下单。", at)


@transaction.atomic
def done(*, request: ServiceRequest, by: User, at: datetime, result: str, files: Sequence[File] = ()) -> None:
    """完成: what was done; a photo if there is one. The household is asked."""
    step = Step(request, "done", by=by, at=at)
    step.set(result=_said(result, "result"), done_at=at)
    attach(request, files, RequestPhoto.Kind.RESULT, by=by, at=at)
    step.finish(S.DONE)
    telling.household(request, "done", at)
    text = f"“{request.title}”（{request.number}）已办好，待群众评单。"
    telling.staff(request, "done", text, [request.dispatched_by, request.requested_by], at)


@transaction.atomic
def decline(*, request: ServiceRequest, by: User, at: datetime, reason: str) -> None:
    """不予受理: the household reads the reason."""
    step = Step(request, "decline", by=by, at=at)
    step.finish(S.DECLINED, note=_explained(reason))
    telling.household(request, "declined", at)
    text = f"“{request.title}”（{request.number}）未受理：{reason.strip()}"
    telling.staff(request, "declined", text, [request.requested_by], at)


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise Refused("这一项不能空着，请写明。", field=field)
    return text.strip()


def _explained(reason: str) -> str:
    said = _said(reason, "reason")
    if len(said) < SHORTEST:
        raise Refused(f"请把理由写清楚（至少{SHORTEST}个字）。", field="reason")
    return said
