"""Who may take something down from residents, and where."""

from datetime import datetime

from accounts.errors import Forbidden
from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid
from households.models import Household
from issues.case import scope_on
from issues.chain import is_over
from issues.models import Issue
from workdays.arithmetic import ZONE


def must_collect(by: User | None, place: Grid, household: Household | None, at: datetime) -> None:
    """In my area; or at a household that is mine, or in a grid where I hold any post. `by` None: the resident."""
    if by is None:
        return
    scope = scope_on(by, at.astimezone(ZONE).date())
    if scope.covers(Permission.ISSUE_COLLECT, place):
        return
    at_home = household and Household.objects.visible_to(by).filter(pk=household.pk).exists()
    on_post = any(is_over(posting, Issue(**place.scope())) for posting in scope.postings)
    if not (scope.may_own(Permission.ISSUE_COLLECT) and (at_home or on_post)):
        raise Forbidden("只能登记自己联系的住户和所在网格的诉求。")
