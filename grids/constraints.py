"""The composite foreign key that keeps every scoped row's ancestor columns true (../shared/scale.md)."""

from django.db.migrations import RunSQL

COLUMNS = "county_id, town_id, village_id, cell_id"


def scope_key(table: str, grid_column: str = "grid_id") -> RunSQL:
    """A migration operation: (grid, ancestors) must equal the grid's own, and follow it when it moves.

    A null in `grid_column` releases the row: ended issues keep the place as of then.
    """
    name = f"{table[:24]}_scope"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({grid_column}, {COLUMNS}) "
        f"REFERENCES grids_grid (id, {COLUMNS}) ON UPDATE CASCADE DEFERRABLE INITIALLY IMMEDIATE",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
