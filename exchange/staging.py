"""Temporary tables in which a workbook's rows wait until all of them have passed.

Temporary, so that nothing is left behind when the worker is killed and no other session ever sees the rows.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from exchange.columns import Sheet


@contextmanager
def staging(sheets: Sequence[Sheet]) -> Iterator[None]:
    """Empty staging tables, one per sheet: `row` and the sheet's fields."""
    with connection.cursor() as cursor:
        for sheet in sheets:
            fields = ", ".join(f"{name} {kind}" for name, kind in sheet.fields.items())
            cursor.execute(f"DROP TABLE IF EXISTS {sheet.table}")
            cursor.execute(f"CREATE TEMP TABLE {sheet.table} (row int, {fields})")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {', '.join(sheet.table for sheet in sheets)}")


def stage(table: str, fields: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """COPY rows into a staging table. None becomes NULL, a tuple an array."""
    text = io.StringIO()
    csv.writer(text).writerows([_array(value) if isinstance(value, tuple) else value for value in row] for row in rows)
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(fields)}) FROM STDIN WITH (FORMAT csv)", text)


def settle(tables: Iterable[str]) -> None:
    """Tells the planner how many rows were staged; temporary tables are never analysed by themselves."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _array(words: tuple[str, ...]) -> str:
    return f"{{{','.join(words)}}}"
