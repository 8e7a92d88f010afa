"""值班表 on paper: a month of one place, a row per day, a column per rota; to be hung on the door."""

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.papers.page import HEADING, SMALL, TITLE, paper, table, text

DAY_WIDTH = 2.4
COLUMN_WIDTH = 3.0
WIDE_FROM = 5
"""With so many rotas the sheet is turned."""


@dataclass(frozen=True)
class Column:
    """One rota: what it is called, where, its telephone and its hours."""

    name: str
    place: str
    phone: str
    hours: str


@dataclass(frozen=True)
class Sheet:
    """`rows`: the day as it is said, and who is on duty in each column."""

    place: str
    month: str
    columns: Sequence[Column]
    rows: Sequence[tuple[str, Sequence[str]]]


def duty_paper(sheet: Sheet, *, foot: str) -> bytes:
    """The PDF: A4, upright for up to four rotas."""
    wide = len(sheet.columns) >= WIDE_FROM
    title = f"{sheet.place}{sheet.month}值班表"
    story = [text(title, TITLE)]
    story += [
        text(f"{one.name}：{one.place}，{one.hours}，电话 {one.phone or '未填'}", HEADING) for one in sheet.columns
    ]
    widths = [DAY_WIDTH, *[COLUMN_WIDTH] * len(sheet.columns)]
    heads = ["日期", *(one.name for one in sheet.columns)]
    story.append(table(heads, [[day, *cells] for day, cells in sheet.rows], widths=widths, wide=wide))
    story.append(text("换班、空岗以公示牌为准。", SMALL))
    return paper(story, title=title, foot=foot, wide=wide)
