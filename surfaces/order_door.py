"""Addresses of a supervision order that hold on every surface: the one a notice or a printed code carries, and its
sheet of paper."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.privacy import mask, personal_fields
from accounts.roles import GRANTS, Permission, Surface
from exchange.papers.order import Sheet, order_paper
from grids.models import Grid
from grids.scope import Scope
from issues.models import Issue, SupervisionOrder
from surfaces.doors import Visitor, needs
from surfaces.issue_page import IssuePage
from surfaces.order_page import OrderPage, orders_of
from surfaces.words import moment
from workdays.now import now

HISTORY_PRINTED = 12
"""Lines of history on the sheet, the latest ones."""


@require_GET
@needs(Permission.ISSUE_VIEW)
def order(request: Visitor, pk: int) -> HttpResponse:
    """To the order on the surface of whoever opens it."""
    get_object_or_404(orders_of(request.user), pk=pk)
    surfaces = {GRANTS[role].surface for role in Scope.of(request.user).roles}
    return redirect("field:order" if surfaces == {Surface.FIELD} else "console:order", pk)


@require_GET
@needs(Permission.ISSUE_VIEW)
def sheet(request: Visitor, pk: int) -> HttpResponseBase:
    """一事一单, to be printed."""
    found = get_object_or_404(orders_of(request.user), pk=pk)
    address = request.build_absolute_uri(reverse("order", args=[pk]))
    made = order_paper(_sheet(OrderPage(found, request.user, now()), address))
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{found.number.replace('督', '%E7%9D%A3')}.pdf"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _sheet(page: OrderPage, address: str) -> Sheet:
    order = page.order
    county = Grid.objects.get(pk=order.county_id).name
    return Sheet(
        county=county,
        label=page.label,
        colour=order.colour,
        number=order.number,
        title=order.issue.title,
        facts=[*_matter(order), *((label, str(value)) for label, value in page.facts())],
        demand=page.demand,
        history=_history(page),
        answer=order.answer,
        answered=_answered(order),
        address=address,
        foot=f"{county} · {moment(page.at)}由{page.user.name}打印",
    )


def _answered(order: SupervisionOrder) -> str:
    if order.answered_by is None or order.answered_at is None:
        return ""
    return f"{order.answered_by.name}，{moment(order.answered_at)}"


def _matter(order: SupervisionOrder) -> list[tuple[str, str]]:
    """The matter with its petitioner masked; what it is about in detail stays in the register."""
    issue = order.issue
    due = order.clock.due_at if order.clock else None
    return [
        ("事项编号", issue.number or ""),
        ("反映人", mask(issue.petitioner, personal_fields(Issue)["petitioner"])),
        ("地点", issue.grid.full_name),
        ("办理时限", f"{moment(due)}（{order.clock.sentence}）" if order.clock and due else "未定"),
    ]


def _history(page: OrderPage) -> list[tuple[str, str, str]]:
    """What happened until now, without what was written about it."""
    told = IssuePage(page.order.issue, page.user, page.at).history()[:HISTORY_PRINTED]
    return [(moment(one["at"]), one["who"], one["what"]) for one in reversed(told)]
