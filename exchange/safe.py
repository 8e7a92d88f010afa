"""Looks at an uploaded workbook before anything parses it, and refuses in a sentence what no parser should see.

A workbook of 5 KB with one cell in the farthest corner makes a parser ask for gigabytes; one of 100 KB may unpack to
as much. Both are found here by streaming, in constant memory. What is written so oddly that it is missed here meets the
limits of the child process (exchange/reader.py).
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from accounts.errors import Refused

MOST_ROWS = 350_000
MOST_COLUMNS = 60
MOST_BYTES = 60 * 2**20
MOST_UNPACKED = 800 * 2**20
MOST_RATIO = 150
"""Sheets of names and numbers pack 5 to 30 to one; only an attack, or a formatted void, packs more than this."""
RATIO_MATTERS_FROM = 10 * 2**20
MOST_PARTS = 2000
PIECE = 1 << 20
OVERLAP = 200

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
TEXTS = "xl/sharedStrings.xml"
FAR_CELL = re.compile(rb' r="([A-Z]{2,}[0-9]+|[A-Z][0-9]{6,})"[^>]*(?<!/)>')
"""A reference to the right of Z or below 99999, of a cell that is not empty: parsers pass over empty ones."""

FAULTY_CELL = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br="([A-Z]+[0-9]+)"[^>]*?(?:\bt="e"|>\s*<f[^>]*(?:/>|>[^<]*</f>)\s*</c>)"""
)
FAULTY_SIGNS = (b't="e"', b"</f></c>", b"/></c>")

AS_XLSX = "请用 Excel 或 WPS 打开后另存为“Excel 工作簿（*.xlsx）”再上传。"


def scan(path: Path) -> None:
    """Raises Refused unless the file is a workbook that is safe to parse."""
    _check_kind(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive)
            for part in archive.infolist():
                if part.filename.endswith(".xml") and part.filename != TEXTS:
                    _check_sheet(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused("文件已损坏或没有传完整，打不开；请重新保存后再上传。") from error


def _check_kind(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise Refused("这是一个空文件（0 字节），请核对后重新上传。")
    if size > MOST_BYTES:
        raise Refused(f"文件有 {size >> 20} MB，最多 {MOST_BYTES >> 20} MB；请按乡镇分成几个文件分别导入。")
    with path.open("rb") as file:
        head = file.read(PIECE)
    if head.startswith(OLE):
        raise Refused(_ole_sentence(path))
    if not head.startswith(ZIP):
        raise Refused(_other_sentence(head))


def _ole_sentence(path: Path) -> str:
    if ENCRYPTED_PACKAGE in path.read_bytes():
        return "工作簿设了打开密码，系统读不了；请取消密码（文件→信息→保护工作簿）后再上传。"
    return f"这是旧版 Excel（.xls）或 WPS（.et）文件，不是 .xlsx；{AS_XLSX}"


def _other_sentence(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:200].lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"mime-version")):
        return f"这是网页格式的表格，只是改名成了 .xlsx；{AS_XLSX}"
    if b"\0" not in head and _decodes(head):
        return f"这是文本（CSV）文件，只是改名成了 .xlsx；{AS_XLSX}"
    return f"这不是 Excel 工作簿（.xlsx）；{AS_XLSX}"


def _decodes(head: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the piece may end inside a character
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise Refused(f"这是二进制工作簿（.xlsb）；{AS_XLSX}")
    if "xl/workbook.xml" not in names:
        raise Refused(f"这是压缩包或其他文档，不是 Excel 工作簿；{AS_XLSX}")
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > RATIO_MATTERS_FROM and part.file_size > MOST_RATIO * max(1, part.compress_size)
        for part in parts
    )
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or swollen:
        raise Refused(
            f"工作簿解压后有 {unpacked >> 20} MB，大得不正常；请把数据区复制到新工作簿（不要带整列格式），再上传。"
        )


def _check_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    faulty: list[str] = []
    for piece in _pieces(archive, part):
        _check_far_cells(piece)
        if any(sign in piece for sign in FAULTY_SIGNS):
            faulty += [found.decode() for found in FAULTY_CELL.findall(piece)]
    if faulty:
        cells = list(dict.fromkeys(faulty))
        raise Refused(
            f"有{len(cells)}个单元格是公式错误（如 #N/A）或没有算出结果的公式，例如 {'、'.join(cells[:5])}；"
            "请在 Excel 中改正，或复制后“选择性粘贴→数值”，再上传。"
        )


def _check_far_cells(piece: bytes) -> None:
    for reference in FAR_CELL.findall(piece):
        column, row = _position(reference)
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise Refused(
                f"表格里有远到第{row}行、第{column}列的单元格（最多{MOST_ROWS}行、{MOST_COLUMNS}列）；"
                "请删除数据区以外的空行空列，或分成几个文件，再上传。"
            )


def _position(reference: bytes) -> tuple[int, int]:
    """(column, row) of a reference such as XFD1048576."""
    column = 0
    for letter in re.sub(rb"[^A-Z]", b"", reference):
        column = column * 26 + letter - 64
    return column, int(re.sub(rb"\D", b"", reference) or 0)


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's text in pieces of 1 MB that overlap, so that nothing is cut in two."""
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            yield tail + piece
            tail = piece[-OVERLAP:]
