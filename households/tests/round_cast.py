"""A branch with members and households enough for a choice round."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.roles import Role
from grids.actions import appoint
from grids.tests.trees import START, person
from households.models import ChoiceRound, Household, ProposedPair
from households.rounds.actions import adopt, open_round, propose
from households.rounds.running import run
from households.tests.cast import CELL, NOON, TODAY, Village
from members.models import Member
from members.tests.cast import OTHER_CELL

LAST = TODAY + timedelta(days=6)
AFTER = NOON + timedelta(days=7)
"""The first noon at which wishes are over."""

__all__ = ["AFTER", "CELL", "LAST", "NOON", "OTHER_CELL", "TODAY", "Hamlet", "adopted", "day", "pairs", "proposed"]


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


class Hamlet(Village):
    """甲镇1村: its branch's members 黄 and 林, six households, the branch secretary and a clerk of another town."""

    def __init__(self, number: int = 1, *, homes: int = 6, **places: int) -> None:
        super().__init__(number)
        limits = {"capacity_min": 2, "capacity_max": 4, **places}
        self.huang = self.member("黄春荣", **limits)
        self.lin = self.member("林国强", cell=OTHER_CELL, **limits)
        self.homes = [self.household(f"住户{name}") for name in "甲乙丙丁戊己庚辛壬癸"[:homes]]
        self.secretary = self.posted("书记", 1, "甲镇/1村", Role.BRANCH_SECRETARY)
        self.neighbour = self.posted("邻镇经办", 2, "乙镇", Role.TOWN_CLERK)

    def posted(self, name: str, serial: int, path: str, role: Role) -> User:
        user = person(name, f"1370{self.number:03d}{serial:04d}")
        appoint(user=user, grid=self[path], role=role, on=START, by=None)
        return user

    def with_account(self, member: Member, serial: int) -> User:
        """The member's own account, with the post of liaison member."""
        user = self.posted(member.name, serial, CELL, Role.LIAISON_MEMBER)
        Member.objects.filter(pk=member.pk).update(user=user)
        member.refresh_from_db()
        return user

    def opened(self, **more: Any) -> ChoiceRound:
        place: dict[str, Any] = {} if "grid" in more else {"branch": self.branch}
        return open_round(
            **{
                "programme": self.programme,
                "wishes_from": TODAY,
                "wishes_until": LAST,
                "by": self.secretary,
                "at": NOON,
                **place,
                **more,
            }
        )


def proposed(round: ChoiceRound, at: datetime = AFTER) -> ChoiceRound:
    """The round with a proposal computed at once, as a worker would."""
    fresh = ChoiceRound.objects.get(pk=round.pk)
    run(propose(round=fresh, by=None, at=at).pk, at=at)
    return ChoiceRound.objects.get(pk=round.pk)


def pairs(round: ChoiceRound) -> dict[Household, Member | None]:
    rows = ProposedPair.objects.filter(round=round).select_related("household", "member")
    return {row.household: row.member for row in rows}


def adopted(round: ChoiceRound, at: datetime = AFTER) -> ChoiceRound:
    adopt(round=round, met_on=at.date(), present="应到12人，实到10人", minutes="全体同意。", by=None, at=at)
    return round
