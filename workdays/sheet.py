"""Rows of a holiday arrangement as they come from a file, not yet checked."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.errors import Refused

HEADER = ["date", "kind", "name"]
HEADER_WORDS = ["日期", "类型", "节日"]
TOO_LARGE = 1_000_000


@dataclass(frozen=True)
class DayRow:
    """One line, as text; `number` is its line number in the file, for messages."""

    number: int
    date: str
    kind: str
    name: str
    surplus: str = ""


def read_rows(data: bytes) -> list[DayRow]:
    """The rows of a CSV with the header date,kind,name or 日期,类型,节日. Refused when it is no such file at all."""
    reader = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
    try:
        return day_rows((reader.line_num, cells) for cells in reader)
    except csv.Error as error:
        raise Refused(f"第{reader.line_num}行不是正确的 CSV，请检查引号和换行。") from error


def day_rows(lines: Iterable[tuple[int, list[str]]]) -> list[DayRow]:
    """The rows of a table, by line numbers, the header first. Refused without its header."""
    numbered = iter(lines)
    _, header = next(numbered, (1, []))
    if [cell.strip() for cell in header] not in (HEADER, HEADER_WORDS):
        raise Refused("第1行应为表头 date,kind,name（日期,类型,节日），请补上后再导入。")
    return [_row(number, cells) for number, cells in numbered if any(cell.strip() for cell in cells)]


def as_csv(rows: Iterable[DayRow]) -> str:
    """What `read_rows` reads back."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *([row.date, row.kind, row.name] for row in rows)])
    return text.getvalue()


def _text(data: bytes) -> str:
    if data.startswith(b"PK"):
        raise Refused("这是 Excel 工作簿，不是 CSV；请在 Excel 中另存为“CSV UTF-8（逗号分隔）”再导入。")
    if len(data) > TOO_LARGE:
        raise Refused("文件超过 1 MB，不像是放假安排，请核对是否选错了文件。")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("文件不是 UTF-8 编码；请在 Excel 中另存为“CSV UTF-8（逗号分隔）”再导入。") from error


def _row(number: int, cells: list[str]) -> DayRow:
    day, kind, name, *more = [cell.strip() for cell in cells] + [""] * (len(HEADER) - len(cells))
    return DayRow(number, day, kind, name, surplus=",".join(filter(None, more)))
