"""A patch of the cell of issues.tests.cast: a member with a household of their own, another's, and one far away."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from accounts.models import User
from grids.models import Grid
from households.models import Household, Pairing, Programme
from issues.tests.cast import SINCE, Cast
from members.models import Member, PartyOrg
from visits.models import VisitRule
from workdays.now import now, today

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Patch:
    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.programme = Programme.objects.create(county=cast.county, code="liaison", name="党员联户")
        VisitRule.objects.create(programme=self.programme, tag="", interval_days=14)
        self.branch = PartyOrg.objects.create(name="水口村党支部", kind="branch", **cast.village.scope())
        self.member = self.add_member("曾党员", user=cast.member)
        self.other_member = self.add_member("温党员")
        self.mine = self.pair(cast.household, self.member)
        self.others = self.pair(self.add_household("赖火生", cast.cell), self.other_member)
        self.far = self.add_household("江远山", cast.grids["990001101202"])

    def add_member(self, name: str, user: User | None = None) -> Member:
        number = f"D{Member.objects.count()}"
        return Member.objects.create(
            number=number, name=name, phone="13900009999", user=user, branch=self.branch, **self.cast.cell.scope()
        )

    def add_household(self, head_name: str, grid: Grid) -> Household:
        return Household.objects.create(
            number=f"H{Household.objects.count()}",
            head_name=head_name,
            phone="13812349999",
            address=f"{grid.name}塘背路12号",
            created_at=now(),
            **grid.scope(),
        )

    def pair(self, household: Household, member: Member, due: date | None = None) -> Household:
        Pairing.objects.create(
            member=member,
            household=household,
            programme=self.programme,
            since=SINCE,
            origin="hand",
            next_due_on=due or today() + timedelta(days=1),
            **self.cast.cell.scope(),
        )
        return household

    def due_in(self, household: Household, days: int) -> None:
        Pairing.objects.filter(household=household).update(next_due_on=today() + timedelta(days=days))


def entered(client: Client, user: User) -> Any:
    """The client, signed in as this person."""
    client.force_login(user, BACKEND)
    return client


def page(client: Client, user: User, url: str) -> str:
    """The page as this person sees it."""
    answer = entered(client, user).get(url)
    assert answer.status_code == 200, answer.status_code
    shown: str = answer.content.decode()
    return shown


def visit_form(household: Household, **typed: Any) -> dict[str, Any]:
    """What a phone sends for a visit just made."""
    pairing = Pairing.objects.get(household=household)
    return {"client_id": str(uuid4()), "pairing": pairing.pk, "outcome": "met", "urgency": "normal", **typed}
