"""联系服务卡: cards of 90 × 54 mm, ten on a sheet of A4, with marks to cut along. A card says whom to ring.

Cards are drawn where they lie, one after the other; what stays in memory is the finished page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from exchange.papers.page import BOLD, FAINT, INK, LINE, REGULAR, load_fonts
from exchange.papers.qr import QR

WIDTH, HEIGHT = 90 * mm, 54 * mm
COLUMNS, ROWS = 2, 5
LEFT, BOTTOM = (A4[0] - COLUMNS * WIDTH) / 2, (A4[1] - ROWS * HEIGHT) / 2
MARK = 4 * mm
PAD = 4 * mm
BAND = 10 * mm
CODE = 27 * mm
RED = HexColor("#9c1a1a")
PEOPLE = 3
"""How many people a card has room for."""


@dataclass(frozen=True)
class Card:
    """`people` are (part, name, phone), whoever looks after the household first."""

    title: str
    place: str
    people: Sequence[tuple[str, str, str]]
    household: str
    address: str


def write_cards(cards: Iterable[Card], file: IO[bytes], *, title: str) -> int:
    """Returns how many were drawn."""
    load_fonts()
    sheet = Canvas(file, pagesize=A4, pageCompression=1, invariant=1)
    sheet.setTitle(title)
    sheet.setAuthor("联户通")
    walk, drawn = iter(cards), 0
    while page := list(islice(walk, COLUMNS * ROWS)):
        _marks(sheet)
        for place, card in enumerate(page):
            row, column = divmod(place, COLUMNS)
            _card(sheet, card, LEFT + column * WIDTH, BOTTOM + (ROWS - 1 - row) * HEIGHT)
        sheet.showPage()
        drawn += len(page)
    sheet.save()
    return drawn


def _marks(sheet: Canvas) -> None:
    """Short lines outside the cards, where the knife goes."""
    sheet.setStrokeColor(LINE)
    sheet.setLineWidth(0.4)
    for column in range(COLUMNS + 1):
        x = LEFT + column * WIDTH
        for y in (BOTTOM - MARK, BOTTOM + ROWS * HEIGHT):
            sheet.line(x, y, x, y + MARK)
    for row in range(ROWS + 1):
        y = BOTTOM + row * HEIGHT
        for x in (LEFT - MARK, LEFT + COLUMNS * WIDTH):
            sheet.line(x, y, x + MARK, y)


def _card(sheet: Canvas, card: Card, x: float, y: float) -> None:
    sheet.setStrokeColor(LINE)
    sheet.setLineWidth(0.2)
    sheet.rect(x, y, WIDTH, HEIGHT)
    _band(sheet, card, x, y + HEIGHT - BAND)
    _people(sheet, card, x + PAD, y + HEIGHT - BAND)
    _code(sheet, card, x + WIDTH - PAD - CODE, y + HEIGHT - BAND - PAD - CODE)
    sheet.setFillColor(FAINT)
    _line(sheet, card.household, x + PAD, y + 3 * mm, REGULAR, 8, WIDTH - 2 * PAD)


def _band(sheet: Canvas, card: Card, x: float, y: float) -> None:
    sheet.setFillColor(RED)
    sheet.rect(x, y, WIDTH, BAND, stroke=0, fill=1)
    sheet.setFillColor(white)
    used = _line(sheet, card.title, x + PAD, y + 3.2 * mm, BOLD, 12, WIDTH / 2)
    _line(sheet, card.place, x + WIDTH - PAD, y + 3.4 * mm, REGULAR, 9, WIDTH - 3 * PAD - used, right=True)


def _people(sheet: Canvas, card: Card, x: float, top: float) -> None:
    room = WIDTH - 3 * PAD - CODE
    for place, (part, name, phone) in enumerate(card.people[:PEOPLE]):
        y = top - (place + 1) * 11.2 * mm
        sheet.setFillColor(FAINT)
        _line(sheet, part, x, y + 4.9 * mm, REGULAR, 7.5, room)
        sheet.setFillColor(INK)
        named = _line(sheet, name, x, y, BOLD, 11, room * 0.42)
        _line(sheet, phone, x + named + 2 * mm, y, BOLD, 12, room - named - 2 * mm)


def _code(sheet: Canvas, card: Card, x: float, y: float) -> None:
    sheet.setFillColor(INK)
    QR(card.address, CODE).drawOn(sheet, x, y)
    sheet.setFillColor(FAINT)
    _line(sheet, "扫码说事、查进度", x + CODE, y - 2.6 * mm, REGULAR, 7.5, CODE, right=True)


def _line(
    sheet: Canvas, said: str, x: float, y: float, font: str, size: float, room: float, *, right: bool = False
) -> float:
    """One line, made smaller until it fits; returns its width. With `right`, `x` is where it ends."""
    width = stringWidth(said, font, size)
    if width > room:
        size, width = size * room / width, room
    sheet.setFont(font, size)
    (sheet.drawRightString if right else sheet.drawString)(x, y, said)
    return float(width)
