"""What the verbs on the tree refuse. Called under the lock, on rows read there."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Max

from accounts.errors import Refused
from grids.models import Grid, Kind
from grids.rules import BELOW_VILLAGE, MOST_LEVELS, code_fault, name_fault, placing_fault
from grids.tree import subtree_ids


def fresh(grid: Grid | None) -> Grid:
    """The grid as it stands under the lock. Refuses one that was closed."""
    assert grid is not None
    found = Grid.objects.select_related("parent").get(pk=grid.pk)
    if found.valid_to:
        raise Refused(f"{found.full_name}已停用，不能再改动。")
    return found


def refuse(fault: str | None) -> None:
    if fault:
        raise Refused(f"{fault}。")


def check_name(name: str, parent: Grid | None) -> None:
    refuse(name_fault(name))
    if Grid.objects.in_force().filter(parent=parent, name=name).exists():
        raise Refused(f"{parent or '这里'}已有叫“{name}”的网格，请换一个名称。", field="name")


def check_code(code: str, kind: Kind, parent: Grid | None) -> None:
    refuse(code_fault(code, kind, parent.code if parent else None))
    holder = Grid.objects.in_force().filter(code=code).first()
    if holder:
        raise Refused(f"代码{code}已由{holder.full_name}使用。", field="code")


def next_code(kind: Kind, parent: Grid | None) -> str:
    """Three more digits than the parent's, never used before, not even by a grid closed or moved away."""
    if parent is None or kind not in BELOW_VILLAGE:
        raise Refused("请填写12位区划代码。", field="code")
    pattern = rf"^{parent.code}\d{{3}}$"
    last: str | None = Grid.objects.filter(code__regex=pattern).aggregate(last=Max("code"))["last"]
    number = int(last[-3:]) + 1 if last else 1
    if number > 999:
        raise Refused(f"{parent}下面的3位代码已用完。", field="code")
    return f"{parent.code}{number:03d}"


def check_move(grid: Grid, to: Grid) -> None:
    below = subtree_ids(grid.pk)
    if to.pk in below:
        raise Refused(f"{grid}不能移到自己或自己的下级{to}下面。")
    if to.pk == grid.parent_id:
        raise Refused(f"{grid}已经在{to}下面。")
    if to.county_id != grid.county_id:
        raise Refused("网格不能移到别的县。")
    refuse(placing_fault(Kind(grid.kind), Kind(to.kind), to.depth))
    height = Grid.objects.filter(pk__in=below).aggregate(deepest=Max("depth"))["deepest"] - grid.depth
    if to.depth + 2 + height > MOST_LEVELS:
        raise Refused(f"移过去后层级会超过{MOST_LEVELS}级。")


def check_merge(source: Grid, into: Grid) -> None:
    if source.pk == into.pk:
        raise Refused("网格不能并入自己。")
    if source.kind != into.kind or source.county_id != into.county_id or source.kind == Kind.COUNTY:
        raise Refused("只能并入本县同一层级的网格。")
    if into.pk in subtree_ids(source.pk) or source.pk in subtree_ids(into.pk):
        raise Refused(f"{source}与{into}是上下级，不能合并。")


def check_day(grid: Grid, on: date) -> None:
    if grid.valid_from and on < grid.valid_from:
        raise Refused(f"{grid}自{grid.valid_from}起才启用，生效日期不能更早。", field="on")


def check_part(grid: Grid, children: Sequence[int], rows: Mapping[str, Sequence[int]]) -> None:
    """A part that is to be split off is neither nothing nor everything, and belongs to one kind: grids or rows."""
    all_children = grid.children.filter(valid_to=None).count()
    if not children and not any(rows.values()):
        raise Refused("请选择拆分出去的下级网格，或住户和党员。")
    if all_children and not children:
        raise Refused(f"{grid}下面有{all_children}个网格，请按下级网格拆分。")
    if children and len(children) == all_children:
        raise Refused("下级网格不能全部拆分出去：整个网格请用“改名”。")
