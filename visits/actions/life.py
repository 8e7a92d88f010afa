"""A household splits: the new one's first visits are due by the rules."""

from collections.abc import Sequence
from datetime import date, datetime

from accounts.models import User
from accounts.verbs import verb
from households import actions as households
from households.models import Household, Pairing, Resident
from visits.due import restate_each


@verb
def split_household(
    *,
    household: Household,
    residents: Sequence[Resident],
    number: str,
    head: Resident,
    on: date,
    at: datetime,
    by: User | None,
    phone: str = "",
    address: str = "",
) -> Household:
    """households.actions.split_household, with due dates: what surfaces call."""
    new = households.split_household(
        household=household,
        residents=residents,
        number=number,
        head=head,
        on=on,
        at=at,
        by=by,
        phone=phone,
        address=address,
    )
    restate_each(Pairing.objects.filter(household=new), on)
    return new
