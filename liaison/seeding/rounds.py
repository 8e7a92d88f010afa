"""One choice round of the demo village, taken as far as the branch's decisions by the verbs people use."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Posting
from households.models import Ballot, Household, Programme, Ruling, Tie
from households.rounds import running
from households.rounds.actions import (
    comment,
    declare_tie,
    open_round,
    propose,
    rule,
    wish_as_household,
    wish_as_member,
)
from households.rounds.own import own_homes
from households.rounds.workbench import Workbench
from liaison.seeding.register import deliver_what_lies_behind, last_notice
from members.models import Member, PartyOrg

OPENED, CLOSED, PROPOSED, DECIDED = (timedelta(days=days) for days in (12, 3, 2, 1))
MEMBERS_ANSWER, HOUSEHOLDS_ANSWER = 0.8, 0.4
PAPER = 0.35
HOUSEHOLDS_ASKED, TIES = 40, 10
"""At most, so that a large village takes no longer to seed."""
CENTRE = (26.7281, 117.4732)
HAMLET, YARD = 0.008, 0.0025
"""Degrees from the village's centre to that of a cell, and from there to a door: some 900 and 280 metres."""
NOTES = ("表亲", "同族", "老邻居", "常来往")


def seed_round(showcase: Grid, *, seed: int, at: datetime) -> int:
    """Returns how many households stand in the round; 0 where the village has no branch of its own."""
    branch = PartyOrg.objects.filter(grid=showcase, kind=PartyOrg.Kind.BRANCH).first()
    programme = Programme.objects.filter(county=showcase.county_id).order_by("pk").first()
    if branch is None or programme is None:
        return 0
    known = last_notice()
    dice = Random(f"{seed}/rounds")
    _settle(branch, dice)
    stage = Stage(branch, programme, dice, at)
    stage.wishes()
    stage.ties()
    stage.proposal()
    stage.decisions()
    deliver_what_lies_behind(known, at)
    return stage.round.households.count()


class Stage:
    """The round, its people, and the dice."""

    def __init__(self, branch: PartyOrg, programme: Programme, dice: Random, at: datetime) -> None:
        self.dice, self.at = dice, at
        self.secretary = _secretary(branch)
        first, last = (at - OPENED).date(), (at - CLOSED).date()
        self.round = open_round(
            programme=programme,
            branch=branch,
            wishes_from=first,
            wishes_until=last,
            by=self.secretary,
            at=at - OPENED,
            demo=True,
        )
        self.members = list(Member.objects.filter(rounds__round=self.round, rounds__exempt="").order_by("pk"))
        self.homes = list(Household.objects.filter(rounds__round=self.round).order_by("pk"))
        self.own = own_homes(self.members, [home.pk for home in self.homes])

    def wishes(self) -> None:
        """Most members and some households answer, by phone, by QR code or on paper; nearby doors come first."""
        for member in self._some(self.members, MEMBERS_ANSWER):
            wish_as_member(
                round=self.round,
                member=member,
                households=self._near(member),
                ranked=self.dice.random() < 0.6,
                by=member.user or self.secretary,
                source=Ballot.Source.PHONE if member.user else Ballot.Source.PAPER,
                at=self._answered(),
            )
        for home in self._some(self.homes, HOUSEHOLDS_ANSWER)[:HOUSEHOLDS_ASKED]:
            paper = self.dice.random() < PAPER
            wish_as_household(
                round=self.round,
                household=home,
                members=self._known_to(home),
                ranked=self.dice.random() < 0.6,
                by=self.secretary if paper else None,
                source=Ballot.Source.PAPER if paper else Ballot.Source.QR,
                at=self._answered(),
            )

    def ties(self) -> None:
        for home in self.dice.sample(self.homes, min(TIES, len(self.homes))):
            for member in self._known_to(home)[:1]:
                declare_tie(
                    member=member,
                    household=home,
                    kind=self.dice.choice(list(Tie.Kind)),
                    side=Tie.Side.VILLAGE,
                    note=self.dice.choice(NOTES),
                    by=self.secretary,
                    at=self._answered(),
                )

    def proposal(self) -> None:
        run = propose(round=self.round, by=self.secretary, at=self.at - PROPOSED)
        running.run(run.pk, at=self.at - PROPOSED)
        self.round.refresh_from_db()

    def decisions(self) -> None:
        """One household chosen otherwise, one pinned, and a word on a third."""
        when = self.at - DECIDED
        for kind, reason, home in (
            (Ruling.Kind.CHOOSE, "住户要求由同组党员联系", self.homes[0]),
            (Ruling.Kind.PIN, "上一轮联系得好，双方都愿意继续", self.homes[-1]),
        ):
            first, *others = Workbench(self.round, when.date()).candidates(home)
            to = others[0] if kind == Ruling.Kind.CHOOSE and others else first
            member = next(one for one in self.members if one.pk == to.member)
            rule(round=self.round, kind=kind, household=home, member=member, reason=reason, by=self.secretary, at=when)
        text = "这户老人耳背，最好安排住得近、会说本地话的党员。"
        comment(round=self.round, household=self.homes[len(self.homes) // 2], text=text, by=self.secretary, at=when)

    def _some(self, people: list[Any], share: float) -> list[Any]:
        return [one for one in people if self.dice.random() < share]

    def _answered(self) -> datetime:
        return self.at - OPENED + timedelta(hours=self.dice.randint(1, 24 * 8))

    def _near(self, member: Member) -> list[Household]:
        allowed = [home for home in self.homes if (member.pk, home.pk) not in self.own]
        near = sorted(allowed, key=lambda home: _way(member, home))[:9]
        return self.dice.sample(near, min(len(near), self.dice.randint(1, self.round.most_wishes)))

    def _known_to(self, home: Household) -> list[Member]:
        allowed = [member for member in self.members if (member.pk, home.pk) not in self.own]
        near = sorted(allowed, key=lambda member: _way(member, home))[:6]
        return self.dice.sample(near, min(len(near), self.dice.randint(0, self.round.most_wishes)))


def _secretary(branch: PartyOrg) -> User | None:
    posts = Posting.objects.filter(grid=branch.grid_id, role=Role.BRANCH_SECRETARY, until=None)
    post = posts.select_related("user").order_by("pk").first()
    return post.user if post else None


def _settle(branch: PartyOrg, dice: Random) -> None:
    """Doors for the map: everybody of the branch lives near the centre of their cell."""
    homes = list(Household.objects.filter(village_id=branch.village_id))
    members = list(Member.objects.filter(branch=branch))
    cells = {grid: _around(CENTRE, HAMLET, dice) for grid in sorted({one.grid_id for one in [*homes, *members]})}
    people: list[Any] = [*homes, *members]
    for one in people:
        one.lat, one.lng = _around(cells[one.grid_id], YARD, dice)
    Household.objects.bulk_update(homes, ["lat", "lng"])
    Member.objects.bulk_update(members, ["lat", "lng"])


def _around(place: tuple[float, float], far: float, dice: Random) -> tuple[float, float]:
    return round(place[0] + dice.uniform(-far, far), 6), round(place[1] + dice.uniform(-far, far), 6)


def _way(member: Member, home: Household) -> float:
    return ((member.lat or 0) - (home.lat or 0)) ** 2 + ((member.lng or 0) - (home.lng or 0)) ** 2
