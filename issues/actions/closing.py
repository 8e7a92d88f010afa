"""核查, 群众评价 and 销号: nothing closes without a report, an independent verifier and the household's word."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files import File
from django.db import transaction

from accounts.errors import Outrun, Refused
from accounts.models import User
from grids.models import Grid
from issues import board, evidence, telling
from issues.actions.handling import explained
from issues.models import ClockKind, Evidence, Involvement, Issue, IssueEvent, Status, Verdict
from issues.step import Step
from workdays.arithmetic import ZONE

Value, Means = Verdict.Value, Verdict.Means
BY_HOUSEHOLD = (Means.QR, Means.SMS)
"""What the household sends itself; everything else is taken down by somebody with an account."""


@transaction.atomic
def verify(*, issue: Issue, by: User, at: datetime, note: str = "") -> None:
    """核查通过, by somebody who is neither the handler nor their subordinate. The household is asked next."""
    step = Step(issue, "verify", by=by, at=at)
    step.facts["round"] = issue.round
    step.clocks.stop(ClockKind.VERIFY)
    step.clocks.start(ClockKind.CALLBACK)
    step.finish(to=Status.CONFIRMING, note=note)
    telling.resulted(issue, step.case.rules.switches, at)


@transaction.atomic
def reject(*, issue: Issue, by: User, at: datetime, reason: str) -> None:
    """核查不通过: back to the handler; the time of verifying does not count."""
    step = Step(issue, "reject", by=by, at=at)
    said = explained(reason)
    step.clocks.stop(ClockKind.VERIFY)
    step.clocks.resume(ClockKind.HANDLE)
    step.finish(to=Status.PROCESSING, note=said)
    text = f"事项{issue.number}“{issue.title}”核查未通过，请继续办理。"
    telling.staff(issue, "rejected", text, [issue.handler], at)


@transaction.atomic
def give_verdict(
    *,
    issue: Issue,
    by: User | None,
    at: datetime,
    value: str,
    means: str = Means.QR,
    files: Sequence[File] = (),
    witness: str = "",
    note: str = "",
) -> Verdict:
    """群众评价. `by` None: the household itself, by its QR page or SMS.

    Accepted: closed, or made public first where the county does so. Unsolved or dissatisfied: the next round.
    """
    step = Step(issue, "give_verdict", by=by, at=at)
    _check_verdict(step, value, means, files, witness, note)
    verdict = Verdict.objects.create(
        issue=issue,
        round=issue.round,
        value=value,
        means=means,
        note=note.strip()[:200],
        witness=witness.strip()[:30],
        at=at,
        taken_by=by,
    )
    proof = Evidence.Kind.SIGNATURE if means == Means.SIGNATURE else Evidence.Kind.RECORDING
    evidence.attach(issue, files, proof, by=by, at=at)
    step.facts |= {"value": value, "means": means, "round": issue.round}
    step.clocks.stop(ClockKind.CALLBACK)
    if verdict.value in Verdict.ACCEPTING:
        _accepted(step, verdict)
    else:
        next_round(step, note=verdict.note)
    return verdict


def _accepted(step: Step, verdict: Verdict) -> None:
    step.set(unconfirmed=verdict.value == Value.UNCONFIRMED)
    if step.case.rules.switches.publicity:
        _publish(step, verdict.note)
    else:
        finish_closing(step, verdict.note)


def _publish(step: Step, note: str) -> None:
    clock = step.clocks.start(ClockKind.PUBLICITY)
    if clock is None:
        raise Refused("本县没有设置公示的天数，请管理员先运行 load_profile。")
    board.publish(step.issue, until=clock.due_at.astimezone(ZONE).date(), at=step.at)
    step.finish(to=Status.PUBLICIZING, note=note)


def _check_verdict(step: Step, value: str, means: str, files: Sequence[File], witness: str, note: str) -> None:
    if value not in Value.values:
        raise Refused("请选择评价结果。", field="value")
    if (step.by is None) != (means in BY_HOUSEHOLD):
        raise Refused("请选择确认方式：群众本人扫码，或由工作人员登记签字、回访电话、村见证。", field="means")
    if (value == Value.UNCONFIRMED) != (means == Means.WITNESS):
        raise Refused("“联系不上”只能由村见证，村见证也只用于联系不上的情形。", field="means")
    evidence.check(files, "files")
    if means == Means.SIGNATURE and not files:
        raise Refused("签字确认须附签字照片。", field="files")
    if means in (Means.CALL, Means.WITNESS) and step.case.is_handler:
        raise Refused("承办人不能登记自己办理事项的回访，请由另一人回访。", field="means")
    if means == Means.CALL and not files and len(note.strip()) < 4:
        raise Refused("电话回访须附录音，或写明通话情况（至少4个字）。", field="note")
    if means == Means.WITNESS:
        _check_witness(step, witness)


def _check_witness(step: Step, witness: str) -> None:
    tried, needed = failed_contacts(step.issue), step.case.rules.switches.failed_contacts
    if tried < needed:
        raise Refused(f"须由承办人以外的人联系{needed}次都联系不上，才能由村见证，已记录{tried}次。", field="means")
    if not witness.strip():
        raise Refused("请填写见证人姓名。", field="witness")


def failed_contacts(issue: Issue) -> int:
    """How often somebody other than the handler could not reach the household in the present round."""
    attempts = IssueEvent.objects.filter(issue=issue, name="contact", facts__reached=False, facts__round=issue.round)
    return attempts.exclude(by=issue.handler_id).count()


def next_round(step: Step, *, note: str) -> None:
    """Handled anew by the same person at the same level; the old clocks stay as they ended."""
    issue = step.issue
    step.clocks.freeze()
    step.set(round=issue.round + 1, sent_back=0, unconfirmed=False, cannot_be_done=False, forced=False, closed_at=None)
    step.clocks.start(ClockKind.HANDLE)
    step.finish(to=Status.ASSIGNED, note=note)
    text = f"事项{issue.number}“{issue.title}”进入第{issue.round}轮办理，{telling.by_when(issue)}前办结，请签收。"
    telling.staff(issue, "next_round", text, [issue.handler], step.at)
    telling.next_round(issue, step.case.rules.switches, step.at)


def finish_closing(step: Step, note: str) -> None:
    """The way every matter ends that was not forced: nothing may be missing (I1)."""
    gap = closing_gap(step.issue)
    if gap:
        raise Refused(gap)
    _strike_off(step, note)


def _strike_off(step: Step, note: str) -> None:
    issue = step.issue
    step.set(closed_at=step.at)
    step.finish(to=Status.CLOSED, note=note)
    text = f"事项{issue.number}“{issue.title}”已销号。"
    telling.staff(issue, "closed", text, [issue.handler, issue.reporter], step.at)
    telling.closed(issue, step.case.rules.switches, step.at)


def closing_gap(issue: Issue) -> str | None:
    """What the present round still lacks for 销号 (invariant I1), or None."""
    if (
        not issue.result
        or not Evidence.objects.filter(issue=issue, round=issue.round, kind=Evidence.Kind.RESULT).exists()
    ):
        return "还没有附佐证的报结，不能销号。"
    verified = IssueEvent.objects.filter(issue=issue, name="verify", facts__round=issue.round).last()
    if verified is None or verified.by_id in (None, issue.handler_id):
        return "还没有经承办人以外的人核查，不能销号。"
    verdict = Verdict.objects.filter(issue=issue, round=issue.round).first()
    if verdict is None or verdict.value not in Verdict.ACCEPTING:
        return "还没有群众的认可，不能销号。"
    return None


@transaction.atomic
def force_close(*, issue: Issue, by: User, at: datetime, reason: str, files: Sequence[File]) -> None:
    """强制销号 by the county, where its profile allows it: no verdict is asked; flagged, and counted apart."""
    step = Step(issue, "force_close", by=by, at=at)
    said = explained(reason)
    if not files:
        raise Refused("强制销号须附佐证材料（会议纪要、调查报告等），至少一份。", field="files")
    evidence.check(files, "files")
    attached = evidence.attach(issue, files, Evidence.Kind.RESULT, by=by, at=at)
    step.facts |= {"evidence": [one.sha256 for one in attached], "round": issue.round}
    step.set(forced=True)
    _strike_off(step, said)


@transaction.atomic
def reopen(*, issue: Issue, by: User, at: datetime, reason: str) -> None:
    """复号 within the county's days: the next round, with the same person, at the same level, where the grid is now."""
    step = Step(issue, "reopen", by=by, at=at)
    said = explained(reason)
    place = Grid.objects.select_for_update(no_key=True).filter(pk=issue.grid_id).first()
    if place is None:
        raise Outrun
    scope = place.scope()
    scope.pop("grid_id")
    step.set(**scope)
    step.involve([issue.handler_id], Involvement.Part.HANDLER)
    next_round(step, note=said)
