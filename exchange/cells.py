"""What one cell of a workbook may hold, and its value in normal form.

A cell arrives from exchange/reader.py as text, number, truth value, or a pair (type, text) for Excel's dates and
times. Each function below makes a parser: cell in, value out, BadCell with a Chinese sentence when it does not fit.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeGuard

from accounts import normal

Cell = str | float | bool | tuple[str, str]
Parser = Callable[[Cell], object]


class BadCell(ValueError):
    """The cell does not fit; the sentence says what is wrong, without the column's name."""


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and (not cell or cell.isspace())


def text(longest: int) -> Parser:
    """Words as they are written; line breaks and tabs become one blank."""

    def parse(cell: Cell) -> str:
        return cell if _is_plain(cell, longest) else _fitting(" ".join(_printable(_written(cell)).split()), longest)

    return parse


def name(longest: int) -> Parser:
    """A person's or firm's name; the blanks that stretch 张 三 to three characters go."""

    def parse(cell: Cell) -> str:
        if _is_plain(cell, longest):
            return cell
        words = _printable(_written(cell)).split()
        joined = (" " if all(word.isascii() for word in words) else "").join(words)
        return _fitting(joined, longest)

    return parse


def code(longest: int) -> Parser:
    """A number that identifies: digits may be full-width, blanks go, leading zeros stay."""

    def parse(cell: Cell) -> str:
        if _is_plain(cell, longest) and cell.isascii():
            return cell
        return _fitting(_no_blanks(_digits_kept(cell)), longest)

    return parse


_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)


def phone(cell: Cell) -> str:
    if isinstance(cell, str) and _MOBILE.fullmatch(cell):
        return cell
    number = normal.phone(_digits_kept(cell))
    fault = normal.phone_fault(number)
    if fault:
        raise BadCell(f"{fault}，没有电话请留空")
    return number


def id_number(cell: Cell) -> str:
    number = normal.id_number(_digits_kept(cell))
    fault = normal.id_fault(number)
    if fault:
        raise BadCell(fault)
    return number


def choice(values: Mapping[str, str]) -> Parser:
    """One of the words in `values`; the fault lists them."""

    @lru_cache(maxsize=1024, typed=True)
    def parse(cell: Cell) -> str:
        word = _no_blanks(_written(cell))
        if word not in values:
            raise BadCell(f"“{_shown(word)}”不在可选范围内，应为：{'、'.join(values)}")
        return values[word]

    return parse


def several(values: Mapping[str, str], none: str = "无") -> Parser:
    """Words in `values`, separated by 、 or a comma, as a PostgreSQL array; the word `none` alone is an empty one."""
    one = choice(values)

    @lru_cache(maxsize=4096, typed=True)
    def parse(cell: Cell) -> str:
        words = [word for word in re.split(r"[、,，;；/\s]+", _written(cell)) if word]
        if not words:
            raise BadCell("不能只有分隔符号")
        return f"{{{','.join(sorted({str(one(word)) for word in words if words != [none]}))}}}"

    return parse


YES_NO = {"是": "t", "否": "f"}


def integer(least: int, most: int) -> Parser:
    def parse(cell: Cell) -> int:
        number = _number(cell)
        if not least <= number <= most or number != int(number):
            raise BadCell(f"应为{least}至{most}的整数")
        return int(number)

    return parse


def decimal(least: float, most: float) -> Parser:
    def parse(cell: Cell) -> float:
        number = _number(cell)
        if not least <= number <= most:
            raise BadCell(f"应为{least:g}至{most:g}之间的数")
        return number

    return parse


_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")


def day(cell: Cell) -> date:
    """A date cell, or text like 2020-01-31, 2020/1/31, 2020年1月31日, 20200131."""
    if isinstance(cell, tuple) and cell[0] in ("date", "datetime"):
        return date.fromisoformat(cell[1][:10])
    found = _DAY.fullmatch(_no_blanks(cell)) if isinstance(cell, str) else None
    try:
        if found:
            return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        pass
    raise BadCell("不是有效的日期，请写成 2020-01-31 的样子")


def _is_plain(cell: Cell, longest: int) -> TypeGuard[str]:
    """Letters, digits and Chinese characters only, as nearly all cells are: nothing to normalise."""
    return isinstance(cell, str) and len(cell) <= longest and cell.isalnum()


def _written(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, tuple):
        raise BadCell("被表格软件改成了日期或时间，请把整列设为文本格式后重新填写")
    raise BadCell("应填文字，这里是数字或逻辑值；请把整列设为文本格式后重新填写")


def _digits_kept(cell: Cell) -> str:
    if isinstance(cell, float | int):
        raise BadCell("是数字格式，前面的0或末几位可能已经丢失；请把整列设为文本格式后重新填写")
    return _written(cell)


def _number(cell: Cell) -> float:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return float(cell)
    written = normal.half_width(cell) if isinstance(cell, str) else ""
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,12})?", written):
        raise BadCell("应填数字")
    return float(written)


def _printable(written: str) -> str:
    if written.isprintable():
        return written
    return "".join(letter if letter.isprintable() else " " for letter in written)


def _no_blanks(written: str) -> str:
    return "".join(normal.half_width(_printable(written)).split())


def _fitting(written: str, longest: int) -> str:
    if not 0 < len(written) <= longest:
        raise BadCell(f"应有1至{longest}个字，这里有{len(written)}个")
    return written


def _shown(word: str) -> str:
    return word if len(word) <= 20 else f"{word[:20]}…"
