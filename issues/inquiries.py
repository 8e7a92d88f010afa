"""质询 at the year's end (domain rule 12): question → answer → verdict, once per person and year.

standing(county_id, year, at)            everybody who holds something registered and not closed
open_inquiries(county=…, year=2026, …)   asks those of them not yet asked
answer(inquiry=…, …)   judge(inquiry=…, …)
refusal(inquiry, "answer", user, on)     a sentence, or None when the deed is open
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid
from issues.actions.handling import explained
from issues.case import scope_on
from issues.models import Inquiry, InquiryIssue, Issue, Status
from notices.actions import Message, post_all
from workdays.arithmetic import ZONE, spell

Verdict = Inquiry.Verdict
LINK = "/inquiries/{pk}/"
"""Leads to the inquiry on the surface of whoever opens it."""
QUESTION = "您承办的事项已挂号、还没有销号，请逐件说明原因、下一步打算和办结时间。"
LONGEST_WAIT = timedelta(days=90)


def standing(county_id: int, year: int, at: datetime) -> QuerySet[Issue]:
    """What the county registered by the end of the year and has not closed, holds on plan included."""
    until = min(at, datetime(year + 1, 1, 1, tzinfo=ZONE))
    rows: QuerySet[Issue] = Issue.objects.open().filter(county_id=county_id, handler__isnull=False)
    return rows.filter(registered_at__lt=until)


@dataclass(frozen=True)
class Standing:
    """How a county stands: `handlers` hold open matters, `to_ask` of them others than holds on plan."""

    handlers: int
    to_ask: int
    matters: int
    held: int


def counted(county_id: int, year: int, at: datetime) -> Standing:
    apart = Q(status=Status.ON_HOLD)
    found = standing(county_id, year, at).aggregate(
        handlers=Count("handler", distinct=True),
        to_ask=Count("handler", filter=~apart, distinct=True),
        matters=Count("pk", filter=~apart),
        held=Count("pk", filter=apart),
    )
    return Standing(**found)


@transaction.atomic
def open_inquiries(
    *, county: Grid, year: int, by: User, at: datetime, due_on: date, question: str = QUESTION
) -> list[Inquiry]:
    """Asks everybody who holds something registered and not closed; holds on plan alone are no reason to ask.

    Again: only whoever was not asked for this year yet. Each inquiry keeps its issues as they stand now.
    """
    on = at.astimezone(ZONE).date()
    if not may_inquire(county, by, on):
        raise Forbidden("您没有发起质询的权限，该操作由县级办理。")
    _check_year(year, on)
    asked = explained(question, "question")
    _check_day(due_on, on, "due_on", "答复期限")
    Grid.objects.select_for_update(no_key=True).get(pk=county.pk)
    known = set(Inquiry.objects.filter(county=county, year=year).values_list("person", flat=True))
    held: dict[int, list[Issue]] = {}
    for issue in standing(county.pk, year, at).only("handler", "status", "due_at").order_by("id"):
        held.setdefault(issue.handler_id or 0, []).append(issue)
    inquiries = Inquiry.objects.bulk_create(
        Inquiry(county=county, year=year, person_id=person, question=asked, asked_by=by, asked_at=at, due_on=due_on)
        for person, issues in held.items()
        if person not in known and any(issue.status != Status.ON_HOLD for issue in issues)
    )
    InquiryIssue.objects.bulk_create(
        InquiryIssue(inquiry=one, issue=issue, status=issue.status, overdue=bool(issue.due_at and issue.due_at < at))
        for one in inquiries
        for issue in held[one.person_id]
    )
    post_all(list(_questions(inquiries)), at=at)
    return inquiries


def _questions(inquiries: list[Inquiry]) -> Iterator[Message]:
    rows = Inquiry.objects.counted().filter(pk__in=[one.pk for one in inquiries]).select_related("person")
    for one in rows:
        text = f"{one.year}年度质询：您有{one.asked}件事项已挂号、未销号，请在{spell(one.due_on)}前答复。"  # type: ignore[attr-defined]
        yield _message(one, "asked", text, one.person)


@transaction.atomic
def answer(*, inquiry: Inquiry, by: User, at: datetime, answer: str) -> None:
    """The person asked answers for themselves; once."""
    _permit(inquiry, "answer", by, at)
    said = answer.strip()
    if len(said) < 4:
        raise Refused("请逐件说明原因和打算（至少4个字）。", field="answer")
    _write(inquiry, {"answered_at": None, "verdict": ""}, answer=said[:2000], answered_at=at)
    text = f"{inquiry.person.name}已答复{inquiry.year}年度质询，请评定。"
    post_all([_message(inquiry, "answered", text, inquiry.asked_by)], at=at)


@transaction.atomic
def judge(
    *, inquiry: Inquiry, by: User, at: datetime, verdict: str, words: str = "", mend_by: date | None = None
) -> None:
    """The verdict, by somebody else of the county, on the answer or on its lack once the day for it has passed."""
    _permit(inquiry, "judge", by, at)
    if verdict not in Verdict.values:
        raise Refused("请选择评定结果。", field="verdict")
    said = words.strip()[:500] if verdict == Verdict.PASSED else explained(words, "words")
    if verdict == Verdict.MEND:
        _check_day(mend_by, at.astimezone(ZONE).date(), "mend_by", "整改期限")
    last = mend_by if verdict == Verdict.MEND else None
    _write(inquiry, {"verdict": ""}, verdict=verdict, words=said, mend_by=last, judged_by=by, judged_at=at)
    until = f"，请在{spell(last)}前完成整改" if last else ""
    text = f"您的{inquiry.year}年度质询评定为“{inquiry.get_verdict_display()}”{until}。"
    post_all([_message(inquiry, "judged", text, inquiry.person)], at=at)


def may_inquire(county: Grid, user: User, on: date) -> bool:
    return scope_on(user, on).covers(Permission.INQUIRE, county)


def refusal(inquiry: Inquiry, deed: str, user: User, on: date) -> str | None:
    """Why this person cannot answer or judge now, or None."""
    return _missing_right(inquiry, deed, user, on) or _not_now(inquiry, deed, on)


def _missing_right(inquiry: Inquiry, deed: str, user: User, on: date) -> str | None:
    if deed == "answer":
        return None if user.pk == inquiry.person_id else "质询由被质询人本人答复。"
    if user.pk == inquiry.person_id:
        return "不能评定对自己的质询，请由另一人评定。"
    return None if may_inquire(inquiry.county, user, on) else "您没有评定质询的权限，该操作由县级办理。"


def _not_now(inquiry: Inquiry, deed: str, on: date) -> str | None:
    if inquiry.verdict:
        return f"已评定为“{inquiry.get_verdict_display()}”，不能再改。"
    if deed == "answer":
        return "已经答复，请等待评定。" if inquiry.answered_at else None
    if inquiry.answered_at is None and on <= inquiry.due_on:
        return f"答复期限是{spell(inquiry.due_on)}，答复后或过期后才能评定。"
    return None


def _permit(inquiry: Inquiry, deed: str, by: User, at: datetime) -> None:
    on = at.astimezone(ZONE).date()
    right = _missing_right(inquiry, deed, by, on)
    if right:
        raise Forbidden(right)
    sentence = _not_now(inquiry, deed, on)
    if sentence:
        raise Refused(sentence)


def _write(inquiry: Inquiry, still: dict[str, object], **columns: object) -> None:
    """By compare-and-set on what `still` must hold."""
    if not Inquiry.objects.filter(pk=inquiry.pk, **still).update(**columns):
        raise Outrun
    for name, value in columns.items():
        setattr(inquiry, name, value)


def _message(inquiry: Inquiry, step: str, text: str, user: User) -> Message:
    return Message(f"inquiry.{step}:{inquiry.pk}", "inquiry", text, user=user, link=LINK.format(pk=inquiry.pk))


def _check_year(year: int, on: date) -> None:
    if not on.year - 1 <= year <= on.year:
        raise Refused(f"只能对{on.year - 1}年度或{on.year}年度发起质询。", field="year")


def _check_day(day: date | None, on: date, field: str, what: str) -> None:
    last = on + LONGEST_WAIT
    if day is None or not on < day <= last:
        raise Refused(f"{what}应在{spell(on)}之后、{spell(last)}之前（含）。", field=field)
