"""The grids, party organisations and departments a demo county stands on."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from accounts.errors import Refused
from grids.bulk import NewGrid, bulk_add
from grids.division_import import import_divisions
from grids.divisions import kind_of, parent_code, read_divisions
from grids.models import Grid, Kind
from liaison.seeding.county import Village
from liaison.seeding.units import UNITS, landline
from liaison.seeding.writer import Place
from members.models import PartyOrg, Unit

NUMERALS = "零一二三四五六七八九十"


def import_county(file: Path, *, on: date) -> Grid:
    """The county of a division file with its towns and villages; those in force already stay as they are."""
    content = _content(file)
    counties = [row.code for row in read_divisions(content) if kind_of(row.code) == Kind.COUNTY]
    if len(counties) != 1:
        raise Refused(f"一次只能生成一个县，文件里有{len(counties)}个县级代码。")
    if not Grid.objects.in_force().filter(code=counties[0]).exists():
        import_divisions(content, by=None, on=on)
    return Grid.objects.in_force().get(code=counties[0])


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"读不了文件 {file}：{error.strerror}。") from error


def refuse_begun(county: Grid) -> None:
    """Somebody already works here: invented people do not go among their cells, branches and departments."""
    cells = Grid.objects.in_force().filter(county_id=county.pk, kind__in=(Kind.CELL, Kind.SUB_CELL))
    begun = {
        "网格": cells.count(),
        "党组织": PartyOrg.objects.filter(county_id=county.pk).count(),
        "部门": Unit.objects.filter(county=county).count(),
    }
    found = "、".join(f"{name}{count}个" for name, count in begun.items() if count)
    if found:
        raise Refused(f"{county}已有{found}，不能再生成演示数据：请换一个还没有使用的县。")


def villages_of(county: Grid) -> list[Village]:
    grids = Grid.objects.in_force().filter(county_id=county.pk, kind=Kind.VILLAGE).order_by("code")
    return [Village(grid.code, grid.name) for grid in grids]


def add_cells(villages: Sequence[Village], *, on: date) -> int:
    """第一网格, 第二网格 … under every village. Refused when a village is cut into more than 999."""
    cells = [
        NewGrid(f"{village.code}{number:03d}", f"第{numeral(number)}网格", Kind.CELL, village.code)
        for village in villages
        for number in range(1, village.cells + 1)
    ]
    return len(bulk_add(cells, on=on))


def numeral(number: int) -> str:
    """一 to 九十九 as people write them; larger ones in digits."""
    tens, ones = divmod(number, 10)
    if number > 99:
        return str(number)
    said = NUMERALS[10] if tens == 1 else NUMERALS[tens] + NUMERALS[10] if tens else ""
    return said + (NUMERALS[ones] if ones or not tens else "")


def places_of(county: Grid) -> dict[str, Place]:
    """The scope columns of every grid of the county in force, by code."""
    return {grid.code: grid.scope() for grid in Grid.objects.in_force().filter(county_id=county.pk)}


def add_units(county: Grid) -> dict[str, int]:
    """The demo departments, beside those the county's profile names."""
    units = [Unit(county=county, name=name, landline=landline(serial)) for serial, name in enumerate(UNITS, 1)]
    Unit.objects.bulk_create(units, ignore_conflicts=True)
    return dict(Unit.objects.filter(county=county, name__in=UNITS).values_list("name", "pk"))


def add_branches(county: Grid, villages: Sequence[Village], branches: int | None) -> dict[str, int]:
    """A committee per town and a branch per village; the smallest villages join the branch of the one before, until
    there are no more than `branches`. Returns village code → branch."""
    towns = list(Grid.objects.in_force().filter(county_id=county.pk, kind=Kind.TOWN).order_by("code"))
    committees = {town.code: _org(f"{town.name}党委", PartyOrg.Kind.COMMITTEE, town) for town in towns}
    PartyOrg.objects.bulk_create(committees.values())
    grids = {grid.code: grid for grid in Grid.objects.in_force().filter(county_id=county.pk, kind=Kind.VILLAGE)}
    guests = _guests(villages, branches)
    orgs = {
        code: _org(
            f"{committees[parent_code(code)].grid.name}{grid.name}党支部",
            PartyOrg.Kind.BRANCH,
            grid,
            parent=committees[parent_code(code)],
        )
        for code, grid in grids.items()
        if code not in guests
    }
    PartyOrg.objects.bulk_create(orgs.values())
    return {code: orgs[guests.get(code, code)].pk for code in grids}


def _org(name: str, kind: str, grid: Grid, parent: PartyOrg | None = None) -> PartyOrg:
    return PartyOrg(name=name, kind=kind, parent=parent, **grid.scope())


def _guests(villages: Sequence[Village], branches: int | None) -> Mapping[str, str]:
    """Village without an own branch → the village whose branch it joins, in the same town."""
    surplus = len(villages) - branches if branches else 0
    neighbours = [(after.members, after.code, before.code) for before, after in pairwise(villages)]
    found: dict[str, str] = {}
    for _, code, host in sorted(neighbours):
        if len(found) < surplus and code[:9] == host[:9] and host not in found and code not in found.values():
            found[code] = host
    return found
