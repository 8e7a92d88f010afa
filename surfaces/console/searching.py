"""The search box in the head: everything of my scope at once. Each group is what its list shows for the same words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.actions import log_search
from accounts.privacy import mask, personal_fields
from accounts.roles import Permission
from grids.models import Grid, Posting
from grids.scope import Scope
from households.models import Household
from issues.models import Issue, ServiceRequest
from members.models import Member
from surfaces import find, words
from surfaces.console.household_lists import HouseholdFilter, MemberFilter
from surfaces.console.issue_list import IssueFilter
from surfaces.console.post_lists import PostingFilter
from surfaces.console.request_list import RequestFilter
from surfaces.doors import Visitor, address, needs
from workdays.now import now, today

P = Permission
SHOWN = 8
COUNT_CAP = 1000
NUMBERS = {"phone": "电话", "phone_tail": "电话后四位", "id_number": "身份证号"}


@dataclass(frozen=True)
class Hit:
    """Address, what it is called, what tells it apart."""

    url: str
    title: str
    note: str


@dataclass(frozen=True)
class Kind:
    """What can be found. `rows` are asked from the list `url_name` with `asked` besides the words."""

    label: str
    unit: str
    permission: Permission
    rows: Callable[[Visitor, QueryDict], Any]
    order: tuple[str, ...]
    joined: str
    hit: Callable[[Any], Hit]
    url_name: str = ""
    asked: dict[str, str] = field(default_factory=dict)


@require_GET
@needs()
def search(request: Visitor) -> HttpResponse:
    text = find.cleaned(request.GET.get("q", ""))[:60]
    too_short = not find.long_enough(text)
    groups = [] if too_short else [group for kind in KINDS if (group := _group(request, kind, text))]
    number = find.number_of_a_person(text)
    if number:
        told = "、".join(f"{group['label']}{group['counted']}{group['unit']}" for group in groups)
        log_search(
            number=NUMBERS[number], found=told or "没有找到", by=request.user, at=now(), address=address(request)
        )
    known = {"q": text, "groups": groups, "too_short": too_short, "logged": NUMBERS.get(number, "")}
    return render(request, "console/search.html", known)


def _group(request: Visitor, kind: Kind, text: str) -> dict[str, Any] | None:
    if not Scope.of(request.user).may(kind.permission):
        return None
    asked = QueryDict(urlencode({"q": text, **kind.asked}))
    rows = kind.rows(request, asked)
    found = list(rows.select_related(*kind.joined.split()).order_by(*kind.order)[: SHOWN + 1])
    if not found:
        return None
    count = len(found) if len(found) <= SHOWN else rows.order_by()[: COUNT_CAP + 1].count()
    more = f"{reverse(kind.url_name)}?{asked.urlencode()}" if kind.url_name and count > SHOWN else ""
    return {
        "label": kind.label,
        "unit": kind.unit,
        "counted": words.counted(count, COUNT_CAP),
        "hits": [kind.hit(row) for row in found[:SHOWN]],
        "all": more,
    }


def _grids(request: Visitor, asked: QueryDict) -> Any:
    return find.grids(Grid.objects.visible_to(request.user).current(today()), str(asked["q"]))


def _issue(one: Issue) -> Hit:
    note = f"{one.number or '未挂号'} · {one.get_status_display()} · {one.grid.full_name}"
    return Hit(reverse("console:issue", args=[one.pk]), one.title, note)


def _request(one: ServiceRequest) -> Hit:
    note = f"{one.number} · {one.get_status_display()} · {one.grid.full_name}"
    return Hit(reverse("console:request", args=[one.pk]), one.title, note)


def _household(one: Household) -> Hit:
    head = mask(one.head_name, personal_fields(Household)["head_name"])
    return Hit(reverse("console:household", args=[one.pk]), f"{head}户", f"{one.number} · {one.grid.full_name}")


def _member(one: Member) -> Hit:
    return Hit(reverse("console:member", args=[one.pk]), one.name, f"{one.number} · {one.branch.name}")


def _post(one: Posting) -> Hit:
    return Hit(
        reverse("console:grid", args=[one.grid_id]),
        one.user.name,
        f"{one.get_role_display()} · {one.grid.full_name} · 尾号{one.user.phone_tail}",
    )


def _grid(one: Grid) -> Hit:
    return Hit(reverse("console:grid", args=[one.pk]), one.full_name, f"{one.get_kind_display()} · {one.code}")


def _listed(form: type[Any]) -> Callable[[Visitor, QueryDict], Any]:
    return lambda request, asked: form(request.user, asked, now()).rows()


ALL = {"status": "all"}
KINDS = (
    Kind(
        "诉求",
        "件",
        P.ISSUE_VIEW,
        _listed(IssueFilter),
        ("-collected_at", "-id"),
        "grid",
        _issue,
        "console:issues",
        ALL,
    ),
    Kind(
        "住户",
        "户",
        P.HOUSEHOLD_VIEW,
        _listed(HouseholdFilter),
        ("number", "id"),
        "grid",
        _household,
        "console:households",
    ),
    Kind("党员", "名", P.MEMBER_VIEW, _listed(MemberFilter), ("number", "id"), "branch", _member, "console:members"),
    Kind(
        "任职人员",
        "个岗位",
        P.POSTING_EDIT,
        _listed(PostingFilter),
        ("-since", "-id"),
        "user grid",
        _post,
        "console:postings",
    ),
    Kind("网格", "个", P.GRID_VIEW, _grids, ("code", "id"), "parent", _grid),
    Kind(
        "群众点单",
        "件",
        P.ISSUE_VIEW,
        _listed(RequestFilter),
        ("-requested_at", "-id"),
        "grid",
        _request,
        "console:requests",
        ALL,
    ),
)
