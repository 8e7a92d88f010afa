"""What waits for me in my area: every figure is the length of the list it opens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from issues.models import Issue
from members.models import UnitStaff
from notices.models import Notice
from surfaces.console.filters import Filter
from surfaces.console.household_lists import GapFilter, PairingFilter
from surfaces.console.issue_list import IssueFilter, OpinionFilter
from surfaces.console.orders import OrderFilter
from surfaces.console.post_lists import VacancyFilter
from surfaces.console.request_list import RequestFilter
from surfaces.doors import Visitor, needs
from surfaces.help.guides import to_show
from surfaces.inquiries import waiting
from workdays.models import year_warnings
from workdays.now import now

P = Permission
NEXT_SHOWN = 8
NOTICES_SHOWN = 5


@dataclass(frozen=True)
class Figure:
    """`filter` with the query `asked` gives both the number here and the list behind it."""

    label: str
    permission: Permission
    filter: type[Filter]
    url_name: str
    asked: str = ""
    unit: str = "件"
    tone: str = ""

    def card(self, user: User, at: datetime) -> dict[str, Any]:
        number = self.filter(user, QueryDict(self.asked), at).rows().count()  # type: ignore[attr-defined]
        url = reverse(self.url_name) + (f"?{self.asked}" if self.asked else "")
        tone = self.tone if number else ""
        return {"label": self.label, "number": number, "url": url, "unit": self.unit, "tone": tone}


def _issues(label: str, permission: Permission, asked: str, tone: str = "") -> Figure:
    return Figure(label, permission, IssueFilter, "console:issues", asked, tone=tone)


MINE = (
    _issues("待我签收", P.ISSUE_HANDLE, "status=assigned&whose=mine", "amber"),
    _issues("我在办理", P.ISSUE_HANDLE, "status=processing&whose=mine"),
    _issues("我的逾期", P.ISSUE_HANDLE, "status=open&whose=mine&overdue=on", "red"),
    Figure("待我回复督办单", P.ISSUE_HANDLE, OrderFilter, "console:orders", "whose=to_answer", "张", "red"),
)
MY_UNIT = (
    _issues("本单位在办", P.ISSUE_HANDLE, "status=doing&whose=unit"),
    _issues("本单位逾期", P.ISSUE_HANDLE, "status=open&whose=unit&overdue=on", "red"),
)
AREA = (
    Figure("待梳理", P.ISSUE_TRIAGE, OpinionFilter, "console:opinions", tone="amber"),
    _issues("待交办", P.ISSUE_ASSIGN, "status=registered", "amber"),
    _issues("待核查", P.ISSUE_VERIFY, "status=reported", "amber"),
    _issues("逾期", P.ISSUE_ASSIGN, "status=open&overdue=on", "red"),
    Figure("待回复督办单", P.ISSUE_ASSIGN, OrderFilter, "console:orders", "state=waiting", "张", "amber"),
    _issues("办理中", P.ISSUE_ASSIGN, "status=doing"),
    _issues("待群众确认", P.ISSUE_VERIFY, "status=asking"),
    _issues("公示异议待答复", P.ISSUE_VERIFY, "status=live&heed=objection", "amber"),
    _issues("挂账节点逾期", P.ISSUE_ASSIGN, "status=live&heed=milestone", "red"),
    Figure("点单待下单", P.ISSUE_ASSIGN, RequestFilter, "console:requests", "status=requested", tone="amber"),
)
LATE = (
    _issues("梳理超期", P.ISSUE_TRIAGE, "status=collected&overdue=on", "red"),
    _issues("交办超期", P.ISSUE_ASSIGN, "status=registered&overdue=on", "red"),
    _issues("核查超期", P.ISSUE_VERIFY, "status=reported&overdue=on", "red"),
    _issues("回访、公示超期", P.ISSUE_VERIFY, "status=asking&overdue=on", "red"),
)
LIAISON = (
    Figure("走访逾期", P.PAIRING_EDIT, PairingFilter, "console:pairings", "late=on", "户", "red"),
    Figure("未结对住户", P.PAIRING_EDIT, GapFilter, "console:gaps", unit="户", tone="amber"),
    Figure("待移交结对", P.PAIRING_EDIT, PairingFilter, "console:pairings", "stranded=on", "户", "amber"),
    Figure("岗位空缺", P.POSTING_EDIT, VacancyFilter, "console:vacancies", unit="处", tone="amber"),
)


@require_GET
@needs()
def home(request: Visitor) -> HttpResponse:
    user, at = request.user, now()
    return render(
        request,
        "console/home.html",
        {
            "boards": boards(user, at),
            "inquiries": waiting(user),
            "next_due": _next_due(user, at),
            "notices": Notice.objects.visible_to(user).unread()[:NOTICES_SHOWN],
            "warnings": year_warnings(at.date(), _county_id(user)),
            "guide": to_show(user, "console"),
            "may_collect": Scope.of(user).may(P.ISSUE_COLLECT),
        },
    )


def boards(user: User, at: datetime) -> list[tuple[str, list[dict[str, Any]]]]:
    """Headings with the figures this person may act on; a heading without figures is left out."""
    in_a_unit = UnitStaff.objects.filter(user=user, until=None).exists()
    groups = [
        ("诉求", AREA),
        ("超期的环节", LATE),
        ("联户与岗位", LIAISON),
        ("我手上的", MINE),
        ("我的单位", MY_UNIT if in_a_unit else ()),
    ]
    scope = Scope.of(user)
    found = [(label, [f.card(user, at) for f in figures if scope.may(f.permission)]) for label, figures in groups]
    return [(label, cards) for label, cards in found if cards]


def _county_id(user: User) -> int | None:
    """The county somebody works in; None without a post."""
    return next((posting.county_id for posting in Scope.of(user).postings), None)


def _next_due(user: User, at: datetime) -> list[Issue]:
    """The issues I can dispose of whose deadlines come next, late ones first."""
    if not Scope.of(user).may(P.ISSUE_VIEW):
        return []
    rows, order = IssueFilter(user, QueryDict("status=open"), at).ordered()
    return list(rows.exclude(due_at=None).select_related("handler", "unit", "grid").order_by(*order)[:NEXT_SHOWN])
