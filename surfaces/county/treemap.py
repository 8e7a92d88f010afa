"""A treemap of the grids right below: the area is what is open there, the tone how much of it is late. Pure geometry.

Squarified after Bruls, Huizing and van Wijk (2000): rows of tiles whose sides differ as little as may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 800, 500
"""The picture's own units; it is scaled to where it stands."""
TONES = ((0.0, "none"), (0.2, "some"), (1.0, "much"))
"""Up to which share of late ones a tile has which tone."""
ROOM_FOR_NAME, ROOM_FOR_FIGURES = 70, 110


@dataclass(frozen=True)
class Plot:
    """What is drawn: a name, where it leads, how much is open and how much of that is late."""

    name: str
    href: str
    open: int
    late: int

    @property
    def tone(self) -> str:
        share = self.late / self.open if self.open else 0
        return next(tone for bound, tone in TONES if share <= bound)


@dataclass(frozen=True)
class Tile:
    plot: Plot
    x: float
    y: float
    width: float
    height: float

    @property
    def tone(self) -> str:
        return self.plot.tone

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def names(self) -> bool:
        return self.width >= ROOM_FOR_NAME and self.height >= 30

    @property
    def counts(self) -> bool:
        return self.width >= ROOM_FOR_FIGURES and self.height >= 54


def treemap(plots: Sequence[Plot]) -> list[Tile]:
    """Tiles for all that have something open, the largest first."""
    left = sorted((plot for plot in plots if plot.open), key=lambda plot: -plot.open)
    whole = sum(plot.open for plot in left)
    scale = WIDTH * HEIGHT / whole if whole else 0
    tiles: list[Tile] = []
    x, y, width, height = 0.0, 0.0, float(WIDTH), float(HEIGHT)
    while left:
        side = min(width, height)
        row = _row(left, side, scale)
        left = left[len(row) :]
        thick = sum(plot.open for plot in row) * scale / side
        along = 0.0
        for plot in row:
            long = plot.open * scale / thick
            across = width >= height
            tiles.append(Tile(plot, x, y + along, thick, long) if across else Tile(plot, x + along, y, long, thick))
            along += long
        if width >= height:
            x, width = x + thick, width - thick
        else:
            y, height = y + thick, height - thick
    return tiles


def _row(plots: Sequence[Plot], side: float, scale: float) -> list[Plot]:
    """The first plots, as many as make the row's worst tile no worse."""
    taken = [plots[0]]
    for plot in plots[1:]:
        if _worst([*taken, plot], side, scale) > _worst(taken, side, scale):
            break
        taken.append(plot)
    return taken


def _worst(row: Sequence[Plot], side: float, scale: float) -> float:
    """The largest ratio of long to short side in a row along `side`."""
    thick = sum(plot.open for plot in row) * scale / side
    return max(max(thick * thick / (plot.open * scale), plot.open * scale / (thick * thick)) for plot in row)
