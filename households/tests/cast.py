"""A branch with households and a programme to pair them in."""

from typing import Any

from households.actions import pair, register_household
from households.models import Household, Pairing, Programme
from members.models import Member
from members.tests.cast import CELL, NOON, TODAY, Branch

__all__ = ["CELL", "NOON", "TODAY", "Village"]


class Village(Branch):
    def __init__(self, number: int = 1) -> None:
        super().__init__(number)
        self.programme = Programme.objects.create(county=self[""], code="liaison", name="党员联户")
        self.households = 0

    def household(self, head_name: str = "李水根", cell: str = CELL, **more: Any) -> Household:
        self.households += 1
        return register_household(
            **{
                "number": f"H{self.households}",
                "head_name": head_name,
                "grid": self[cell],
                "at": NOON,
                "by": None,
                **more,
            }
        )

    def paired(self, member: Member, household: Household, **more: Any) -> Pairing:
        return pair(
            **{"member": member, "household": household, "programme": self.programme, "on": TODAY, "by": None, **more}
        )
