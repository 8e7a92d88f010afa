"""Rows of other apps that live in grids, found through their declaration `IN_FORCE`: this app knows none by name."""

from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.db.models import BigIntegerField, Case, F, Value, When

from grids.models import Grid, Posting
from grids.scope import Scoped


def followers() -> list[type[Scoped]]:
    """Every model whose rows in force keep a grid open and follow it into a merger; postings have their own rules."""
    return [
        model for model in apps.get_models() if issubclass(model, Scoped) and model.IN_FORCE and model is not Posting
    ]


def uses(grid_ids: Iterable[int]) -> list[str]:
    """What still lives in these grids, counted: ["住户25户", "未办结事项3件"]."""
    ids = list(grid_ids)
    found = []
    for model in followers():
        assert model.IN_FORCE is not None
        count = model._base_manager.filter(model.IN_FORCE.rows, grid__in=ids).count()
        if count:
            found.append(model.IN_FORCE.counted.format(count))
    return found


def follow(source: Grid, into: Grid) -> None:
    """Rows in force in `source`, and what else in force names it, go to `into`. May raise IntegrityError on twins."""
    for model in followers():
        assert model.IN_FORCE is not None
        rows = model._base_manager.filter(model.IN_FORCE.rows)
        others = _other_grid_fields(model)
        along = {name: _instead(name, source, into) for name in others}
        rows.filter(grid=source).update(**into.scope(), **along)
        for name in others:
            rows.filter(**{name: source}).update(**{name: into})


def _other_grid_fields(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.related_model is Grid and field.name != "grid"]


def _instead(name: str, source: Grid, into: Grid) -> Case:
    """`into` where the field names `source`, else unchanged: an open issue's two grids must change in one update."""
    return Case(When(**{name: source.pk}, then=Value(into.pk)), default=F(name), output_field=BigIntegerField())
