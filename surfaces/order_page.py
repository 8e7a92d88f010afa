"""What the page of one supervision order tells, on every surface."""

from datetime import datetime
from typing import Any

from accounts.models import User
from grids.scope import Scope
from issues.case import Case
from issues.models import SupervisionOrder
from issues.models.orders import SupervisionOrderQuerySet
from issues.supervision import wording
from issues.workflow import MOVES, refusal_of
from surfaces.colours import Colours
from surfaces.words import moment

WITH = (
    "issue__handler",
    "issue__unit",
    "issue__grid",
    "grid",
    "addressee",
    "copied_to",
    "issued_by",
    "answered_by",
    "clock",
)
LATE_FIRST = ("answer_due_at", "id")
NEWEST_FIRST = ("-issued_at", "-id")


def orders_of(user: User) -> SupervisionOrderQuerySet:
    """What the person may see, with what a page shows of each."""
    rows: SupervisionOrderQuerySet = SupervisionOrder.objects.visible_to(user).select_related(*WITH)
    return rows


def to_answer(user: User) -> SupervisionOrderQuerySet:
    """What waits for this person, or for people they stand in for today."""
    return SupervisionOrder.objects.waiting_for(Scope.of(user).people)


class OrderPage:
    """One order before one person."""

    def __init__(self, order: SupervisionOrder, user: User, at: datetime) -> None:
        self.order = order
        self.user = user
        self.at = at
        self.case = Case(order.issue, user, Scope.of(user))

    @property
    def label(self) -> str:
        return Colours().label(self.order.county_id, self.order.colour)

    @property
    def demand(self) -> str:
        return wording.demand(self.order)

    @property
    def state(self) -> tuple[str, str]:
        return wording.state(self.order, self.at)

    @property
    def may_answer(self) -> bool:
        mine = any(order.pk == self.order.pk for order in self.case.orders_to_answer)
        return mine and refusal_of(self.case, MOVES["answer_order"]) is None

    @property
    def others(self) -> list[SupervisionOrder]:
        """What the same answer answers too."""
        return [order for order in self.case.orders_to_answer if order.pk != self.order.pk]

    def facts(self) -> list[tuple[str, Any]]:
        order = self.order
        issuer = order.issued_by.name if order.issued_by else "系统自动"
        return [
            ("责任人", order.addressee.name),
            ("抄送", order.copied_to.name if order.copied_to else "无（上级岗位空缺）"),
            ("事由", order.get_cause_display()),
            ("发出", f"{moment(order.issued_at)}，{issuer}"),
            ("办理层级", f"{self.case.rules.chain.name(order.level)}，第{order.round}轮"),
            ("回复时限", moment(order.answer_due_at)),
        ]
