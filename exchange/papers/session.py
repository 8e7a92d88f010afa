"""服务日 on paper: one session, its five steps, who took part, and room to sign."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.platypus import Flowable, Spacer

from exchange.papers.page import BODY, HEADING, TITLE, paper, table, text

SPACE = "\u3000"
"""As wide as a character: others are drawn together."""


@dataclass(frozen=True)
class SessionSheet:
    """Everything that stands on it, as it is to be read. `steps` is (step, when, who, what)."""

    title: str
    facts: Sequence[tuple[str, str]]
    figures: Sequence[tuple[str, str]]
    steps: Sequence[tuple[str, str, str, str]]
    people: str
    foot: str


def session_paper(sheet: SessionSheet) -> bytes:
    """The PDF: A4, one page unless much was written."""
    story: list[Flowable] = [
        text(sheet.title, TITLE),
        table(["要点", "内容"], sheet.facts, widths=[2, 10]),
        text("五个步骤", HEADING),
        table(["步骤", "时间", "记录人", "内容"], sheet.steps, widths=[2, 2.6, 1.8, 8]),
        text("情况统计", HEADING),
        table([label for label, _ in sheet.figures], [[value for _, value in sheet.figures]], widths=[1] * 4),
        text("参加的人", HEADING),
        text(sheet.people, BODY),
        Spacer(1, 24),
        text(f"组织人（签字）：{SPACE * 12}年{SPACE * 3}月{SPACE * 3}日", BODY),
    ]
    return paper(story, title=sheet.title, foot=sheet.foot)
