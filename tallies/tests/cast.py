"""A small county: two towns, three villages, cells and a sub-cell; a household in each leaf; a neighbouring county."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Kind, Posting
from households.models import Household, Pairing, Programme
from issues.models import (
    Channel,
    Clock,
    ClockKind,
    Colour,
    Issue,
    IssueEvent,
    ServiceRequest,
    Status,
    SupervisionOrder,
    Verdict,
)
from members.models import Member, PartyOrg
from visits.models import Visit
from workdays.arithmetic import ZONE

SINCE = date(2026, 1, 1)
TREE: dict[str, tuple[str | None, Kind, str, str]] = {
    "county": (None, Kind.COUNTY, "350428000000", "水口县"),
    "town": ("county", Kind.TOWN, "350428100000", "水南镇"),
    "other_town": ("county", Kind.TOWN, "350428101000", "高唐镇"),
    "village": ("town", Kind.VILLAGE, "350428100201", "水口村"),
    "other_village": ("town", Kind.VILLAGE, "350428100202", "积善村"),
    "far_village": ("other_town", Kind.VILLAGE, "350428101201", "常口村"),
    "cell": ("village", Kind.CELL, "350428100201001", "第一网格"),
    "other_cell": ("village", Kind.CELL, "350428100201002", "第二网格"),
    "far_cell": ("far_village", Kind.CELL, "350428101201001", "第一网格"),
    "sub_cell": ("cell", Kind.SUB_CELL, "350428100201001001", "渠头片"),
    "neighbour": (None, Kind.COUNTY, "350429000000", "邻县"),
    "neighbour_town": ("neighbour", Kind.TOWN, "350429100000", "邻镇"),
    "neighbour_village": ("neighbour_town", Kind.VILLAGE, "350429100201", "邻村"),
}
LEAVES = ("sub_cell", "other_cell", "other_village", "far_cell", "neighbour_village")
LEVELS = ("county", "town", "village", "cell")


def moment(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def grid(parent: Grid | None, kind: Kind, code: str, name: str) -> Grid:
    above = {f"{level}_id": getattr(parent, f"{level}_id") for level in LEVELS} if parent else {}
    made = Grid.objects.create(parent=parent, kind=kind, code=code, name=name, full_name=name, **above)
    if kind in LEVELS:
        setattr(made, f"{kind}_id", made.pk)
        made.save()
    return made


@dataclass
class County:
    grids: dict[str, Grid] = field(default_factory=dict)
    households: dict[str, Household] = field(default_factory=dict)
    pairings: dict[str, Pairing] = field(default_factory=dict)
    people: list[User] = field(default_factory=list)

    def __getattr__(self, name: str) -> Grid:
        try:
            return self.grids[name]
        except KeyError:
            raise AttributeError(name) from None

    def user(self, name: str, role: Role | None = None, place: str = "county") -> User:
        made = User.objects.create_user(f"138{len(self.people):08d}", name)
        self.people.append(made)
        if role:
            Posting.objects.create(user=made, role=role, since=SINCE, **self.grids[place].scope())
        return made

    def visit(self, leaf: str, at: datetime, outcome: Visit.Outcome = Visit.Outcome.MET) -> Visit:
        pairing = self.pairings[leaf]
        assert pairing.member.user
        return Visit.objects.create(
            pairing=pairing,
            household=self.households[leaf],
            done_by=pairing.member,
            entered_by=pairing.member.user,
            at=at,
            recorded_at=at,
            outcome=outcome,
            **self.grids[leaf].scope(),
        )

    def collect(self, place: str, at: datetime, **values: object) -> Issue:
        here = self.grids[place]
        made = Issue.objects.create(
            title="水渠漏水",
            status_since=at,
            collected_at=at,
            **{"channel": Channel.VISIT, "live_grid": here, **here.scope(), **values},
        )
        due = made.due_at.isoformat() if made.due_at else None
        event(made, "collect", at, status=str(made.status), due_at=due, handler_id=made.handler_id)
        return made

    def register(self, place: str, at: datetime, number: int, **values: object) -> Issue:
        return self.collect(
            place, at, **{"status": Status.REGISTERED, "registered_at": at, "number": f"N{number:06d}", **values}
        )

    def request(self, place: str, at: datetime, number: int, **values: object) -> ServiceRequest:
        here = self.grids[place]
        facts = {"kind": "errand", "title": "拉化肥", "status_since": at, "requested_at": at, "live_grid": here}
        return ServiceRequest.objects.create(number=f"D{number:06d}", **{**facts, **here.scope(), **values})


def event(issue: Issue, name: str, at: datetime, **changes: object) -> IssueEvent:
    return IssueEvent.objects.create(issue=issue, name=name, at=at, changes=changes)


def order(issue: Issue, to: User, at: datetime, *, answered: datetime | None) -> SupervisionOrder:
    """A supervision order to be answered within a day."""
    known = {"level": issue.level, "round": issue.round, "addressee": to, "issued_by": to, "reason": "请尽快办结"}
    return SupervisionOrder.objects.create(
        number=f"督{issue.pk:06d}",
        issue=issue,
        colour=Colour.RED,
        cause=SupervisionOrder.Cause.HAND,
        issued_at=at,
        answer_due_at=at + timedelta(days=1),
        answered_at=answered,
        answered_by=to if answered else None,
        **known,
        **issue.grid.scope(),
    )


def contact_clock(issue: Issue, at: datetime, *, answered: bool) -> Clock:
    """A first contact due the same evening, signed for in time or never."""
    if answered:
        event(issue, "sign_for", at + timedelta(hours=2))
    return _clock(issue, ClockKind.FIRST_CONTACT, at, None)


def triage_clock(issue: Issue, at: datetime, *, triaged: datetime | None) -> Clock:
    """To be triaged by 18:00 of the same day."""
    return _clock(issue, ClockKind.TRIAGE, at, triaged)


def _clock(issue: Issue, kind: ClockKind, at: datetime, stopped: datetime | None) -> Clock:
    known = {"level": 0, "round": 1, "sentence": "", "started_at": at, "stopped_at": stopped}
    return Clock.objects.create(issue=issue, kind=kind, due_at=at.replace(hour=18), **known)


def close(issue: Issue, at: datetime) -> None:
    Issue.objects.filter(pk=issue.pk).update(status=Status.CLOSED, status_since=at, closed_at=at, live_grid=None)
    event(issue, "close", at, status="closed", closed_at=at.isoformat())


def verdict(issue: Issue, at: datetime, value: Verdict.Value, turn: int = 1) -> Verdict:
    return Verdict.objects.create(issue=issue, round=turn, value=value, means=Verdict.Means.QR, at=at)


def build() -> County:
    county = County()
    for key, (parent, kind, code, name) in TREE.items():
        county.grids[key] = grid(county.grids[parent] if parent else None, kind, code, name)
    programmes = {
        key: Programme.objects.create(county=county.grids[key], code="liaison", name="党员联户")
        for key in ("county", "neighbour")
    }
    for number, leaf in enumerate(LEAVES):
        _settle(county, leaf, number, programmes["neighbour" if leaf == "neighbour_village" else "county"])
    return county


def _settle(county: County, leaf: str, number: int, programme: Programme) -> None:
    """A household in the leaf, and a member there who looks after it."""
    scope = county.grids[leaf].scope()
    branch = PartyOrg.objects.create(name=f"{leaf}支部", kind=PartyOrg.Kind.BRANCH, **scope)
    member = Member.objects.create(
        number=f"M{number}", name=f"党员{number}", branch=branch, user=county.user(f"党员{number}"), **scope
    )
    county.households[leaf] = Household.objects.create(
        number=f"H{number}", head_name=f"黄大{number}", created_at=moment(SINCE), **scope
    )
    county.pairings[leaf] = Pairing.objects.create(
        member=member,
        household=county.households[leaf],
        programme=programme,
        since=SINCE,
        origin=Pairing.Origin.HAND,
        next_due_on=date(2026, 6, 1),
        **scope,
    )
