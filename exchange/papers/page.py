"""The frame of every printed paper: A4, one Chinese typeface, a foot with page numbers, tables that wrap.

    story = [text("督办单台账", TITLE), table(["序号", "事项"], rows, widths=[1, 6])]
    content = paper(story, title="督办单台账", foot="和平县 · 2026年11月21日打印", wide=True)

Cells and texts are plain strings; markup in them is printed as it was typed. Lengths are in points.
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, LongTable, PageTemplate, Paragraph

FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD = "NotoSansSC", "NotoSansSC-Bold"
INK, FAINT, LINE, GROUND = (HexColor(one) for one in ("#24201c", "#5a534b", "#a39b90", "#f1eee9"))
MARGIN = 18 * mm
FOOT = 8 * mm
BLANK, KEPT = "\u3000", "\u00a0" * 4
"""A full-width blank, which paragraphs would swallow, and what is as wide and stays."""


def _style(name: str, size: float, *, bold: bool = False, **other: Any) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.5,
        textColor=other.pop("color", INK),
        wordWrap="CJK",
        **other,
    )


TITLE = _style("title", 18, bold=True, alignment=TA_CENTER, spaceAfter=8)
HEADING = _style("heading", 11, bold=True, spaceBefore=9, spaceAfter=3)
BODY = _style("body", 10.5)
SMALL = _style("small", 8.5, color=FAINT)
CELL = _style("cell", 9)
NUMBER = _style("number", 9, alignment=TA_RIGHT)
COLUMN = _style("column", 9, bold=True)


def paper(story: Sequence[Flowable], *, title: str, foot: str, wide: bool = False) -> bytes:
    """The whole PDF. `foot` stands at the left of every page, 第x页/共y页 at the right; `wide` turns the sheet."""
    load_fonts()
    made = BytesIO()
    size = _size(wide)
    known = {"title": title, "author": "联户通", "lang": "zh-CN", "invariant": True}
    frame = Frame(
        MARGIN,
        MARGIN + FOOT,
        room(wide=wide),
        size[1] - 2 * MARGIN - FOOT,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    sheets = BaseDocTemplate(made, pagesize=size, pageTemplates=[PageTemplate(frames=[frame])], **known)
    sheets.build(list(story), canvasmaker=lambda *given, **named: _Counted(foot, *given, **named))
    return made.getvalue()


def room(*, wide: bool = False) -> float:
    """The width between the margins."""
    return _size(wide)[0] - 2 * MARGIN


def _size(wide: bool) -> tuple[float, float]:
    return landscape(A4) if wide else A4


def text(said: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph; line breaks stay, and so do runs of full-width blanks, the room left to write in."""
    load_fonts()
    return Paragraph(escape(said).replace("\n", "<br/>").replace(BLANK, KEPT), style)


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float],
    numbers: Sequence[int] = (),
    wide: bool = False,
) -> LongTable:
    """Columns share the page by `widths` (any unit); those in `numbers` stand to the right. The head repeats."""
    styles = [NUMBER if place in numbers else CELL for place in range(len(columns))]
    body = [[text(cell, style) for cell, style in zip(row, styles, strict=True)] for row in rows]
    share = room(wide=wide) / sum(widths)
    head = [text(column, COLUMN) for column in columns]
    return LongTable([head, *body], [width * share for width in widths], repeatRows=1, style=RULED)


RULED = [
    ("GRID", (0, 0), (-1, -1), 0.5, LINE),
    ("BACKGROUND", (0, 0), (-1, 0), GROUND),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
]


class _Counted(Canvas):
    """Keeps the pages back until their number is known, then writes the foot on each."""

    def __init__(self, foot: str, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._said = foot
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self._foot(number, len(self._pages))
            super().showPage()
        super().save()

    def _foot(self, number: int, pages: int) -> None:
        right, line = self._pagesize[0] - MARGIN, MARGIN
        self.setStrokeColor(LINE)
        self.setLineWidth(0.5)
        self.line(MARGIN, line, right, line)
        self.setFont(REGULAR, SMALL.fontSize)
        self.setFillColor(FAINT)
        self.drawString(MARGIN, line - 12, self._said)
        self.drawRightString(right, line - 12, f"第{number}页/共{pages}页")


@cache
def load_fonts() -> None:
    """Read once in a process (0.2 s); of 30,000 characters each paper carries those it uses."""
    registerFont(TTFont(REGULAR, FOLDER / "NotoSansSC_400Regular.ttf"))
    registerFont(TTFont(BOLD, FOLDER / "NotoSansSC_700Bold.ttf"))
