"""Choosing a place in a filter: the grids of my area, one level at a time."""

from itertools import pairwise

from django import forms
from django.db.models import Q

from accounts.models import User
from grids.models import Grid, GridQuerySet, Kind
from grids.scope import COLUMN_OF, Scope

LEVELS = (Kind.TOWN, Kind.VILLAGE, Kind.CELL, Kind.SUB_CELL)
ChoiceList = list[tuple[str, str | list[tuple[str, str]]]]


class PlaceField(forms.ChoiceField):
    """A grid of the person's area; cleaned to the Grid or None. Opens one more level below the grid chosen."""

    def __init__(self, label: str = "地点") -> None:
        super().__init__(label=label, required=False)
        self._grids: GridQuerySet = Grid.objects.none()

    def open_for(self, user: User, chosen: str | None) -> None:
        """The choices are fetched when they are drawn: a figure that only counts never asks for them."""
        self._grids = Grid.objects.visible_to(user).current(Scope.of(user).on)
        self.choices = lambda: [("", "全部"), *_choices(self._grids, self._grid(chosen))]

    def clean(self, value: str | None) -> Grid | None:
        return self._grid(value)

    def _grid(self, value: str | None) -> Grid | None:
        return self._grids.filter(pk=value).first() if value and value.isdigit() and len(value) < 19 else None


def inside(grid: Grid, prefix: str = "") -> Q:
    """Rows that live in the grid or below it."""
    return Q(**{f"{prefix}{COLUMN_OF[grid.kind]}": grid.pk})


def _choices(grids: GridQuerySet, chosen: Grid | None) -> ChoiceList:
    """The highest level on which the area has more than one grid, and what lies below the chosen one."""
    level: list[Grid] = []
    for kind, _ in pairwise(LEVELS):
        level = list(grids.filter(kind=kind).order_by("code"))
        if len(level) > 1:
            break
    entries: ChoiceList = [(str(grid.pk), grid.name) for grid in level]
    if chosen:
        entries += _way_down(grids, chosen, {grid.pk for grid in level})
    return entries


def _way_down(grids: GridQuerySet, chosen: Grid, listed: set[int]) -> ChoiceList:
    """The chosen grid itself unless listed, with its neighbours, and its children."""
    groups: ChoiceList = []
    parents = [chosen] if chosen.pk in listed else [chosen.parent, chosen]
    for parent in parents:
        children = [(str(grid.pk), grid.name) for grid in grids.filter(parent=parent).order_by("code")]
        if parent and children:
            groups.append((parent.name, children))
    return groups
