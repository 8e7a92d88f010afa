"""A county's chain of rungs: who stands where on it, and who holds each rung over a place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.roles import GRANTS, Permission, Role
from grids.models import SCOPE_COLUMNS, Kind, Posting
from grids.posts import acting, substitutes
from grids.scope import Scope
from issues.models import Rung

WIDTH = {kind: width for width, kind in enumerate(Kind.values)}
"""0 is the widest level of the tree."""
NOWHERE = 0
"""Below the first rung: the level of what is not registered yet, and the standing of who has no post here."""


@dataclass(frozen=True)
class Chain:
    """The rungs of one county, lowest first. A level is the `order` of a rung, from 1."""

    rungs: tuple[Rung, ...]

    @classmethod
    def of(cls, county_id: int) -> "Chain":
        return cls(tuple(Rung.objects.filter(county=county_id).order_by("order")))

    def rung(self, level: int) -> Rung | None:
        return next((rung for rung in self.rungs if rung.order == level), None)

    def above(self, level: int, grade: str | None = None) -> list[Rung]:
        """The rungs a matter of this grade may still climb; every rung above without one."""
        return [rung for rung in self.rungs if rung.order > level and takes(rung, grade)]

    def begins(self, level: int, grade: str) -> Rung | None:
        """Where a matter registered at a level begins: no lower than a rung kept for its grade (萍乡: major ones at the
        team meeting), and on none kept for another."""
        kept = [rung.order for rung in self.rungs if rung.grade == grade]
        lowest = max(level, min(kept, default=level))
        below = [rung for rung in self.rungs if rung.order <= lowest and takes(rung, grade)]
        return below[-1] if below else next(iter(self.above(lowest, grade)), None)

    def name(self, level: int) -> str:
        rung = self.rung(level)
        return rung.name if rung else "未挂号"

    def level_of(self, posting: Posting) -> int:
        """Where a post stands: at its own rung, or, when it is none, at the highest rung of its area."""
        kind, role = posting.grid.kind, posting.role
        own = [rung.order for rung in self.rungs if rung.at == kind and role in rung.roles]
        covered = [rung.order for rung in self.rungs if WIDTH[rung.at] >= WIDTH[kind]]
        return max(own or covered, default=NOWHERE)

    def standing(self, scope: Scope, row: Any, permission: Permission) -> int:
        """The highest level at which somebody may do this to a row; NOWHERE without a post that covers it."""
        levels = [
            self.level_of(posting)
            for posting in scope.postings
            if permission in GRANTS[Role(posting.role)].area and is_over(posting, row)
        ]
        return max(levels, default=NOWHERE)

    def lowest(self, postings: Iterable[Posting], row: Any) -> int:
        """The lowest rung over the row that somebody holds; NOWHERE for whoever holds none."""
        return min((rung.order for post in postings for rung in self.rungs if _holds(post, rung, row)), default=NOWHERE)

    def rank(self, postings: Iterable[Posting], row: Any) -> int:
        """The highest rung over the row that somebody holds; NOWHERE for department staff and everybody else."""
        return max((rung.order for post in postings for rung in self.rungs if _holds(post, rung, row)), default=NOWHERE)


def takes(rung: Rung, grade: str | None) -> bool:
    """Do matters of this grade stop at the rung?"""
    return not rung.grade or grade is None or rung.grade == grade


def is_over(posting: Posting, row: Any) -> bool:
    """Does the posting's grid contain the row?"""
    return ancestor(row, posting.grid.kind) == posting.grid_id


def ancestor(row: Any, kind: str) -> int:
    """The row's grid of a kind; 0 when it has none. A sub-cell is the row's own grid, if it is one."""
    column = SCOPE_COLUMNS.get(Kind(kind))
    return int(getattr(row, column)) if column else int(row.grid_id)


def _holds(posting: Posting, rung: Rung, row: Any) -> bool:
    return posting.grid.kind == rung.at and posting.role in rung.roles and is_over(posting, row)


class Posts:
    """Who holds the posts of some grids on a day, with the substitutes of whoever is away."""

    def __init__(self, holders: Mapping[tuple[int, str], Sequence[int]], away: dict[int, int | None]) -> None:
        self._holders = holders
        self._away = away

    @classmethod
    def of(cls, county_id: int, on: date, roles: Iterable[str], grid_ids: Iterable[int] | None = None) -> "Posts":
        """The holders of these roles, longest in office first; only in `grid_ids` when given."""
        found = Posting.objects.active(on).filter(county_id=county_id, role__in=set(roles)).order_by("since", "id")
        if grid_ids is not None:
            found = found.filter(grid__in=set(grid_ids))
        holders: dict[tuple[int, str], list[int]] = {}
        for grid_id, role, user_id in found.values_list("grid_id", "role", "user_id"):
            holders.setdefault((grid_id, role), []).append(user_id)
        return cls(holders, substitutes(on))

    def holder(self, rung: Rung, row: Any) -> int | None:
        """The first who acts in one of the rung's roles over the row; None when every post is vacant."""
        grid_id = ancestor(row, rung.at)
        return next((person for role in rung.roles if (person := self.acting(grid_id, role)) is not None), None)

    def acting(self, grid_id: int, role: str) -> int | None:
        holders = self._holders.get((grid_id, role), ())
        return next((person for user_id in holders if (person := acting(user_id, self._away)) is not None), None)
