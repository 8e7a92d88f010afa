"""What one person may do where. The one door through which rows reach people.

A posting gives its role's permissions over an area: every row that carries the grid's id in the column of the grid's
kind. Nothing here reads the tree's bounds.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.roles import GRANTS, Permission, Role
from workdays.now import today

if TYPE_CHECKING:
    from grids.models import Posting

NOTHING = Q(pk__in=[])
COLUMN_OF = {
    "county": "county_id",
    "town": "town_id",
    "village": "village_id",
    "cell": "cell_id",
    "sub_cell": "grid_id",
}
ANCESTOR_COLUMNS = ("county_id", "town_id", "village_id", "cell_id")
M = TypeVar("M", bound=models.Model)


class Scope:
    """The permissions of one person on one day, each with the areas it covers."""

    def __init__(self, user: Any, on: date) -> None:
        from grids.posts import postings_of

        self.user = user
        self.person: int = user.pk or 0
        """The user's id for lookups of what is their own; 0 is nobody (a visitor's None would match empty columns)."""
        self.on = on
        self.postings: list[Posting] = postings_of(user, on) if user.is_authenticated else []
        self.roles = {Role(posting.role) for posting in self.postings}
        self.people = {self.person, *(posting.user_id for posting in self.postings)}
        """Whose own things are theirs today: their own, and those of the people they stand in for."""
        self._areas = self._collect()

    @classmethod
    def of(cls, user: Any) -> Scope:
        """The scope of today, made once per user object (that is: once per request)."""
        kept: Scope | None = getattr(user, "_scope", None)
        on = today()
        if kept is None or kept.on != on:
            kept = user._scope = cls(user, on)
        return kept

    @classmethod
    def on_day(cls, user: Any, on: date) -> Scope:
        """The scope of a day; the one of the request, if it is of that day. Nobody (None) may do nothing."""
        kept: Scope | None = getattr(user, "_scope", None)
        if user is not None and kept is not None and kept.on == on:
            return kept
        return cls(user or AnonymousUser(), on)

    def _collect(self) -> dict[Permission, dict[str, set[int]]]:
        areas: dict[Permission, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for posting in self.postings:
            for permission in GRANTS[Role(posting.role)].area:
                areas[permission][COLUMN_OF[posting.grid.kind]].add(posting.grid_id)
        return areas

    def may(self, permission: Permission) -> bool:
        """May this person do it anywhere, be it only to what is their own?"""
        return permission in self._areas or self.may_own(permission)

    def has_area(self, permission: Permission) -> bool:
        return permission in self._areas

    def may_own(self, permission: Permission) -> bool:
        """May this person do it to what is their own: paired households, issues in hand?"""
        return any(permission in GRANTS[role].own for role in self.roles)

    def covers(self, permission: Permission, row: Any) -> bool:
        """Does an area with this permission contain the row (anything with scope columns)?"""
        columns = self._areas.get(permission, {})
        return any(_value(row, column) in ids for column, ids in columns.items())

    def q(self, permission: Permission, prefix: str = "") -> Q:
        """Rows in the areas of this permission; nothing when there is none. `prefix` like "household__"."""
        found = Q()
        for column, ids in self._areas.get(permission, {}).items():
            found |= Q(**{f"{prefix}{column}__in": ids})
        return found or Q(**{f"{prefix}pk__in": []})

    def grid_q(self, permission: Permission) -> Q:
        """As `q`, for grids themselves: a sub-cell is found by its own id."""
        found = Q()
        for column, ids in self._areas.get(permission, {}).items():
            found |= Q(**{"pk__in" if column == "grid_id" else f"{column}__in": ids})
        return found or NOTHING


def _value(row: Any, column: str) -> Any:
    """A grid is its own place; every other row names its grid."""
    return row.pk if column == "grid_id" and not hasattr(row, "grid_id") else getattr(row, column)


class ScopedQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Any) -> Any:
        """The rows this person may see. Models with an own side (my households, my issues) widen it."""
        return self.filter(Scope.of(user).q(self.model.SEEN_WITH))  # type: ignore[attr-defined]

    def seen_or_own(self, scope: Scope, own: Q) -> Any:
        """The rows of my area, and what is `own` to me wherever it lies.

        Own rows outside the area are few and named by key: with a subquery there instead, no list of the area could
        be read off its index (the visits of a county: 930 ms instead of 2).
        """
        permission: Permission = self.model.SEEN_WITH  # type: ignore[attr-defined]
        if not scope.has_area(permission):
            return self.filter(own)
        area = scope.q(permission)
        outside = self.model._base_manager.filter(own).exclude(area).values_list("pk", flat=True)
        return self.filter(area | Q(pk__in=list(outside)))


class InForce(NamedTuple):
    """Which rows of a model still count in a grid's life, and how people count them, e.g. 住户{}户.

    `along` is the path to the row that takes them along when a grid is split; without one they stay.
    """

    rows: Q
    counted: str
    along: str = ""


class Scoped(models.Model):
    """A row that lives in a grid and carries the grid's ancestors by level (0 = none).

    Each concrete model's first migration adds `grids.constraints.scope_key(table)`, so the database keeps them true.
    """

    SEEN_WITH: ClassVar[Permission]
    IN_FORCE: ClassVar[InForce | None] = None
    """Rows that follow their grid into a merger and keep it from closing. None: they keep the place as of then."""
    PLAIN = "grid county_id town_id village_id cell_id"

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name="网格")
    county_id = models.BigIntegerField()
    town_id = models.BigIntegerField()
    village_id = models.BigIntegerField()
    cell_id = models.BigIntegerField()

    class Meta:
        abstract = True

    def scope(self) -> dict[str, Any]:
        """The five columns, as keyword arguments for a row in the same place."""
        return {"grid_id": self.grid_id, **{column: getattr(self, column) for column in ANCESTOR_COLUMNS}}
