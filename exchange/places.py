"""Finds the grid a row names, and says why it may not be used."""

from collections import defaultdict
from dataclasses import dataclass

from accounts import normal
from accounts.roles import Permission
from exchange.cells import BadCell
from grids.models import Grid, Kind
from grids.scope import Scope

BELOW_TOWN = (Kind.VILLAGE, Kind.CELL, Kind.SUB_CELL)


@dataclass(frozen=True)
class Place:
    """A grid in force; `fault` is why this person may not put the row there."""

    id: int
    fault: str = ""


class Places:
    """The grids of one county as one person may fill them. Looked up by code or by full name, with or without the
    county's own name in front."""

    def __init__(self, county: Grid, scope: Scope, *, leaves: bool) -> None:
        grids = Grid.objects.filter(county_id=county.pk)
        self.covered = set(grids.filter(scope.grid_q(Permission.DATA_IMPORT)).values_list("pk", flat=True))
        """Every grid of the area, ended ones too: rows that lie there may be changed."""
        self._leaves = leaves
        self._found: dict[str, list[Place]] = defaultdict(list)
        current = list(grids.current(scope.on).values_list("pk", "parent_id", "kind", "code", "full_name"))
        inner = {parent for _, parent, *_ in current}
        for pk, _, kind, code, full_name in current:
            place = Place(pk, self._fault(pk, kind, full_name, pk in inner))
            for name in {code, _key(full_name), _key(full_name.removeprefix(county.full_name))} - {""}:
                self._found[name].append(place)

    def find(self, text: str) -> int:
        """The grid's id. Raises BadCell."""
        found = self._found.get(text) or self._found.get(_key(text), [])
        if not found:
            raise BadCell(f"“{text}”在本县没有这个网格，请填网格代码或网格全称")
        if len(found) > 1:
            raise BadCell(f"“{text}”有{len(found)}个同名网格，请改填网格代码")
        if found[0].fault:
            raise BadCell(found[0].fault)
        return found[0].id

    def _fault(self, pk: int, kind: str, full_name: str, inner: bool) -> str:
        if pk not in self.covered:
            return f"“{full_name}”不在您的管理范围内，不能导入"
        if self._leaves and kind not in BELOW_TOWN:
            return f"“{full_name}”太大，住户要登记到村或村以下的网格"
        if self._leaves and inner:
            return f"“{full_name}”下面还分有网格，请填最小一级的网格"
        return ""


def _key(name: str) -> str:
    return "".join(normal.half_width(name).split())
