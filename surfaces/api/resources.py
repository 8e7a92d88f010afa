"""Grids, households and pairings: to be read."""

from accounts.roles import Permission
from grids.models import Grid
from households.models import Household, Pairing
from surfaces.api.filters import GridFilter, HouseholdFilter, PairingFilter
from surfaces.api.shapes import shape
from surfaces.api.views import Resource, documented

_GRID = ("id", "code", "name", "full_name", "kind", "county_id", "town_id", "village_id", "cell_id")
_HOUSEHOLD = ("id", "number", "kind", "head_name", "phone", "closed_on", "demo")
_PAIRING = ("id", "contact_type", "since", "until", "origin", "next_due_on", "demo")
PLACE = {"grid": "grid_id", "grid_name": "grid__full_name"}
_OF_PAIRING = PLACE | {
    "member": "member_id",
    "member_name": "member__name",
    "household": "household_id",
    "household_number": "household__number",
    "head_name": "household__head_name",
    "programme": "programme_id",
}


@documented
class GridResource(Resource):
    rights = {"GET": Permission.GRID_VIEW}
    order = ("code", "id")
    filterset_class = GridFilter
    brief = shape("Grid", Grid, *_GRID, parent="parent_id")
    full = shape("GridDetail", Grid, *_GRID, "lat", "lng", "valid_from", "valid_to", parent="parent_id")


@documented
class HouseholdResource(Resource):
    rights = {"GET": Permission.HOUSEHOLD_VIEW}
    order = ("number", "id")
    filterset_class = HouseholdFilter
    brief = shape("Household", Household, *_HOUSEHOLD, **PLACE)
    full = shape("HouseholdDetail", Household, *_HOUSEHOLD, "address", "created_at", **PLACE)


@documented
class PairingResource(Resource):
    rights = {"GET": Permission.HOUSEHOLD_VIEW}
    order = ("id",)
    filterset_class = PairingFilter
    brief = shape("Pairing", Pairing, *_PAIRING, **_OF_PAIRING)
    full = shape(
        "PairingDetail", Pairing, *_PAIRING, "reason", "end_reason", "person_name", **_OF_PAIRING, follows="follows_id"
    )
