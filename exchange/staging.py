"""Temporary tables in which a workbook's rows wait until all of them have passed.

Temporary, so that nothing is left behind when the worker is killed and no other session ever sees the rows.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


PIECE = 1 << 20
SEPARATOR = "\x1f"
FORMAT = "WITH (FORMAT csv, DELIMITER E'\\x1f', QUOTE E'\\x1e', NULL '')"


def stage(table: str, columns: Mapping[str, Sequence[object]]) -> None:
    """COPY columns of equal length into a staging table. None becomes NULL.

    The separators are control characters, which no parsed cell holds (exchange/cells.py): nothing needs quoting, which
    would cost as much as all else here.
    """
    texts = [["" if value is None else str(value) for value in values] for values in columns.values()]
    lines = "\n".join(map(SEPARATOR.join, zip(*texts, strict=True))).encode()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN {FORMAT}", io.BytesIO(lines), PIECE)


def settle(tables: Iterable[str]) -> None:
    """Tells the planner how many rows there are now: nobody else will before the next statement needs to know."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")
