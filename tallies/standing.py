"""What stood in an area at its moment: now, or at the end of a past day.

Now is read off the rows. A past day is told from what is written down with its date: households and pairings, visits
and the rules of then, and the event log of matters (issues.ledgers). So nothing done since changes it. A row stands
where its grid stands today, as in the ledgers.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from households.models import Household, HouseholdQuerySet, Pairing, PairingQuerySet, Programme
from issues.ledgers import replayed
from issues.models import OPEN, Issue, Status, SupervisionOrder
from tallies.area import Area
from tallies.models import DailyTally
from visits.due import late_then
from workdays.arithmetic import ZONE

Rows = QuerySet[Any]
THEN = ("status", "due_at", "handler_id", "closed_at")
"""Columns of a matter that a past day tells anew."""


def began(county_id: int) -> date | None:
    """The first day of which a county's figures say anything: its first households or what first happened in it."""
    first = Household.objects.filter(county_id=county_id).aggregate(at=Min("created_at"))["at"]
    happened: date | None = DailyTally.objects.filter(county_id=county_id).aggregate(day=Min("day"))["day"]
    days = [first.astimezone(ZONE).date() if first else None, happened]
    return min((day for day in days if day), default=None)


def living(area: Area) -> HouseholdQuerySet:
    rows: HouseholdQuerySet = area.rows(Household)
    return rows.stood(area.at) if area.past else rows.living()


def covered(area: Area) -> HouseholdQuerySet:
    return living(area).filter(_looked_after(area))


def uncovered(area: Area) -> HouseholdQuerySet:
    return living(area).filter(~_looked_after(area))


def _looked_after(area: Area) -> Exists:
    return Exists(Pairing.objects.current(area.on).filter(household=OuterRef("pk")))


def to_visit(area: Area) -> PairingQuerySet:
    """Pairings that some rule has visited."""
    rows: PairingQuerySet = area.rows(Pairing).current(area.on)
    return rows.exclude(next_due_on=None)


def late(area: Area) -> PairingQuerySet:
    return to_visit(area).filter(pk__in=late_days(area)) if area.past else to_visit(area).late(area.on)


def late_days(area: Area) -> Mapping[int, tuple[date, date | None]]:
    """Of a past day: which pairings were late, with the day of the visit and the end of the grace; told once."""
    if Programme not in area._seen:
        programmes = Programme.objects.filter(county=area.grid.county_id)
        found = [late_then(each, area.column, area.grid.pk, area.at) for each in programmes]
        area._seen[Programme] = {pairing: days for each in found for pairing, days in each.items()}
    days: Mapping[int, tuple[date, date | None]] = area._seen[Programme]
    return days


def matters(area: Area) -> Rows:
    """Collected by the moment; of a past day with THEN as `then_…`."""
    rows: Rows = area.rows(Issue)
    return replayed(rows.filter(collected_at__lte=area.at), area.at) if area.past else rows


def column(area: Area, name: str) -> str:
    """Where a column of a matter stands at the moment: `then_status` on a past day."""
    return f"then_{name}" if area.past and name in THEN else name


def happened(area: Area, name: str) -> Q:
    """Rows that had by the moment what the column dates."""
    return Q(**{f"{name}__lte": area.at}) if area.past else Q(**{f"{name}__isnull": False})


def matters_that(area: Area, *statuses: Status) -> Rows:
    """Those in one of the states. What changed before a past moment and not since needs no looking into."""
    if not area.past:
        return matters(area).filter(status__in=statuses)
    unchanged_or_later = Q(status__in=statuses) | Q(status_since__gt=area.at)
    return matters(area).filter(unchanged_or_later, then_status__in=statuses)


def overdue(area: Area) -> Rows:
    return matters_that(area, *OPEN).filter(**{f"{column(area, 'due_at')}__lt": area.at})


def unanswered(area: Area) -> Rows:
    """Supervision orders that wait for their answer."""
    rows = area.rows(SupervisionOrder)
    if not area.past:
        return rows.unanswered()
    later = Q(answered_at=None) | Q(answered_at__gt=area.at), Q(lapsed_at=None) | Q(lapsed_at__gt=area.at)
    return rows.filter(*later, issued_at__lte=area.at)
