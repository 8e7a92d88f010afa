"""The empty workbook people fill in, made from the same columns the import reads."""

import io
from typing import Any

import xlsxwriter

from exchange.columns import Column, Sheet
from exchange.importing import Importer
from exchange.run import IMPORTERS

ROWS_WITH_CHOICES = 5000
GUIDE = (
    "填表须知",
    "1. 第1行是表头，请不要改动；第2行是示例（第一列以“示例”开头的行导入时会跳过），可以删除。",
    "2. 带 * 的列必填。电话、身份证号、编号、代码各列须保持文本格式，数字格式的会被退回，因为可能已经丢失数位。",
    "3. 系统里已有的编号按更新处理：留空的格子保持原来的内容不变。同一份文件重复导入不会产生重复数据。",
    "4. 只要有一行不合格，整份文件就一行也不导入；系统会给出带“错误原因”的清单，改正后重新上传即可。",
    "5. 上传的文件和错误清单保存7天后自动删除。",
)


def workbook(kind: str) -> bytes:
    """The template for one kind of job, as .xlsx."""
    importer = IMPORTERS[kind]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        look = _Look(book)
        for sheet in (importer.main, *(sheet for sheet in importer.sheets if sheet is not importer.main)):
            _add_sheet(book, sheet, look)
        _add_guide(book, importer, look)
    return buffer.getvalue()


class _Look:
    """The cell formats."""

    def __init__(self, book: Any) -> None:
        self.text = book.add_format({"num_format": "@"})
        self.required = book.add_format({"bold": True, "bg_color": "#FDE8E6", "border": 1, "num_format": "@"})
        self.header = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "num_format": "@"})
        self.example = book.add_format({"italic": True, "font_color": "#7A8594", "num_format": "@"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})


def _add_sheet(book: Any, sheet: Sheet, look: _Look) -> None:
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 1)
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width, look.text)
        page.write_string(0, index, _header(column), look.required if column.required else look.header)
        page.write_comment(0, index, column.help)
        page.write_string(1, index, column.example, look.example)
        if column.options:
            page.data_validation(1, index, ROWS_WITH_CHOICES, index, _choices(column))


def _choices(column: Column) -> dict[str, object]:
    return {
        "validate": "list",
        "source": list(column.options),
        "error_title": column.header,
        "error_message": column.help[:255],
    }


def _header(column: Column) -> str:
    return f"{column.header}*" if column.required else column.header


def _add_guide(book: Any, importer: type[Importer], look: _Look) -> None:
    page = book.add_worksheet("说明")
    page.set_column(0, 1, 16)
    page.set_column(2, 2, 8)
    page.set_column(3, 3, 80, look.wrapped)
    for row, line in enumerate(GUIDE):
        page.write_string(row, 0, line, look.title if row == 0 else None)
    row = len(GUIDE) + 1
    for index, word in enumerate(("表", "列", "必填", "怎么填")):
        page.write_string(row, index, word, look.header)
    for sheet in importer.sheets:
        for column in sheet.columns:
            row += 1
            for index, word in enumerate((sheet.name, column.header, "必填" if column.required else "", column.help)):
                page.write_string(row, index, word)
