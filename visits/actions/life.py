"""A household splits: the new one's first visits are due by the rules."""

from datetime import date
from typing import Any

from accounts.verbs import verb
from households import actions as households
from households.models import Household, Pairing
from visits.due import restate_each


@verb
def split_household(*, on: date, **split: Any) -> Household:
    """households.actions.split_household, with due dates: what surfaces call."""
    new = households.split_household(on=on, **split)
    restate_each(Pairing.objects.filter(household=new), on)
    return new
