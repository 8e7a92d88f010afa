"""督办: from the person who gets it to the result that is reported."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files import File
from django.db import transaction

from accounts.errors import Refused
from accounts.models import User
from issues import escalation, evidence, telling
from issues.actions import dispatching, people
from issues.models import ClockKind, Evidence, Grade, Involvement, Issue, Ledger, Status
from issues.step import Step
from members.models import Unit

SHORTEST_REASON = 4
"""Characters below which a reason explains nothing."""


@transaction.atomic
def assign(
    *,
    issue: Issue,
    by: User,
    at: datetime,
    handler: User | None = None,
    unit: Unit | None = None,
    co_handlers: Sequence[User] = (),
    minutes: Sequence[File] = (),
    note: str = "",
) -> None:
    """交办 to exactly one responsible person: `handler`, or of `unit` the first of its staff.

    Again: 改派; the clock of the level runs on. Major matters need the minutes of a meeting (萍乡). What goes to a
    department is on a unit's ledger from then on (诸城).
    """
    step = Step(issue, "assign", by=by, at=at)
    person, department = people.chosen(issue, handler, unit, step.case.on)
    if issue.status != Status.REGISTERED and (person.pk, department) == (issue.handler_id, issue.unit):
        raise Refused(f"已经交给{person.name}办理，不用重复交办。", field="handler")
    _attach_minutes(step, minutes)
    unit_before, helped_before = issue.unit, set(issue.co_handlers.all())
    step.clocks.stop(ClockKind.ASSIGN)
    if not step.clocks.here(ClockKind.FIRST_CONTACT):
        step.clocks.start(ClockKind.FIRST_CONTACT)
    step.clocks.start(ClockKind.HANDLE)
    step.facts |= {"handler": person.pk, "unit": department.pk if department else None}
    step.set(handler=person, unit=department)
    if department and issue.ledger == Ledger.PERSONAL:
        step.set(ledger=Ledger.UNIT)
    step.finish(to=Status.ASSIGNED, note=note)
    issue.co_handlers.set(co_handlers)
    step.involve([person.pk], Involvement.Part.HANDLER)
    step.involve([user.pk for user in co_handlers], Involvement.Part.CO_HANDLER)
    telling.assigned(issue, step.case.rules.switches, at)
    dispatching.tell_helpers(issue, set(co_handlers) - helped_before, at=at)
    if department != unit_before:
        dispatching.tell_territory(issue, by=by, at=at, on=step.case.on)


def _attach_minutes(step: Step, minutes: Sequence[File]) -> None:
    issue = step.issue
    if issue.grade == Grade.MAJOR and not minutes and not issue.evidence.filter(kind=Evidence.Kind.MINUTES).exists():
        raise Refused("重大事项须附会议纪要才能交办，请上传纪要。", field="minutes")
    evidence.check(minutes, "minutes")
    evidence.attach(issue, minutes, Evidence.Kind.MINUTES, by=step.by, at=step.at)


@transaction.atomic
def sign_for(*, issue: Issue, by: User, at: datetime) -> None:
    """签收: the handler, or their substitute, has it in hand."""
    Step(issue, "sign_for", by=by, at=at).finish(to=Status.PROCESSING)


@transaction.atomic
def contact(*, issue: Issue, by: User, at: datetime, reached: bool, note: str = "") -> None:
    """One attempt to reach the petitioner. Enough failed ones allow a village witness instead of a verdict."""
    step = Step(issue, "contact", by=by, at=at)
    step.facts |= {"reached": reached, "round": issue.round}
    if reached:
        step.clocks.stop(ClockKind.FIRST_CONTACT)
    step.finish(note=note)


@transaction.atomic
def comment(*, issue: Issue, by: User, at: datetime, note: str) -> None:
    """A remark in the timeline; it moves nothing."""
    step = Step(issue, "comment", by=by, at=at)
    if not note.strip():
        raise Refused("请写明要补充的内容。", field="note")
    step.finish(note=note.strip())


@transaction.atomic
def send_back(*, issue: Issue, by: User, at: datetime, reason: str) -> None:
    """退回 to whoever assigned it, once at each level; the handling clock runs on."""
    step = Step(issue, "send_back", by=by, at=at)
    said = explained(reason)
    assigner = User.objects.get(pk=step.case.given_by or 0)
    step.facts |= {"from": issue.handler_id, "to": assigner.pk}
    step.clocks.freeze(ClockKind.FIRST_CONTACT)
    step.set(sent_back=issue.sent_back + 1, handler=assigner, unit=None)
    step.finish(to=Status.REGISTERED, note=said)
    telling.staff(issue, "sent_back", f"事项{issue.number}“{issue.title}”被退回，请重新交办。", [assigner], at)


@transaction.atomic
def escalate(*, issue: Issue, by: User, at: datetime, reason: str) -> None:
    """上报 by hand to the next filled rung, with why this level cannot solve it. New level, new clock."""
    step = Step(issue, "escalate", by=by, at=at)
    escalation.climb(issue, step.case.rules, by=by, at=at, reason=explained(reason))


@transaction.atomic
def report(
    *, issue: Issue, by: User, at: datetime, result: str, files: Sequence[File], cannot_be_done: bool = False
) -> None:
    """报结: what was done, with evidence. The handling clock stops here."""
    step = Step(issue, "report", by=by, at=at)
    if not result.strip():
        raise Refused("请写明办理结果。", field="result")
    if cannot_be_done and not step.case.rules.switches.explained_may_close:
        raise Refused("本县规定不解决不销号；一时解决不了的，请申请挂账或上报。", field="cannot_be_done")
    if not files:
        raise Refused("报结须附佐证材料（照片、回执或协议等），至少一份。", field="files")
    evidence.check(files, "files")
    attached = evidence.attach(issue, files, Evidence.Kind.RESULT, by=by, at=at)
    step.facts["evidence"] = [one.sha256 for one in attached]
    step.clocks.stop(ClockKind.HANDLE)
    step.clocks.freeze(ClockKind.FIRST_CONTACT)
    step.clocks.start(ClockKind.VERIFY)
    step.set(result=result.strip(), cannot_be_done=cannot_be_done)
    step.finish(to=Status.REPORTED)


def explained(reason: str, field: str = "reason") -> str:
    """The reason, once it says something."""
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise Refused(f"请写明理由（至少{SHORTEST_REASON}个字）。", field=field)
    return said[:500]
