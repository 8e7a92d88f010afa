"""A table to take away: as a workbook of any length, or as a PDF to print.

Text stays text: a cell that begins like a formula is written as what was typed, and nothing is ever computed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter

from exchange.papers import page

REPORT_EVERY = 500
A4 = 9

Progress = Callable[[int], None]
"""Told how many rows are written."""


@dataclass(frozen=True)
class Table:
    """`about` says in lines under the title what was asked, by whom and when; `widths` are in characters."""

    title: str
    about: Sequence[str]
    heads: Sequence[str]
    widths: Sequence[int]
    total: int
    rows: Iterator[Sequence[str]]


def write_workbook(table: Table, file: IO[bytes], progress: Progress) -> int:
    """Row by row in constant memory. Returns how many rows it holds."""
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False}) as book:
        return _Sheet(book, table).write(table.rows, progress)


class _Sheet:
    """One sheet, laid out to print on A4 across with its head on every page."""

    def __init__(self, book: Any, table: Table) -> None:
        self.table = table
        self.sheet = book.add_worksheet(table.title[:31])
        self.cell = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "border": 1})
        self.head = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "text_wrap": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self._lay_out()

    def _lay_out(self) -> None:
        sheet, top = self.sheet, len(self.table.about) + 1
        for place, width in enumerate(self.table.widths):
            sheet.set_column(place, place, width)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        sheet.freeze_panes(top + 1, 0)
        sheet.set_footer("&L&A&R第&P页/共&N页")

    def write(self, rows: Iterator[Sequence[str]], progress: Progress) -> int:
        self.sheet.write_string(0, 0, self.table.title, self.title)
        for line, said in enumerate(self.table.about, 1):
            self.sheet.write_string(line, 0, said)
        top = len(self.table.about) + 1
        self._row(top, self.table.heads, self.head)
        written = 0
        for written, row in enumerate(rows, 1):
            self._row(top + written, row, self.cell)
            if not written % REPORT_EVERY:
                progress(written)
        return written

    def _row(self, place: int, cells: Sequence[str], look: Any) -> None:
        for column, cell in enumerate(cells):
            self.sheet.write_string(place, column, cell, look)


def write_pdf(table: Table, file: IO[bytes], progress: Progress) -> int:
    """A4 across, the head on every page."""
    rows = list(table.rows)
    progress(len(rows))
    story = [page.text(table.title, page.TITLE), *(page.text(said, page.SMALL) for said in table.about)]
    story.append(page.table(table.heads, rows, widths=table.widths, wide=True))
    file.write(page.paper(story, title=table.title, foot=table.about[-1] if table.about else "", wide=True))
    return len(rows)
