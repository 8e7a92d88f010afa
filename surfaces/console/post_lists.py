"""Posts: who holds them, and which grids of the chain stand without a holder."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.db.models import QuerySet

from accounts.roles import Role
from grids.models import Grid, Posting
from grids.scope import Scope
from issues.models import Rung
from issues.vacancies import vacant
from surfaces import find
from surfaces.console.filters import Filter, pick, search_box
from surfaces.console.places import PlaceField, inside


class PostingFilter(Filter):
    q = search_box("姓名、拼音首字母、电话后四位")
    place = PlaceField()
    role = pick("岗位", Role.choices)

    def rows(self) -> QuerySet[Posting]:
        chosen = self.chosen
        rows = Posting.objects.visible_to(self.user).active(self.at.date())
        if "q" in chosen:
            rows = find.people(rows, chosen["q"])
        if "role" in chosen:
            rows = rows.filter(role=chosen["role"])
        return rows.filter(inside(chosen["place"])) if "place" in chosen else rows


class VacancyFilter(Filter):
    """Grids with a rung of the chain that nobody holds today."""

    place = PlaceField()

    def rows(self) -> QuerySet[Grid]:
        rows = Grid.objects.visible_to(self.user).current(self.at.date()).filter(vacant(self.rungs, self.at.date()))
        return rows.filter(inside(self.chosen["place"])) if "place" in self.chosen else rows

    def vacant_posts(self, grids: Iterable[Grid]) -> list[tuple[Grid, list[str]]]:
        """Each grid with the names of its rungs that nobody holds."""
        listed = list(grids)
        held = defaultdict(set)
        for grid_id, role in self._holders(listed):
            held[grid_id].add(role)
        return [(grid, self._missing(grid, held[grid.pk])) for grid in listed]

    def _holders(self, grids: list[Grid]) -> Iterable[tuple[int, str]]:
        return Posting.objects.active(self.at.date()).filter(grid__in=grids).values_list("grid_id", "role")

    def _missing(self, grid: Grid, held: set[str]) -> list[str]:
        here = [rung for rung in self.rungs if (rung.county_id, rung.at) == (grid.county_id, grid.kind)]
        return [rung.name for rung in here if not held & set(rung.roles)]

    @cached_property
    def rungs(self) -> list[Rung]:
        counties = {posting.county_id for posting in Scope.of(self.user).postings}
        return list(Rung.objects.filter(county__in=counties).order_by("order"))
