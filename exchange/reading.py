"""The worker's side of exchange/reader.py: starts the child, hands on its rows, turns its death into a sentence."""

import marshal
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from accounts.errors import Refused
from exchange.cells import Cell

READER = Path(__file__).with_name("reader.py")
TOO_MUCH = "工作簿太大或已损坏，读取时超出了内存或时间限制；请只保留数据区，或按乡镇分成几个文件，再上传。"


@dataclass(frozen=True)
class SheetStart:
    """The rows that follow are of this wanted sheet (its index), which has `height` rows in all."""

    index: int
    height: int


Rows = list[list[Cell]]


def read(path: Path, *, main: str, wanted: Sequence[str]) -> Generator[SheetStart | Rows]:
    """The wanted sheets of a scanned workbook (see reader.py), in pieces. Raises Refused when it cannot be read."""
    command = [sys.executable, "-I", str(READER), str(path), main, *wanted]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        try:
            yield from _frames(child)
        finally:
            child.kill()


def _frames(child: "subprocess.Popen[bytes]") -> Iterator[SheetStart | Rows]:
    assert child.stdout is not None
    while True:
        size = int.from_bytes(child.stdout.read(8))
        frame = child.stdout.read(size)
        if not size or len(frame) < size:
            raise Refused(TOO_MUCH)
        kind, *content = marshal.loads(frame)  # noqa: S302 - our own child, same rights as we
        if kind == "end":
            return
        yield SheetStart(*content) if kind == "sheet" else content[0]
