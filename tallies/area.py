"""What a figure is about: a grid with all below it, a period, and the person who looks."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid
from grids.scope import COLUMN_OF, Scope
from workdays.arithmetic import ZONE

Rows = TypeVar("Rows", bound=QuerySet[Any])
BELOW = {"county": "town_id", "town": "village_id", "village": "cell_id", "cell": "grid_id"}
"""The column by which the rows of a grid of each kind fall to the grids right below it."""


@dataclass(frozen=True)
class Period:
    """From the morning of `since` to the night of `until`, local days, both included."""

    since: date
    until: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.since, time(), ZONE)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.until + timedelta(days=1), time(), ZONE)

    def up_to(self, last: date) -> "Period":
        """The part of it that does not lie after the day; at least that day."""
        return Period(min(self.since, last), min(self.until, last))

    def holds(self, column: str) -> Q:
        return Q(**{f"{column}__gte": self.begins, f"{column}__lt": self.ends})


def night(day: date) -> datetime:
    """The last moment of the day."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE) - timedelta.resolution


@dataclass(frozen=True)
class Area:
    user: User
    grid: Grid
    period: Period
    at: datetime
    past: bool = False
    """`at` is the last moment of a past day: what stands is told as it stood then (tallies.standing)."""
    _seen: dict[type[Model], Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def on(self) -> date:
        return self.at.astimezone(ZONE).date()

    @property
    def column(self) -> str:
        return COLUMN_OF[self.grid.kind]

    @property
    def below(self) -> str | None:
        """The column that tells the grids right below apart; None in a sub-cell."""
        return BELOW.get(self.grid.kind)

    def visible(self, model: type[Model]) -> Any:
        """What the person may see of the model, anywhere; made once, since it asks for own rows outside the area."""
        if model not in self._seen:
            self._seen[model] = model._default_manager.visible_to(self.user)  # type: ignore[attr-defined]
        return self._seen[model]

    def rows(self, model: type[Model]) -> Any:
        """The model's rows in the grid, as far as the person's dashboards reach."""
        return self.within(self.visible(model))

    def within(self, rows: Rows, place: str = "") -> Rows:
        """The rows in the grid, as far as the person's dashboards reach; `place` ("issue__") leads to the columns."""
        mine = Scope.of(self.user).q(Permission.DASHBOARD_VIEW, place)
        return rows.filter(mine, **{f"{place}{self.column}": self.grid.pk})

    def kept_here(self, place: str = "") -> Q:
        """Rows that lie in the grid itself and in none below it."""
        own: dict[str, Any] = {"grid_id": self.grid.pk} if self.below == "grid_id" else {str(self.below): 0}
        return Q(**{f"{place}{column}": value for column, value in own.items()}) if self.below else Q()
