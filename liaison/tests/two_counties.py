"""Two counties lived in alike: the same rows in 水口村 (上陵镇), in a village of another town, in another county.

Every visible word of a place carries the place's mark, so that a page that shows a foreign row shows a foreign mark.
"""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any

from django.core.files.base import ContentFile

from accounts.actions import log_access
from accounts.models import AccessLog, SavedFilter, Session, User
from accounts.roles import Role
from exchange.models import Job
from grids.bulk import NewGrid, bulk_add
from grids.models import Absence, Grid, Kind, Posting, TreeChange
from households.actions import register_household
from households.models import (
    ChoiceRound,
    ContactType,
    HouseholdTag,
    PairChange,
    Pairing,
    Programme,
    ProposalRun,
    ProposedPair,
    Quota,
    Resident,
    RoundStatus,
    Ruling,
    Tag,
)
from households.rounds.actions import open_round
from issues import actions
from issues.evidence import attach
from issues.inquiries import open_inquiries
from issues.models import (
    Category,
    Channel,
    Evidence,
    Issue,
    PublicNotice,
    RequestPhoto,
    Robot,
    SupervisionOrder,
    Urgency,
)
from issues.requests.actions import place
from issues.rules import load_register_rules
from issues.tests.cast import MONDAY, SINCE, Cast, people_a_county
from issues.tests.walk import hours, photo
from members.models import Member, PartyOrg
from notices.models import Notice, Reply
from profiles.reader import read
from profiles.terms import EXCUSERS
from rosters.models import DutyLog, DutyRota, DutyShift, DutyTurn, Portrait, Swap
from rosters.timing import span
from surfaces.security import handle_of
from tallies.recount import recount
from visits.models import (
    Pledge,
    ServiceDayOff,
    ServiceDayRule,
    ServiceSession,
    VillageCheck,
    Visit,
    VisitHint,
    VisitPause,
    VisitPhoto,
    VisitRule,
    VisitSignature,
)

HERE, TOWN_AWAY, FAR = "KAPOK", "BANYAN", "CEDAR"
"""The marks of 上陵镇, of 下车镇 in the same county, and of the other county."""
NOON = MONDAY + timedelta(hours=4)
FAR_GRIDS = [
    NewGrid("990002000000", "CEDAR县", Kind.COUNTY),
    NewGrid("990002101000", "CEDAR镇", Kind.TOWN, "990002000000"),
    NewGrid("990002101201", "CEDAR村", Kind.VILLAGE, "990002101000"),
]
RESIDENT_ID = "441624199001010123"
SMS_WORD = "the-gateway-knows-this-word"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"


@dataclass
class Farm:
    """What lies in one place, all of it bearing its mark."""

    mark: str
    grid: Grid
    clerk: User
    member_user: User
    programme: Programme
    phone: str
    rows: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.rows[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def personal(self) -> list[str]:
        """What no page shows to people without households: who lives there, where, and what they said."""
        home, resident = self.household, self.resident
        return [
            home.head_name,
            home.number,
            home.address,
            resident.name,
            self.visit.difficulty,
            self.pause.note,
            *self.secrets,
        ]

    @property
    def secrets(self) -> list[str]:
        """What no page shows to anybody without a reason given: whole phones and ID numbers."""
        return [self.phone, RESIDENT_ID]


def plant(mark: str, grid: Grid, clerk: User, member_user: User, programme: Programme, phone: str) -> Farm:
    farm = Farm(mark, grid, clerk, member_user, programme, phone)
    for sow in (_people, _home, _chosen, _visited, _served, _raised, _pressed, _ordered, _desk, _told, _on_duty):
        farm.rows |= sow(farm)
    return farm


def _people(farm: Farm) -> dict[str, Any]:
    place = farm.grid.scope()
    branch = PartyOrg.objects.create(name=f"{farm.mark}党支部", kind="branch", **place)
    known = {"name": f"联系人{farm.mark}", "user": farm.member_user, "branch": branch, "phone": farm.phone}
    return {"member": Member.objects.create(number=f"DY-{farm.mark}", **known, **place)}


def _home(farm: Farm) -> dict[str, Any]:
    known = {"head_name": f"黄耀{farm.mark}荣", "address": f"塘背路{farm.mark}", "phone": farm.phone, "grid": farm.grid}
    home, gap = (
        register_household(number=f"LH-{farm.mark}{end}", by=farm.clerk, at=MONDAY, **known) for end in ("", "-2")
    )
    who = {"name": f"叶{farm.mark}妹", "relation": Resident.Relation.SPOUSE, "id_number": RESIDENT_ID}
    resident = Resident.objects.create(household=home, **who)
    tag = HouseholdTag.objects.create(household=home, tag=Tag.OLD_ALONE, since=SINCE)
    pairing = Pairing.objects.create(
        member=farm.member,
        household=home,
        programme=farm.programme,
        since=SINCE,
        origin=Pairing.Origin.HAND,
        next_due_on=date(2026, 10, 20),
        **farm.grid.scope(),
    )
    return {"household": home, "gap": gap, "resident": resident, "tag": tag, "pairing": pairing, **_contact(farm)}


def _contact(farm: Farm) -> dict[str, Any]:
    """A typed contact of the programme: somebody who prospers, looked after by the member."""
    kind, _ = ContactType.objects.get_or_create(
        programme=farm.programme, code="star", defaults={"name": "致富能手", "target": "person"}
    )
    number = {"least": 2, "target": 2, "most": 3}
    quota, _ = Quota.objects.get_or_create(
        programme=farm.programme, cadre=farm.member.cadre, contact_type=kind.code, defaults=number
    )
    pairing = Pairing.objects.create(
        member=farm.member,
        person_name=f"邱{farm.mark}能",
        reason=f"带动{farm.mark}",
        programme=farm.programme,
        contact_type=kind.code,
        since=SINCE,
        origin=Pairing.Origin.HAND,
        **farm.grid.scope(),
    )
    return {"contact_type": kind, "quota": quota, "contact": pairing}


def _chosen(farm: Farm) -> dict[str, Any]:
    """A choice round before the branch: a proposal, a decision, and what changed by it."""
    day = MONDAY.date()
    known = {"programme": farm.programme, "branch": farm.member.branch, "by": farm.clerk, "at": MONDAY}
    round = open_round(wishes_from=day, wishes_until=day, **known)
    about = {"round": round, "household": farm.household}
    run = ProposalRun.objects.create(round=round, number=1, state="done", asked_at=MONDAY, ended_at=MONDAY)
    ProposedPair.objects.create(member=farm.member, sentence=f"就近{farm.mark}", **about)
    ruling = Ruling.objects.create(kind="forbid", member=farm.member, reason=f"议定{farm.mark}", at=MONDAY, **about)
    PairChange.objects.create(ruling=ruling, after=farm.member, why=f"排除{farm.mark}", at=MONDAY, **about)
    ChoiceRound.objects.filter(pk=round.pk).update(status=RoundStatus.DECIDING)
    return {"round": ChoiceRound.objects.get(pk=round.pk), "run": run, "ruling": ruling}


def _visited(farm: Farm) -> dict[str, Any]:
    visit = Visit.objects.create(
        pairing=farm.pairing,
        household=farm.household,
        done_by=farm.member,
        entered_by=farm.member_user,
        at=MONDAY,
        recorded_at=MONDAY,
        outcome=Visit.Outcome.MET,
        difficulty=f"腿脚不便{farm.mark}",
        **farm.grid.scope(),
    )
    picture = ContentFile(farm.mark.encode(), "picture.jpg")
    waits = {"since": MONDAY.date(), "until": date(2026, 12, 1), "made_by": farm.clerk, "made_at": MONDAY}
    pause = VisitPause.objects.create(
        pairing=farm.pairing, household=farm.household, reason="other", note=f"去女儿家{farm.mark}", **waits
    )
    signed = ContentFile(farm.mark.encode(), "signed.png")
    VisitSignature.objects.create(visit=visit, file=signed, added_at=MONDAY)
    check = VillageCheck.objects.create(
        household=farm.household, kind="unmet", visit=visit, attempts=3, raised_at=MONDAY
    )
    hint = VisitHint.objects.create(rule="same_minute", member=farm.member, day=MONDAY.date(), count=5, made_at=MONDAY)
    return {
        "hint": hint,
        "check": check,
        "pause": pause,
        "visit": visit,
        "photo": VisitPhoto.objects.create(visit=visit, file=picture, added_at=MONDAY),
    }


def _served(farm: Farm) -> dict[str, Any]:
    """A service day of the village, its rule, a day struck out, and what the member promised."""
    village, on = Grid.objects.get(pk=farm.grid.village_id), MONDAY.date()
    town = Grid.objects.get(pk=farm.grid.town_id).scope()
    known = {
        "programme": farm.programme,
        "planned_on": on,
        "day": on,
        "changed_by": farm.clerk,
        "place": f"村部{farm.mark}",
    }
    promised = {"member": farm.member, "year": on.year, "kind": "help", "due_on": on + timedelta(days=9)}
    picture = ContentFile(farm.mark.encode(), "promise.jpg")
    return {
        "session": ServiceSession.objects.create(reason=f"集市{farm.mark}", **known, **village.scope()),
        "service_rule": ServiceDayRule.objects.create(programme=farm.programme, kind="monthday", numbers=[15], **town),
        "day_off": ServiceDayOff.objects.create(day=on, reason=f"防火{farm.mark}", made_by=farm.clerk, **town),
        "pledge": Pledge.objects.create(
            text=f"修便桥{farm.mark}",
            status=Pledge.Status.PUBLISHED,
            made_at=MONDAY,
            published_at=MONDAY,
            witness_household=farm.household,
            evidence=picture,
            **promised,
            **farm.grid.scope(),
        ),
    }


def _raised(farm: Farm) -> dict[str, Any]:
    issue, waiting = (_collected(farm, title) for title in ("水圳堵塞", "水圳漏水"))
    actions.register(issue=issue, by=farm.clerk, at=hours(1), category=Category.INFRASTRUCTURE, urgency=Urgency.NORMAL)
    attach(issue, [photo()], Evidence.Kind.BEFORE, by=farm.clerk, at=hours(1))
    return {"issue": issue, "waiting": waiting, "evidence": issue.evidence.get()}


def _ordered(farm: Farm) -> dict[str, Any]:
    known = {"kind": "errand", "title": f"送化肥{farm.mark}", "household": farm.household}
    request = place(by=farm.member_user, at=MONDAY, **known)
    shot = {"file": ContentFile(farm.mark.encode(), "done.jpg"), "added_at": MONDAY, "added_by": farm.member_user}
    return {"request": request, "shot": RequestPhoto.objects.create(request=request, kind="result", attempt=1, **shot)}


def _pressed(farm: Farm) -> dict[str, Any]:
    """A supervision order over the issue."""
    issue = farm.issue
    known = {"colour": "blue", "cause": "hand", "reason": f"请尽快办结{farm.mark}", "level": issue.level, "round": 1}
    people = {"issued_by": farm.clerk, "addressee": farm.clerk, "issued_at": MONDAY, "answer_due_at": NOON}
    place = farm.grid.scope()
    return {"order": SupervisionOrder.objects.create(number=f"督{farm.mark}", issue=issue, **known, **people, **place)}


def _collected(farm: Farm, title: str) -> Issue:
    known = {"title": f"{title}{farm.mark}", "channel": Channel.VISIT, "household": farm.household}
    return actions.collect(by=farm.member_user, at=MONDAY, **known)


def _desk(farm: Farm) -> dict[str, Any]:
    """What lies on the clerk's desk: an import with faults, an export, a notice, a kept filter, a trace in the log."""
    job = Job(kind=Job.Kind.HOUSEHOLDS_IN, county_id=farm.grid.county_id, user=farm.clerk, created_at=MONDAY)
    job.state, job.message = Job.State.REJECTED, f"第3行{farm.mark}"
    job.source.save("source.xlsx", ContentFile(b"rows"), save=False)
    job.result.save("result.xlsx", ContentFile(farm.mark.encode()), save=False)
    job.save()
    said = {"channel": Notice.Channel.INBOX, "text": f"消息{farm.mark}", "link": "/", "created_at": MONDAY}
    taken = Job(kind=Job.Kind.HOUSEHOLDS_OUT, county_id=farm.grid.county_id, user=farm.clerk, created_at=MONDAY)
    taken.state, taken.ended_at, taken.message = Job.State.DONE, MONDAY, f"住户名单{farm.mark}"
    taken.result.save("export.xlsx", ContentFile(farm.mark.encode()), save=False)
    taken.save()
    told = {"place": farm.grid.town_id, "month": "2026-10-01", "form": "pdf"}
    bulletin = Job(
        kind=Job.Kind.BULLETIN, county_id=farm.grid.county_id, user=farm.clerk, created_at=MONDAY, asked=told
    )
    bulletin.state, bulletin.ended_at, bulletin.message = Job.State.DONE, MONDAY, f"通报{farm.mark}"
    bulletin.result.save("bulletin.pdf", ContentFile(farm.mark.encode()), save=False)
    bulletin.save()
    notice = Notice.objects.create(user=farm.clerk, key=f"told-{farm.mark}", **said)
    log_access(action=AccessLog.Action.LOGIN, by=farm.clerk, at=MONDAY, reason=farm.mark)
    kept = {"page": "issues", "name": f"筛选{farm.mark}", "query": "status=all", "saved_at": MONDAY}
    return {
        "job": job,
        "export": taken,
        "bulletin": bulletin,
        "notice": notice,
        "filter": SavedFilter.objects.create(user=farm.clerk, **kept),
    }


def _told(farm: Farm) -> dict[str, Any]:
    """What the petitioner was told and answered, and the robot in the town's group."""
    said = {"reference": f"r-{farm.mark}", "phone": farm.phone, "text": f"什么时候来{farm.mark}"}
    came = {"sent_at": MONDAY, "arrived_at": MONDAY, "matter": farm.issue.pk, "county": farm.issue.county_id}
    known = {"name": f"工作群{farm.mark}", "address": WECOM, "added_at": MONDAY, "added_by": farm.clerk}
    return {
        "telling": Notice.objects.get(matter=farm.issue.pk, channel=Notice.Channel.SMS, kind="registered"),
        "answer": Reply.objects.create(**said, **came),
        "robot": Robot.objects.create(grid_id=farm.issue.town_id, **known),
    }


def _on_duty(farm: Farm) -> dict[str, Any]:
    """The clerk is on duty today and tomorrow, nobody the day after; the member is asked to take tomorrow."""
    place = Grid.objects.get(pk=farm.grid.village_id).scope()
    known = {"kind": "village", "place": f"值班室{farm.mark}"}
    rota = DutyRota.objects.create(starts=time(8), ends=time(18), since=SINCE, **known, **place)
    turn = DutyTurn.objects.create(rota=rota, user=farm.clerk, order=1)
    shifts = []
    for days, person in enumerate((farm.clerk, farm.clerk, None)):
        day = MONDAY.date() + timedelta(days=days)
        starts_at, ends_at = span(rota, day)
        times = {"day": day, "starts_at": starts_at, "ends_at": ends_at}
        state = "planned" if person else "vacant"
        shifts.append(
            DutyShift.objects.create(rota=rota, user=person, state=state, turn=turn, **times, **known, **place)
        )
    text = f"接待来访{farm.mark}"
    DutyLog.objects.create(shift=shifts[0], at=MONDAY, written_by=farm.clerk, text=text, **place)
    shot = {"file": ContentFile(farm.mark.encode(), "face.jpg"), "added_by": farm.clerk, "added_at": MONDAY}
    return {
        "rota": rota,
        "turn": turn,
        "shift": shifts[0],
        "tomorrow": shifts[1],
        "portrait": Portrait.objects.create(user=farm.clerk, **shot),
        "swap": Swap.objects.create(
            shift=shifts[1], asked_by=farm.clerk, asked_of=farm.member_user, asked_at=MONDAY, reason=farm.mark
        ),
    }


class Counties:
    """Built step by step, so that a test can look before the next place is lived in."""

    def __init__(self) -> None:
        self.cast: Cast = people_a_county()
        self.cast.household.delete()
        self.programme = _programme(self.cast.county)
        county = self.cast.county
        self.security = _posted("安全员", "13900001001", Role.SECURITY_ADMIN, county)
        self.system = _posted("系统员", "13900001002", Role.SYSTEM_ADMIN, county)
        User.objects.filter(pk=self.cast.other_clerk.pk).update(name=f"徐{TOWN_AWAY}")
        self.farms: dict[str, Farm] = {}

    def settle_here(self) -> None:
        cast = self.cast
        farm = plant(HERE, cast.cell, cast.clerk, cast.member, self.programme, "13812341234")
        actions.assign(issue=farm.issue, by=cast.county_officer, at=hours(2), unit=cast.unit)
        actions.sign_for(issue=farm.issue, by=cast.handler, at=hours(3))
        due = (NOON + timedelta(days=7)).date()
        opening = {"county": cast.county, "year": NOON.year, "by": cast.county_officer, "due_on": due}
        [farm.rows["inquiry"]] = open_inquiries(at=hours(3.5), **opening)
        shown = {"heading": "基础设施", "text": "水圳已清淤。", "until": due}
        farm.rows["public_notice"] = PublicNotice.objects.create(
            issue=farm.issue, round=farm.issue.round, published_at=hours(3.5), **shown
        )
        known = {"programme": self.programme, "reach": "village", "status": RoundStatus.PUBLISHED, "opened_at": MONDAY}
        days = {"status_since": MONDAY, "wishes_from": due, "wishes_until": due, "in_force_from": due}
        farm.rows["published"] = ChoiceRound.objects.create(
            name="公示轮", published_at=MONDAY, **known, **days, **cast.village.scope()
        )
        farm.rows |= self._about_the_tree()
        self._settled(farm)

    def _about_the_tree(self) -> dict[str, Any]:
        """A name that was changed, one that is to be, and somebody who is away."""
        cell = self.cast.cell
        away = _posted("外出员", "13900001007", Role.VOLUNTEER, cell)
        Absence.objects.create(user=away, since=SINCE, until=NOON.date() + timedelta(days=9))
        told = {"deed": TreeChange.Deed.RENAME, "changed": [cell.pk], **cell.scope()}
        done = TreeChange.objects.create(status="done", on=SINCE, name=cell.name, was_name="老组", **told)
        plan = TreeChange.objects.create(status="planned", on=NOON.date() + timedelta(days=30), name="新组", **told)
        return {"tree_change": done, "tree_plan": plan, "away": Posting.objects.get(user=away)}

    def settle_another_town(self) -> None:
        village = self.cast.grids["990001102201"]
        member = _posted(f"徐党员{TOWN_AWAY}", "13900001003", Role.LIAISON_MEMBER, village)
        self._settled(plant(TOWN_AWAY, village, self.cast.other_clerk, member, self.programme, "13912341234"))

    def settle_another_county(self) -> None:
        county, town, village = _far_grids()
        self.far_clerk = _posted(f"连经办{FAR}", "13900001004", Role.TOWN_CLERK, town)
        self.far_officer = _posted(f"连组工{FAR}", "13900001005", Role.COUNTY_CLERK, county)
        member = _posted(f"连党员{FAR}", "13900001006", Role.LIAISON_MEMBER, village)
        self._settled(plant(FAR, village, self.far_clerk, member, _programme(county), "13712341234"))

    def _settled(self, farm: Farm) -> None:
        self.farms[farm.mark] = farm
        recount(NOON)

    def people(self) -> dict[str, User | None]:
        """By the letters of test_permissions; those not yet settled are missing."""
        cast = self.cast
        return {
            "a": None,
            "z": cast.nobody,
            "m": cast.member,
            "g": cast.grid_leader,
            "s": cast.secretary,
            "c": cast.clerk,
            "d": cast.other_clerk,
            "o": cast.county_officer,
            "h": cast.handler,
            "u": cast.auditor,
            "x": self.security,
            "y": self.system,
            "n": getattr(self, "far_clerk", None),
            "f": getattr(self, "far_officer", None),
        }

    @cached_property
    def things(self) -> dict[str, tuple[Any, ...]]:
        """The arguments of addresses, by the word the table uses for them."""
        farm, cast = self.farms[HERE], self.cast
        issue, home, code = farm.issue.pk, farm.household.pk, farm.household.public_code
        posting = Posting.objects.get(user=cast.grid_leader)
        return {
            "": (),
            "home": (home,),
            "home phone": ("households.household", home, "phone"),
            "home tag": (home, farm.tag.tag),
            "resident": (home, farm.resident.pk),
            "pairing": (farm.pairing.pk,),
            "contact type": (farm.contact_type.pk,),
            "contact": (farm.contact.pk,),
            "quota": (farm.quota.pk,),
            "visit": (farm.visit.pk,),
            "check": (farm.check.pk,),
            "hint": (farm.hint.pk,),
            "home pause": (home, farm.pause.pk),
            "visit rule": (farm.programme.pk, "all"),
            "visit photo": (farm.visit.pk, farm.photo.pk),
            "service day": (farm.session.pk,),
            "service day step": (farm.session.pk, "check_in"),
            "service rule": (farm.service_rule.pk,),
            "day off": (farm.day_off.pk,),
            "pledge": (farm.pledge.pk,),
            "pledge report": (farm.pledge.pk, "report"),
            "village code": (cast.village.code,),
            "witness": (code, farm.pledge.pk),
            "member": (farm.member.pk,),
            "issue": (issue,),
            "issue file": (issue, farm.evidence.pk),
            "issue report": (issue, "report"),
            "round": (farm.round.pk,),
            "round run": (farm.round.pk, farm.run.pk),
            "round deed": (farm.round.pk, "comment"),
            "round member": (farm.round.pk, farm.member.pk),
            "round home": (farm.round.pk, home),
            "round effect": (farm.round.pk, home, farm.member.pk),
            "round ruling": (farm.round.pk, farm.ruling.pk),
            "published round": (farm.published.pk,),
            "request": (farm.request.pk,),
            "request photo": (farm.request.pk, farm.shot.pk),
            "request dispatch": (farm.request.pk, "dispatch"),
            "request code": (farm.request.code,),
            "inquiry": (farm.inquiry.pk,),
            "order": (farm.order.pk,),
            "notice": (farm.notice.pk,),
            "bulk move": ("sign_for",),
            "filtered list": ("issues",),
            "filter": (farm.filter.pk,),
            "wecom": ("wecom",),
            "session": (handle_of(_other_session(cast.nobody)),),
            "sms word": (SMS_WORD,),
            "telling": (farm.telling.pk,),
            "answer": (farm.answer.pk,),
            "letter": ("registered", "petitioner"),
            "guide": ("desk",),
            "chapter": ("steps",),
            **{f"{surface} help": (f"{surface}:home",) for surface in ("console", "field", "county")},
            "robot": (farm.robot.pk,),
            "grid": (cast.cell.pk,),
            "grid deed": (cast.cell.pk, "rename"),
            "tree change": (farm.tree_change.pk,),
            "tree plan": (farm.tree_plan.pk,),
            "posting": (posting.pk,),
            "posting away": (farm.away.pk,),
            "job": (farm.job.pk,),
            "export": (farm.export.pk,),
            "bulletin": (farm.bulletin.pk,),
            "day": ("2026-11-04",),
            "limit row": ("infrastructure", "normal"),
            "limit kind": ("verify",),
            "register rule": ("publicity_days",),
            "category": ("infrastructure",),
            "template": (Job.Kind.HOUSEHOLDS_IN.value,),
            "clerk": (cast.clerk.pk,),
            "figure": ("households",),
            "home code": (code,),
            "issue code": (farm.issue.code,),
            "public notice": (farm.public_notice.pk,),
            "rota": (farm.rota.pk,),
            "rota turn": (farm.rota.pk, farm.turn.pk),
            "shift": (farm.shift.pk,),
            "tomorrow": (farm.tomorrow.pk,),
            "swap withdraw": (farm.swap.pk, "withdraw"),
            "village": (cast.village.pk,),
            "duty photo": (cast.village.pk, farm.portrait.pk),
        }


def _posted(name: str, phone: str, role: Role, grid: Grid) -> User:
    user = User.objects.create_user(phone, name)
    Posting.objects.create(user=user, role=role, since=SINCE, **grid.scope())
    return user


def _other_session(user: User) -> Session:
    """A sign-in of this person on another machine."""
    return Session.objects.create(session_key="another-machine", user=user, expire_date=NOON + timedelta(days=1))


def _programme(county: Grid) -> Programme:
    programme = Programme.objects.create(county=county, code="liaison", name="党员联户")
    VisitRule.objects.create(programme=programme, tag="", interval_days=14, excused_by=EXCUSERS)
    return programme


def _far_grids() -> list[Grid]:
    ids = bulk_add(FAR_GRIDS, on=SINCE)
    grids = list(Grid.objects.filter(pk__in=ids.values()).order_by("code"))
    load_register_rules(grids[0], read("heping"))
    return grids
