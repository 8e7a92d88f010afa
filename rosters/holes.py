"""空岗: shifts ahead to which nobody comes, and word of them to the town, once each.

`told_at` of the shift is the queue: empty until the town was told, empty again once somebody is assigned.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from django.db import transaction

from accounts.models import User
from accounts.roles import GRANTS, Permission, Role
from grids.models import Grid, Posting
from grids.models import Kind as Level
from grids.posts import acting, substitutes
from notices.actions import Message, post_all
from rosters.models import DutyShift
from rosters.models.shift import ShiftQuerySet
from rosters.people import Staffed, staffed
from rosters.timing import HORIZON
from workdays.arithmetic import ZONE, spell

LINK = "/console/duty/holes/"
MOST_NAMED = 3
EDITORS = [role for role, grant in GRANTS.items() if Permission.ROTA_EDIT in grant.area]


def ahead(shifts: ShiftQuerySet, at: datetime) -> ShiftQuerySet:
    """Of these, what has not ended and starts within the horizon."""
    last = at.astimezone(ZONE).date() + HORIZON
    return shifts.standing().filter(ends_at__gt=at, day__lt=last)


def holes(shifts: ShiftQuerySet, at: datetime) -> list[Staffed]:
    """Those of the shifts to which nobody comes, the nearest first."""
    rows = ahead(shifts, at).told().order_by("starts_at", "pk")
    return [one for one in staffed(rows) if one.why]


@transaction.atomic
def tell_holes(*, at: datetime) -> int:
    """Tells each town (for a county's own rota the county) of the empty slots it was not told of. Returns how many
    people were told. Safe to run any number of times, and twice at once."""
    untold = ahead(DutyShift.objects.filter(told_at=None), at)
    found = [one.shift for one in holes(untold, at)]
    free = DutyShift.objects.select_for_update(skip_locked=True).filter(told_at=None)
    mine = set(free.filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
    new = sorted((one for one in found if one.pk in mine), key=lambda one: (_office(one), one.starts_at))
    DutyShift.objects.filter(pk__in=mine).update(told_at=at)
    return sum(_tell(place, list(rows), at) for place, rows in groupby(new, key=_office))


def _office(shift: DutyShift) -> int:
    """The town that sees to it; the county to its own."""
    return shift.town_id or shift.county_id


def _tell(place: int, shifts: Sequence[DutyShift], at: datetime) -> int:
    people = User.objects.filter(pk__in=editors(place, at.astimezone(ZONE).date()), is_active=True)
    key = f"duty-hole:{place}:{min(one.pk for one in shifts)}:{at:%y%m%d%H%M%S}"
    text = _words(shifts)
    return len(post_all([Message(f"{key}:u{one.pk}", "duty_hole", text, user=one, link=LINK) for one in people], at=at))


def editors(place: int, on: date) -> set[int]:
    """Who sees to the rotas of a town or county today, substitutes followed."""
    posts = Posting.objects.active(on).filter(grid=place, role__in=EDITORS).values_list("user_id", "role")
    wanted = {user for user, role in posts if role != Role.TOWN_LEADER} or {user for user, _ in posts}
    away = substitutes(on)
    return {found for user in wanted if (found := acting(user, away))}


def _words(shifts: Iterable[DutyShift]) -> str:
    rows = list(shifts)
    named = "、".join(f"{spell(one.day)}{one.title}" for one in rows[:MOST_NAMED])
    more = "等" if len(rows) > MOST_NAMED else ""
    return f"未来14天值班有{len(rows)}个空岗：{named}{more}。请尽快安排人。"


def by_town(shifts: ShiftQuerySet, at: datetime) -> list[tuple[Grid, int]]:
    """How many empty slots lie ahead in each town that has rotas, in the order of the codes."""
    found: dict[int, int] = {}
    for one in holes(shifts, at):
        found[one.shift.town_id] = found.get(one.shift.town_id, 0) + 1
    seen = ahead(shifts, at).order_by().values("town_id").distinct()
    towns = Grid.objects.filter(pk__in=seen, kind=Level.TOWN).order_by("code")
    return [(town, found.get(town.pk, 0)) for town in towns]
