"""No import arrow runs up."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ORDER = (
    "liaison",
    "surfaces",
    "exchange",
    "tallies",
    "issues",
    "rosters",
    "visits",
    "households",
    "members",
    "grids",
    "notices",
    "workdays",
    "accounts",
    "profiles",
)
"""Highest first: each folder may import only those after it (style.md, The house)."""

ROOT = Path(settings.BASE_DIR)


def imports_of(source: str) -> list[tuple[int, str]]:
    """(line, dotted module) of every import statement, at any depth of the code."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.lineno, node.module))
    return found


def arrows_up(folder: str, source: str) -> list[tuple[int, str]]:
    above = set(ORDER[: ORDER.index(folder)])
    return [(line, module) for line, module in imports_of(source) if module.split(".")[0] in above]


def test_an_arrow_that_runs_up_is_found():
    assert arrows_up("grids", "def f():\n    from issues.models import Issue\n") == [(2, "issues.models")]
    assert arrows_up("issues", "from grids.models import Grid\nimport accounts.roles\n") == []


@pytest.mark.parametrize("folder", [name for name in ORDER if (ROOT / name).is_dir()])
def test_each_folder_imports_only_those_below_it(folder):
    wrong = []
    for path in (ROOT / folder).rglob("*.py"):
        if "tests" in path.parts:
            continue
        arrows = arrows_up(folder, path.read_text())
        wrong += [f"{path.relative_to(ROOT)}:{line} imports {name}" for line, name in arrows]
    assert not wrong, "\n".join(wrong)


def test_every_top_folder_with_code_has_its_place():
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench"}
    assert folders <= set(ORDER)


def test_only_grids_knows_mptt():
    wrong = [
        str(path.relative_to(ROOT))
        for folder in ORDER
        if folder not in ("grids", "liaison")
        for path in (ROOT / folder).rglob("*.py")
        if any(module.split(".")[0] == "mptt" for _, module in imports_of(path.read_text()))
        and "migrations" not in path.parts
    ]
    assert not wrong
