"""当日梳理清零 (遵义): what should have been triaged by 18:00 of a day and was not, and word of it to village and town.

When an opinion must be triaged its 梳理 clock says: the same day where a county's profile has `triage: 0`, later
elsewhere. The clock's start, due and end are never rewritten, so any past evening can be asked for.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from grids.models import Grid, Kind
from issues.chain import Posts, ancestor
from issues.models import Clock, ClockKind, Issue, Rung
from issues.rules import CountyRules
from notices.actions import Message, post_all
from workdays.arithmetic import CLOSING, ZONE

TOLD_AT = (Kind.VILLAGE, Kind.TOWN)
HOME = "/"
MOST_NAMED = 3


def closing(day: date) -> datetime:
    return datetime.combine(day, CLOSING, ZONE)


def waiting(evening: datetime) -> Q:
    """Triage clocks that had run out by the evening and were not stopped."""
    return Q(kind=ClockKind.TRIAGE, due_at__lte=evening) & (Q(stopped_at=None) | Q(stopped_at__gt=evening))


def waiting_within(first: datetime, last: datetime) -> Q:
    """Triage clocks that may have waited on some evening between these two."""
    return Q(kind=ClockKind.TRIAGE, due_at__lte=last) & (Q(stopped_at=None) | Q(stopped_at__gt=first))


def untriaged(rows: Any, evening: datetime) -> Any:
    """Those of the issues that should have been triaged by the evening and were not."""
    return rows.filter(Exists(Clock.objects.filter(waiting(evening), issue=OuterRef("pk"))))


class Place(NamedTuple):
    county_id: int
    town_id: int
    village_id: int


def remind(*, at: datetime) -> int:
    """Tells village and town, on working days after 18:00, what lies untriaged; each person once a day. Returns how
    many were told now. Safe to run any number of times."""
    evening = closing(at.astimezone(ZONE).date())
    if at < evening:
        return 0
    left = untriaged(Issue.objects.all(), evening).order_by()
    found = left.values_list("county_id", "town_id", "village_id").annotate(number=Count("pk"))
    by_county: dict[int, dict[Place, int]] = {}
    for *place, number in found:
        by_county.setdefault(place[0], {})[Place(*place)] = number
    return sum(_tell(county, places, evening, at) for county, places in by_county.items())


def _tell(county_id: int, places: Mapping[Place, int], evening: datetime, at: datetime) -> int:
    rules = CountyRules(county_id)
    if not rules.calendar.is_workday(evening.date()):
        return 0
    people: dict[int, Counter[int]] = {}
    for person, grid_id, number in _addressed(rules, places, evening.date()):
        people.setdefault(person, Counter())[grid_id] += number
    names = dict(
        Grid.objects.filter(pk__in={grid for each in people.values() for grid in each}).values_list("pk", "name")
    )
    users = User.objects.in_bulk(people)
    messages = [
        Message(f"untriaged:{evening:%Y-%m-%d}:u{pk}", "untriaged", _words(grids, names), user=users[pk], link=HOME)
        for pk, grids in people.items()
    ]
    return len(post_all(messages, at=at))


def _addressed(rules: CountyRules, places: Mapping[Place, int], on: date) -> Iterator[tuple[int, int, int]]:
    """Who is told of how many in which grid: whoever holds the county's rung there, substitutes followed."""
    rungs: list[Rung] = [rung for rung in rules.chain.rungs if rung.at in TOLD_AT]
    posts = Posts.of(rules.county_id, on, {role for rung in rungs for role in rung.roles})
    for place, number in places.items():
        for rung in rungs:
            person = posts.holder(rung, place)
            if person:
                yield person, ancestor(place, rung.at), number


def _words(grids: Mapping[int, int], names: Mapping[int, str]) -> str:
    named = "、".join(f"{names[grid]}{number}件" for grid, number in list(grids.items())[:MOST_NAMED])
    more = "等" if len(grids) > MOST_NAMED else ""
    return f"今天18:00，{named}{more}到期诉求还没有梳理，请尽快梳理，做到当日清零。"
