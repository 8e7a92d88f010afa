"""Supervision orders: to be read. They are issued and answered by the moves of their issue."""

from accounts.roles import Permission
from issues.models import SupervisionOrder
from surfaces.api.filters import OrderFilter
from surfaces.api.resources import PLACE
from surfaces.api.shapes import shape
from surfaces.api.views import Resource, documented

_ORDER = (
    "id", "number", "colour", "cause", "level", "round", "issued_at", "answer_due_at", "answered_at", "lapsed_at",
)  # fmt: skip
_OF_ORDER = PLACE | {
    "issue": "issue_id",
    "issue_number": "issue__number",
    "issue_title": "issue__title",
    "issued_by": "issued_by_id",
    "addressee": "addressee_id",
    "copied_to": "copied_to_id",
    "answered_by": "answered_by_id",
}


@documented
class OrderResource(Resource):
    rights = {"GET": Permission.ISSUE_VIEW}
    order = ("-issued_at", "-id")
    filterset_class = OrderFilter
    brief = shape("Order", SupervisionOrder, *_ORDER, **_OF_ORDER)
    full = shape("OrderDetail", SupervisionOrder, *_ORDER, "reason", "answer", **_OF_ORDER)
