"""Whom a household may ring: its members, the grid leader, the village secretary."""

from collections.abc import Iterable
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
    return Directory(on).of(household, pairings)


class Directory:
    """The contacts of many households on one day: every post is looked up once."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._away = substitutes(on)
        self._found: dict[tuple[Role, int], Contact | None] = {}

    def of(self, household: Household, pairings: Iterable[Pairing]) -> list[Contact]:
        """`pairings` are those in force, with their members."""
        members = [Contact("联户党员", pairing.member.name, pairing.member.phone) for pairing in pairings]
        posts = [self._post(role, getattr(household, column)) for role, column in SHOWN]
        return [*members, *(post for post in posts if post)]

    def _post(self, role: Role, grid: int) -> Contact | None:
        if (role, grid) not in self._found:
            self._found[role, grid] = self._look_up(role, grid)
        return self._found[role, grid]

    def _look_up(self, role: Role, grid: int) -> Contact | None:
        posting = Posting.objects.active(self._on).filter(grid=grid, role=role).order_by("since").first()
        person = acting(posting.user_id, self._away) if posting else None
        user = User.objects.get(pk=person) if person else None
        return Contact(role.label, user.name, user.phone) if user else None
