"""Verbs that begin a pairing or change a tag, and due dates follow."""

from datetime import date

from accounts.models import User
from accounts.verbs import verb
from households import actions as households
from households.models import Household, HouseholdTag, Pairing, Programme, Tag
from members.models import Member
from visits.due import restate_each


@verb
def begin_pairing(
    *,
    member: Member,
    household: Household,
    programme: Programme,
    on: date,
    by: User | None,
    reason: str = "",
    origin: Pairing.Origin = Pairing.Origin.HAND,
    contact_type: str = households.LIAISON,
) -> Pairing:
    """households.actions.pair, with the first visit due by the rule: what surfaces call."""
    pairing = households.pair(
        member=member,
        household=household,
        programme=programme,
        on=on,
        by=by,
        reason=reason,
        origin=origin,
        contact_type=contact_type,
    )
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
