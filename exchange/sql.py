"""Pieces of the statements that carry staged rows (s) into a table (t). A blank cell keeps what is there."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

PLACES = """
    WITH place AS MATERIALIZED (
        SELECT id AS grid_id, county_id, town_id, village_id, cell_id FROM grids_grid
        WHERE id IN (SELECT grid_id FROM {table}) ORDER BY id FOR KEY SHARE
    )
"""
"""The grids that staged rows name. The lock keeps a tree move from changing their ancestors until we have written."""

SCOPE = ("grid_id", "county_id", "town_id", "village_id", "cell_id")


def assignments(values: Mapping[str, str]) -> str:
    """a = …, b = …"""
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def kept(fields: Sequence[str]) -> dict[str, str]:
    """Each field's staged value, or its old one where the cell was blank."""
    return {name: f"coalesce(s.{name}, t.{name})" for name in fields}


def differs(values: Mapping[str, str], fields: Sequence[str]) -> str:
    """True where one of these fields would get another value. Ciphertext is never compared: it differs each time."""
    old = ", ".join(f"t.{name}" for name in fields)
    new = ", ".join(values[name] for name in fields)
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def fetch(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def execute(statement: str, values: Mapping[str, Any]) -> int:
    """Runs a statement; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        count: int = cursor.rowcount
    return count
