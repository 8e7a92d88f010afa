"""Rows on their way into a table by COPY, encrypted fields sealed on the way."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from accounts import crypto
from accounts.fields import EncryptedField

BATCH = 20_000


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Primary keys for rows to be, so that others can name them before they are stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


class Table:
    """One table's columns and the rows that wait for the next COPY."""

    def __init__(self, model: type[models.Model], fields: str) -> None:
        self.model = model
        chosen: list[Any] = [model._meta.get_field(name) for name in fields.split()]
        self._columns = [field.column for field in chosen]
        self._never_null = [field.column for field in chosen if not field.null]
        converters = [(place, _converter(field)) for place, field in enumerate(chosen)]
        self._convert = [(place, convert) for place, convert in converters if convert]
        self._waiting: list[list[Any]] = []
        self.copied = 0

    def add(self, *values: Any) -> None:
        row = list(values)
        for place, convert in self._convert:
            row[place] = convert(row[place])
        self._waiting.append(row)
        if len(self._waiting) >= BATCH:
            self.flush()

    def add_all(self, rows: Iterable[Iterable[Any]]) -> None:
        for row in rows:
            self.add(*row)

    def flush(self) -> None:
        """COPY what waits. An empty text stays a text: only None becomes NULL."""
        text = io.StringIO()
        csv.writer(text).writerows(self._waiting)
        text.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY {self.model._meta.db_table} ({', '.join(self._columns)}) FROM STDIN "
                f"WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(self._never_null)}))",
                text,
            )
        self.copied += len(self._waiting)
        self._waiting.clear()


def _converter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, EncryptedField):
        return lambda value: crypto.encrypt(value) if value else ""
    if isinstance(field, ArrayField):
        return lambda values: f"{{{','.join(values)}}}"
    return None
