"""A QR code as lines of a drawing: the dark runs of a row are one rectangle, or hairlines would part the squares."""

from collections.abc import Iterator
from itertools import groupby

import segno
from reportlab.platypus import Flowable

QUIET = 2
"""Light squares around the code."""


class QR(Flowable):
    """`content` as a square of `size` points."""

    def __init__(self, content: str, size: float) -> None:
        super().__init__()
        self.width = self.height = size
        self._rows = [bytes(row) for row in segno.make(content, error="m", micro=False).matrix]

    def draw(self) -> None:
        side = self.width / (len(self._rows) + 2 * QUIET)
        for number, row in enumerate(self._rows):
            y = self.height - (QUIET + number + 1) * side
            for start, length in _runs(row):
                self.canv.rect((QUIET + start) * side, y, length * side, side, stroke=0, fill=1)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    place = 0
    for dark, squares in groupby(row):
        length = len(list(squares))
        if dark:
            yield place, length
        place += length
