"""Where support is needed: posts that nobody holds, people away whom nobody stands in for, matters long overdue."""

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet

from accounts.roles import Permission
from grids.models import Grid, Posting
from grids.posts import acting, substitutes
from grids.scope import Scope
from issues.models import Rung
from issues.vacancies import vacant as vacant_on
from tallies import standing
from tallies.area import Area

LONG_OVERDUE = timedelta(days=7)
Rows = QuerySet[Any]


def vacant(area: Area) -> Rows:
    """Grids of the chain without a holder."""
    rungs = Rung.objects.filter(county=area.grid.county_id)
    return _grids(area).current(area.on).filter(vacant_on(rungs, area.on))


def _grids(area: Area) -> Any:
    """A grid is its own place."""
    mine = Scope.of(area.user).grid_q(Permission.DASHBOARD_VIEW)
    seen = Grid.objects.visible_to(area.user).filter(mine)
    return seen.annotate(grid_id=F("pk")).filter(**{area.column: area.grid.pk})


def unattended(area: Area) -> Rows:
    """Posts whose holder is away, with nobody to stand in."""
    away = substitutes(area.on)
    alone = [person for person in away if acting(person, away) is None]
    rows: Rows = area.rows(Posting).active(area.on).filter(user__in=alone)
    return rows


def long_overdue(area: Area) -> Rows:
    return standing.overdue(area).filter(**{f"{standing.column(area, 'due_at')}__lt": area.at - LONG_OVERDUE})
