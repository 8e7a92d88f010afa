"""An issue before one person on one day: what the guards of the moves look at, each thing fetched once."""

from datetime import date
from functools import cached_property

from accounts.models import User
from accounts.roles import Permission
from grids.models import Posting
from grids.posts import stood_in_for, substitutes
from grids.scope import Scope
from issues.models import (
    Application,
    Issue,
    IssueEvent,
    Milestone,
    Objection,
    PublicNotice,
    Status,
    SupervisionOrder,
)
from issues.rules import CountyRules
from members.models import UnitStaff

ARRIVALS = ("assign", "rule", "escalate", "reopen", "give_verdict", "object_to")
"""Events that put an issue into somebody's hands."""


def scope_on(user: User | None, on: date) -> Scope:
    """The person's scope of a day; nobody in particular may do nothing in particular."""
    return Scope.on_day(user, on)


class Case:
    """`user` None is somebody without an account: the household behind its code."""

    def __init__(self, issue: Issue, user: User | None, scope: Scope) -> None:
        self.issue = issue
        self.user = user
        self.scope = scope

    @property
    def on(self) -> date:
        return self.scope.on

    @property
    def status(self) -> Status:
        return Status(self.issue.status)

    @cached_property
    def rules(self) -> CountyRules:
        return CountyRules(self.issue.county_id)

    @cached_property
    def away(self) -> dict[int, int | None]:
        return substitutes(self.on)

    @cached_property
    def is_handler(self) -> bool:
        """The responsible person, or whoever stands in for them today."""
        if self.user is None or self.issue.handler_id is None:
            return False
        if self.user.pk == self.issue.handler_id:
            return True
        return self.issue.handler_id in stood_in_for(self.user.pk, self.away)

    @property
    def is_reporter(self) -> bool:
        return self.user is not None and self.user.pk == self.issue.reporter_id

    @cached_property
    def can_read(self) -> bool:
        return self.user is not None and Issue.objects.visible_to(self.user).filter(pk=self.issue.pk).exists()

    def covers(self, permission: Permission) -> bool:
        return self.scope.covers(permission, self.issue)

    def standing(self, permission: Permission) -> int:
        return self.rules.chain.standing(self.scope, self.issue, permission)

    @property
    def at_the_top(self) -> bool:
        return not self.rules.chain.above(self.issue.level, self.issue.grade)

    @cached_property
    def pending(self) -> Application | None:
        """The application that waits for a decision."""
        return Application.objects.filter(issue=self.issue, decided_at=None).first()

    @cached_property
    def orders_to_answer(self) -> list[SupervisionOrder]:
        """The supervision orders that wait for this person's answer, or for that of somebody they stand in for."""
        if self.user is None:
            return []
        people = stood_in_for(self.user.pk, self.away)
        orders = SupervisionOrder.objects.waiting_for(people).filter(issue=self.issue)
        return list(orders.order_by("issued_at", "id"))

    @cached_property
    def milestones_left(self) -> list[Milestone]:
        return list(Milestone.objects.left().filter(issue=self.issue))

    @cached_property
    def notice(self) -> PublicNotice | None:
        """The public notice of the present round."""
        return PublicNotice.objects.standing().filter(issue=self.issue, round=self.issue.round).first()

    @cached_property
    def objections(self) -> int:
        """How many objections to the notice wait for an answer."""
        return Objection.objects.waiting().filter(notice=self.notice).count() if self.notice else 0

    @cached_property
    def reported_by(self) -> int | None:
        """Who reported the result that is now to be verified."""
        last = IssueEvent.objects.filter(issue=self.issue, name="report").order_by("-seq").first()
        return last.by_id if last else None

    @cached_property
    def given_by(self) -> int | None:
        """Who gave it to the handler, and can have it back; None when it came up the chain, by ruling or anew."""
        came = IssueEvent.objects.filter(issue=self.issue, name__in=ARRIVALS).order_by("-seq").first()
        given = came is not None and came.name == "assign" and came.by_id != self.issue.handler_id
        return came.by_id if came and given else None

    @cached_property
    def handler_rank(self) -> int:
        """The handler's own rung over this place; NOWHERE for department staff."""
        return self._own_rank(self.issue.handler_id)

    @cached_property
    def my_rank(self) -> int:
        """By my own posts: whoever stands in for a superior is still a subordinate."""
        return self._own_rank(self.user.pk if self.user else None)

    def _own_rank(self, user_id: int | None) -> int:
        posts = Posting.objects.active(self.on).filter(user=user_id).select_related("grid")
        return self.rules.chain.rank(posts, self.issue)

    @cached_property
    def shares_a_unit_with_the_handler(self) -> bool:
        mine = UnitStaff.objects.filter(user=self.user, until=None).values("unit")
        return UnitStaff.objects.filter(user=self.issue.handler_id, until=None, unit__in=mine).exists()
