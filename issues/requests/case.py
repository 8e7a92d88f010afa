"""A request before one person on one day: what the table of moves looks at, each thing fetched once."""

from datetime import date
from functools import cached_property

from accounts.models import User
from accounts.roles import Permission
from grids.posts import stood_in_for, substitutes
from grids.scope import Scope
from issues.models import RequestStatus, ServiceRequest, villages_of
from issues.requests.rules import CountyRequestRules


class Case:
    """`user` None is the household behind its code, or, `by_clock`, nobody at all."""

    def __init__(self, request: ServiceRequest, user: User | None, scope: Scope, *, by_clock: bool = False) -> None:
        self.request = request
        self.user = user
        self.scope = scope
        self.by_clock = by_clock

    @property
    def on(self) -> date:
        return self.scope.on

    @property
    def status(self) -> RequestStatus:
        return RequestStatus(self.request.status)

    @cached_property
    def rules(self) -> CountyRequestRules:
        return CountyRequestRules(self.request.county_id)

    @property
    def is_household(self) -> bool:
        return self.user is None and not self.by_clock

    @property
    def is_requester(self) -> bool:
        return self.user is not None and self.user.pk == self.request.requested_by_id

    @cached_property
    def is_holder(self) -> bool:
        """Who took it, or is named to take it, or stands in for them today."""
        holder = self.request.taker_id or self.request.addressee_id
        if self.user is None or holder is None:
            return False
        return self.user.pk == holder or holder in stood_in_for(self.user.pk, substitutes(self.on))

    @cached_property
    def may_take(self) -> bool:
        """Named for it; or, when nobody is, of the village's pool."""
        if self.request.addressee_id:
            return self.is_holder
        return self.user is not None and self.request.village_id in villages_of(self.scope)

    @cached_property
    def sees_details(self) -> bool:
        """What the household said, and who it is: for the area, and who brought, holds or held it; not for the pool."""
        return self.covers(Permission.ISSUE_VIEW) or self.is_requester or self.is_holder

    def covers(self, permission: Permission) -> bool:
        return self.user is not None and self.scope.covers(permission, self.request)
