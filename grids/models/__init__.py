"""The grid tree, its posts, who is away, and what was changed about the tree's shape."""

from grids.models.changes import TreeChange, TreeChangeQuerySet
from grids.models.posts import Absence, AbsenceQuerySet, Posting, PostingQuerySet
from grids.models.tree import SCOPE_COLUMNS, Boundary, Grid, GridLevel, GridQuerySet, Kind, tracked

__all__ = [
    "SCOPE_COLUMNS",
    "Absence",
    "AbsenceQuerySet",
    "Boundary",
    "Grid",
    "GridLevel",
    "GridQuerySet",
    "Kind",
    "Posting",
    "PostingQuerySet",
    "TreeChange",
    "TreeChangeQuerySet",
    "tracked",
]
