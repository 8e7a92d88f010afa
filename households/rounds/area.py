"""Which households a round covers and which members it reaches."""

from django.db.models import Q, QuerySet

from grids.models import SCOPE_COLUMNS, Grid, Kind
from grids.scope import COLUMN_OF
from households.models import ChoiceRound, Household
from members.models import Member, PartyOrg

BRANCHES = (PartyOrg.Kind.BRANCH, PartyOrg.Kind.TEMP_BRANCH, PartyOrg.Kind.GENERAL_BRANCH)
"""Organisations whose members may look after a village."""


def within(grid: Grid) -> Q:
    """Scoped rows that lie in the grid."""
    return Q(**{COLUMN_OF[grid.kind]: grid.pk})


def of_branch(branch: PartyOrg) -> Q:
    """Where a branch's households lie: its own village or cell, and villages without a branch of their own in which
    its members live."""
    grid = branch.grid
    if grid.kind != Kind.VILLAGE:
        return within(grid)
    return Q(village_id__in=[grid.pk, *_guest_villages(branch)])


def _guest_villages(branch: PartyOrg) -> list[int]:
    lived_in = Member.objects.filter(branch=branch, left_on=None, town_id=branch.town_id).exclude(village_id=0)
    served = PartyOrg.objects.filter(kind__in=BRANCHES, county_id=branch.county_id).values("village_id")
    return list(lived_in.exclude(village_id__in=served).values_list("village_id", flat=True).distinct())


def households_of(round: ChoiceRound) -> QuerySet[Household]:
    """Every living household of the place."""
    place = of_branch(round.branch) if round.branch else within(round.grid)
    return Household.objects.living().filter(place)


def members_of(round: ChoiceRound) -> QuerySet[Member]:
    """Whoever is of the branch, or lives or is stationed in the place; not who left."""
    whom = Q(branch=round.branch) if round.branch else within(round.grid)
    return Member.objects.filter(whom, left_on=None)


def branches_in(grid: Grid) -> QuerySet[PartyOrg]:
    """The branches of the villages and cells in a grid, in the order of their grids' codes."""
    low = Q(grid__kind__in=[Kind.VILLAGE, Kind.CELL, Kind.SUB_CELL])
    return PartyOrg.objects.filter(within(grid), low, kind__in=BRANCHES).select_related("grid").order_by("grid__code")


def parts_of(grid: Grid, kind: Kind) -> QuerySet[Grid]:
    """The villages (or towns) in force in a grid; the grid itself when it is one."""
    return Grid.objects.in_force().filter(kind=kind, **{SCOPE_COLUMNS[Kind(grid.kind)]: grid.pk}).order_by("code")
