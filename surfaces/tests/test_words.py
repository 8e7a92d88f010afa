import ast
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from surfaces import words
from surfaces.tests.stack import ROOT

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


def test_a_day_names_its_weekday():
    assert words.day(date(2026, 11, 21)) == "11月21日（周六）"
    assert words.day(date(2026, 11, 22)) == "11月22日（周日）"


def test_a_moment_is_said_in_the_business_zone():
    evening_in_london = datetime(2026, 11, 20, 18, 5, tzinfo=ZoneInfo("UTC"))
    assert words.moment(evening_in_london) == "11月21日 02:05"
    assert words.day(evening_in_london) == "11月21日（周六）"


@pytest.mark.parametrize(
    ("deadline", "said", "tone"),
    [
        (NOW.replace(day=19, hour=18), "逾期2天", "overdue"),
        (NOW.replace(day=20, hour=23, minute=59), "逾期1天", "overdue"),
        (NOW - timedelta(minutes=1), "今天已逾期", "overdue"),
        (NOW, "今天已逾期", "overdue"),
        (NOW.replace(hour=18), "今天18:00到期", "today"),
        (date(2026, 11, 21), "今天到期", "today"),
        (date(2026, 11, 20), "逾期1天", "overdue"),
        (NOW.replace(day=22, hour=0), "还剩1天", "soon"),
        (NOW.replace(day=23, hour=18), "还剩2天", "soon"),
        (NOW.replace(day=24, hour=18), "还剩3天", "later"),
    ],
)
def test_a_deadline_is_said_in_calendar_days(deadline, said, tone):
    assert words.due(deadline, NOW) == words.Due(said, tone)


def test_a_share_without_a_whole_is_a_dash_and_not_a_hundred_percent():
    assert words.share(3211, 3600) == "89.2%"
    assert words.share(0, 0) == "—"
    assert words.share(None, 12) == "—"
    assert words.share(0, 12) == "0.0%"


def test_a_count_says_where_it_stopped():
    assert words.counted(9_999, 10_000) == "9,999"
    assert words.counted(10_000, 10_000) == "10,000"
    assert words.counted(10_001, 10_000) == "10,000+"


ELSEWHERE = {"tests", "migrations", "bench", "docs", "static", "templates", "var", ".venv", ".git"}
CHINESE = "[\u4e00-\u9fff“”]"
HALF_WIDTH = re.compile(rf"(?<={CHINESE})[()]|[()](?={CHINESE})")
FILLED_IN = re.compile(r"\{[{#].*?[}#]\}", re.DOTALL)


def texts() -> Iterator[tuple[str, str]]:
    """Every text that may come to a screen: of the templates what is written, of the code every string but patterns."""
    for path in (ROOT / "templates").rglob("*.html"):
        yield str(path), FILLED_IN.sub("", path.read_text())
    for folder in (folder for folder in ROOT.iterdir() if folder.is_dir() and folder.name not in ELSEWHERE):
        for path in (path for path in folder.rglob("*.py") if not ELSEWHERE & set(path.parent.parts)):
            yield from _strings(path)


def _strings(path: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text())
    patterns = {id(one) for call in ast.walk(tree) if _compiles(call) for one in ast.walk(call)}
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in patterns | docs:
            yield f"{path}:{node.lineno}", node.value


def _compiles(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "compile"


def test_brackets_beside_chinese_are_full_width():
    found = [(where, half[0]) for where, text in texts() if (half := HALF_WIDTH.search(text))]
    assert found == []
