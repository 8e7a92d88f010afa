"""Printed papers: Chinese that can be read back, tables that go over pages, codes that a phone can read."""

import re
from io import BytesIO

import pytest
import segno
from pypdf import PdfReader

from exchange.papers.order import Sheet, order_paper
from exchange.papers.page import BODY, TITLE, paper, room, table, text
from exchange.papers.qr import QR, QUIET

COLUMNS = ["序号", "事项", "办理情况"]


def pages(content: bytes) -> list[str]:
    return [page.extract_text().replace("\n", "") for page in PdfReader(BytesIO(content)).pages]


def test_a_table_goes_over_pages_and_repeats_its_head():
    rows = [[str(number), "水圳堵塞，田里进不了水" * 3, "已清淤300米\n水到田头"] for number in range(1, 61)]
    story = [text("总台账", TITLE), table(COLUMNS, rows, widths=[1, 6, 4], numbers=[0], wide=True)]
    found = pages(paper(story, title="总台账", foot="和平县 · 11月21日打印", wide=True))
    assert len(found) > 2
    for number, page in enumerate(found, 1):
        assert "序号事项办理情况" in page
        assert "和平县 · 11月21日打印" in page
        assert f"第{number}页/共{len(found)}页" in page
    assert all(f"{number}水圳" in "".join(found).replace(" ", "") for number in range(1, 61))


def test_what_looks_like_markup_is_printed_as_it_was_typed():
    said = "<b>粗</b> & 5 < 6 <para> &amp; %s {}"
    [page] = pages(paper([text(said, BODY)], title="试", foot=""))
    assert said in page


def test_rare_characters_of_names_are_in_the_typeface():
    [page] = pages(paper([text("㸃龘䶮㛃玥赟喆昇")], title="试", foot=""))
    assert "㸃龘䶮㛃玥赟喆昇" in page


def test_a_paper_carries_only_the_characters_it_uses_and_is_the_same_each_time():
    made = [paper([text("督办单")], title="试", foot="") for _ in range(2)]
    assert made[0] == made[1]
    assert len(made[0]) < 40_000
    assert PdfReader(BytesIO(made[0])).metadata.title == "试"


@pytest.mark.parametrize("wide", [False, True])
def test_a_story_is_as_wide_as_the_paper_between_its_margins(wide):
    size = PdfReader(BytesIO(paper([text("纸")], title="试", foot="", wide=wide))).pages[0].mediabox
    assert (size.width > size.height) is wide
    assert room(wide=wide) == pytest.approx(float(size.width) - 2 * 51, abs=0.1)


def test_a_code_is_drawn_square_by_square():
    address = "https://liaison.example/orders/123/"
    matrix = segno.make(address, error="m", micro=False).matrix
    content = paper([QR(address, 78)], title="试", foot="")
    drawn = PdfReader(BytesIO(content)).pages[0].get_contents().get_data().decode("latin-1")
    runs = [tuple(map(int, one)) for one in re.findall(r"(\d+) (\d+) (\d+) 1 re", drawn)]
    black = {(y, x + step) for x, y, width in runs for step in range(width)}
    squares = len(matrix) + 2 * QUIET
    assert f"{78 / squares:.6f}".rstrip("0") in drawn
    assert black == {
        (squares - 1 - QUIET - row, QUIET + column)
        for row, line in enumerate(matrix)
        for column, dark in enumerate(line)
        if dark
    }


def sheet(**other) -> Sheet:
    known = {
        "county": "和平县",
        "label": "红牌",
        "colour": "red",
        "number": "督2026-000123",
        "title": "水圳堵塞，田里进不了水",
        "facts": [("责任人", "罗网格"), ("反映人", "黄*荣")],
        "demand": "请于11月11日（周三）前回复。",
        "history": [("11月2日 10:00", "黄支书", "挂号")],
        "answer": "",
        "answered": "",
        "address": "https://liaison.example/orders/123/",
        "foot": "和平县",
    }
    return Sheet(**{**known, **other})


@pytest.mark.parametrize("colour", ["blue", "orange", "red"])
def test_the_colour_is_a_band_and_a_word(colour):
    content = order_paper(sheet(colour=colour))
    [page] = pages(content)
    assert page.startswith("红牌")
    drawn = PdfReader(BytesIO(content)).pages[0].get_contents().get_data().decode("latin-1")
    red, green, blue = {"blue": (23, 80, 138), "orange": (168, 90, 0), "red": (156, 26, 26)}[colour]
    band = " ".join(f"{part / 255:.6f}".lstrip("0") if part else "0" for part in (red, green, blue))
    assert f"{band} rg" in drawn


def test_a_long_matter_still_has_all_its_parts():
    history = [(f"11月{day}日 10:00", "黄支书", "补充说明" * 20) for day in range(1, 13)]
    found = pages(order_paper(sheet(title="很长的事项" * 12, history=history, answer="已办结。" * 100)))
    whole = "".join(found)
    assert len(found) == 2
    assert whole.count("补充说明") == 12 * 20
    assert "抄送领导（签字）" in whole
