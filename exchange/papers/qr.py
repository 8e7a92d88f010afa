"""A QR code as lines of a drawing: the dark runs of a row are one rectangle, or hairlines would part the squares."""

from collections.abc import Iterator
from itertools import groupby

import segno
from reportlab.platypus import Flowable

QUIET = 2
"""Light squares around the code."""


class QR(Flowable):
    """`content` as a square of `size` points. Drawn in whole squares: a sheet of ten codes stays below 10 KB."""

    def __init__(self, content: str, size: float) -> None:
        super().__init__()
        self.width = self.height = size
        self._rows = [bytes(row) for row in segno.make(content, error="m", micro=False).matrix]

    def draw(self) -> None:
        squares = len(self._rows) + 2 * QUIET
        self.canv.saveState()
        self.canv.scale(self.width / squares, self.height / squares)
        path = self.canv.beginPath()
        for number, row in enumerate(self._rows, 1):
            for start, length in _runs(row):
                path.rect(QUIET + start, squares - QUIET - number, length, 1)
        self.canv.drawPath(path, stroke=0, fill=1)
        self.canv.restoreState()


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    place = 0
    for dark, squares in groupby(row):
        length = len(list(squares))
        if dark:
            yield place, length
        place += length
