"""Service days and pledges: to be read."""

from accounts.roles import Permission
from surfaces.api.filters import PledgeFilter, SessionFilter
from surfaces.api.resources import PLACE
from surfaces.api.shapes import shape
from surfaces.api.views import Resource, documented
from visits.models import Pledge, ServiceSession

_SESSION = ("id", "planned_on", "day", "place", "step", "called_off", "reason", "published_at", "demo")
_OF_SESSION = PLACE | {"programme": "programme_id", "organiser": "organiser_id"}
_PLEDGE = (
    "id", "year", "kind", "text", "due_on", "status", "published_at", "reported_at", "closed_at", "means", "demo",
)  # fmt: skip
_OF_PLEDGE = PLACE | {"member": "member_id", "branch": "branch_id"}


@documented
class SessionResource(Resource):
    rights = {"GET": Permission.VISIT_VIEW}
    order = ("-day", "-id")
    filterset_class = SessionFilter
    brief = shape("Session", ServiceSession, *_SESSION, **_OF_SESSION)
    full = shape("SessionDetail", ServiceSession, *_SESSION, "notice", **_OF_SESSION)


@documented
class PledgeResource(Resource):
    rights = {"GET": Permission.VISIT_VIEW}
    order = ("due_on", "id")
    filterset_class = PledgeFilter
    brief = shape("Pledge", Pledge, *_PLEDGE, **_OF_PLEDGE)
    full = shape("PledgeDetail", Pledge, *_PLEDGE, "result", "witness", **_OF_PLEDGE, branch_name="branch__name")
