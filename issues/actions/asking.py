"""What one asks and another decides: 挂账, 延期, 作废, 裁决."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Role
from issues import milestones as milestones_of
from issues import telling
from issues.actions import dispatching, people
from issues.actions.handling import explained
from issues.chain import Posts
from issues.models import Application, ClockKind, Involvement, Issue, Milestone, Status
from issues.step import Step
from members.models import Unit
from workdays.arithmetic import ZONE, spell

Kind = Application.Kind
LONGEST_HOLD = 90
LONGEST_EXTENSION = 90
"""Natural days."""


@transaction.atomic
def ask_hold(
    *, issue: Issue, by: User, at: datetime, reason: str, plan: str, milestones: str, until: date
) -> Application:
    """申请挂账 with a plan, its milestones and a day of review within 90 days."""
    step = Step(issue, "ask_hold", by=by, at=at)
    said = explained(reason)
    explained(plan, "plan")
    steps = milestones_of.read(milestones, after=step.case.on)
    _check_day(until, after=step.case.on, most=LONGEST_HOLD, what="复核日期")
    return _ask(step, Kind.HOLD, said, plan=plan.strip(), milestones=milestones_of.written(steps), until=until)


@transaction.atomic
def hold(*, issue: Issue, by: User, at: datetime, note: str = "") -> None:
    """批准挂账: the handling clock stands still until the work goes on; a review clock runs meanwhile."""
    step = Step(issue, "hold", by=by, at=at)
    asked = _decide(step, granted=True, answer=note)
    assert asked.until is not None
    _check_day(asked.until, after=step.case.on, most=LONGEST_HOLD, what="复核日期")
    step.clocks.pause(ClockKind.HANDLE)
    _plan(step, asked)
    _review_on(step, asked.until)
    step.finish(to=Status.ON_HOLD, note=note)
    _answered(step, "已批准挂账")


def _plan(step: Step, asked: Application) -> None:
    """The milestones of the approved plan, as rows. They were future days when it was asked."""
    asked_on = asked.asked_at.astimezone(ZONE).date()
    Milestone.objects.bulk_create(
        Milestone(issue=step.issue, round=step.issue.round, due_on=due_on, text=text)
        for due_on, text in milestones_of.read(asked.milestones, after=asked_on)
    )


def _review_on(step: Step, day: date) -> None:
    step.clocks.start_until(ClockKind.REVIEW, day, f"挂账至{spell(day)}复核")


@transaction.atomic
def review_hold(*, issue: Issue, by: User, at: datetime, until: date, reason: str) -> None:
    """复核挂账: the plan still holds; the next review is within 90 days. The handling clock stands still on."""
    step = Step(issue, "review_hold", by=by, at=at)
    said = explained(reason)
    _check_day(until, after=step.case.on, most=LONGEST_HOLD, what="复核日期")
    step.clocks.stop(ClockKind.REVIEW)
    _review_on(step, until)
    step.finish(note=said)
    _answered(step, f"继续挂账至{spell(until)}")


@transaction.atomic
def milestone(*, issue: Issue, by: User, at: datetime, milestone: int, note: str = "") -> None:
    """节点完成: one step of the plan is done."""
    step = Step(issue, "milestone", by=by, at=at)
    chosen = Milestone.objects.left().filter(issue=issue, pk=milestone).first()
    if chosen is None:
        raise Refused("这个节点已经完成，请重新选择。", field="milestone")
    Milestone.objects.filter(pk=chosen.pk).update(done_at=at, done_by=by)
    step.facts["milestone"] = chosen.pk
    step.finish(note="。".join(filter(None, [chosen.text, note.strip()])))


@transaction.atomic
def resume(*, issue: Issue, by: User, at: datetime, note: str = "") -> None:
    """恢复办理: the clock goes on; what was paused does not count."""
    step = Step(issue, "resume", by=by, at=at)
    step.clocks.stop(ClockKind.REVIEW)
    step.clocks.resume(ClockKind.HANDLE)
    step.finish(to=Status.PROCESSING, note=note)


@transaction.atomic
def ask_extension(*, issue: Issue, by: User, at: datetime, until: date, reason: str) -> Application:
    """申请延期 before it is due; once per level and round, twice for 疑难."""
    step = Step(issue, "ask_extension", by=by, at=at)
    said = explained(reason)
    due = issue.due_at.astimezone(ZONE).date() if issue.due_at else step.case.on
    _check_day(until, after=due, most=LONGEST_EXTENSION, what="延期日期")
    return _ask(step, Kind.EXTENSION, said, until=until)


@transaction.atomic
def extend(*, issue: Issue, by: User, at: datetime, note: str = "") -> None:
    """批准延期: the next turn of the clock, due later; the original due stays in the record."""
    step = Step(issue, "extend", by=by, at=at)
    asked = _decide(step, granted=True, answer=note)
    assert asked.until is not None
    was = f"，原定{spell(issue.due_at.astimezone(ZONE).date())}" if issue.due_at else ""
    step.clocks.start_until(ClockKind.HANDLE, asked.until, f"经批准延期至{spell(asked.until)}18:00{was}")
    step.finish(note=note)
    _answered(step, f"已批准延期至{spell(asked.until)}")


@transaction.atomic
def ask_void(*, issue: Issue, by: User, at: datetime, reason: str) -> Application:
    """申请作废: entered by mistake; a second person decides."""
    step = Step(issue, "ask_void", by=by, at=at)
    return _ask(step, Kind.VOID, explained(reason))


@transaction.atomic
def void(*, issue: Issue, by: User, at: datetime, note: str = "") -> None:
    """批准作废: an end; its number is not given again."""
    step = Step(issue, "void", by=by, at=at)
    _decide(step, granted=True, answer=note)
    step.finish(to=Status.VOIDED, note=note)


@transaction.atomic
def ask_ruling(*, issue: Issue, by: User, at: datetime, reason: str) -> Application:
    """提请裁决: a second return of one level goes to the command centre; until then the handler stays."""
    step = Step(issue, "ask_ruling", by=by, at=at)
    asked = _ask(step, Kind.RULING, explained(reason))
    text = f"事项{issue.number}“{issue.title}”再次退回，请裁决由谁办理。"
    telling.staff(issue, "ruling", text, _rulers(issue, step.case.on), at)
    return asked


def _rulers(issue: Issue, on: date) -> list[User]:
    """The command centre; where a county has none, its clerk, else its leader."""
    roles = [Role.COMMAND_CENTRE, Role.COUNTY_CLERK, Role.COUNTY_LEADER]
    posts = Posts.of(issue.county_id, on, roles, [issue.county_id])
    person = next((found for role in roles if (found := posts.acting(issue.county_id, role)) is not None), None)
    return list(User.objects.filter(pk__in=[person]))


@transaction.atomic
def rule(
    *,
    issue: Issue,
    by: User,
    at: datetime,
    reason: str,
    handler: User | None = None,
    unit: Unit | None = None,
    level: int | None = None,
) -> None:
    """裁决: who handles it, and at which level; without a choice both stay. The only way down the chain."""
    step = Step(issue, "rule", by=by, at=at)
    said = explained(reason)
    person, department = issue.handler, issue.unit
    unit_before = issue.unit
    if handler or unit:
        person, department = people.chosen(issue, handler, unit, step.case.on)
    if step.case.pending:
        _decide(step, granted=True, answer=said)
    _move_to(step, issue.level if level is None else level)
    step.clocks.stop(ClockKind.ASSIGN)
    step.clocks.start(ClockKind.HANDLE)
    step.set(handler=person, unit=department)
    step.finish(to=Status.ASSIGNED, note=said)
    step.involve([issue.handler_id], Involvement.Part.HANDLER)
    text = f"事项{issue.number}“{issue.title}”经裁决由您办理，{telling.by_when(issue)}前办结，请签收。"
    telling.staff(issue, "ruled", text, [issue.handler], at)
    if department != unit_before:
        dispatching.tell_territory(issue, by=by, at=at, on=step.case.on)


def _move_to(step: Step, level: int) -> None:
    """Another level by ruling: its clock starts afresh, the former one stays as it ended."""
    rung = step.case.rules.chain.rung(level)
    if rung is None:
        raise Refused("上报链里没有这一级，请重新选择。", field="level")
    step.facts |= {"from_level": step.issue.level, "to_level": level}
    if level == step.issue.level:
        return
    step.clocks.freeze()
    step.set(level=level, ledger=rung.ledger, sent_back=0)


@transaction.atomic
def deny(*, issue: Issue, by: User, at: datetime, reason: str) -> None:
    """不同意: the application is answered; nothing else changes."""
    step = Step(issue, "deny", by=by, at=at)
    said = explained(reason)
    asked = _decide(step, granted=False, answer=said)
    step.finish(note=said)
    _answered(step, f"{asked.get_kind_display()}申请未获同意")


def _ask(step: Step, kind: Application.Kind, reason: str, **details: object) -> Application:
    issue = step.issue
    assert step.by is not None, "whoever asks has an account"
    asked = Application.objects.create(
        issue=issue,
        kind=kind,
        round=issue.round,
        level=issue.level,
        reason=reason,
        asked_at=step.at,
        asked_by_id=step.by.pk,
        **details,
    )
    step.facts["application"] = asked.pk
    step.finish(note=reason)
    return asked


def _decide(step: Step, *, granted: bool, answer: str) -> Application:
    asked = step.case.pending
    assert asked is not None, "the guards ask for one"
    asked.decided_at, asked.decided_by, asked.granted, asked.answer = step.at, step.by, granted, answer[:500]
    asked.save(update_fields=["decided_at", "decided_by", "granted", "answer"])
    step.facts["application"] = asked.pk
    return asked


def _answered(step: Step, outcome: str) -> None:
    issue = step.issue
    telling.staff(issue, "answered", f"事项{issue.number or ''}“{issue.title}”{outcome}。", [issue.handler], step.at)


def _check_day(day: date, *, after: date, most: int, what: str) -> None:
    last = after + timedelta(days=most)
    if not after < day <= last:
        raise Refused(f"{what}应在{spell(after)}之后、{spell(last)}之前（含）。", field="until")
