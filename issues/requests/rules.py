"""A county's rules for 三单: loaded from its profile, read once per action."""

from datetime import datetime
from functools import cached_property

from django.db import transaction

from grids.models import Grid
from issues.models import RequestRules, RequestStatus, ServiceRequest
from profiles.profile import Profile
from workdays.arithmetic import CLOSING, ZONE, Due, spell
from workdays.models import calendar_for

S = RequestStatus
DAYS = {S.REQUESTED: "dispatch_days", S.DISPATCHED: "take_days", S.DONE: "rate_days"}
"""Which rule says how long a request may stand in a status."""


class CountyRequestRules:
    """The rules and the calendar of one county."""

    def __init__(self, county_id: int) -> None:
        self.county_id = county_id

    @cached_property
    def row(self) -> RequestRules:
        """The county's row, or the model's defaults while no profile is loaded."""
        found = RequestRules.objects.filter(county=self.county_id).first()
        return found or RequestRules(county_id=self.county_id)

    def due(self, request: ServiceRequest, status: RequestStatus, at: datetime) -> Due | None:
        """Until when a request that comes into a status now may stand there. Once taken, the household's wish counts.

        None where nothing has to happen any more, or the household named no day.
        """
        if status == S.TAKEN and request.wanted_on:
            return Due(datetime.combine(request.wanted_on, CLOSING, ZONE), f"群众希望{spell(request.wanted_on)}前办好")
        if status not in DAYS:
            return None
        return calendar_for(self.county_id).due(at, getattr(self.row, DAYS[status]), "workday")


@transaction.atomic
def load_request_rules(county: Grid, profile: Profile) -> int:
    """Brings a county's row to what its profile says. Returns how many rows changed. Running deadlines stay."""
    wanted = vars(profile.order_flow)
    row = RequestRules.objects.filter(county=county).first()
    if row and all(getattr(row, name) == value for name, value in wanted.items()):
        return 0
    RequestRules.objects.update_or_create(county=county, defaults=wanted)
    return 1
