"""A structural change in one sentence."""

from grids.models import TreeChange

Deed = TreeChange.Deed
SENTENCES = {
    Deed.ADD: "在{grid.full_name}下新增{new}",
    Deed.RENAME: "{was}改名为{new}",
    Deed.MOVE: "{grid.name}从{old.full_name}移到{other.full_name}",
    Deed.SPLIT: "从{grid.full_name}拆出{new}",
    Deed.MERGE: "{grid.full_name}并入{other.full_name}",
    Deed.CLOSE: "停用{grid.full_name}",
}


def change_told(change: TreeChange) -> str:
    """Of a planned change the former place and name are those of today."""
    return SENTENCES[Deed(change.deed)].format(
        grid=change.grid,
        new=change.name,
        was=change.was_name or change.grid.name,
        old=change.was_parent or change.grid.parent,
        other=change.other,
    )
