"""Many grids at once: walk in Python, COPY, and one UPDATE for the bounds that make room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from accounts.errors import Refused
from grids.models import Grid, Kind
from grids.rules import code_fault, name_fault, placing_fault
from grids.tree import copy_in, free_tree, next_ids, rows_of, store_places, tree_write
from grids.walk import Place, Row, walk

LAST = 2**31
"""Sorts newcomers behind the brothers and sisters they join."""


@dataclass(frozen=True)
class NewGrid:
    """A grid to be added. `parent_code` names another new grid or one in force; empty for a county."""

    code: str
    name: str
    kind: Kind
    parent_code: str = ""
    lat: float | None = None
    lng: float | None = None


class _Known(NamedTuple):
    """What a child must know of its parent, stored or new."""

    id: int
    kind: Kind
    depth: int
    county_id: int


def bulk_add(nodes: Sequence[NewGrid], *, on: date, by: Any = None) -> dict[str, int]:
    """Adds grids in force from `on`, parents before children. Returns code → id; raises Refused naming every fault."""
    with tree_write(verb="bulk_add", by=by, on=on):
        known = _parents_in_force(nodes)
        touched = {parent.county_id for parent in known.values()}
        ids = _admit(nodes, known)
        newcomers = [
            Row(ids[node.code], known[node.parent_code].id if node.parent_code else None, node.kind, node.name, 0, LAST)
            for node in nodes
        ]
        places = walk([*rows_of(touched), *newcomers], free_tree=free_tree())
        _insert(nodes, newcomers, places, on)
        store_places({key: place for key, place in places.items() if place.county_id in touched})
    return ids


def _parents_in_force(nodes: Sequence[NewGrid]) -> dict[str, _Known]:
    wanted = {node.parent_code for node in nodes} - {node.code for node in nodes} - {""}
    grids = Grid.objects.in_force().filter(code__in=wanted)
    return {grid.code: _Known(grid.pk, Kind(grid.kind), grid.depth, grid.county_id) for grid in grids}


def _admit(nodes: Sequence[NewGrid], known: dict[str, _Known]) -> dict[str, int]:
    """Checks each grid, gives it its id and makes it known to the children that follow. Code → id."""
    taken = set(Grid.objects.in_force().filter(code__in=[node.code for node in nodes]).values_list("code", flat=True))
    faults, ids = [], {}
    for node, key in zip(nodes, next_ids(len(nodes)), strict=True):
        parent = known.get(node.parent_code)
        fault = "代码已经在用" if node.code in taken else _fault(node, parent)
        if fault:
            faults.append(f"{node.code} {node.name}：{fault}")
        taken.add(node.code)
        ids[node.code] = key
        known[node.code] = _Known(
            key, node.kind, parent.depth + 1 if parent else 0, parent.county_id if parent else key
        )
    if faults:
        raise Refused("；".join(faults))
    return ids


def _fault(node: NewGrid, parent: _Known | None) -> str | None:
    if node.parent_code and parent is None:
        return f"没有上级{node.parent_code}"
    return (
        placing_fault(node.kind, parent.kind if parent else None, parent.depth if parent else 0)
        or name_fault(node.name)
        or code_fault(node.code, node.kind, node.parent_code or None)
    )


def _insert(nodes: Sequence[NewGrid], rows: Sequence[Row], places: Mapping[int, Place], on: date) -> None:
    columns = ("id", "kind", "name", "code", "parent_id", "lat", "lng", "valid_from", *Place._fields)
    copy_in(
        "grids_grid",
        columns,
        (
            (row.id, node.kind, node.name, node.code, row.parent_id, node.lat, node.lng, on, *places[row.id])
            for node, row in zip(nodes, rows, strict=True)
        ),
    )
