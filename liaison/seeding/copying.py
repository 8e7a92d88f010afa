"""Rows on their way into a table by COPY, encrypted fields sealed on the way."""

import csv
import io
from collections.abc import Callable
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
    """Collects rows and copies them in batches. Every row names the same columns, in any order."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.copied = 0
        self._fields: dict[str, Any] = {str(field.column): field for field in model._meta.concrete_fields}
        self._columns: list[str] = []
        self._converters: list[tuple[str, Callable[[Any], Any]]] = []
        self._waiting: list[list[Any]] = []

    def add(self, **row: Any) -> None:
        """Columns that are left out get the database's default: for most that is NULL, so name the others."""
        if not self._columns:
            self._begin(list(row))
        for column, convert in self._converters:
            row[column] = convert(row[column])
        self._waiting.append([row[column] for column in self._columns])
        if len(self._waiting) >= BATCH:
            self.flush()

    def _begin(self, columns: list[str]) -> None:
        self._columns = columns
        found = [(column, _converter(self._fields[column])) for column in columns]
        self._converters = [(column, convert) for column, convert in found if convert]

    def flush(self) -> None:
        """COPY what waits. An empty text stays a text: only None becomes NULL."""
        if not self._waiting:
            return
        text = io.StringIO()
        csv.writer(text).writerows(self._waiting)
        text.seek(0)
        never_null = [column for column in self._columns if not self._fields[column].null]
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY {self.model._meta.db_table} ({', '.join(self._columns)}) FROM STDIN "
                f"WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(never_null)}))",
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
