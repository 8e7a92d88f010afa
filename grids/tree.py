"""The one gateway to the tree's shape. Nothing outside this app imports django-mptt or writes grids.

django-mptt computes bounds in Python from what it read, so two writers at once leave wrong subtrees
(docs/adr/0005-one-tree-writer.md). Every structural write therefore runs inside `tree_write()`, which takes one
advisory lock before anything is read; whoever writes reads the rows again inside it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pghistory
from django.db import connection, transaction
from django.db.models import Case, F, Max, Value, When
from django.db.models.functions import Concat, Substr

from grids.models import SCOPE_COLUMNS, Grid, Kind
from grids.walk import Place, Row, full_name

LOCK = 0x6C69_6169
"""Any constant that no other code takes: "liai"."""


ABOVE = {kind: tuple(SCOPE_COLUMNS.values())[:rank] for rank, kind in enumerate([*SCOPE_COLUMNS, Kind.SUB_CELL])}
"""The scope columns that a grid of each kind takes from its parent."""


@contextmanager
def tree_write(*, verb: str, by: Any, on: date | None = None) -> Iterator[None]:
    """A transaction in which nobody else writes the tree; the rows' history keeps the verb, the person and the day.

    `by` None: a command of the installation itself.
    """
    kept = {"verb": verb, "by": by.pk if by else None, "on": on.isoformat() if on else None}
    with transaction.atomic(), pghistory.context(**kept):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def next_ids(count: int) -> list[int]:
    """Ids for grids to be: a grid carries its own id in its level's column, so it must know it before it is stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('grids_grid', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def free_tree() -> int:
    """The first tree number above all in use."""
    highest: int | None = Grid.objects.aggregate(highest=Max("tree_id"))["highest"]
    return (highest or 0) + 1


def rows_of(county_ids: Iterable[int] | None = None) -> list[Row]:
    """Every grid of these counties (of all roots when None), as the walk wants them."""
    grids = Grid.objects.all() if county_ids is None else Grid.objects.filter(county_id__in=county_ids)
    return [Row(*values) for values in grids.values_list("id", "parent_id", "kind", "name", "tree_id", "lft")]


def subtree_ids(grid_id: int) -> list[int]:
    """The grid and everything below it, by parent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE below AS (SELECT id FROM grids_grid WHERE id = %s UNION ALL "
            "SELECT child.id FROM grids_grid child JOIN below ON child.parent_id = below.id) SELECT id FROM below",
            [grid_id],
        )
        return [row[0] for row in cursor.fetchall()]


def rewrite(grid: Grid, above: Grid | None, name: str) -> None:
    """Names and scope columns of a grid and all below it, in one UPDATE; foreign keys carry the dependents along."""
    kind = Kind(grid.kind)
    lends_name = kind not in (Kind.PREFECTURE, Kind.COUNTY)
    renamed = full_name(above.full_name if above else "", kind, name)
    Grid.objects.filter(pk__in=subtree_ids(grid.pk) if lends_name else [grid.pk]).update(
        name=Case(When(pk=grid.pk, then=Value(name)), default=F("name")),
        full_name=Concat(Value(renamed), Substr("full_name", len(grid.full_name) + 1)),
        **{column: getattr(above, column) for column in (ABOVE[kind] if above else ())},
    )


def copy_in(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a table; None becomes NULL."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv)", text)


def store_places(places: Mapping[int, Place]) -> int:
    """Bring stored bounds, depth, scope and full names to these places in one UPDATE. Returns how many rows changed."""
    columns = Place._fields
    ours, theirs = (", ".join(f"{alias}.{column}" for column in columns) for alias in ("grid", "place"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE grid_place ON COMMIT DROP AS SELECT id, {', '.join(columns)} FROM grids_grid LIMIT 0"
        )
        copy_in("grid_place", ("id", *columns), ((key, *place) for key, place in places.items()))
        cursor.execute(
            f"UPDATE grids_grid grid SET ({', '.join(columns)}) = ({theirs}) FROM grid_place place "
            f"WHERE grid.id = place.id AND ({ours}) IS DISTINCT FROM ({theirs})"
        )
        changed: int = cursor.rowcount
        cursor.execute("DROP TABLE grid_place")
    return changed
