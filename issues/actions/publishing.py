"""公示: what staff and the public do while a notice hangs on the board."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import normal
from accounts.errors import Refused
from accounts.models import User
from issues import board, events, telling
from issues.actions.closing import finish_closing, next_round
from issues.actions.handling import explained
from issues.models import ClockKind, Issue, IssueEvent, Objection, PublicNotice, Status
from issues.step import Step

SHORTEST_OBJECTION = 4
LONGEST_OBJECTION = 500


@transaction.atomic
def publicity_text(*, issue: Issue, by: User, at: datetime, text: str) -> None:
    """修改公示内容: the words of the notice, as long as they tell nothing personal. What stood before is in the log."""
    step = Step(issue, "publicity_text", by=by, at=at)
    notice = board.standing(issue)
    if notice is None:
        raise Refused("这一轮没有公示，不用修改。")
    said = board.checked(issue, text, "text", at)
    PublicNotice.objects.filter(pk=notice.pk).update(text=said)
    step.finish(note=f"原公示内容：{notice.text}")


@transaction.atomic
def raise_objection(*, notice: PublicNotice, at: datetime, text: str, client_id: UUID, phone: str = "") -> Objection:
    """公示异议 by somebody who read the notice, without an account. The same `client_id` again is saved once.

    It bumps the issue's version: nobody strikes the matter off at the same moment without having seen it.
    """
    known = Objection.objects.filter(client_id=client_id).first()
    if known:
        return known
    said, number = _said(text), _number(phone)
    issue = Issue.objects.select_for_update().get(pk=notice.issue_id)
    if issue.status != Status.PUBLICIZING or notice.round != issue.round:
        raise Refused("公示已经结束；还有意见的，请向村里或乡镇反映。")
    objection = Objection.objects.create(notice=notice, text=said, phone=number, at=at, client_id=client_id)
    issue.version += 1
    Issue.objects.filter(pk=issue.pk).update(version=issue.version)
    changes, facts = {"version": issue.version}, {"objection": objection.pk}
    events.append(issue, "objected", by=None, at=at, changes=changes, facts=facts)
    text = f"事项{issue.number}“{issue.title}”的公示收到一条异议，请核实后答复。"
    telling.staff(issue, "objected", text, [_verifier(issue)], at)
    return objection


def _said(text: str) -> str:
    said = text.replace("\0", "").strip()
    if len(said) < SHORTEST_OBJECTION:
        raise Refused(f"请写明您的意见（至少{SHORTEST_OBJECTION}个字）。", field="text")
    if len(said) > LONGEST_OBJECTION:
        raise Refused(f"最多{LONGEST_OBJECTION}个字，现有{len(said)}个字。", field="text")
    return said


def _number(phone: str) -> str:
    number = normal.phone(phone)
    fault = normal.phone_fault(number) if number else None
    if fault:
        raise Refused(f"{fault}，请检查后再填。", field="phone")
    return number


def _verifier(issue: Issue) -> User | None:
    verified = IssueEvent.objects.filter(issue=issue, name="verify").select_related("by").order_by("-seq").first()
    return verified.by if verified else None


@transaction.atomic
def answer_objection(*, issue: Issue, by: User, at: datetime, objection: int, answer: str) -> None:
    """答复异议: it does not hold; the reason stands on the public page."""
    step = Step(issue, "answer_objection", by=by, at=at)
    chosen = next((one for one in board.waiting(issue) if one.pk == objection), None)
    if chosen is None:
        raise Refused("这条异议已经答复，请重新选择。", field="objection")
    said = explained(board.checked(issue, answer, "answer", at), "answer")
    _settle([chosen], by, at, said, accepted=False)
    step.facts["objection"] = chosen.pk
    step.finish(note=said)


@transaction.atomic
def object_to(*, issue: Issue, by: User, at: datetime, reason: str) -> None:
    """异议成立: what somebody who read the notice says holds; the notice goes, the next round begins."""
    step = Step(issue, "object_to", by=by, at=at)
    said = explained(reason)
    _settle(board.waiting(issue), by, at, "", accepted=True)
    board.withdraw(issue, at=at)
    next_round(step, note=said)


@transaction.atomic
def close(*, issue: Issue, by: User, at: datetime, note: str = "") -> None:
    """销号 when the days of publicity are over. Without publicity the accepting verdict closes by itself."""
    step = Step(issue, "close", by=by, at=at)
    step.clocks.stop(ClockKind.PUBLICITY)
    finish_closing(step, note)


def _settle(objections: list[Objection], by: User, at: datetime, answer: str, *, accepted: bool) -> None:
    Objection.objects.filter(pk__in=[one.pk for one in objections]).update(
        accepted=accepted, answer=answer, answered_at=at, answered_by=by
    )
