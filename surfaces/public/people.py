"""Whom a household may ring: its members, the grid leader, the village secretary."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from accounts.roles import Role
from grids.models import Posting
from grids.posts import acting, substitutes
from households.models import Household, Pairing

SHOWN = ((Role.GRID_LEADER, "cell_id"), (Role.CHIEF_GRID_LEADER, "village_id"))


@dataclass(frozen=True)
class Contact:
    part: str
    name: str
    phone: str


def contacts(household: Household, on: date) -> list[Contact]:
    """The liaison members first, then who acts in the posts over the household today."""
    pairings = Pairing.objects.current(on).filter(household=household).select_related("member").order_by("since", "id")
    members = [Contact("联户党员", pairing.member.name, pairing.member.phone) for pairing in pairings]
    return [*members, *_posts(household, on)]


def _posts(household: Household, on: date) -> list[Contact]:
    away = substitutes(on)
    found = []
    for role, column in SHOWN:
        posting = (
            Posting.objects.active(on).filter(grid=getattr(household, column), role=role).order_by("since").first()
        )
        person = acting(posting.user_id, away) if posting else None
        if person:
            user = User.objects.get(pk=person)
            found.append(Contact(role.label, user.name, user.phone))
    return found
