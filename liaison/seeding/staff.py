"""Who serves above the village: town, departments, county; and the outside people stationed in each village. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from accounts.roles import Role
from liaison.seeding.people import person
from liaison.seeding.units import UNITS

COUNTY_POSTS = (
    Role.COUNTY_CLERK,
    Role.COUNTY_CLERK,
    Role.COUNTY_LEADER,
    Role.COMMAND_CENTRE,
    Role.AUDITOR,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
)
TOWN_POSTS = (Role.TOWN_CLERK, Role.TOWN_CLERK, Role.TOWN_LEADER)
VILLAGE_POSTS = (Role.FIRST_SECRETARY, Role.RESIDENT_TEAM)


@dataclass(frozen=True)
class StaffPlan:
    """One person in one post of the grid with this code; `unit` for those who handle a department's issues."""

    serial: int
    name: str
    role: Role
    code: str
    since: date
    unit: str = ""


def plan_staff(county: str, towns: Sequence[str], villages: Sequence[str], *, seed: int, on: date) -> list[StaffPlan]:
    """Everybody whose post is not held by a member of the village, from the codes of the grids."""
    dice = Random(f"{seed}/staff")
    return [
        StaffPlan(
            serial,
            person(dice, on, youngest=27, oldest=58, male=dice.random() < 0.6).name,
            role,
            code,
            on - timedelta(days=dice.randint(100, 1200)),
            unit,
        )
        for serial, (role, code, unit) in enumerate(_posts(county, towns, villages))
    ]


def _posts(county: str, towns: Sequence[str], villages: Sequence[str]) -> Iterator[tuple[Role, str, str]]:
    for role in COUNTY_POSTS:
        yield role, county, ""
    for unit in UNITS:
        yield Role.UNIT_HANDLER, county, unit
    for town in towns:
        for role in TOWN_POSTS:
            yield role, town, ""
    for village in villages:
        for role in VILLAGE_POSTS:
            yield role, village, ""
