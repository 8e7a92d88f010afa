"""Verbs that begin a pairing or change a tag, and due dates follow."""

from datetime import date
from typing import Any

from accounts.models import User
from accounts.verbs import verb
from households import actions as households
from households.models import Household, HouseholdTag, Pairing, Tag
from visits.due import restate_each


@verb
def begin_pairing(*, on: date, **pair: Any) -> Pairing:
    """households.actions.pair, with the first visit due by the rule: what surfaces call."""
    return _paced(households.pair(on=on, **pair), on)


@verb
def begin_contact(*, on: date, **pair: Any) -> Pairing:
    """households.actions.pair_contact; a household is due by the rule of the programme, if it has one."""
    return _paced(households.pair_contact(on=on, **pair), on)


def _paced(pairing: Pairing, on: date) -> Pairing:
    if pairing.household_id:
        restate_each(Pairing.objects.filter(pk=pairing.pk), on)
        pairing.refresh_from_db()
    return pairing


@verb
def tag_household(*, household: Household, tag: Tag, on: date, by: User | None) -> HouseholdTag:
    """households.actions.add_tag, and the due dates follow the shorter or longer interval."""
    tagged = households.add_tag(household=household, tag=tag, on=on, by=by)
    restate_each(Pairing.objects.filter(household=household), on)
    return tagged


@verb
def untag_household(*, household: Household, tag: Tag, on: date, by: User | None) -> None:
    households.remove_tag(household=household, tag=tag, on=on, by=by)
    restate_each(Pairing.objects.filter(household=household), on)
