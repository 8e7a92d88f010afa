"""收集 and 挂号: what happens to an opinion until it has a number."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.files import File
from django.db import IntegrityError, transaction

from accounts import crypto, normal
from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.roles import GRANTS, Permission, Role
from grids.models import Grid, Posting
from households.models import Household
from issues import events, evidence, telling
from issues.chain import NOWHERE, is_over
from issues.clocks import Clocks
from issues.collectors import must_collect
from issues.models import (
    ENDED,
    Category,
    Channel,
    ClockKind,
    Evidence,
    Grade,
    Involvement,
    Issue,
    NumberSeries,
    Rung,
    Status,
    Urgency,
)
from issues.numbers import next_of_day
from issues.rules import CountyRules
from issues.step import Step, involve, replayed
from visits.models import Visit


@transaction.atomic
def collect(
    *,
    by: User | None,
    at: datetime,
    title: str,
    channel: str,
    grid: Grid | None = None,
    household: Household | None = None,
    visit: Visit | None = None,
    text: str = "",
    petitioner: str = "",
    phone: str = "",
    category: str = "",
    urgency: str = Urgency.NORMAL,
    sensitive: bool = False,
    client_id: UUID | None = None,
    photos: Sequence[File] = (),
    demo: bool = False,
) -> Issue:
    """Takes down an opinion. `by` None: the resident, through the household's page. Returns it with its query code.

    The place is the household's, else `grid`. Name and phone are the household's unless given. The same `client_id`
    again returns what was saved the first time.
    """
    known = Issue.objects.filter(client_id=client_id, reporter=by).first() if client_id else None
    if known:
        return known
    place = household.grid if household else grid
    if place is None:
        raise Refused("请选择诉求发生在哪个网格。", field="grid")
    must_collect(by, place, household, at)
    evidence.check(photos, "photos")
    issue = Issue(
        title=_titled(title),
        text=text.strip(),
        grid=place,
        live_grid=place,
        household=household,
        visit=visit,
        channel=_one_of(Channel, channel, "channel"),
        category=_one_of(Category, category, "category") if category else "",
        urgency=_one_of(Urgency, urgency, "urgency"),
        sensitive=sensitive,
        petitioner=petitioner.strip() or (household.head_name[:30] if household else ""),
        reporter=by,
        collected_at=at,
        status=Status.COLLECTED,
        status_since=at,
        version=1,
        client_id=client_id,
        demo=demo,
    )
    for column in ("county_id", "town_id", "village_id", "cell_id"):
        setattr(issue, column, getattr(place, column))
    _set_phone(issue, phone or (household.phone if household else "") or "")
    return _stored(issue, by, at, photos)


def _stored(issue: Issue, by: User | None, at: datetime, photos: Sequence[File]) -> Issue:
    clocks = Clocks(issue, CountyRules(issue.county_id), at)
    clocks.start(ClockKind.TRIAGE)
    for column, value in clocks.columns(Status.COLLECTED).items():
        setattr(issue, column, value)
    try:
        with transaction.atomic():
            issue.save(force_insert=True)
    except IntegrityError:
        if issue.client_id is None:
            raise
        return Issue.objects.get(client_id=issue.client_id, reporter=by)
    clocks.save()
    involve(issue, [issue.reporter_id], Involvement.Part.REPORTER, at)
    attached = evidence.attach(issue, photos, Evidence.Kind.BEFORE, by=by, at=at)
    facts = {"evidence": [one.sha256 for one in attached]} if attached else {}
    events.append(issue, "collect", by=by, at=at, changes=replayed(events.row(issue)), facts=facts)
    return issue


@transaction.atomic
def solve_on_spot(*, issue: Issue, by: User, at: datetime, result: str) -> None:
    """The matter was settled on the spot: an end that is counted and gets no number."""
    step = Step(issue, "solve_on_spot", by=by, at=at)
    step.clocks.stop(ClockKind.TRIAGE)
    step.set(result=_said(result, "result"), closed_at=at)
    step.finish(to=Status.SOLVED_ON_SPOT)


@transaction.atomic
def merge(*, issue: Issue, by: User, at: datetime, parent: Issue, note: str = "") -> None:
    """The opinion goes on as part of another matter; its petitioner gets that matter's notices."""
    locked = Issue.objects.select_for_update().filter(pk__in=[issue.pk, parent.pk]).order_by("pk")
    main = next((one for one in locked if one.pk == parent.pk), parent)
    step = Step(issue, "merge", by=by, at=at)
    _check_parent(issue, main)
    step.clocks.stop(ClockKind.TRIAGE)
    step.set(parent=main)
    step.facts["parent"] = main.pk
    step.finish(to=Status.MERGED, note=note)
    Issue.objects.filter(pk=main.pk).update(version=main.version + 1)
    events.append(main, "take_in", by=by, at=at, changes={"version": main.version + 1}, facts={"child": issue.pk})
    telling.joined(issue, main, step.case.rules.switches, at)


@transaction.atomic
def merge_all(*, issues: Sequence[Issue], by: User, at: datetime, parent: Issue, note: str = "") -> None:
    """Several opinions of one and the same matter, all or none; a refusal names the one that stands in the way."""
    for issue in issues:
        try:
            merge(issue=issue, by=by, at=at, parent=parent, note=note)
        except Forbidden:
            raise
        except Refused as refused:
            raise Refused(f"“{issue.title}”：{refused.sentence}", field=refused.field) from refused


def _check_parent(issue: Issue, parent: Issue) -> None:
    if parent.county_id != issue.county_id:
        raise Refused("请选择本县的一件事项作为主件。", field="parent")
    if parent.pk == issue.pk:
        raise Refused("不能并入自己，请选择另一件。", field="parent")
    if parent.status in ENDED:
        raise Refused(f"主件现在是“{parent.get_status_display()}”，请选择还在办理的事项。", field="parent")


@transaction.atomic
def register(
    *,
    issue: Issue,
    by: User,
    at: datetime,
    category: str,
    urgency: str,
    title: str = "",
    petitioner: str = "",
    phone: str = "",
    grade: str = Grade.GENERAL,
    receiver: User | None = None,
    sensitive: bool | None = None,
) -> None:
    """挂号: the five fields of 芦溪 (petitioner, matter, handler, contact, time limit), a number, a level.

    `receiver` is the first responsible person (首接责任人), the registrar when not given. The matter begins on the
    registrar's rung, or on the receiver's own below it. Refused with the field that is missing. The number is never
    given again.
    """
    step = Step(issue, "register", by=by, at=at)
    _take_down(step, title or issue.title, petitioner or issue.petitioner, phone or issue.phone or "")
    rung = _begins(step, receiver, grade)
    if rung is None:
        raise Refused("本县还没有设置上报链和办理时限，请管理员先运行 load_profile。")
    step.set(
        category=_one_of(Category, category, "category"),
        urgency=_one_of(Urgency, urgency, "urgency"),
        grade=_one_of(Grade, grade, "grade"),
        level=rung.order,
        ledger=rung.ledger,
        handler=receiver or by,
        registered_at=at,
        sensitive=issue.sensitive if sensitive is None else sensitive,
    )
    _check_receiver(issue.handler)
    step.facts["limit"] = str(step.clocks.limit(ClockKind.HANDLE))
    step.clocks.stop(ClockKind.TRIAGE)
    step.clocks.start(ClockKind.ASSIGN)
    step.set(number=next_number(at))
    step.finish(to=Status.REGISTERED)
    step.involve([issue.handler_id], Involvement.Part.HANDLER)
    telling.registered(issue, step.case.rules.switches, at)


def _take_down(step: Step, title: str, petitioner: str, phone: str) -> None:
    if not petitioner.strip():
        raise Refused("请填写反映人姓名（挂号五要素之一）。", field="petitioner")
    if not phone.strip():
        raise Refused("请填写反映人的联系电话（挂号五要素之一）。", field="phone")
    step.set(title=_titled(title), petitioner=petitioner.strip()[:30])
    _set_phone(step.issue, phone)
    step.set(phone=step.issue.phone, phone_index=step.issue.phone_index)


def _begins(step: Step, receiver: User | None, grade: str) -> Rung | None:
    """将乐, 诸城: what a member took on begins with the member; 萍乡: what is major, with the team meeting."""
    chain, level = step.case.rules.chain, _registrars_level(step)
    if receiver is not None:
        posts = Posting.objects.active(step.case.on).filter(user=receiver).select_related("grid")
        level = min(level, chain.lowest(posts, step.issue) or level)
    return chain.begins(level, grade)


def _registrars_level(step: Step) -> int:
    """The lowest rung on which the registrar may triage here; below the chain, as the villages of 萍乡, its first."""
    levels = [
        step.case.rules.chain.level_of(posting)
        for posting in step.case.scope.postings
        if Permission.ISSUE_TRIAGE in GRANTS[Role(posting.role)].area and is_over(posting, step.issue)
    ]
    first = step.case.rules.chain.above(NOWHERE)[:1]
    return min((level for level in levels if level != NOWHERE), default=first[0].order if first else NOWHERE)


def _check_receiver(receiver: User | None) -> None:
    if receiver is None or not receiver.is_active:
        raise Refused("首接责任人的账号已停用，请换一个人。", field="receiver")


def next_number(at: datetime) -> str:
    """260428-000123: the day and a running number."""
    day, number = next_of_day(NumberSeries, at)
    return f"{day}-{number:06d}"


@transaction.atomic
def decline(*, issue: Issue, by: User, at: datetime, reason: str) -> None:
    """不予受理: not a matter for the register; the reason is kept."""
    step = Step(issue, "decline", by=by, at=at)
    step.clocks.stop(ClockKind.TRIAGE)
    step.finish(to=Status.DECLINED, note=_said(reason, "reason"))


@transaction.atomic
def transfer(*, issue: Issue, by: User, at: datetime, transferred_to: str, reason: str) -> None:
    """转出: another county or body outside handles it."""
    step = Step(issue, "transfer", by=by, at=at)
    step.clocks.stop(ClockKind.TRIAGE)
    step.facts["transferred_to"] = _said(transferred_to, "transferred_to")[:60]
    step.finish(to=Status.TRANSFERRED, note=_said(reason, "reason"))


def _titled(title: str) -> str:
    short = title.strip()
    if not short:
        raise Refused("请用一句话写明事项。", field="title")
    if len(short) > 60:
        raise Refused(f"事项最多60个字，现有{len(short)}个字；细节请写在具体情况里。", field="title")
    return short


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise Refused("这一项不能空着，请写明。", field=field)
    return text.strip()


def _one_of(choices: type[Category | Channel | Grade | Urgency], value: str, field: str) -> str:
    if value not in choices.values:
        raise Refused(f"没有“{value}”这一选项，请重新选择。", field=field)
    return value


def _set_phone(issue: Issue, phone: str) -> None:
    number = normal.phone(phone)
    fault = normal.phone_fault(number) if number else None
    if fault:
        raise Refused(f"{fault}，请核对。", field="phone")
    issue.phone = number
    issue.phone_index = crypto.blind_index(number)
