"""督办单 on the console: the list, unanswered first, and one order."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from issues.models import Colour, SupervisionOrder
from issues.models.orders import UNANSWERED
from surfaces import paging
from surfaces.colours import relabel
from surfaces.console.filters import Filter, pick
from surfaces.console.places import PlaceField, inside
from surfaces.doors import Visitor, needs
from surfaces.order_page import LATE_FIRST, NEWEST_FIRST, WITH, OrderPage, orders_of
from workdays.now import now

WAITING, LATE, ANSWERED, LAPSED, ALL = "waiting", "late", "answered", "lapsed", "all"
STATES = ((WAITING, "待回复"), (LATE, "到期未回复"), (ANSWERED, "已回复"), (LAPSED, "已失效"), (ALL, "全部"))
COUNTED = (WAITING, LATE)
WHOSE = [("to_answer", "要我回复的"), ("copied", "抄送我的"), ("issued", "我发出的")]


class OrderFilter(Filter):
    """By state, colour, town or village, and whose they are."""

    state = forms.ChoiceField(label="回复", required=False, choices=STATES)
    colour = pick("督办单", Colour.choices)
    place = PlaceField()
    whose = pick("与我有关", WHOSE)

    def __init__(self, user: User, asked: QueryDict, at: datetime) -> None:
        super().__init__(user, asked, at)
        relabel(self, "colour")

    @property
    def state_chosen(self) -> str:
        return str(self.chosen.get("state", WAITING))

    def rows(self) -> QuerySet[SupervisionOrder]:
        return self.narrowed().filter(_standing(self.state_chosen, self.at))

    def ordered(self) -> tuple[QuerySet[SupervisionOrder], tuple[str, ...]]:
        """Whose answer is due first while any waits, else the newest first."""
        return self.rows(), LATE_FIRST if self.state_chosen in COUNTED else NEWEST_FIRST

    def narrowed(self) -> QuerySet[SupervisionOrder]:
        """By everything but the state, which the tabs choose."""
        chosen = self.chosen
        rows: QuerySet[SupervisionOrder] = SupervisionOrder.objects.visible_to(self.user)
        if "colour" in chosen:
            rows = rows.filter(colour=chosen["colour"])
        if "place" in chosen:
            rows = rows.filter(inside(chosen["place"]))
        return rows.filter(self._whose(chosen["whose"])) if "whose" in chosen else rows

    def _whose(self, value: str) -> Q:
        people = Scope.of(self.user).people
        if value == "to_answer":
            return Q(pk__in=SupervisionOrder.objects.waiting_for(people).values("pk"))
        return Q(copied_to__in=people) if value == "copied" else Q(issued_by=self.user)

    def tabs(self) -> list[dict[str, Any]]:
        counts = self.narrowed().aggregate(
            **{state: Count("pk", filter=_standing(state, self.at)) for state in COUNTED}
        )
        return [
            {
                "label": label,
                "url": f"?{self.query(state=state)}",
                "count": counts.get(state),
                "current": state == self.state_chosen,
            }
            for state, label in STATES
        ]


def _standing(state: str, at: datetime) -> Q:
    return {
        WAITING: UNANSWERED,
        LATE: UNANSWERED & Q(answer_due_at__lt=at),
        ANSWERED: Q(answered_at__isnull=False),
        LAPSED: Q(lapsed_at__isnull=False),
        ALL: Q(),
    }[state]


@require_GET
@needs(Permission.ISSUE_VIEW)
def orders(request: Visitor) -> HttpResponse:
    asked = OrderFilter(request.user, request.GET, now())
    rows, order = asked.ordered()
    page = paging.page(request, rows.select_related(*WITH), order=order)
    shown = [OrderPage(one, request.user, asked.at) for one in page]
    known = {"filter": asked, "page": page, "shown": shown, "tabs": asked.tabs()}
    return render(request, "console/orders/list.html", known)


@require_GET
@needs(Permission.ISSUE_VIEW)
def order(request: Visitor, pk: int) -> HttpResponse:
    found = get_object_or_404(orders_of(request.user), pk=pk)
    page = OrderPage(found, request.user, now())
    return render(request, "console/orders/page.html", {"order": found, "page": page})
