"""通报 on paper: A4 upright, numbered sections, bars where a number is better seen than read."""

from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, KeepTogether, Spacer

from exchange.bulletin.content import Bulletin, Cell, Section, Share
from exchange.papers.page import FAINT, HEADING, INK, REGULAR, SMALL, TITLE, load_fonts, paper, table, text

BAR, GAP, NAME, FIGURE = 11, 6, 96, 90
"""Height of a bar and of the room between, width of the name before and of the figure after it, in points."""
TINT = HexColor("#3b6ea5")
NUMERALS = "一二三四五六七八九十"


class Bars(Flowable):
    """One bar for each (name, value); the longest fills the line. The value stands behind it."""

    def __init__(self, heading: str, rows: Sequence[tuple[str, int]]) -> None:
        super().__init__()
        self.heading, self.rows = heading, rows

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.across = width
        return width, (len(self.rows) + 1) * (BAR + GAP)

    def draw(self) -> None:
        load_fonts()
        pen, most = self.canv, max([value for _, value in self.rows] + [1])
        pen.setFont(REGULAR, SMALL.fontSize)
        line = len(self.rows) * (BAR + GAP)
        pen.setFillColor(FAINT)
        pen.drawString(0, line + 3, self.heading)
        for name, value in self.rows:
            line -= BAR + GAP
            pen.setFillColor(INK)
            pen.drawRightString(NAME - 6, line + 2.5, name)
            long = (self.across - NAME - FIGURE) * value / most
            pen.setFillColor(TINT)
            pen.rect(NAME, line, long, BAR, stroke=0, fill=1)
            pen.setFillColor(INK)
            pen.drawString(NAME + long + 5, line + 2.5, f"{value:,}")


def bulletin_paper(bulletin: Bulletin, foot: str) -> bytes:
    story: list[Flowable] = [text(bulletin.title, TITLE), text(bulletin.about, SMALL)]
    for number, section in enumerate(bulletin.sections):
        story += _section(f"{_numeral(number + 1)}、{section.title}", section)
    return paper(story, title=bulletin.title, foot=foot)


def _numeral(number: int) -> str:
    return NUMERALS[number - 1] if number <= len(NUMERALS) else f"十{NUMERALS[number - 11]}"


def _section(title: str, section: Section) -> list[Flowable]:
    """The heading stays with what comes first under it. What is drawn whole needs no table."""
    head: list[Flowable] = [text(title, HEADING)]
    head += [text(section.note, SMALL)] if section.note else []
    head += [one for column in section.drawn for one in (_bars(section, column), Spacer(1, GAP))]
    if section.drawn and len(section.heads) == 2:
        return [KeepTogether(head)]
    body = _table(section)
    return [KeepTogether([*head, body])] if len(section.rows) <= MOST_KEPT else [*head, body]


MOST_KEPT = 20
"""Rows of a table that is not broken over pages."""
MANY = 6
"""From so many columns on, a share takes two lines."""


def _table(section: Section) -> Flowable:
    apart = "\n" if len(section.heads) >= MANY else "　"
    rows = [[_said(one, apart) for one in row] for row in section.rows]
    numbers = [place for place in range(1, len(section.heads)) if _kind(section, place) is not str]
    return table(section.heads, rows, widths=_widths(section), numbers=numbers)


def _bars(section: Section, column: int) -> Bars:
    rows = [(str(row[0]), _value(row[column])) for row in section.rows]
    return Bars(section.heads[column], rows)


def _value(cell: Cell) -> int:
    return cell.value if isinstance(cell, Share) else cell if isinstance(cell, int) else 0


def _said(cell: Cell, apart: str) -> str:
    if isinstance(cell, Share):
        return f"{cell.value:,}/{cell.whole:,}{apart}{cell.percent}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def _kind(section: Section, place: int) -> type:
    """What a column mostly holds."""
    kinds = {type(row[place]) for row in section.rows}
    return Share if Share in kinds else int if int in kinds else str


def _widths(section: Section) -> list[float]:
    """A share needs more room than a number, words the most."""
    many = len(section.heads) >= MANY
    room_of = {Share: 1.45 if many else 2.9, int: 0.8 if many else 1.2, str: 5.0}
    return [1.3 if many else 2.4, *(room_of[_kind(section, place)] for place in range(1, len(section.heads)))]
