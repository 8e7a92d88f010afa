"""Who may take part in a rota, and who really comes to a shift: whoever is away is stood in for, down the chain."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from grids.models import Absence, Grid, Posting
from grids.models import Kind as Level
from grids.posts import acting
from members.models import Member
from rosters.models import DutyRota, DutyShift, DutyTurn, Kind

Person = User | Member
OF_RESIDENTS = (Role.LIAISON_MEMBER, Role.INFORMANT)
"""Posts that leave their holder a member without post (无职党员)."""
LEVELS = {
    Kind.AFTER_HOURS: (Level.COUNTY, Level.TOWN),
    Kind.VILLAGE: (Level.VILLAGE,),
    Kind.COUNSEL: (Level.VILLAGE,),
    Kind.MARKET: (Level.TOWN, Level.VILLAGE),
}
"""Where each kind of duty is kept."""


class Why(models.TextChoices):
    """Why nobody comes to a shift."""

    VACANT = "vacant", "没有排人"
    ABSENT = "absent", "不在岗，无人代理"
    LEFT = "left", "已离任"


@dataclass(frozen=True)
class Staffed:
    """A shift with who comes: `person` None and `why` when nobody does; `instead` of whom, when somebody stands in."""

    shift: DutyShift
    person: Person | None
    instead: Person | None = None
    why: Why | None = None

    @property
    def name(self) -> str:
        return self.person.name if self.person else ""

    @property
    def on_paper(self) -> Person | None:
        """Whose shift it is."""
        return self.shift.user or self.shift.member


def staffed(shifts: Iterable[DutyShift]) -> list[Staffed]:
    """Each shift with who comes, in four queries however many there are."""
    rows = list(shifts)
    if not rows:
        return []
    crew = Crew(min(row.day for row in rows), max(row.day for row in rows))
    crew.know({row.user_id for row in rows if row.user_id})
    return [crew.of(row) for row in rows]


class Crew:
    """Absences, posts and memberships over some days, read once."""

    def __init__(self, first: date, last: date) -> None:
        away = Absence.objects.filter(since__lte=last, until__gt=first).order_by("pk")
        self._away = list(away.values_list("since", "until", "user_id", "substitute_id"))
        self._maps: dict[date, dict[int, int | None]] = {}
        self._posts: dict[int, list[tuple[date, date | None]]] = {}
        self._members: dict[int, date | None] = {}
        self._users: dict[int, User] = {}

    def know(self, people: set[int]) -> None:
        """Reads what is to be known of these and of whoever stands in for them."""
        wanted = people | {substitute for *_, substitute in self._away if substitute}
        self._users = User.objects.in_bulk(wanted)
        for user, since, until in Posting.objects.filter(user__in=wanted).values_list("user_id", "since", "until"):
            self._posts.setdefault(user, []).append((since, until))
        self._members = dict(Member.objects.filter(user__in=wanted).values_list("user_id", "left_on"))

    def of(self, shift: DutyShift) -> Staffed:
        if shift.member:
            gone = shift.member.left_on is not None and shift.member.left_on <= shift.day
            return Staffed(shift, None, why=Why.LEFT) if gone else Staffed(shift, shift.member)
        if shift.user is None:
            return Staffed(shift, None, why=Why.VACANT)
        if not self._serves(shift.user, shift.day):
            return Staffed(shift, None, why=Why.LEFT)
        comes = acting(shift.user.pk, self._away_on(shift.day))
        substitute = self._users.get(comes) if comes else None
        if substitute is None or not self._serves(substitute, shift.day):
            return Staffed(shift, None, why=Why.ABSENT)
        return Staffed(shift, substitute, instead=None if comes == shift.user.pk else shift.user)

    def _serves(self, user: User, day: date) -> bool:
        """Has an account that works, and a post or a membership on the day."""
        posts = self._posts.get(user.pk, [])
        in_post = any(since <= day and (until is None or until > day) for since, until in posts)
        left = self._members.get(user.pk, date.min)
        return user.is_active and (in_post or left is None or left > day)

    def _away_on(self, day: date) -> dict[int, int | None]:
        if day not in self._maps:
            self._maps[day] = {user: instead for since, until, user, instead in self._away if since <= day < until}
        return self._maps[day]


def _posted(where: Q, on: date) -> models.QuerySet[User]:
    posts = Posting.objects.active(on).filter(where)
    return User.objects.filter(pk__in=posts.values("user"), is_active=True)


def _of_town(grid: Grid, on: date) -> models.QuerySet[User]:
    return _posted(Q(grid=grid), on)


def _of_village(grid: Grid, on: date) -> models.QuerySet[User]:
    return _posted(Q(village_id=grid.pk) & ~Q(role__in=OF_RESIDENTS), on)


def _nobody(grid: Grid, on: date) -> models.QuerySet[User]:
    return User.objects.none()


def _of_market(grid: Grid, on: date) -> models.QuerySet[User]:
    """Cadres of the town and of its villages, or of the village alone."""
    town = Q(town_id=grid.pk) & ~Q(role__in=OF_RESIDENTS)
    return _posted(town, on) if grid.kind == Level.TOWN else _of_village(grid, on)


USERS: dict[str, Callable[[Grid, date], models.QuerySet[User]]] = {
    Kind.AFTER_HOURS: _of_town,
    Kind.VILLAGE: _of_village,
    Kind.COUNSEL: _nobody,
    Kind.MARKET: _of_market,
}


def candidates(grid: Grid, kind: str, on: date) -> list[Person]:
    """Who may take part: cadres by their posts; for 轮值参事 the village's members without one."""
    users: list[Person] = list(USERS[kind](grid, on).order_by("name", "pk"))
    return users if kind != Kind.COUNSEL else _without_post(grid, on)


def _without_post(grid: Grid, on: date) -> list[Person]:
    cadres = Posting.objects.active(on).exclude(role__in=OF_RESIDENTS).values("user")
    members = Member.objects.filter(village_id=grid.pk, left_on=None).exclude(user__in=cadres)
    return [one.user or one for one in members.select_related("user").order_by("name", "pk")]


def as_columns(person: Person | None) -> dict[str, Any]:
    """The two columns that name a person on duty."""
    return {
        "user": person if isinstance(person, User) else None,
        "member": person if isinstance(person, Member) else None,
    }


def token(person: Person) -> str:
    """How a form names a person."""
    return f"{'m' if isinstance(person, Member) else 'u'}{person.pk}"


def taking_part(rota: DutyRota) -> Sequence[DutyTurn]:
    return list(rota.turns.filter(out=False).select_related("user", "member"))


def colleagues(rota: DutyRota, user: User) -> models.QuerySet[User]:
    """Who takes part in the same rota and can be asked to swap."""
    turns = rota.turns.filter(out=False, user__isnull=False, user__is_active=True)
    return User.objects.filter(pk__in=turns.values("user")).exclude(pk=user.pk).order_by("name", "pk")
