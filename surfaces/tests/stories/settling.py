"""Small counties for the stories, one per profile: a line of grids from county to cell, its people, one household.

Runs inside the stack: manage.py shell -c "from surfaces.tests.stories.settling import settle_all; settle_all()".
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from grids.actions import appoint
from grids.bulk import NewGrid, bulk_add
from grids.models import Grid, Kind
from households.actions import pair, register_household
from households.models import Household, Programme
from liaison.county_profile import load_profile
from members.actions import appoint_handler
from members.models import Member, PartyOrg, Unit
from profiles.reader import read
from workdays.now import now

PASSWORD = "liaison-demo-2026"
A_WHILE = timedelta(days=60)


@dataclass(frozen=True)
class Small:
    """`posts`: part → role, level, name. `units`: part → department, name."""

    profile: str
    code: str
    town: str
    village: str
    cell: str
    head: str
    posts: Mapping[str, tuple[str, str, str]]
    units: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def people(self) -> Iterator[tuple[str, str, str, str]]:
        """Part, role, level and name of everybody."""
        for part, post in self.posts.items():
            yield part, *post
        for part, (_, name) in self.units.items():
            yield part, "unit_handler", "county", name


COUNTIES = (
    Small(
        "jiangle", "990011", "古镛镇", "积善村", "三组", "廖德旺",
        {
            "member": ("liaison_member", "cell", "杨联户"),
            "grid_leader": ("grid_leader", "cell", "邱网格"),
            "secretary": ("branch_secretary", "village", "余支书"),
            "team": ("resident_team", "village", "谢队长"),
            "clerk": ("town_clerk", "town", "熊经办"),
            "leader": ("county_leader", "county", "吴县长"),
        },
        {"electrician": ("县供电公司", "伍供电")},
    ),
    Small(
        "pingxiang", "990012", "宣风镇", "竹垣村", "二组", "易家和",
        {
            "member": ("liaison_member", "cell", "彭联户"),
            "clerk": ("town_clerk", "town", "刘办公"),
            "second_clerk": ("town_clerk", "town", "欧核查"),
            "town_leader": ("town_leader", "town", "黄组长"),
            "centre": ("command_centre", "county", "李指挥"),
        },
        {"roads": ("县交通运输局", "汤公路")},
    ),
    Small(
        "zhucheng", "990013", "龙都街道", "米沟社区", "北宿村", "王守信",
        {
            "member": ("liaison_member", "cell", "臧联户"),
            "desk": ("town_clerk", "town", "隋值班"),
            "officer": ("county_clerk", "county", "管组工"),
        },
        {"insurer": ("市人社局", "迟社保")},
    ),
    Small(
        "wanzhou", "990014", "高笋塘街道", "心连心社区", "一分格", "冉启明",
        {
            "grid_leader": ("grid_leader", "cell", "谭网格"),
            "secretary": ("chief_grid_leader", "village", "向书记"),
            "clerk": ("town_clerk", "town", "牟经办"),
            "centre": ("command_centre", "county", "程指挥"),
            "leader": ("county_leader", "county", "何区长"),
        },
        {"drains": ("排水公司", "秦排水")},
    ),
    Small(
        "zunyi", "990015", "格林镇", "太平村", "坪上组", "韦国富",
        {
            "grid_leader": ("grid_leader", "cell", "骆组长"),
            "secretary": ("chief_grid_leader", "village", "郑支书"),
            "clerk": ("town_clerk", "town", "冯经办"),
            "officer": ("county_clerk", "county", "骆组工"),
        },
    ),
)  # fmt: skip


@transaction.atomic
def settle_all() -> None:
    """Prints, as JSON by profile: the phone of each part, and the household's public page."""
    password, on = make_password(PASSWORD), now().date() - A_WHILE
    told = {}
    for number, small in enumerate(COUNTIES, 1):
        grids = _grids(small, on)
        load_profile(grids["county"], read(small.profile), on=on, by=None)
        users = {part: _user(number, serial, small, part) for serial, (part, *_) in enumerate(small.people())}
        User.objects.filter(pk__in=[user.pk for user in users.values()]).update(password=password)
        _appoint(small, grids, users, on)
        home = _household(number, small, grids["cell"], users, on)
        phones = {part: user.phone for part, user in users.items()}
        told[small.profile] = {
            "phones": phones,
            "names": dict(_names(small)),
            "home": home.pk,
            "code": home.public_code,
        }
    print(json.dumps(told))


def _names(small: Small) -> Iterator[tuple[str, str]]:
    return ((part, name) for part, _, _, name in small.people())


def _grids(small: Small, on: date) -> dict[str, Grid]:
    county, town = f"{small.code}000000", f"{small.code}101000"
    village, cell = f"{small.code}101201", f"{small.code}101201001"
    nodes = [
        NewGrid(county, read(small.profile).county, Kind.COUNTY),
        NewGrid(town, small.town, Kind.TOWN, county),
        NewGrid(village, small.village, Kind.VILLAGE, town),
        NewGrid(cell, small.cell, Kind.CELL, village),
    ]
    ids = bulk_add(nodes, on=on)
    return {str(node.kind): Grid.objects.get(pk=ids[node.code]) for node in nodes}


def _user(number: int, serial: int, small: Small, part: str) -> User:
    return User.objects.create_user(f"138{number:04d}{serial:04d}", dict(_names(small))[part], demo=True)


def _appoint(small: Small, grids: Mapping[str, Grid], users: Mapping[str, User], on: date) -> None:
    for part, role, level, _ in small.people():
        appoint(user=users[part], grid=grids[level], role=Role(role), on=on, by=None)
    for part, (department, _) in small.units.items():
        unit, _ = Unit.objects.get_or_create(county=grids["county"], name=department)
        appoint_handler(user=users[part], unit=unit, on=on, by=None)


def _household(number: int, small: Small, cell: Grid, users: Mapping[str, User], on: date) -> Household:
    """A household, paired with the liaison member where the county has one here."""
    phone = f"136{number:04d}0001"
    home = register_household(
        number=f"{small.profile}-1", head_name=small.head, phone=phone, grid=cell, at=now(), by=None
    )
    if "member" in users:
        user = users["member"]
        branch = PartyOrg.objects.create(name=f"{small.village}党支部", kind="branch", **cell.scope())
        known = {"name": user.name, "user": user, "branch": branch, "phone": user.phone}
        member = Member.objects.create(number=f"{small.profile}-DY", **known, **cell.scope())
        programme = Programme.objects.get(county=cell.county_id, code="liaison")
        pair(member=member, household=home, programme=programme, on=on, by=None)
    return home


@transaction.atomic
def settle_branch(profile: str) -> None:
    """Two more members and seven more households beside the one there is, all with their place. Prints their codes."""
    small = next(one for one in COUNTIES if one.profile == profile)
    branch = PartyOrg.objects.get(name=f"{small.village}党支部")
    cell = branch.grid
    for serial, name in enumerate(("危春生", "艾秋菊"), 2):
        known = {"name": name, "branch": branch, "phone": f"1380019000{serial}"}
        Member.objects.create(number=f"{profile}-DY{serial}", **known, **cell.scope())
    for serial, member in enumerate(Member.objects.filter(branch=branch).order_by("pk")):
        place = {"lat": 26.72 + 0.004 * serial, "lng": 117.47 + 0.003 * serial}
        Member.objects.filter(pk=member.pk).update(capacity_min=2, capacity_max=4, **place)
    heads = ["萧大山", "邓小河", "池长林", "卢金水", "肖玉田", "伊明月", "封家声"]
    homes = [
        register_household(
            number=f"{profile}-{serial}",
            head_name=head,
            grid=cell,
            lat=26.72 + 0.0011 * serial,
            lng=117.471 + 0.0007 * serial,
            at=now(),
            by=None,
        )
        for serial, head in enumerate(heads, 2)
    ]
    print(json.dumps({home.number: home.public_code for home in homes}))
