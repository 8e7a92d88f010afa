"""Official division lists (code,name): reading, judging and comparing them with the tree. Writes nothing."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from accounts.errors import Refused
from grids.models import Kind
from grids.rules import code_fault, name_fault

HEADER = ["code", "name"]
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of .xlsx and of .xls."""
SHORT_ENDINGS = (
    ("社区居民委员会", "社区"),
    ("社区村民委员会", "社区"),
    ("社区居委会", "社区"),
    ("村村民委员会", "村"),
    ("村民委员会", "村"),
    ("村村委会", "村"),
    ("村委会", "村"),
    ("居民委员会", "居委会"),
    ("街道办事处", "街道"),
    ("区管理委员会", "区"),
)
"""Official ending → what people say; the first that fits counts."""


class Division(NamedTuple):
    """One row of the file; `line` counts from 1 and the header is line 1."""

    line: int
    code: str
    name: str
    extra: str = ""


class Fault(NamedTuple):
    line: int
    reason: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.reason}"


def read_divisions(content: bytes) -> list[Division]:
    """The rows of a CSV as they stand. Raises Refused when it is no UTF-8 CSV with the header code,name and rows."""
    rows = _records(_text(content))
    if [cell.strip().lower() for cell in rows[0]] != HEADER:
        raise Refused(f"第1行应是表头 code,name，现在是“{','.join(rows[0])[:60]}”。")
    found = [
        Division(line, cells[0].strip(), "".join(cells[1:2]).strip(), ",".join(cells[2:]).strip(" ,"))
        for line, cells in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in cells)
    ]
    if not found:
        raise Refused("文件只有表头，没有区划。")
    return found


def _text(content: bytes) -> str:
    if content.startswith(WORKBOOK_STARTS):
        raise Refused("这是改了扩展名的 Excel 工作簿：请在 Excel 或 WPS 里另存为“CSV UTF-8”再导入。")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("文件不是 UTF-8 编码（可能是 GBK）：请另存为“CSV UTF-8”再导入。") from error
    if not text.strip():
        raise Refused("文件是空的。")
    if "\0" in text:
        raise Refused("文件不是文本：请另存为“CSV UTF-8”再导入。")
    return text


def _records(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise Refused("文件不是规整的 CSV：请另存为“CSV UTF-8”再导入。") from error


def kind_of(code: str) -> Kind:
    """The level an official code speaks of, by its zeros."""
    if code.endswith("000000"):
        return Kind.COUNTY
    return Kind.TOWN if code.endswith("000") else Kind.VILLAGE


def parent_code(code: str) -> str:
    """The code of the level above; empty for a county."""
    return {Kind.COUNTY: "", Kind.TOWN: f"{code[:6]}000000", Kind.VILLAGE: f"{code[:9]}000"}[kind_of(code)]


def faults(rows: Sequence[Division]) -> list[Fault]:
    """Everything wrong with the rows, in file order: digits, ranges, names, missing parents, duplicates."""
    first_of = {row.code: row for row in reversed(rows)}
    names = {row.code: row.name for row in rows}
    found: list[Fault] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        reason = _row_fault(row, first_of, names) or _twin_fault(row, seen, names)
        if reason:
            found.append(Fault(row.line, reason))
    return found


def _row_fault(row: Division, first_of: dict[str, Division], names: dict[str, str]) -> str | None:
    if not re.fullmatch(r"[0-9]{12}", row.code):
        return f"代码“{row.code[:30]}”应为12位数字"
    if row.extra:
        return f"{row.code} {row.name}：名称后面多出一列“{row.extra[:30]}”"
    fault = code_fault(row.code, kind_of(row.code)) or name_fault(short_name(row.code, names))
    if fault:
        return f"{row.code} {row.name}：{fault}"
    above = parent_code(row.code)
    if above and above not in first_of:
        return f"{row.code} {row.name}：文件里没有它的上级{above}"
    if first_of[row.code] is not row:
        return f"{row.code} {row.name}：代码与第{first_of[row.code].line}行重复"
    return None


def _twin_fault(row: Division, seen: dict[tuple[str, str], int], names: dict[str, str]) -> str | None:
    """Two brothers of one name cannot be told apart on any screen."""
    key = (parent_code(row.code), short_name(row.code, names))
    line = seen.setdefault(key, row.line)
    return None if line == row.line else f"{row.code} {row.name}：与第{line}行同属一个上级，简称都是“{key[1]}”"


def short_name(code: str, names: dict[str, str]) -> str:
    """The name people use: 广东省河源市和平县阳明镇东山社区居民委员会 → 东山社区, 解放村委会 → 解放村."""
    name = names[code]
    above = names.get(parent_code(code), "")
    rest = name.partition(above)[2] if above else ""
    if rest and rest not in dict(SHORT_ENDINGS):
        name = rest
    for official, short in SHORT_ENDINGS:
        if name.endswith(official) and name != official:
            return name.removesuffix(official) + short
    return name


class Standing(NamedTuple):
    """A county, town or village in force."""

    id: int
    code: str
    name: str


class Plan(NamedTuple):
    """What makes the tree agree with the file. Places are not changed: a grid moved by hand stays where it is."""

    add: list[Division]
    rename: list[tuple[Standing, str]]
    close: list[Standing]


def plan(rows: Sequence[Division], standing: Iterable[Standing]) -> Plan:
    """Compares faultless rows, names shortened, with what stands in the same counties."""
    names = {row.code: row.name for row in rows}
    wanted = {code: row._replace(name=short_name(code, names)) for code, row in sorted((row.code, row) for row in rows)}
    present = {grid.code: grid for grid in standing}
    return Plan(
        add=[row for code, row in wanted.items() if code not in present],
        rename=[
            (grid, wanted[code].name)
            for code, grid in present.items()
            if code in wanted and grid.name != wanted[code].name
        ],
        close=[grid for code, grid in present.items() if code not in wanted],
    )
