"""Addresses of the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from surfaces.api import docs
from surfaces.api.duty import DutyResource
from surfaces.api.issues import IssueResource
from surfaces.api.ledgers import LedgerResource, RateResource
from surfaces.api.orders import OrderResource
from surfaces.api.requests import RequestResource
from surfaces.api.resources import GridResource, HouseholdResource, PairingResource
from surfaces.api.rounds import RoundResource
from surfaces.api.service import PledgeResource, SessionResource
from surfaces.api.visits import VisitResource

app_name = "api"
router = SimpleRouter()
router.register("grids", GridResource, "grid")
router.register("households", HouseholdResource, "household")
router.register("pairings", PairingResource, "pairing")
router.register("rounds", RoundResource, "round")
router.register("visits", VisitResource, "visit")
router.register("issues", IssueResource, "issue")
router.register("orders", OrderResource, "order")
router.register("ledgers", LedgerResource, "ledger")
router.register("rates", RateResource, "rate")
router.register("duty", DutyResource, "duty")
router.register("requests", RequestResource, "request")
router.register("sessions", SessionResource, "session")
router.register("pledges", PledgeResource, "pledge")

urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", docs.schema, name="schema"),
    path("docs/", docs.docs, name="docs"),
]
