"""A small county like 和平 (chain village → town → county) and the people these tests know.

Fixtures of anybody who tests issues: `from issues.tests.cast import *` in a conftest.
"""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from accounts.models import User
from accounts.roles import Role
from grids.bulk import NewGrid, bulk_add
from grids.models import Grid, Kind, Posting
from households.models import Household
from issues.models import RegisterRules
from issues.rules import load_register_rules
from members.models import Unit, UnitStaff
from profiles.reader import read
from workdays.arithmetic import ZONE
from workdays.seed import seed_national

SINCE = date(2026, 1, 1)
MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=ZONE)
"""An ordinary Monday morning with no holiday near."""

CELL, VILLAGE, TOWN, COUNTY = "990001101201001", "990001101201", "990001101000", "990001000000"
GRIDS = [
    NewGrid(COUNTY, "和平县", Kind.COUNTY),
    NewGrid(TOWN, "上陵镇", Kind.TOWN, COUNTY),
    NewGrid(VILLAGE, "水口村", Kind.VILLAGE, TOWN),
    NewGrid(CELL, "一组", Kind.CELL, VILLAGE),
    NewGrid("990001101202", "下洞村", Kind.VILLAGE, TOWN),
    NewGrid("990001102000", "下车镇", Kind.TOWN, COUNTY),
    NewGrid("990001102201", "云峰村", Kind.VILLAGE, "990001102000"),
]
POSTS = {
    "grid_leader": (Role.GRID_LEADER, CELL, "罗网格"),
    "secretary": (Role.CHIEF_GRID_LEADER, VILLAGE, "黄支书"),
    "clerk": (Role.TOWN_CLERK, TOWN, "叶经办"),
    "second_clerk": (Role.TOWN_CLERK, TOWN, "陈经办"),
    "town_leader": (Role.TOWN_LEADER, TOWN, "朱镇长"),
    "other_clerk": (Role.TOWN_CLERK, "990001102000", "徐经办"),
    "neighbour": (Role.CHIEF_GRID_LEADER, "990001101202", "何支书"),
    "county_officer": (Role.COUNTY_CLERK, COUNTY, "林组工"),
    "leader": (Role.COUNTY_LEADER, COUNTY, "王县长"),
    "command_centre": (Role.COMMAND_CENTRE, COUNTY, "指挥员"),
    "member": (Role.LIAISON_MEMBER, CELL, "曾党员"),
    "handler": (Role.UNIT_HANDLER, COUNTY, "刘水利"),
    "colleague": (Role.UNIT_HANDLER, COUNTY, "吴水利"),
    "auditor": (Role.AUDITOR, COUNTY, "审计员"),
    "nobody": (None, "", "路人"),
}


@dataclass
class Cast:
    """The county's grids by code, its people by part, its department, one household."""

    grids: dict[str, Grid]
    people: dict[str, User]
    unit: Unit
    household: Household

    def __getattr__(self, name: str) -> User:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def county(self) -> Grid:
        return self.grids[COUNTY]

    @property
    def village(self) -> Grid:
        return self.grids[VILLAGE]

    @property
    def cell(self) -> Grid:
        return self.grids[CELL]


def people_a_county(profile: str = "heping") -> Cast:
    """Builds it; the fixture `cast` is this in a test's transaction."""
    ids = bulk_add(GRIDS, on=SINCE)
    grids = {grid.code: grid for grid in Grid.objects.filter(pk__in=ids.values())}
    load_register_rules(grids[COUNTY], read(profile))
    # 和平 closes nothing unsolved; these tests walk that way too.
    RegisterRules.objects.update(explained_may_close=True)
    seed_national([2026])
    people = {part: _person(number, *post, grids) for number, (part, post) in enumerate(POSTS.items())}
    unit = Unit.objects.create(county=grids[COUNTY], name="水利局", landline="0762-5631234")
    for part in ("handler", "colleague"):
        UnitStaff.objects.create(unit=unit, user=people[part], since=SINCE)
    return Cast(grids, people, unit, _household(grids[CELL]))


def _person(number: int, role: Role | None, code: str, name: str, grids: dict[str, Grid]) -> User:
    user = User.objects.create_user(f"1390000{number:04d}", name)
    if role:
        Posting.objects.create(user=user, role=role, since=SINCE, **grids[code].scope())
    return user


def _household(grid: Grid) -> Household:
    home = Household(number="0001", head_name="黄耀荣", phone="13812348000", created_at=MONDAY, **grid.scope())
    home.save()
    return home


@pytest.fixture
def cast(db: None) -> Cast:
    return people_a_county()


def _part(name: str):
    @pytest.fixture(name=name)
    def person(cast: Cast) -> User:
        return cast.people[name]

    return person


grid_leader, secretary, clerk, second_clerk, town_leader, other_clerk, neighbour = map(
    _part, ["grid_leader", "secretary", "clerk", "second_clerk", "town_leader", "other_clerk", "neighbour"]
)
county_officer, leader, command_centre, member, handler, colleague, auditor, nobody = map(
    _part, ["county_officer", "leader", "command_centre", "member", "handler", "colleague", "auditor", "nobody"]
)
