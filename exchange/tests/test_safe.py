"""What no parser should see is refused in a sentence, in constant memory."""

import io
import signal
import subprocess
import sys
import zipfile
from collections import deque
from pathlib import Path

import pytest
import xlsxwriter

from accounts.errors import Refused
from exchange import reading, safe
from exchange.models import Job
from exchange.tests.cast import HOUSEHOLD_HEADER, Office, book
from households.models import Household

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
WORDS = "户编号,户主\n001,李水根\n" * 50

IMPOSTORS = {
    "empty": (b"", "空文件"),
    "old xls": (OLE, "旧版 Excel（.xls）"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    "csv in utf-8": (WORDS.encode("utf-8-sig"), "文本（CSV）"),
    "csv in gbk": (WORDS.encode("gbk"), "文本（CSV）"),
    "web page": (b"<html><table><tr><td>1</td></tr></table></html>", "网页格式"),
    "xml spreadsheet": (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "网页格式"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "不是 Excel 工作簿"),
}


@pytest.mark.parametrize(("content", "sentence"), IMPOSTORS.values(), ids=IMPOSTORS)
def test_an_impostor_is_told_apart_and_sent_to_save_as(tmp_path, content, sentence):
    with pytest.raises(Refused, match="上传") as refused:
        safe.scan(written(tmp_path, content))
    assert sentence in refused.value.sentence


def test_a_workbook_cut_short_is_told_as_damaged(tmp_path):
    whole = book({"住户": [HOUSEHOLD_HEADER]})
    refuses(written(tmp_path, whole[: len(whole) // 2]), "已损坏或没有传完整")


def test_a_workbook_with_a_spoiled_sheet_is_told_as_damaged(tmp_path):
    spoiled = bytearray(book({"住户": [HOUSEHOLD_HEADER] * 50}))
    with zipfile.ZipFile(io.BytesIO(bytes(spoiled))) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    spoiled[start : start + 20] = bytes(20)
    refuses(written(tmp_path, bytes(spoiled)), "已损坏")


def test_other_documents_in_a_zip_are_not_workbooks(tmp_path):
    refuses(packed(tmp_path, {"word/document.xml": "<w:document/>"}), "不是 Excel 工作簿")
    refuses(packed(tmp_path, {"xl/workbook.bin": "…"}), "二进制工作簿（.xlsb）")


FAR_CELLS = {
    "last corner": '<c r="XFD1048576"><v>1</v></c>',
    "slash in an attribute": '<c r="XFD1048576" x="/"><v>1</v></c>',
    "last row": '<c r="A1048576"><v>1</v></c>',
    "last column": '<c r="XFD1"><v>1</v></c>',
    "first row too many": '<c r="A350001"><v>1</v></c>',
    "first column too many": '<c r="BI1"><v>1</v></c>',
}


@pytest.mark.parametrize("cell", FAR_CELLS.values(), ids=FAR_CELLS)
def test_a_far_cell_is_refused_before_anything_parses_the_sheet(tmp_path, cell):
    refuses(sheet(tmp_path, cell), "单元格（最多350000行、60列）")


NEAR_CELLS = {
    "the whole area allowed": '<row><c r="A1"><v>1</v></c></row><row><c r="BH350000"><v>1</v></c></row>',
    "empty but formatted": '<row r="1048576"><c r="XFD1048576" s="0"/></row>',
    "a formatted row": '<row r="1048576" ht="20"/>',
}


@pytest.mark.parametrize("cell", NEAR_CELLS.values(), ids=NEAR_CELLS)
def test_a_near_cell_or_an_empty_one_passes_and_can_be_read(tmp_path, cell):
    path = sheet(tmp_path, cell)
    safe.scan(path)
    deque(reading.read(path, main="住户", wanted=["住户"]), maxlen=0)


def test_a_far_cell_on_the_seam_of_two_pieces_is_seen(tmp_path):
    for shift in range(0, 40, 7):
        filler = " " * (safe.PIECE - 60 - shift)
        refuses(sheet(tmp_path, f'{filler}<c r="XFD1048576"><v>1</v></c>', packing=zipfile.ZIP_STORED), "单元格")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(tmp_path):
    path = sheet(tmp_path, '<c r="A1"/>' * 4_000_000)
    assert path.stat().st_size < 200_000
    refuses(path, "解压后有 41 MB，大得不正常")


def test_formulas_that_show_an_error_or_nothing_are_named(tmp_path):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        page = workbook.add_worksheet()
        page.write_formula("A1", "=1+1", None, 2)
        page.write_formula("C5", "=1/0", None, "#DIV/0!")
    refuses(written(tmp_path, buffer.getvalue()), "有1个单元格是公式错误", "C5")
    refuses(sheet(tmp_path, '<c r="D7" t="str"><f>A1&amp;"x"</f></c>'), "D7")


@pytest.mark.parametrize(("part", "far"), [("sheet1.dat", 'r="XFD1048576"'), ("sheet1.xml", "r = 'XFD1048576'")])
def test_the_child_that_runs_out_of_memory_takes_nobody_along(tmp_path, part, far):
    """A far cell so oddly placed that the scan misses it: the parser asks for the whole grid, and dies alone."""
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row><c {far}><v>1</v></c></row>'
    path = packed(tmp_path, workbook(part) | {f"xl/worksheets/{part}": SHEET.format(cells)})
    safe.scan(path)
    with pytest.raises(Refused, match="超出了内存或时间限制"):
        list(reading.read(path, main="住户", wanted=["住户"]))
    reader = subprocess.run([sys.executable, "-I", reading.READER, path, "住户", "住户"], capture_output=True)
    assert reader.returncode == -signal.SIGABRT


@pytest.mark.django_db
def test_the_job_of_an_impostor_ends_with_the_sentence_and_no_data():
    office = Office()
    job = office.imported(WORDS.encode("gbk"))
    assert (job.state, job.total, bool(job.result)) == (Job.State.REJECTED, 0, False)
    assert "文本（CSV）" in job.message
    assert not Household.objects.exists()


def refuses(path: Path, *words: str) -> None:
    with pytest.raises(Refused) as refused:
        safe.scan(path)
    for word in words:
        assert word in refused.value.sentence


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(content)
    return path


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Target="{{}}" Type="{OFFICE}/{{}}"/></Relationships>'
)


def workbook(part: str) -> dict[str, str]:
    """The frame of a workbook whose one sheet, 住户, is stored under this name."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "xl/workbook.xml": (
            f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{OFFICE}">'
            '<sheets><sheet name="住户" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "_rels/.rels": RELATION.format("xl/workbook.xml", "officeDocument"),
        "xl/_rels/workbook.xml.rels": RELATION.format(f"worksheets/{part}", "worksheet"),
    }


def sheet(tmp_path: Path, cells: str, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    return packed(tmp_path, workbook("sheet1.xml") | {"xl/worksheets/sheet1.xml": SHEET.format(cells)}, packing)


def packed(tmp_path: Path, parts: dict[str, str], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    path = tmp_path / "名单.xlsx"
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
