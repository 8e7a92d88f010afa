"""督办单 on the phone: what waits for my answer, and one order."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.roles import Permission
from surfaces import paging
from surfaces.doors import Visitor, needs
from surfaces.field import work
from surfaces.order_page import LATE_FIRST, NEWEST_FIRST, WITH, OrderPage, orders_of, to_answer
from workdays.now import now

WAITING, ALL = "waiting", "all"


@require_GET
@needs(Permission.ISSUE_VIEW)
def orders(request: Visitor) -> HttpResponse:
    waiting = to_answer(request.user).select_related(*WITH)
    chosen = ALL if request.GET.get("list") == ALL else WAITING
    rows, order = (orders_of(request.user), NEWEST_FIRST) if chosen == ALL else (waiting, LATE_FIRST)
    tabs = [
        {"label": "待我回复", "url": "?", "count": work.counted(waiting), "current": chosen == WAITING},
        {"label": "全部", "url": f"?list={ALL}", "current": chosen == ALL},
    ]
    known = {"tabs": tabs, "chosen": chosen, "page": paging.page(request, rows, order=order)}
    return render(request, "field/orders.html", known)


@require_GET
@needs(Permission.ISSUE_VIEW)
def order(request: Visitor, pk: int) -> HttpResponse:
    found = get_object_or_404(orders_of(request.user), pk=pk)
    known = {"order": found, "page": OrderPage(found, request.user, now())}
    return render(request, "field/order.html", known)
