"""What the page of one grid tells: where it stands, what lives in it, who holds its posts."""

from datetime import date
from typing import Any

from accounts.models import User
from accounts.roles import Permission, Role
from grids.models import Absence, Grid, GridLevel, Kind, Posting, TreeChange, TreeChangeQuerySet
from grids.posts import acting, substitutes
from grids.rules import ROLE_KINDS
from grids.scope import Scope
from households.models import Household, Pairing
from issues.models import Issue, Rung
from members.models import Member
from surfaces.console.places import inside

P = Permission
CHANGES_SHOWN = 5


def level_names(grid: Grid) -> dict[str, str]:
    """What the county calls its levels."""
    return dict(GridLevel.objects.filter(county=grid.county_id).values_list("kind", "name"))


class GridPage:
    def __init__(self, grid: Grid, user: User, on: date) -> None:
        self.grid = grid
        self.user = user
        self.on = on
        self.scope = Scope.of(user)

    @property
    def may_edit(self) -> bool:
        """Its own place in the tree is decided where the grid above is."""
        return self._in_force and self.scope.covers(P.GRID_EDIT, self.grid.parent or self.grid)

    @property
    def may_add(self) -> bool:
        return self._in_force and self.scope.covers(P.GRID_EDIT, self.grid)

    @property
    def may_appoint(self) -> bool:
        return self._in_force and self.scope.covers(P.POSTING_EDIT, self.grid)

    @property
    def _in_force(self) -> bool:
        return self.grid.valid_to is None

    def crumbs(self) -> list[Grid]:
        """The grids above that this person may see, highest first."""
        above = {self.grid.county_id, self.grid.town_id, self.grid.village_id, self.grid.cell_id} - {self.grid.pk}
        return list(Grid.objects.visible_to(self.user).filter(pk__in=above).order_by("code"))

    @property
    def place(self) -> str:
        """As the place filter of a list takes it."""
        return str(self.grid.pk)

    def level(self) -> str:
        return level_names(self.grid).get(self.grid.kind, self.grid.get_kind_display())

    def counts(self) -> list[tuple[str, int, str, str]]:
        """Label, number, unit and the list behind it (url name), as far as this person may see the rows."""
        here, user = inside(self.grid), self.user
        return [
            ("住户", Household.objects.visible_to(user).living().filter(here).count(), "户", "console:households"),
            ("党员", Member.objects.visible_to(user).filter(here, left_on=None).count(), "名", "console:members"),
            ("结对", self._pairings(), "对", "console:pairings"),
            ("未办结诉求", self._issues(), "件", "console:issues"),
        ]

    def _pairings(self) -> int:
        rows = Pairing.objects.visible_to(self.user).current(self.on).exclude(household=None)
        return rows.filter(inside(self.grid)).count()

    def _issues(self) -> int:
        return Issue.objects.visible_to(self.user).filter(inside(self.grid), live_grid__isnull=False).count()

    def children(self) -> list[Grid]:
        return list(Grid.objects.visible_to(self.user).current(self.on).filter(parent=self.grid).order_by("code"))

    def posts(self) -> list[dict[str, Any]]:
        """Who holds which post here, and who acts for whoever is away."""
        rows = Posting.objects.visible_to(self.user).filter(grid=self.grid, until=None)
        rows = rows.select_related("user").order_by("role", "since")
        away = substitutes(self.on)
        names = dict(User.objects.filter(pk__in=[p for p in away.values() if p]).values_list("pk", "name"))
        absences = {row.user_id: row for row in Absence.objects.active(self.on)}
        found = []
        for post in rows:
            person = acting(post.user_id, away)
            stand_in = names.get(person, "") if person and person != post.user_id else ""
            found.append({"post": post, "absence": absences.get(post.user_id), "stand_in": stand_in})
        return found

    def vacancies(self) -> list[str]:
        """Rungs of the chain at this grid that nobody holds today."""
        held = set(Posting.objects.active(self.on).filter(grid=self.grid).values_list("role", flat=True))
        rungs = Rung.objects.filter(county=self.grid.county_id, at=self.grid.kind).order_by("order")
        return [rung.name for rung in rungs if not held & set(rung.roles)]

    def planned(self) -> list[TreeChange]:
        return [change for change in self._changes() if change.status == TreeChange.Status.PLANNED]

    def changes(self) -> list[TreeChange]:
        """The latest structural changes of this grid."""
        return list(self._changes()[:CHANGES_SHOWN])

    def _changes(self) -> TreeChangeQuerySet:
        rows = TreeChange.objects.visible_to(self.user).of(self.grid)
        return rows.select_related("grid", "other", "made", "was_parent", "by").order_by("-pk")

    def roles(self) -> list[tuple[str, str]]:
        """Roles one can hold at this level."""
        return [(role.value, role.label) for role in Role if Kind(self.grid.kind) in ROLE_KINDS[role]]
