"""A paired household, its visit rules, and a way to visit it."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from households.models import Household, Pairing
from households.tests.cast import Village
from members.tests.cast import NOON, TODAY
from visits.actions import Recorded, begin_pairing, record_visit
from visits.models import Visit, VisitRule
from workdays.arithmetic import ZONE

__all__ = ["NOON", "SINCE", "TODAY", "Round", "day"]
SINCE = date(2026, 11, 1)
MET = Visit.Outcome.MET


def day(number: int, hour: int = 10) -> datetime:
    """The n-th of November 2026."""
    return datetime.combine(SINCE + timedelta(days=number - 1), time(hour), ZONE)


class Round(Village):
    """Every household each 14 days, those with low income each 7."""

    def __init__(self, number: int = 1) -> None:
        super().__init__(number)
        for tag, days in (("", 14), ("low_income", 7)):
            VisitRule.objects.create(programme=self.programme, tag=tag, interval_days=days)
        self.clerk_user: User = self.clerk()

    def begun(self, household: Household | None = None, **more: Any) -> Pairing:
        return begin_pairing(
            **{
                "member": self.member(),
                "household": household or self.household(),
                "programme": self.programme,
                "on": SINCE,
                "by": self.clerk_user,
                **more,
            }
        )

    def visit(
        self,
        pairing: Pairing,
        visited_at: datetime,
        outcome: Visit.Outcome = MET,
        client_id: UUID | None = None,
        **more: Any,
    ) -> Recorded:
        """A visit entered at noon on 20 November unless said otherwise."""
        return record_visit(
            **{
                "pairing": pairing,
                "client_id": client_id or uuid4(),
                "outcome": outcome,
                "visited_at": visited_at,
                "at": NOON,
                "by": self.clerk_user,
                **more,
            }
        )


def due_on(pairing: Pairing) -> int:
    """The day of November 2026 on which the next visit is due (31 is 1 December)."""
    pairing.refresh_from_db()
    assert pairing.next_due_on is not None
    return (pairing.next_due_on - SINCE).days + 1
