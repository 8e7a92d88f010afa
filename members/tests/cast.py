"""A small county with a branch in each village, and its members."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from grids.models import Grid
from grids.tests.trees import County, person
from members.actions import add_member
from members.models import Member, PartyOrg
from workdays.arithmetic import ZONE

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)
CELL = "甲镇/1村/一格"
OTHER_CELL = "甲镇/1村/二格"
FAR_CELL = "乙镇/2村/一格"


class Branch:
    """One county with one branch, whose members are numbered as they come."""

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.county = County(number)
        self.branch = PartyOrg.objects.create(
            name=f"试{number}支部", kind=PartyOrg.Kind.BRANCH, **self["甲镇/1村"].scope()
        )
        self.members = 0

    def __getitem__(self, path: str) -> Grid:
        return self.county[path]

    def clerk(self) -> User:
        return person("经办", f"1380001{self.number:04d}")

    def member(self, name: str = "黄春荣", cell: str = CELL, **more: Any) -> Member:
        self.members += 1
        return add_member(
            **{
                "number": f"D{self.members}",
                "name": name,
                "grid": self[cell],
                "branch": self.branch,
                "phone": f"139{self.number:04d}{self.members:04d}",
                "by": None,
                **more,
            }
        )
