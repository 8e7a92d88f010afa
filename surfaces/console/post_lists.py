"""Posts: who holds them, and which grids of the chain stand without a holder."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import Role
from grids.models import Grid, Posting
from grids.scope import Scope
from issues.models import Rung
from surfaces import find
from surfaces.console.filters import Filter, pick, search_box
from surfaces.console.places import PlaceField, inside


class PostingFilter(Filter):
    q = search_box("姓名")
    place = PlaceField()
    role = pick("岗位", Role.choices)

    def rows(self) -> QuerySet[Posting]:
        chosen = self.chosen
        rows = Posting.objects.visible_to(self.user).active(self.at.date())
        if "q" in chosen:
            rows = rows.filter(user__name__contains=find.cleaned(chosen["q"]))
        if "role" in chosen:
            rows = rows.filter(role=chosen["role"])
        return rows.filter(inside(chosen["place"])) if "place" in chosen else rows


class VacancyFilter(Filter):
    """Grids with a rung of the chain that nobody holds today."""

    place = PlaceField()

    def rows(self) -> QuerySet[Grid]:
        rows = Grid.objects.visible_to(self.user).current(self.at.date()).filter(self._vacant())
        return rows.filter(inside(self.chosen["place"])) if "place" in self.chosen else rows

    def missing(self, grid: Grid, held: set[str]) -> list[str]:
        """The names of the rungs at this grid whose roles nobody in `held` fills."""
        return [rung.name for rung in self.rungs() if rung.at == grid.kind and not held & set(rung.roles)]

    def rungs(self) -> list[Rung]:
        counties = {posting.county_id for posting in Scope.of(self.user).postings}
        return list(Rung.objects.filter(county__in=counties))

    def _vacant(self) -> Q:
        found = Q(pk__in=[])
        for rung in self.rungs():
            held = Posting.objects.active(self.at.date()).filter(grid=OuterRef("pk"), role__in=rung.roles)
            found |= Q(~Exists(held), county_id=rung.county_id, kind=rung.at)
        return found
