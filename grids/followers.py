"""Rows of other apps that live in grids, found through their declaration `IN_FORCE`: this app knows none by name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import BigIntegerField, Case, F, Value, When

from grids.models import Grid, Posting
from grids.scope import Scoped

Taken = dict[str, dict[str, list[int]]]
"""What goes along: model label → field that names the grid → ids of the rows."""


def followers() -> list[type[Scoped]]:
    """Every model whose rows in force keep a grid open and follow it into a merger; postings have their own rules."""
    return [
        model for model in apps.get_models() if issubclass(model, Scoped) and model.IN_FORCE and model is not Posting
    ]


def uses(grid_ids: Iterable[int]) -> list[str]:
    """What still lives in these grids, counted: ["住户25户", "未办结事项3件"]."""
    return spoken(living(grid_ids))


def living(grid_ids: Iterable[int]) -> Counter[str]:
    """How many rows in force of each model, by its label."""
    ids = list(grid_ids)
    return Counter({model._meta.label: _in_force(model).filter(grid__in=ids).count() for model in followers()})


def spoken(counts: Mapping[str, int]) -> list[str]:
    return [
        model.IN_FORCE.counted.format(counts[model._meta.label])
        for model in followers()
        if model.IN_FORCE and counts.get(model._meta.label)
    ]


def all_of(source: Grid) -> Taken:
    """Every row in force that lives in `source` or names it."""
    return {model._meta.label: _naming(model, _in_force(model), source) for model in followers()}


def part_of(source: Grid, chosen: Mapping[str, Iterable[int]]) -> Taken:
    """The chosen rows in force of `source`, by model label, and what goes along with them (`InForce.along`)."""
    taken: Taken = {label: {"grid": sorted(ids)} for label, ids in chosen.items()}
    for model in followers():
        path = model.IN_FORCE.along if model.IN_FORCE else ""
        ids = taken.get(_at_the_end(model, path)._meta.label, {}).get("grid") if path else None
        if ids:
            rows = _in_force(model).filter(**{f"{path}__in": ids}, grid=source)
            taken[model._meta.label] = _naming(model, rows, source)
    return taken


def carry(taken: Taken, source: Grid, into: Grid) -> Counter[str]:
    """Rows that still stand in `source` and are in force go to `into`; ended and re-settled ones stay where they are.

    Returns how many went, by model label. May raise IntegrityError on twins.
    """
    went: Counter[str] = Counter()
    for label, fields in taken.items():
        model: Any = apps.get_model(label)
        rows, others = _in_force(model), {name: ids for name, ids in fields.items() if name != "grid"}
        along = {name: _instead(name, ids, source, into) for name, ids in others.items() if ids}
        here = rows.filter(pk__in=fields["grid"], grid=source)
        went[label] = here.update(**into.scope(), **along)
        for name, ids in others.items():
            rows.filter(pk__in=ids, **{name: source}).update(**{name: into})
    return went


def _in_force(model: type[Scoped]) -> models.QuerySet[Any]:
    assert model.IN_FORCE is not None
    return model._base_manager.filter(model.IN_FORCE.rows)


def _naming(model: type[models.Model], rows: models.QuerySet[Any], source: Grid) -> dict[str, list[int]]:
    return {
        name: list(rows.filter(**{name: source}).order_by("pk").values_list("pk", flat=True))
        for name in ("grid", *_other_grid_fields(model))
    }


def _other_grid_fields(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.related_model is Grid and field.name != "grid"]


def _instead(name: str, ids: list[int], source: Grid, into: Grid) -> Case:
    """`into` where the field names `source`, else unchanged: an open issue's two grids must change in one update."""
    return Case(
        When(**{name: source.pk, "pk__in": ids}, then=Value(into.pk)), default=F(name), output_field=BigIntegerField()
    )


def _at_the_end(model: Any, path: str) -> Any:
    """The model that a path of relations leads to."""
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model
