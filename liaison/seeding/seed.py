"""Seeds a demo county in one transaction: all of it or nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Model

from accounts.errors import Refused
from accounts.models import User
from grids.models import Grid, Posting
from households.models import Household, Pairing, Programme, Resident
from liaison.county_profile import load_profile
from liaison.seeding import ground
from liaison.seeding.accounts import open_accounts, refuse_real_county
from liaison.seeding.county import Village, plan_county, share_out
from liaison.seeding.duty import seed_duty
from liaison.seeding.people import BLOCKS
from liaison.seeding.register import seed_issues
from liaison.seeding.requests import seed_requests
from liaison.seeding.rounds import seed_round
from liaison.seeding.service import seed_service
from liaison.seeding.shapes import Shape, shape_of
from liaison.seeding.staff import plan_staff
from liaison.seeding.writer import Ground, Setting, Writer
from members.models import Member
from profiles.reader import read
from tallies.recount import recount
from visits.models import Visit, VisitRule
from visits.rules import Interval
from workdays.seed import seed_national

PROGRESS_EVERY = 40
HOUSEHOLDS_PER_MATTER = 50
REQUESTS = 48
"""Service requests, at most."""
COUNTED: dict[type[Model], str] = {
    User: "人员账号{:,}个",
    Posting: "岗位{:,}个",
    Member: "党员{:,}名",
    Household: "住户{:,}户",
    Resident: "居民{:,}人",
    Pairing: "结对{:,}对",
    Visit: "走访{:,}次",
}


@dataclass(frozen=True)
class Wish:
    """What to seed: a division file and either a published shape or two totals."""

    file: Path
    shape: Shape | None = None
    households: int = 0
    members: int = 0
    profile: str = "jiangle"
    seed: int = 1
    matters: int = 120
    """At most. Each is taken through the register by the verbs themselves, a tenth of a second or two."""


class Reporter:
    """Says each fact with the seconds since the start."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._begun = time.monotonic()

    def __call__(self, fact: str) -> None:
        self._say(f"[{time.monotonic() - self._begun:5.1f}秒] {fact}")


def seed_county(wish: Wish, *, at: datetime, say: Callable[[str], object]) -> None:
    """The county of the wish, complete. Says so and changes nothing when it is there; Refused beside real people."""
    report = Reporter(say)
    with transaction.atomic():
        county = ground.import_county(wish.file, on=at.date())
        refuse_real_county(county)
        there = Household.objects.filter(county_id=county.pk).count()
        if there:
            report(f"{county}的演示数据已经在了：住户{there:,}户，没有改动。")
            return
        ground.refuse_begun(county)
        _seed(county, wish, at, report)
    report("完成")


def _seed(county: Grid, wish: Wish, at: datetime, report: Reporter) -> None:
    villages = ground.villages_of(county)
    shape = wish.shape or shape_of(
        households=wish.households, members=wish.members, villages=len(villages), profile=wish.profile
    )
    report(f"{county}：村（社区）{len(villages)}个")
    _rules(county, shape, at, report)
    shared = share_out(villages, shape, wish.seed)
    report(f"网格{ground.add_cells(shared, on=at.date())}个")
    block = _free_block()
    _people(county, shared, shape, _setting(county, shape, wish.seed, block, at), report)
    showcase = Grid.objects.in_force().get(code=shape.showcase or villages[0].code)
    count = min(wish.matters, shape.households // HOUSEHOLDS_PER_MATTER)
    report(f"事项{seed_issues(showcase, count=count, seed=wish.seed, at=at)}件")
    report(f"群众点单{seed_requests(showcase, count=min(REQUESTS, count), seed=wish.seed, at=at)}张")
    days, pledges = seed_service(showcase, seed=wish.seed, at=at)
    report(f"服务日{days}次，服务承诺{pledges}条")
    report(f"双向互选1轮，住户{seed_round(showcase, seed=wish.seed, at=at)}户")
    report(f"值班{seed_duty(showcase, at=at)}班")
    report(f"汇总{recount(at)}天")
    opened = open_accounts(county, showcase, block=block, on=at.date())
    report(f"演示账号{len(opened)}个，演示村是{showcase.full_name}")


def _rules(county: Grid, shape: Shape, at: datetime, report: Reporter) -> None:
    report(f"放假安排新增{seed_national([at.year - 1, at.year])}天")
    for fact in load_profile(county, read(shape.profile), on=at.date(), by=None):
        report(fact)


def _people(county: Grid, shared: list[Village], shape: Shape, setting: Setting, report: Reporter) -> None:
    places, writer = ground.places_of(county), Writer(setting)
    branches = ground.add_branches(county, shared, shape.branches)
    report(f"党支部{len(set(branches.values()))}个")
    towns = [code for code, place in places.items() if place["town_id"] == place["grid_id"]]
    staff = plan_staff(county.code, towns, list(branches), seed=setting.seed, on=setting.on)
    writer.write_staff(staff, places, ground.add_units(county))
    for done, plan in enumerate(plan_county(shared, seed=setting.seed, on=setting.on), 1):
        cells = [places[f"{plan.village.code}{number:03d}"] for number in range(1, plan.village.cells + 1)]
        writer.write_village(plan, Ground(places[plan.village.code], cells, branches[plan.village.code]))
        if done % PROGRESS_EVERY == 0:
            report(f"已写入{done}/{len(shared)}个村")
    copied = writer.finish()
    _analyze()
    report("；".join(said.format(copied[model]) for model, said in COUNTED.items()))


def _setting(county: Grid, shape: Shape, seed: int, block: int, at: datetime) -> Setting:
    programme = Programme.objects.filter(county=county).order_by("pk").first()
    if programme is None:
        raise Refused(f"{county}的配置里没有项目，不能结对。")
    rules = VisitRule.objects.filter(programme=programme)
    return Setting(
        programme_id=programme.pk,
        rules=[Interval(rule.tag, rule.interval_days, rule.grace_days) for rule in rules],
        capacity_max=shape.capacity_max,
        block=block,
        seed=seed,
        on=at.date(),
        at=at,
    )


def _free_block() -> int:
    """Demo counties number their phones apart. The tree's lock, held since the cells, lets nobody in between."""
    block = Household.objects.filter(demo=True).values("county_id").distinct().count()
    if block >= BLOCKS:
        raise Refused(f"一套系统最多放{BLOCKS}个演示县。")
    return block


def _analyze() -> None:
    """The planner must not take the tables just filled for the empty ones it knew."""
    tables = ", ".join(model._meta.db_table for model in COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
