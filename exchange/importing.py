"""What one kind of import knows and does; exchange/run.py drives it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from exchange.columns import Sheet
from exchange.intake import Lookup
from grids.models import Grid
from grids.scope import Scope


@dataclass(frozen=True)
class Written:
    """How many rows of one sheet were new, and how many changed what was there."""

    what: str
    measure: str
    created: int
    updated: int

    def __str__(self) -> str:
        return f"{self.what}新增{self.created}{self.measure}、更新{self.updated}{self.measure}"


class Importer(ABC):
    """`sheets` in the order they are read; `main` is the one that must be there."""

    sheets: tuple[Sheet, ...]
    main: Sheet

    def __init__(self, county: Grid, scope: Scope, at: datetime) -> None:
        self.county = county
        self.scope = scope
        self.at = at

    @property
    @abstractmethod
    def lookups(self) -> Mapping[str, Lookup]:
        """The finders that columns name."""

    @abstractmethod
    def faults(self) -> Iterator[tuple[Sheet, int, str]]:
        """What the database has against the staged rows."""

    @abstractmethod
    def write(self) -> list[Written]:
        """Carries the staged rows, all of them faultless, into the tables. Runs in the caller's transaction."""
