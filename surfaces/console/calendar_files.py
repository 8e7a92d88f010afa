"""An arrangement of days off as it is uploaded: CSV, or a workbook with the same three columns."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files import File

from accounts.errors import Refused
from exchange import safe
from exchange.cells import Cell
from exchange.reading import SheetStart, read
from workdays.sheet import TOO_LARGE, DayRow, day_rows, read_rows

SHEET = "放假安排"


def uploaded_days(file: File) -> list[DayRow]:
    """The rows of the file, not yet checked. Refused when it is no such table."""
    if file.size > TOO_LARGE:
        raise Refused("文件超过 1 MB，不像是放假安排，请核对是否选错了文件。", field="file")
    if not str(file.name).lower().endswith(".xlsx"):
        return read_rows(file.read())
    with NamedTemporaryFile(suffix=".xlsx") as kept:
        kept.write(file.read())
        kept.flush()
        safe.scan(Path(kept.name))
        return day_rows(_lines(Path(kept.name)))


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    pieces = [piece for piece in read(path, main=SHEET, wanted=[SHEET]) if not isinstance(piece, SheetStart)]
    rows = [row for piece in pieces for row in piece]
    return [(number, [_text(cell) for cell in row]) for number, row in enumerate(rows, 1)]


def _text(cell: Cell) -> str:
    """Excel's dates come as (type, text), with a time behind the day."""
    return cell[1][:10] if isinstance(cell, tuple) else str(cell)
