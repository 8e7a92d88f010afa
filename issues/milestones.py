"""The milestones of a plan as people write them: one per line, a day and what is done by then. No Django, no clock."""

import re
from datetime import date

from accounts.errors import Refused
from accounts.normal import half_width

LONGEST = 100
MOST = 30
LINE = re.compile(
    r"(?:(?P<year>\d{4})\s*[-年./])?\s*(?P<month>\d{1,2})\s*[-月./]\s*(?P<day>\d{1,2})(?:日|号|(?!\d))[\s,:、]*(?P<text>.*)"
)


def read(written: str, *, after: date) -> list[tuple[date, str]]:
    """Day and text of each line, the earliest first; a day without a year is the next such day after `after`.

    Refused with the number of the line that cannot be read.
    """
    lines = [(place, half_width(line)) for place, line in enumerate(written.splitlines(), 1) if line.strip()]
    if not lines:
        raise _refused("请写明时间节点，每行一个，例如“2026-12-01 完成招标”。")
    if len(lines) > MOST:
        raise _refused(f"时间节点最多{MOST}个，现有{len(lines)}个。")
    return sorted((_read(place, line, after) for place, line in lines), key=lambda milestone: milestone[0])


def _read(place: int, line: str, after: date) -> tuple[date, str]:
    found = LINE.fullmatch(line)
    day = _day(found, after) if found else None
    if found is None or day is None:
        raise _refused(f"时间节点第{place}行“{line[:20]}”看不懂，请写成“2026-12-01 完成招标”。")
    text = found["text"].strip()
    if not text:
        raise _refused(f"时间节点第{place}行没有写要完成什么，请写成“2026-12-01 完成招标”。")
    if len(text) > LONGEST:
        raise _refused(f"时间节点第{place}行最多{LONGEST}个字，现有{len(text)}个字。")
    if day <= after:
        raise _refused(f"时间节点第{place}行的日期{day:%Y-%m-%d}已经过去，请改成以后的日期。")
    return day, text


def _day(found: re.Match[str], after: date) -> date | None:
    month, day = int(found["month"]), int(found["day"])
    years = [int(found["year"])] if found["year"] else [after.year, after.year + 1]
    days = [valid for year in years if (valid := _valid(year, month, day))]
    return next((one for one in days if one > after), days[0] if days else None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def written(milestones: list[tuple[date, str]]) -> str:
    """The same as `read` takes it, with whole dates."""
    return "\n".join(f"{day:%Y-%m-%d} {text}" for day, text in milestones)


def _refused(sentence: str) -> Refused:
    return Refused(sentence, field="milestones")
