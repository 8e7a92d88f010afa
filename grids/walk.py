"""The truth about a tree, told from parents alone. Pure: bulk load, the check and the repair share it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from grids.models import Kind

LEVELS = (Kind.COUNTY, Kind.TOWN, Kind.VILLAGE, Kind.CELL)


class Row(NamedTuple):
    """What the walk needs of one grid. `lft` only orders siblings; `tree_id` is kept by roots."""

    id: int
    parent_id: int | None
    kind: str
    name: str
    tree_id: int
    lft: int


class Place(NamedTuple):
    """Everything about a grid that follows from its parents."""

    tree_id: int
    lft: int
    rght: int
    depth: int
    county_id: int
    town_id: int
    village_id: int
    cell_id: int
    full_name: str


NOWHERE = Place(0, 0, 0, -1, 0, 0, 0, 0, "")


def walk(rows: Iterable[Row], *, free_tree: int) -> dict[int, Place]:
    """The place of every grid that a root leads to. A row in a circle of parents is missing from the answer.

    `free_tree` and all above it are tree numbers that no stored root has.
    """
    children: dict[int | None, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.lft, row.id)):
        children[row.parent_id].append(row)
    found: dict[int, Place] = {}
    for root, tree_id in _tree_ids(children[None], free_tree):
        _walk_tree(root, tree_id, children, found)
    return found


def full_name(above: str, kind: str, name: str) -> str:
    """The names from the town down, joined; a county (or prefecture) goes by its own name and lends it to nobody."""
    return name if kind in (Kind.PREFECTURE, Kind.COUNTY, Kind.TOWN) else above + name


def scope_below(above: Place, row_id: int, kind: str) -> tuple[int, int, int, int]:
    """county, town, village and cell id of a grid under `above`: its own id in its own level's column."""
    inherited = above[4:8]
    return tuple(row_id if kind == level else up for level, up in zip(LEVELS, inherited, strict=True))  # type: ignore[return-value]


def _tree_ids(roots: list[Row], free_tree: int) -> Iterable[tuple[Row, int]]:
    """Each root keeps its tree number unless an older root has it; newcomers (0) get the next free ones."""
    taken = {0}
    for root in sorted(roots, key=lambda root: root.id):
        number = root.tree_id
        if number in taken:
            number, free_tree = free_tree, free_tree + 1
        taken.add(number)
        yield root, number


def _walk_tree(root: Row, tree_id: int, children: dict[int | None, list[Row]], found: dict[int, Place]) -> None:
    """Depth first with an own stack: a row is placed when entered, its right bound known when left."""
    counter = 0
    stack: list[tuple[Row, Place, bool]] = [(root, NOWHERE, False)]
    while stack:
        row, above, leaving = stack.pop()
        counter += 1
        if leaving:
            found[row.id] = found[row.id]._replace(rght=counter)
            continue
        scope = scope_below(above, row.id, row.kind)
        here = Place(tree_id, counter, 0, above.depth + 1, *scope, full_name(above.full_name, row.kind, row.name))
        found[row.id] = here
        stack.append((row, above, True))
        stack.extend((child, here, False) for child in reversed(children.get(row.id, ())))
