"""The recount: claim dirty days, count them whole from the source, fold up the tree, write what differs.

One transaction per batch under one advisory lock. A batch that dies leaves its days dirty and its rows unwritten; a
writer that commits after the claim leaves its own dirty day for the next batch. So nothing is lost or counted twice,
whatever is killed and however many jobs run.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import connection, transaction

from tallies.fold import Counts, Leaf, Place, fold
from tallies.models import MEASURES, Recount
from tallies.sources import SOURCES, Source
from workdays.arithmetic import ZONE

Dirty = list[tuple[int, date]]
"""Counties and days."""

BATCH = 10
LOCK = 0x7A111E5  # any number that no other lock of the product uses
PLACE = Place._fields


def recount(at: datetime) -> int:
    """Recounts every dirty day; the number of county-days done. `at` becomes the time of the last recount."""
    done = 0
    while count := _recount_batch(at):
        done += count
    return done


def mark_all() -> int:
    """Marks every day dirty that has a source row or a tally; the number of county-days."""
    days = " UNION ".join(
        f"SELECT {source.place}.county_id, {_local_day(source.at)} FROM {source.table} WHERE {source.at} IS NOT NULL"
        for source in SOURCES
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tallies_dirtyday (county_id, day) {days} UNION SELECT county_id, day FROM tallies_dailytally"
        )
        return cursor.rowcount


@transaction.atomic
def _recount_batch(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    dirty = _claim()
    if dirty:
        _write(fold(_leaves(dirty)), dirty)
    else:
        Recount.objects.update_or_create(pk=1, defaults={"at": at})
    return len(dirty)


def _claim() -> Dirty:
    """The latest dirty days first: today is what people look at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM tallies_dirtyday WHERE (county_id, day) IN "
            "(SELECT county_id, day FROM tallies_dirtyday GROUP BY 1, 2 ORDER BY 2 DESC, 1 LIMIT %s) "
            "RETURNING county_id, day",
            [BATCH],
        )
        return sorted(set(cursor.fetchall()))


def _leaves(dirty: Dirty) -> Iterator[Leaf]:
    for source in SOURCES:
        with connection.cursor() as cursor:
            cursor.execute(_counting(source), _columns(dirty, 2))
            for *place, day, counts in cursor.fetchall():
                counted = zip(source.measures, counts, strict=True)
                yield from ((Place(*place), day, measure, count) for measure, count in counted if count)


def _counting(source: Source) -> str:
    """One GROUP BY per leaf place and day, by the range of the source's own (county, time) index."""
    place = ", ".join(f"{source.place}.{column}" for column in PLACE)
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in source.measures.values())
    return f"""
        SELECT {place}, dirty.day, ARRAY[{counts}]
        FROM {source.table} JOIN unnest(%s::bigint[], %s::date[]) AS dirty (county_id, day)
        ON {source.place}.county_id = dirty.county_id
        AND {source.at} >= {_midnight("dirty.day")} AND {source.at} < {_midnight("dirty.day + 1")}
        GROUP BY {place}, dirty.day
    """


def _local_day(at: str) -> str:
    return f"({at} AT TIME ZONE '{ZONE.key}')::date"


def _midnight(day: str) -> str:
    return f"({day})::timestamp AT TIME ZONE '{ZONE.key}'"


def _columns(rows: Sequence[tuple[object, ...]], count: int) -> list[str]:
    """Each column as an array literal: the driver would quote every single number, ten times slower."""
    columns = zip(*rows, strict=True) if rows else [()] * count
    return [f"{{{','.join(map(str, column))}}}" for column in columns]


_KEY = (*PLACE, "day")
_ALL = (*_KEY, *MEASURES)
_TYPES = ", ".join(["%s::bigint[]"] * len(PLACE) + ["%s::date[]"] + ["%s::int[]"] * len(MEASURES))
_SAME = " AND ".join(f"old.{column} = counted.{column}" for column in _KEY)
_WRITE = f"""
    WITH counted ({", ".join(_ALL)}) AS (SELECT * FROM unnest({_TYPES})),
    gone AS (
        DELETE FROM tallies_dailytally old USING unnest(%s::bigint[], %s::date[]) AS dirty (county_id, day)
        WHERE old.county_id = dirty.county_id AND old.day = dirty.day
        AND NOT EXISTS (SELECT FROM counted WHERE {_SAME})
    )
    INSERT INTO tallies_dailytally AS old ({", ".join(_ALL)}) SELECT * FROM counted
    ON CONFLICT ({", ".join(_KEY)}) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in MEASURES)}
    WHERE ({", ".join(f"old.{name}" for name in MEASURES)})
        IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in MEASURES)})
"""


def _write(totals: dict[tuple[Place, date], Counts], dirty: Dirty) -> None:
    """Makes the rows of the dirty days exactly these: changed ones updated, new ones added, the others deleted."""
    rows = [(*place, day, *(counts.get(name, 0) for name in MEASURES)) for (place, day), counts in totals.items()]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*_columns(rows, len(_ALL)), *_columns(dirty, 2)])
