"""Who else hears at once when a matter is given to somebody: the place it comes from, and those who help."""

from collections.abc import Iterable
from datetime import date, datetime

from accounts.models import User
from accounts.roles import Role
from grids.models import Kind
from issues import telling
from issues.chain import Posts, ancestor
from issues.models import Issue

TERRITORY = {
    Kind.VILLAGE: (Role.CHIEF_GRID_LEADER, Role.BRANCH_SECRETARY, Role.FIRST_SECRETARY),
    Kind.TOWN: (Role.TOWN_CLERK, Role.TOWN_LEADER),
}
"""属地: the first of these who is there today, in the village and in the town."""


def tell_territory(issue: Issue, *, by: User, at: datetime, on: date) -> None:
    """What goes straight to a department is known at once where it comes from (万州, 诸城)."""
    if issue.unit is None:
        return
    until = telling.by_when(issue)
    text = f"事项{issue.number}“{issue.title}”已直接交{issue.unit.name}办理，{until}前办结，请了解并配合。"
    told = [user for user in territorial(issue, on) if user.pk not in (by.pk, issue.handler_id)]
    telling.staff(issue, "dispatched", text, told, at)


def territorial(issue: Issue, on: date) -> list[User]:
    """Who acts for the village and the town over the issue's place."""
    roles = [role for found in TERRITORY.values() for role in found]
    posts = Posts.of(issue.county_id, on, roles, [issue.village_id, issue.town_id])
    ids = [
        next((person for role in roles if (person := posts.acting(ancestor(issue, kind), role)) is not None), None)
        for kind, roles in TERRITORY.items()
    ]
    return list(User.objects.filter(pk__in=[pk for pk in ids if pk]).order_by("pk"))


def tell_helpers(issue: Issue, helpers: Iterable[User], *, at: datetime) -> None:
    """协办: told to help whoever is responsible."""
    who = issue.handler.name if issue.handler else ""
    text = f"事项{issue.number}“{issue.title}”由{who}承办，请您协办，{telling.by_when(issue)}前办结。"
    telling.staff(issue, "helping", text, helpers, at)
