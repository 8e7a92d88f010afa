"""The error workbook: the uploaded rows as they are, with a column 错误原因; rows without a fault are folded away.

It can be corrected and uploaded again as it is: the import passes over that column.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import xlsxwriter

from exchange import reading
from exchange.cells import Cell
from exchange.columns import FAULTS
from exchange.importing import Importer
from exchange.intake import Intake

WIDTH = 16
REASON_WIDTH = 60


@contextmanager
def error_workbook(path: Path, importer: Importer, intakes: Sequence[Intake]) -> Iterator[IO[bytes]]:
    """The finished workbook as an open temporary file."""
    with NamedTemporaryFile(suffix=".xlsx") as file:
        with xlsxwriter.Workbook(file.name, {"constant_memory": True}) as workbook:
            _copy_sheets(workbook, path, importer, intakes)
        with open(file.name, "rb") as finished:
            yield finished


def _copy_sheets(workbook: Any, path: Path, importer: Importer, intakes: Sequence[Intake]) -> None:
    by_sheet = {intake.sheet.name: intake for intake in intakes}
    wanted = [sheet.name for sheet in importer.sheets]
    copy: _SheetCopy | None = None
    with closing(reading.read(path, main=importer.main.name, wanted=wanted)) as frames:
        for frame in frames:
            if isinstance(frame, reading.SheetStart):
                copy = _SheetCopy(workbook, by_sheet[wanted[frame.index]], frame.height)
            elif copy:
                copy.write(frame)


class _SheetCopy:
    """One sheet of the copy, written row by row."""

    def __init__(self, workbook: Any, intake: Intake, height: int) -> None:
        self._intake = intake
        self._row = 0
        self._bold = workbook.add_format({"bold": True})
        self._text = workbook.add_format({"num_format": "@"})
        self._date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._wrong = workbook.add_format({"font_color": "#B42318", "text_wrap": True})
        self._sheet = workbook.add_worksheet(intake.sheet.name)
        self._sheet.set_column(0, intake.faults_column, WIDTH, self._text)
        self._sheet.set_column(intake.faults_column, intake.faults_column, REASON_WIDTH)
        self._sheet.freeze_panes(intake.header_row, 0)
        if intake.faults:
            header = intake.header_row - 1
            self._sheet.autofilter(header, 0, max(height - 1, header), intake.faults_column)
            self._sheet.filter_column(intake.faults_column, "x == NonBlanks")

    def write(self, rows: Sequence[list[Cell]]) -> None:
        for cells in rows:
            self._row += 1
            self._write_row(cells)

    def _write_row(self, cells: list[Cell]) -> None:
        intake, row = self._intake, self._row - 1
        faults = intake.faults.get(self._row)
        if intake.faults and not faults and self._row > intake.header_row:
            self._sheet.set_row(row, None, None, {"hidden": True})
        for column, cell in enumerate(cells):
            if column != intake.faults_column and cell != "":
                self._write_cell(row, column, cell)
        if self._row == intake.header_row:
            self._sheet.write_string(row, intake.faults_column, FAULTS, self._bold)
        elif faults:
            self._sheet.write_string(row, intake.faults_column, "；".join(faults), self._wrong)

    def _write_cell(self, row: int, column: int, cell: Cell) -> None:
        """As it came: text stays text (also what looks like a formula), a number a number, a date a date."""
        if isinstance(cell, bool):
            self._sheet.write_boolean(row, column, cell)
        elif isinstance(cell, str):
            self._sheet.write_string(row, column, cell, self._text)
        elif isinstance(cell, float | int):
            self._sheet.write_number(row, column, cell)
        elif cell[0] in ("date", "datetime"):
            self._sheet.write_datetime(row, column, _moment(cell), self._date)
        else:
            self._sheet.write_string(row, column, cell[1], self._text)


def _moment(cell: tuple[str, str]) -> datetime | date:
    return date.fromisoformat(cell[1]) if cell[0] == "date" else datetime.fromisoformat(cell[1])
