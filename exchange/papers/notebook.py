"""走访本: for members who carry paper. One member after the other, two households on a page, with room to write."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer, Table

from exchange.papers.page import BODY, CELL, COLUMN, GROUND, HEADING, LINE, SMALL, TITLE, room, text

OUTCOMES = "□见面　□电话联系　□不在家　□不便接待　□已搬离"
WHEN = "　　　　月　　　　日　　　　时"
QUESTIONS = ("家庭情况", "困难", "发展意愿", "矛盾纠纷", "意见建议")
ANSWER_ROOM = 13.5 * mm


@dataclass(frozen=True)
class Home:
    """One household to visit; every value as it is to be read."""

    heading: str
    place: str
    marks: str
    last: str
    next: str


@dataclass(frozen=True)
class Notebook:
    member: str
    about: str
    homes: Sequence[Home]


def pages(books: Sequence[Notebook]) -> list[Flowable]:
    """The story of these notebooks; each begins on a page of its own."""
    story: list[Flowable] = []
    for book in books:
        if story:
            story.append(PageBreak())
        story += [text(f"{book.member} 走访本", TITLE), text(book.about, SMALL), Spacer(1, 4)]
        story += [_home(home) for home in book.homes]
    return story


def _home(home: Home) -> Flowable:
    said = [text(home.heading, HEADING), text("，".join(part for part in (home.place, home.marks) if part), BODY)]
    known = text(f"上次走访：{home.last}　　　下次走访：{home.next}", SMALL)
    return KeepTogether([*said, known, Spacer(1, 3), _form(), Spacer(1, 12)])


def _form() -> Flowable:
    known = [("时间", WHEN), ("结果", OUTCOMES), *((question, "") for question in QUESTIONS)]
    rows = [[text(label, COLUMN), text(said, CELL)] for label, said in known]
    heights = [8 * mm, 8 * mm, *(ANSWER_ROOM for _ in QUESTIONS)]
    style = [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE),
        ("BACKGROUND", (0, 0), (0, -1), GROUND),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    return Table(rows, [room() * 0.16, room() * 0.84], heights, style=style)
