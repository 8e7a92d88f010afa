"""评单, and 转为诉求: what ends a request, or gives it to the register."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files import File
from django.db import transaction

from accounts.errors import Refused
from accounts.models import User
from grids.models import Grid
from issues.actions import collect
from issues.models import (
    Channel,
    Issue,
    RatingValue,
    RequestPhoto,
    RequestRating,
    RequestStatus,
    ServiceRequest,
)
from issues.requests import telling
from issues.requests.actions.moving import SHORTEST
from issues.requests.photos import attach
from issues.requests.step import Step

S = RequestStatus
Means = RequestRating.Means


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
    text = f"“{request.title}”（{request.number}）群众评价：{request.get_rating_display()}。"
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
    telling.branch(request, "again", f"“{request.title}”（{request.number}）群众不满意，请重新下单。", step.at)
    telling.staff(
        request, "again_told", f"“{request.title}”（{request.number}）群众不满意，已退回支部。", [did], step.at
    )


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
def raise_issue(*, request: ServiceRequest, by: User, at: datetime, category: str = "", note: str = "") -> Issue:
    """转为诉求: beyond what a member can do; it goes on as an opinion to be triaged, linked both ways."""
    step = Step(request, "raise_issue", by=by, at=at)
    had = request.taker or request.addressee
    issue = _convert(step, by=by, category=category, note=note.strip())
    text = f"“{request.title}”（{request.number}）已转为诉求办理，您不用再办。"
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
