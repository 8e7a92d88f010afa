"""督办单 on paper: one matter one sheet, to be printed, handed over, answered and signed.

The colour is a band over the sheet and a word in it, so that a black-and-white copy says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Spacer, Table

from exchange.papers.page import BODY, BOLD, CELL, COLUMN, GROUND, HEADING, LINE, SMALL, paper, room, text
from exchange.papers.qr import QR

TONES = {"blue": HexColor("#17508a"), "orange": HexColor("#a85a00"), "red": HexColor("#9c1a1a")}
"""Dark enough for white letters."""
BAND = ParagraphStyle("band", fontName=BOLD, fontSize=22, leading=30, textColor=white, wordWrap="CJK")
BAND_RIGHT = ParagraphStyle("band_right", BAND, fontSize=12, leading=17, alignment=TA_RIGHT)
MATTER = ParagraphStyle("matter", BODY, fontName=BOLD, fontSize=14, leading=20, spaceBefore=10, spaceAfter=6)
CODE = 78
"""Side of the QR code in points."""
ANSWER_ROOM = 90
"""Where an answer is written by hand."""


@dataclass(frozen=True)
class Sheet:
    """Everything that stands on it, as it is to be read. `history` is (when, who, what), the latest last."""

    county: str
    label: str
    colour: str
    number: str
    title: str
    facts: Sequence[tuple[str, str]]
    demand: str
    history: Sequence[tuple[str, str, str]]
    answer: str
    answered: str
    address: str
    foot: str


def order_paper(sheet: Sheet) -> bytes:
    """The PDF: A4, one page unless its history is long."""
    story = [
        _band(sheet),
        text(sheet.title, MATTER),
        _facts(sheet.facts),
        text("督办要求", HEADING),
        text(sheet.demand, BODY),
        text("办理经过", HEADING),
        _history(sheet.history),
        text("责任人回复", HEADING),
        _answer(sheet),
        Spacer(1, 14),
        _signatures(sheet),
    ]
    return paper(story, title=f"{sheet.label}{sheet.number}", foot=sheet.foot)


def _band(sheet: Sheet) -> Flowable:
    cells = [text(sheet.label, BAND), text(f"{sheet.county}\n{sheet.number}", BAND_RIGHT)]
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), TONES[sheet.colour]),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 12),
        ("RIGHTPADDING", (0, 0), (-1, -1), 12),
        ("TOPPADDING", (0, 0), (-1, -1), 8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 10),
    ]
    return Table([cells], [room() * 0.6, room() * 0.4], style=style)


def _facts(facts: Sequence[tuple[str, str]]) -> Flowable:
    rows = [[text(label, COLUMN), text(value, CELL)] for label, value in facts]
    style = [*_ruled(), ("BACKGROUND", (0, 0), (0, -1), GROUND)]
    return Table(rows, [room() * 0.16, room() * 0.84], style=style)


def _history(history: Sequence[tuple[str, str, str]]) -> Flowable:
    rows = [[text(when, SMALL), text(who, SMALL), text(what, SMALL)] for when, who, what in history]
    style = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ]
    return Table(rows, [room() * 0.18, room() * 0.18, room() * 0.64], style=style)


def _answer(sheet: Sheet) -> Flowable:
    cells = [[text(sheet.answer, CELL)], [text(sheet.answered, SMALL)]]
    style = [("BOX", (0, 0), (-1, -1), 0.8, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"), *_ruled()[-2:]]
    return Table(cells, [room()], [None if sheet.answer else ANSWER_ROOM, None], style=style)


def _signatures(sheet: Sheet) -> Flowable:
    lines = ["发出人（签字）：", "责任人（签字）：", "抄送领导（签字）："]
    written = [
        [text(line, BODY), text("年    月    日", ParagraphStyle("day", BODY, alignment=TA_RIGHT))] for line in lines
    ]
    left = Table(
        written, [room() * 0.45, room() * 0.27], [26] * len(lines), style=[("LEFTPADDING", (0, 0), (-1, -1), 0)]
    )
    right = [QR(sheet.address, CODE), text("扫码看这件事项", SMALL)]
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)]
    return Table([[left, right]], [room() - CODE - 24, CODE + 24], style=style)


def _ruled() -> list[tuple[object, ...]]:
    return [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
