"""What a sheet is made of, as data: the import, the template and the error workbook all read the same declaration."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.crypto import blind_indexes, encrypt_all
from accounts.normal import half_width
from accounts.pinyin import initials
from exchange.cells import Parser

Spread = Callable[[Sequence[Any]], Sequence[Sequence[object]]]
"""Turns the filled values of a column into those of several staged fields."""

EXAMPLE = "示例"
"""Rows whose first column begins so are the template's examples; an import passes over them."""
FAULTS = "错误原因"
"""The column an error workbook adds; an import passes over it."""


@dataclass(frozen=True)
class Column:
    """One column. `fields` are the columns of the staging table that its value fills.

    `lookup` names the finder (grids, branches) that turns the parsed text into an id, given when the import runs.
    """

    header: str
    fields: tuple[str, ...]
    parse: Parser
    example: str
    help: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    spread: Spread | None = None
    lookup: str = ""
    options: tuple[str, ...] = ()
    width: int = 14


@dataclass(frozen=True)
class Check:
    """A rule over several fields of one row: a sentence when it is broken. A field left blank is None."""

    fields: tuple[str, ...]
    fault: Callable[..., str | None]


@dataclass(frozen=True)
class Key:
    """Fields that no two rows share. Rows that leave one of them blank are passed over, unless `blanks` count."""

    fields: tuple[str, ...]
    sentence: str
    blanks: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook and the temporary table its rows are staged in.

    `types` names the fields that are not text, and those that no column fills.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    checks: tuple[Check, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the staging table and their types."""
        return {name: "text" for column in self.columns for name in column.fields} | dict(self.types)


def header_key(written: str) -> str:
    """A header without what people add to it: blanks, *, (必填)."""
    return re.sub(r"\(.*?\)|[\s*::]", "", half_width(written))


def sealed_phones(numbers: Sequence[str]) -> Sequence[Sequence[object]]:
    """Ciphertext, blind index, last four."""
    return encrypt_all(numbers), blind_indexes(numbers), [number[-4:] for number in numbers]


def sealed_ids(numbers: Sequence[str]) -> Sequence[Sequence[object]]:
    """Ciphertext, blind index, last four, and the sex that the 17th digit tells (GB 11643)."""
    tails = [number[-4:] for number in numbers]
    sexes = ["1" if int(number[16]) % 2 else "2" for number in numbers]
    return encrypt_all(numbers), blind_indexes(numbers), tails, sexes


def named(names: Sequence[str]) -> Sequence[Sequence[object]]:
    """The name and its pinyin initials."""
    return names, [initials(name) for name in names]
