"""Who hears of a request: the household by SMS (neutral words, at most 70 characters with the signature, not at night),
the people of the branch and the pool in the inbox. Each at most once per event: the row's version is in the key.
"""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from issues.models import RequestStatus, ServiceRequest
from issues.requests import pool
from issues.rules import CountyRules
from issues.telling import letterhead
from notices.actions import Message, post_all
from workdays.arithmetic import ZONE, spell

STAFF_LINK = "/requests/{pk}/"
"""Leads to the request on the surface of whoever opens it."""
PUBLIC_LINK = "/r/{code}/"
TOLD = {
    "placed": "您的需求已登记，编号{number}，我们会尽快安排。",
    "taken": "您的需求（编号{number}）已有人接单，会与您联系。",
    "done": "您的需求（编号{number}）已办好，请扫您家联系卡上的二维码，告诉我们您是否满意。",
    "again": "您的需求（编号{number}）会再办一次，我们会尽快安排。",
    "declined": "您的需求（编号{number}）暂时不能办理，原因请扫您家联系卡上的二维码查看。",
    "converted": "您的需求（编号{number}）已转给有关人员办理，进度请扫您家联系卡上的二维码查看。",
}
"""What the household hears. None is longer than 70 characters with a signature of twelve and the number."""


def household(request: ServiceRequest, kind: str, at: datetime) -> None:
    if not request.phone:
        return
    letter = letterhead(CountyRules(request.county_id).switches)
    words = TOLD[kind].format(number=digits(request))
    link = PUBLIC_LINK.format(code=request.code)
    message = Message(
        _key(request, kind, "p"),
        f"request_{kind}",
        letter.over(words),
        phone=request.phone,
        link=link,
        quiet=letter.quiet,
    )
    post_all([message], at=at)


def staff(request: ServiceRequest, kind: str, text: str, people: Iterable[User | None], at: datetime) -> None:
    link = STAFF_LINK.format(pk=request.pk)
    once = {person.pk: person for person in people if person}
    said = [
        Message(_key(request, kind, f"u{pk}"), f"request_{kind}", text, person, "", link) for pk, person in once.items()
    ]
    post_all(said, at=at)


def branch(request: ServiceRequest, kind: str, text: str, at: datetime) -> None:
    """Whoever decides in the branch today, and who dispatched it last."""
    deciding = pool.branch(request, at.astimezone(ZONE).date())
    staff(request, kind, text, [*deciding, request.dispatched_by], at)


def offered(request: ServiceRequest, at: datetime) -> None:
    """To the one named, or to everybody who may take it."""
    assert request.status == RequestStatus.DISPATCHED
    until = spell(request.due_at.astimezone(ZONE).date()) if request.due_at else ""
    what = f"{request.get_kind_display()}“{request.title}”"
    if request.addressee:
        staff(request, "offered", f"{what}请您接单，{until}前有效。", [request.addressee], at)
    else:
        people = pool.people(request, at.astimezone(ZONE).date())
        staff(request, "offered", f"{what}等人接单，先接先得，{until}前有效。", people, at)


def digits(request: ServiceRequest) -> str:
    """The number as an SMS carries it: eleven digits, an issue's has twelve."""
    return request.number.removeprefix("D").replace("-", "")


def _key(request: ServiceRequest, kind: str, who: str) -> str:
    return f"request.{kind}.{request.version}:{request.pk}:{who}"
