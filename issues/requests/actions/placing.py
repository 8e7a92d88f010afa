"""点单: a household's request is taken down, numbered, and waits for its branch."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import crypto, normal
from accounts.errors import Refused
from accounts.models import User
from grids.models import Grid
from households.models import Household
from issues.collectors import must_collect
from issues.models import RequestKind, RequestSeries, RequestStatus, ServiceRequest
from issues.numbers import next_of_day
from issues.requests import telling
from issues.requests.history import REQUESTS
from issues.requests.rules import CountyRequestRules
from workdays.arithmetic import ZONE


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
    due = rules.due(request, RequestStatus.REQUESTED, at)
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
    what = f"{request.get_kind_display()}“{request.title}”（{request.number}）"
    telling.branch(request, "placed", f"{what}待下单，请安排党员接单。", at)
    return request


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


def _set_phone(request: ServiceRequest, phone: str) -> None:
    number = normal.phone(phone)
    fault = normal.phone_fault(number) if number else None
    if fault:
        raise Refused(f"{fault}，请核对。", field="phone")
    request.phone = number
    request.phone_index = crypto.blind_index(number)
