"""Duty shifts: to be read."""

from accounts.roles import Permission
from rosters.models import DutyShift
from surfaces.api.filters import DutyFilter
from surfaces.api.resources import PLACE
from surfaces.api.shapes import shape
from surfaces.api.views import Resource, documented

_SHIFT = ("id", "kind", "place", "day", "starts_at", "ends_at", "state", "demo")
_OF_SHIFT = PLACE | {
    "rota": "rota_id",
    "phone": "rota__phone",
    "user": "user_id",
    "user_name": "user__name",
    "member": "member_id",
    "member_name": "member__name",
}


@documented
class DutyResource(Resource):
    rights = {"GET": Permission.GRID_VIEW}
    order = ("-starts_at", "-id")
    filterset_class = DutyFilter
    brief = shape("DutyShift", DutyShift, *_SHIFT, **_OF_SHIFT)
    full = shape("DutyShiftDetail", DutyShift, *_SHIFT, "by_hand", "note", "version", **_OF_SHIFT)
