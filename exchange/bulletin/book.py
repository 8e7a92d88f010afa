"""通报 as a workbook: one sheet per section, numbers as numbers; a share takes three columns, to be summed."""

from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter

from exchange.bulletin.content import Bulletin, Cell, Section, Share

A4 = 9
PARTS = ("分子", "分母", "比例")


def bulletin_book(bulletin: Bulletin, file: IO[bytes]) -> None:
    with xlsxwriter.Workbook(file, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        looks = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "text_wrap": True}),
            "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
            "number": book.add_format({"border": 1, "num_format": "#,##0"}),
            "share": book.add_format({"border": 1, "num_format": "0.0%"}),
        }
        for section in bulletin.sections:
            _sheet(book.add_worksheet(section.title), looks, bulletin, section)


def _sheet(sheet: Any, looks: dict[str, Any], bulletin: Bulletin, section: Section) -> None:
    shared = [any(isinstance(row[place], Share) for row in section.rows) for place in range(len(section.heads))]
    sheet.write_string(0, 0, f"{bulletin.title}：{section.title}", looks["title"])
    sheet.write_string(1, 0, section.note or bulletin.about)
    column = 0
    for head, parted in zip(section.heads, shared, strict=True):
        for name in [f"{head}·{part}" for part in PARTS] if parted else [head]:
            sheet.write_string(2, column, name, looks["head"])
            sheet.set_column(column, column, 26 if head in ("怎么算", "需要什么") else 14)
            column += 1
    for line, row in enumerate(section.rows, 3):
        column = 0
        for cell, parted in zip(row, shared, strict=True):
            column = _cells(sheet, looks, line, column, cell, 3 if parted else 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(3, 1)


def _cells(sheet: Any, looks: dict[str, Any], line: int, column: int, cell: Cell, room: int) -> int:
    """Writes one cell into its one or three columns; where the next begins."""
    values: Sequence[Any] = (
        (cell.value, cell.whole, cell.value / cell.whole if cell.whole else "")
        if isinstance(cell, Share)
        else (cell, *[""] * (room - 1))
    )
    for place, value in enumerate(values):
        look = "text" if isinstance(value, str) else "share" if isinstance(value, float) else "number"
        write = sheet.write_string if isinstance(value, str) else sheet.write_number
        write(line, column + place, value, looks[look])
    return column + room
