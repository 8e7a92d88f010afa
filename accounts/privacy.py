"""Which fields are personal, and how each kind is masked.

Every model says of every concrete field that it is personal or plain:

    PERSONAL = {"head_name": Mask.NAME, "phone": Mask.PHONE}
    PLAIN = "id number kind grid county_id …"

Lists, exports, seed data, the public page and the privacy test read that declaration.
"""

from enum import StrEnum

from django.db import models


class Mask(StrEnum):
    NAME = "name"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    ADDRESS = "address"
    TEXT = "text"
    PLACE = "place"
    FILE = "file"
    KEYED = "keyed"
    """Derived from a personal value for searching (blind index, last four, initials): never shown or exported."""


def _name(value: str) -> str:
    if len(value) <= 1:
        return value
    if len(value) == 2:
        return f"{value[0]}*"
    return f"{value[0]}{'*' * (len(value) - 2)}{value[-1]}"


def _phone(value: str) -> str:
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 7 else "*" * len(value)


def _id_number(value: str) -> str:
    return f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}" if len(value) >= 12 else "*" * len(value)


def _address(value: str) -> str:
    return f"{value[:6]}…" if len(value) > 6 else value


_MASKS = {Mask.NAME: _name, Mask.PHONE: _phone, Mask.ID_NUMBER: _id_number, Mask.ADDRESS: _address}


def mask(value: str | None, kind: Mask) -> str:
    """The form a list may show: 138****8000, 4416**********0123, 黄*荣. Kinds without a shape become ●●●."""
    if not value:
        return ""
    shape = _MASKS.get(kind)
    return shape(value) if shape else "●●●"


def personal_fields(model: type[models.Model]) -> dict[str, Mask]:
    """The personal fields a model declares, its abstract parents included."""
    found: dict[str, Mask] = {}
    for parent in reversed(model.__mro__):
        found.update(parent.__dict__.get("PERSONAL", {}))
    return found


def plain_fields(model: type[models.Model]) -> set[str]:
    """The plain fields a model declares, its abstract parents included."""
    return {name for parent in model.__mro__ for name in parent.__dict__.get("PLAIN", "").split()}
