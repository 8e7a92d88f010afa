"""The plan of a demo county: cells, households, members, pairings, posts. Pure: the same seed gives the same plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from households.models import Pairing, Tag
from liaison.seeding.people import Person, family, person
from liaison.seeding.shapes import LEAST_HOUSEHOLDS, LEAST_LOAD, Shape, apportion
from members.models import Ability, Member

TAG_SHARES = {
    Tag.LOW_INCOME: 0.04,
    Tag.DESTITUTE: 0.01,
    Tag.MONITORED: 0.015,
    Tag.DISABLED: 0.05,
    Tag.LEFT_BEHIND: 0.06,
    Tag.OLD_ALONE: 0.04,
    Tag.OLD_MEMBER: 0.02,
    Tag.VETERAN: 0.03,
    Tag.PROSPEROUS: 0.02,
}
REASONS = {
    Pairing.Origin.CHOICE: ("就近：同在一个网格", "就亲：两家是亲戚", "就熟：多年邻里，住户点名", "住户与党员互相选中"),
    Pairing.Origin.DUTY: ("无人选择，由村委会兜底包联", "住户未报志愿，由支部就近安排"),
}
EXEMPTIONS = {
    Member.Exemption.AGE: 30,
    Member.Exemption.AWAY: 45,
    Member.Exemption.ILL: 7,
    Member.Exemption.NONE: 18,
}


@dataclass(frozen=True)
class Village:
    """A village as the division file has it, and its share of the county's totals."""

    code: str
    name: str
    cells: int = 0
    households: int = 0
    members: int = 0
    paired: int = 0

    @property
    def weight(self) -> float:
        """How populous, by the range of its code: 居委 001–199, 村委 200–399, farms and zones beyond."""
        number = int(self.code[9:12])
        return 2.0 if number < 200 else 1.0 if number < 400 else 0.25


@dataclass(frozen=True)
class HouseholdPlan:
    number: str
    cell: int
    address: str
    serial: int
    people: list[Person]
    tags: dict[Tag, date]


@dataclass(frozen=True)
class MemberPlan:
    serial: int
    cell: int
    who: Person
    cadre: str
    abilities: list[str]
    joined_on: date
    exempt_reason: str = ""
    exempt_since: date | None = None
    exempt_until: date | None = None


@dataclass(frozen=True)
class PairingPlan:
    """`member` and `household` are places in the village's lists."""

    member: int
    household: int
    since: date
    origin: str
    reason: str


@dataclass(frozen=True)
class VillagePlan:
    """Everybody in one village. The first `village.paired` members are paired; the first of all is the secretary."""

    village: Village
    households: list[HouseholdPlan]
    members: list[MemberPlan]
    pairings: list[PairingPlan]
    leaders: list[int | None] = field(default_factory=list)
    """Per cell the place of its grid leader in `members`, or None for a vacant post."""


def share_out(villages: Sequence[Village], shape: Shape, seed: int) -> list[Village]:
    """Villages with their cells, households, members and paired members; the sums are the shape's totals exactly."""
    dice = Random(f"{seed}/shares")
    n = len(villages)
    most = [shape.households + shape.members] * n
    wanted = [village.weight * dice.uniform(0.7, 1.4) for village in villages]
    cells = apportion(shape.cells, wanted, least=[1] * n, most=most)
    wanted = [count * dice.uniform(0.85, 1.15) for count in cells]
    households = apportion(shape.households, wanted, least=[LEAST_HOUSEHOLDS] * n, most=most)
    paired = apportion(shape.paired, households, least=[1] * n, most=[count // LEAST_LOAD for count in households])
    members = apportion(shape.members, paired, least=paired, most=most)
    return [
        Village(village.code, village.name, *shares)
        for village, *shares in zip(villages, cells, households, members, paired, strict=True)
    ]


def plan_county(shared: Sequence[Village], *, seed: int, on: date) -> Iterator[VillagePlan]:
    """One village after the other, so that a county of 320,000 households never sits in memory whole."""
    households = members = 1
    for village in shared:
        yield plan_village(village, Random(f"{seed}/{village.code}"), on, households=households, members=members)
        households += village.households
        members += village.members


def plan_village(village: Village, dice: Random, on: date, *, households: int, members: int) -> VillagePlan:
    """One village; `households` and `members` are the serial numbers its lists begin with."""
    homes = [_household(village, dice, on, place, households + place) for place in range(village.households)]
    people = [_member(village, dice, on, place, members + place) for place in range(village.members)]
    pairings = list(_pairings(village, dice, on))
    return VillagePlan(village, homes, people, pairings, _leaders(village, dice, people))


def _spread(place: int, count: int, cells: int) -> int:
    """The cell of somebody in a list that runs through the cells in order."""
    return place * cells // count


def _household(village: Village, dice: Random, on: date, place: int, serial: int) -> HouseholdPlan:
    cell = _spread(place, village.households, village.cells)
    tags = {tag: on - timedelta(days=dice.randint(30, 1400)) for tag, share in TAG_SHARES.items() if _hit(dice, share)}
    people = family(dice, on, serial, alone=Tag.OLD_ALONE in tags)
    number = f"YS{village.code[6:12]}{place + 1:05d}"
    return HouseholdPlan(number, cell, f"演示·{village.name}第{cell + 1}网格{place + 1}号", serial, people, tags)


def _hit(dice: Random, share: float) -> bool:
    return dice.random() < share


def _member(village: Village, dice: Random, on: date, place: int, serial: int) -> MemberPlan:
    paired = place < village.paired
    exempt = Member.Exemption.NONE if paired else dice.choices(list(EXEMPTIONS), list(EXEMPTIONS.values()))[0]
    old = exempt == Member.Exemption.AGE
    who = person(dice, on, youngest=71 if old else 24, oldest=92 if old else 66, male=dice.random() < 0.7)
    cell = _spread(place, village.paired, village.cells) if paired else dice.randrange(village.cells)
    grown = who.born + timedelta(days=19 * 365)
    return MemberPlan(
        serial=serial,
        cell=cell,
        who=who,
        cadre=Member.Cadre.VILLAGE_CADRE if place < 3 else Member.Cadre.VILLAGE_MEMBER,
        abilities=sorted(dice.sample([str(ability) for ability in Ability], dice.choice((0, 1, 1, 2)))),
        joined_on=grown + timedelta(days=dice.randint(0, max((on - grown).days - 400, 0))),
        exempt_reason=exempt,
        exempt_since=on - timedelta(days=dice.randint(30, 700)) if exempt else None,
        exempt_until=on + timedelta(days=dice.randint(60, 400)) if exempt in ("away", "ill") else None,
    )


def _pairings(village: Village, dice: Random, on: date) -> Iterator[PairingPlan]:
    """Neighbours first: both lists run through the cells in order, so each member's households lie together."""
    for place in range(village.households):
        origin = Pairing.Origin.CHOICE if dice.random() < 0.72 else Pairing.Origin.DUTY
        yield PairingPlan(
            member=_spread(place, village.households, village.paired),
            household=place,
            since=on - timedelta(days=dice.randint(200, 560)),
            origin=origin,
            reason=dice.choice(REASONS[origin]),
        )


def _leaders(village: Village, dice: Random, members: list[MemberPlan]) -> list[int | None]:
    """Of each cell its first paired member but the secretary; three posts in a hundred are vacant, and those of
    cells where nobody is left. The first cell's is filled, for the demo accounts."""
    of_cell: dict[int, int] = {}
    for place, member in enumerate(members[: village.paired]):
        if place > 0:
            of_cell.setdefault(member.cell, place)
    return [None if cell and _hit(dice, 0.03) else of_cell.get(cell) for cell in range(village.cells)]
