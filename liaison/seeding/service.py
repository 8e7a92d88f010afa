"""Service days and pledges of the demo village, by the verbs people use, at times that lie behind."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Posting
from households.models import Pairing, Programme
from members.models import Member, PartyOrg
from visits import actions
from visits.models import Pledge, ServiceSession, Visit
from workdays.arithmetic import ZONE
from workdays.recurring import Kind, Recurrence

DAYS = Recurrence(Kind.MONTHDAY, (10, 25))
PAST = ((34, "done"), (28, "done"), (21, "missed"), (14, "done"), (6, "unfinished"))
"""How many days ago, and what became of it."""
HEARD = (
    "村道转弯处路灯不亮，夜里出行不便；有几户希望多办农技培训。",
    "水圳清淤后通水正常；有群众建议垃圾桶早晚各清一次。",
    "多数人家秋收顺利，想了解明年的种粮补贴怎么申报。",
)
SENTENCES = ("大家关心路灯和清运，已经报镇里。", "开展顺利，下次重点讲医保缴费。", "参加的人多，群众反映好。")
KEPT, NOT_KEPT, ASKED, OPEN, LATE, DRAFT = "kept", "not_kept", "asked", "open", "late", "draft"
PROMISED = (
    (KEPT, Pledge.Kind.HELP, "帮三户缺劳力的人家收割晚稻", "三户晚稻已收割入仓"),
    (KEPT, Pledge.Kind.PLACE, "组织清理村口到桥头的水沟", "水沟已清理，雨天不再积水"),
    (KEPT, Pledge.Kind.POLICY, "上门讲解医保缴费政策不少于二十户", "已讲解二十四户"),
    (NOT_KEPT, Pledge.Kind.PROSPER, "介绍五人到县里的竹木加工厂务工", "厂里招工推迟，只介绍了两人"),
    (ASKED, Pledge.Kind.HELP, "为独居老人检修用电线路", "已更换两处老化线路"),
    (OPEN, Pledge.Kind.VISIT, "每月走访联系户不少于两次", ""),
    (OPEN, Pledge.Kind.PROSPER, "办一次食用菌栽培培训", ""),
    (LATE, Pledge.Kind.MEDIATION, "调解两起林地界线纠纷", ""),
    (DRAFT, Pledge.Kind.PLACE, "春节前粉刷文化活动室", ""),
)
BRANCH_PROMISED = "全年开展支部志愿服务不少于十二次"


class Demo:
    def __init__(self, village: Grid, dice: Random, at: datetime) -> None:
        self.village = village
        self.dice = dice
        self.at = at
        self.on = at.astimezone(ZONE).date()
        self.programme = Programme.objects.filter(county_id=village.county_id).order_by("pk")[0]
        posts = Posting.objects.active(self.on).filter(grid=village).order_by("pk")
        post = posts.filter(role=Role.CHIEF_GRID_LEADER).first() or posts[0]
        self.secretary: User = post.user
        here = Member.objects.filter(village_id=village.pk, left_on=None)
        self.members = list(here.exclude(pairings=None).distinct().order_by("pk"))
        self.pairings = list(Pairing.objects.current(self.on).filter(village_id=village.pk).order_by("pk"))


def seed_service(village: Grid, *, seed: int, at: datetime) -> tuple[int, int]:
    """The village's service days, one under way today, and its pledges. Returns how many of each."""
    demo = Demo(village, Random(f"{seed}/service"), at)
    for days, became in PAST:
        _past_day(demo, demo.on - timedelta(days=days), became)
    wanted = actions.Wanted(demo.programme, village, DAYS)
    actions.add_service_rule(wanted=wanted, on=demo.on, by=None)
    _today(demo)
    _pledges(demo)
    ServiceSession.objects.filter(village_id=village.pk).update(demo=True)
    mine = {"village_id": village.pk}
    return ServiceSession.objects.filter(**mine).count(), Pledge.objects.filter(**mine).count()


def _past_day(demo: Demo, day: date, became: str) -> None:
    known: dict[str, Any] = {"village": demo.village, "programme": demo.programme, "by": demo.secretary}
    session = actions.add_session(day=day, at=_at(day, 7), **known)
    if became == "missed":
        return
    _check_in(demo, session, _at(day, 8))
    actions.finish_home_service(
        session=session, note="雨天未入户" if not session.visits.exists() else "", **_by(demo, day, 16)
    )
    actions.give_feedback(session=session, heard=demo.dice.choice(HEARD), **_by(demo, day, 17))
    if became == "unfinished":
        return
    text = f"本次服务日走访农户{session.visits.count()}户，意见建议已逐条登记，办理结果另行公布。"
    actions.publish_session(session=session, text=text, **_by(demo, day, 18))
    actions.sum_up(session=session, sentence=demo.dice.choice(SENTENCES), **_by(demo, day, 19))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def _by(demo: Demo, day: date, hour: int) -> dict[str, Any]:
    return {"at": _at(day, hour), "by": demo.secretary}


def _check_in(demo: Demo, session: ServiceSession, at: datetime) -> None:
    people = demo.dice.sample(demo.members, min(4, len(demo.members)))
    actions.check_in(session=session, members=people, place="村部", at=at, by=demo.secretary)


def _today(demo: Demo) -> None:
    """Checked in, and a few households visited."""
    begun = max(demo.at - timedelta(minutes=40), _at(demo.on, 0))
    session = ServiceSession.objects.filter(grid=demo.village, day=demo.on).first() or actions.add_session(
        village=demo.village, programme=demo.programme, day=demo.on, at=demo.at, by=demo.secretary
    )
    _check_in(demo, session, begun)
    for pairing in demo.dice.sample(demo.pairings, min(3, len(demo.pairings))):
        actions.record_visit(
            pairing=pairing,
            client_id=uuid4(),
            outcome=Visit.Outcome.MET,
            visited_at=begun + (demo.at - begun) / 2,
            at=demo.at,
            by=pairing.member.user or demo.secretary,
        )


def _pledges(demo: Demo) -> None:
    people = _in_turn(demo.members)
    for became, kind, text, result in PROMISED:
        made, due = _dates(demo, became)
        who = next(people)
        pledge = actions.make_pledge(
            member=who, text=text, kind=kind, due_on=due, at=made, by=demo.secretary, demo=True
        )
        if became != DRAFT:
            actions.publish_pledge(pledge=pledge, at=made, by=demo.secretary)
            _end(demo, pledge, became, result)
    branch = PartyOrg.objects.filter(village_id=demo.village.pk).order_by("pk").first()
    if branch:
        due = date(demo.on.year, 12, 31)
        known: dict[str, Any] = {
            "kind": Pledge.Kind.OTHER,
            "due_on": due,
            "at": demo.at,
            "by": demo.secretary,
            "demo": True,
        }
        pledge = actions.make_pledge(branch=branch, text=BRANCH_PROMISED, **known)
        actions.publish_pledge(pledge=pledge, at=demo.at, by=demo.secretary)


def _in_turn(members: list[Member]) -> Iterator[Member]:
    while True:
        yield from members


def _dates(demo: Demo, became: str) -> tuple[datetime, date]:
    """When it was made and when it is due."""
    due = demo.on + timedelta(days={OPEN: 5, ASKED: 12, DRAFT: 60}.get(became, -demo.dice.randint(6, 40)))
    return _at(demo.on - timedelta(days=demo.dice.randint(90, 150)), 10), due


def _end(demo: Demo, pledge: Pledge, became: str, result: str) -> None:
    at = _at(demo.on - timedelta(days=demo.dice.randint(2, 5)), 15)
    household = demo.dice.choice(demo.pairings).household
    by = pledge.member.user if pledge.member and pledge.member.user else demo.secretary
    if became in (KEPT, ASKED) and household:
        actions.report_pledge(pledge=pledge, result=result, household=household, at=at, by=by)
    if became == KEPT:
        actions.witness_pledge(pledge=pledge, kept=True, at=at + timedelta(hours=3), by=None)
    if became == NOT_KEPT:
        actions.give_up_pledge(pledge=pledge, reason=result, at=at, by=by)
