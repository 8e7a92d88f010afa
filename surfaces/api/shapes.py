"""The shape of an answer: which columns it has, how each is documented, and how each personal one is masked.

A shape is read with `.values()`: no model instances, and no personal value leaves unmasked by oversight, because the
mask follows from the model's own declaration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from rest_framework import serializers

from accounts.privacy import Mask, mask, personal_fields

_BUILDER: Any = serializers.ModelSerializer()


@dataclass(frozen=True)
class Shape:
    """`columns`: name in the answer → path in the model."""

    model: type[models.Model]
    columns: Mapping[str, str]
    masks: Mapping[str, Mask]
    serializer: type[serializers.Serializer[Any]]

    def row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        found = {name: values[path] for name, path in self.columns.items()}
        for name, kind in self.masks.items():
            found[name] = mask(str(found[name]) if found[name] else "", kind)
        return found


def shape(name: str, model: type[models.Model], *plain: str, **renamed: str) -> Shape:
    """A shape of a model's own columns (`plain`) and of those of related rows (`renamed`: grid_name="grid__name").

    Raises ValueError for a column that only serves searching: it is never shown, not even masked.
    """
    columns = {column: column for column in plain} | renamed
    fields = {column: _final(model, path) for column, path in columns.items()}
    masks = {column: kind for column, (owner, field) in fields.items() if (kind := personal_fields(owner).get(field))}
    if Mask.KEYED in masks.values():
        raise ValueError(f"{name} would show a search key")
    documented = {column: _documented(*fields[column], masks.get(column)) for column in columns}
    return Shape(model, columns, masks, type(name, (serializers.Serializer,), documented))


def _final(model: type[models.Model], path: str) -> tuple[type[models.Model], str]:
    """The model and field a path ends in."""
    *relations, last = path.split("__")
    for relation in relations:
        model = cast(type[models.Model], model._meta.get_field(relation).related_model)
    return model, _named(model, last)


def _named(model: type[models.Model], column: str) -> str:
    try:
        return model._meta.get_field(column).name
    except FieldDoesNotExist:
        return column.removesuffix("_id")


def _documented(model: type[models.Model], name: str, kind: Mask | None) -> serializers.Field[Any, Any, Any, Any]:
    field = model._meta.get_field(name)
    label = str(getattr(field, "verbose_name", name))
    if kind is not None:
        return serializers.CharField(label=label, help_text="已脱敏")
    if field.is_relation:
        return serializers.IntegerField(label=label, allow_null=field.null)
    made, options = _BUILDER.build_standard_field(name, field)
    kept = {key: value for key, value in options.items() if key in ("choices", "allow_null", "allow_blank")}
    documented: serializers.Field[Any, Any, Any, Any] = made(label=label, **kept)
    return documented
