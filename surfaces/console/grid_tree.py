"""One level of the tree as it is shown: each grid with its leader and what lives in it, counted in a few queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Kind, Posting
from grids.scope import COLUMN_OF
from households.models import Household
from issues.models import Issue

HEADS = {
    Kind.VILLAGE: (Role.CHIEF_GRID_LEADER, Role.BRANCH_SECRETARY),
    Kind.CELL: (Role.GRID_LEADER,),
    Kind.SUB_CELL: (Role.GRID_LEADER,),
}
"""Who is named beside a grid: the first of these posts that is filled."""


@dataclass(frozen=True)
class Twig:
    """`head` is empty when the post is vacant, None where a level has no head."""

    grid: Grid
    head: str | None
    households: int
    issues: int


def twigs(grids: QuerySet[Grid], user: User, on: date) -> list[Twig]:
    """These grids (all of one level) in the order of their codes."""
    listed = list(grids.order_by("code"))
    heads = _heads(listed, on)
    households = _counted(Household.objects.visible_to(user).living(), listed)
    issues = _counted(Issue.objects.visible_to(user).filter(live_grid__isnull=False), listed)
    return [
        Twig(
            grid,
            heads.get(grid.pk, "") if Kind(grid.kind) in HEADS else None,
            households.get(grid.pk, 0),
            issues.get(grid.pk, 0),
        )
        for grid in listed
    ]


def _heads(grids: Iterable[Grid], on: date) -> dict[int, str]:
    posts = Posting.objects.active(on).filter(grid__in=[grid.pk for grid in grids]).select_related("user", "grid")
    found: dict[int, tuple[int, str]] = {}
    for post in posts:
        roles = HEADS.get(Kind(post.grid.kind), ())
        if post.role in roles:
            rank = roles.index(Role(post.role))
            found[post.grid_id] = min(found.get(post.grid_id, (99, "")), (rank, post.user.name))
    return {grid_id: name for grid_id, (_, name) in found.items()}


def _counted(rows: QuerySet[Any], grids: list[Grid]) -> dict[int, int]:
    """Rows in and below each grid, by one GROUP BY over the scope column of their level."""
    if not grids:
        return {}
    column = COLUMN_OF[grids[0].kind]
    inside = rows.filter(**{f"{column}__in": [grid.pk for grid in grids]})
    return dict(inside.order_by().values_list(column).annotate(Count("pk")))
