"""What a print was asked for, and the rows it may show: those seen, where the person may edit pairings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.db.models import Count, Q, QuerySet

from accounts.errors import Refused
from accounts.roles import Permission
from exchange.models import Job
from grids.models import Grid
from grids.scope import COLUMN_OF, Scope
from households.models import Pairing, PairingQuerySet
from members.models import PartyOrg
from workdays.arithmetic import ZONE

RIGHT = Permission.PAIRING_EDIT
PARTS = {"village": "村（社区）", "branch": "党支部", "town": "乡镇"}
"""By what a print is parted: one document each."""


@dataclass(frozen=True)
class Document:
    """One PDF of a print; `write` returns how many entries it holds."""

    name: str
    write: Callable[[IO[bytes]], int]


@dataclass(frozen=True)
class Print:
    title: str
    about: str
    total: int
    documents: Sequence[Document]


class Asked:
    """The query of one print job."""

    def __init__(self, job: Job, at: datetime) -> None:
        self.user, self.county, self._asked = job.user, job.county, job.asked
        day = self._asked.get("on")
        self.on = date.fromisoformat(day) if day else at.astimezone(ZONE).date()
        self.parted = str(self._asked.get("parted", "village"))
        self.foot = f"{job.user.name} {at.astimezone(ZONE):%Y-%m-%d %H:%M} 打印"

    @property
    def about(self) -> str:
        return f"截至{self.on.year}年{self.on.month}月{self.on.day}日"

    def area(self) -> Q:
        """Where the person may edit pairings, within the place asked for."""
        return Scope.of(self.user).q(RIGHT) & self._place()

    def _place(self) -> Q:
        pk = self._asked.get("place")
        grid = Grid.objects.visible_to(self.user).filter(pk=pk).first() if pk else None
        return Q(**{COLUMN_OF[grid.kind]: grid.pk}) if grid else Q(pk__in=[]) if pk else Q()

    def pairings(self) -> PairingQuerySet:
        """In force on the day, of the member or household asked for."""
        wanted = {name: self._asked[name] for name in ("member", "household") if name in self._asked}
        rows: PairingQuerySet = Pairing.objects.visible_to(self.user)
        return rows.current(self.on).filter(self.area(), **wanted)

    def parts(self, rows: QuerySet[Any], branch: str = "") -> list[tuple[str, Q, int]]:
        """(name, which rows, how many) of each village, town or branch. `branch` is the path to it."""
        column = branch if self.parted == "branch" and branch else "town_id" if self.parted == "town" else "village_id"
        counted = dict(rows.order_by().values_list(column).annotate(number=Count("pk")))
        model: Any = PartyOrg if column == branch else Grid
        places = {place.pk: place for place in model.objects.filter(pk__in=counted)}
        order = sorted(places, key=lambda pk: (getattr(places[pk], "code", ""), str(places[pk]), pk))
        return [(_called(places[pk]), Q(**{column: pk}), counted[pk]) for pk in order]


def _called(place: Any) -> str:
    return str(getattr(place, "full_name", place))


def none_found(sentence: str) -> Refused:
    return Refused(f"{sentence}，没有可以打印的，请换一个地方或日期。", field="place")
