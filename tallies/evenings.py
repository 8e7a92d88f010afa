"""Evening by evening: how much lay untriaged at 18:00, in each grid right below."""

from datetime import date, timedelta

from django.db.models import Count

from issues.evenings import closing, waiting, waiting_within
from issues.models import Clock, Issue
from tallies.area import Area
from tallies.figures import OWN
from workdays.models import calendar_for

MOST_DAYS = 31


def evenings(area: Area) -> list[date]:
    """The working days of the period whose 18:00 has come, the latest first, at most so many."""
    calendar = calendar_for(area.grid.county_id)
    last = area.period.until if closing(area.period.until) <= area.at else area.on
    day = last if closing(last) <= area.at else last - timedelta(days=1)
    found: list[date] = []
    while day >= area.period.since and len(found) < MOST_DAYS:
        if calendar.is_workday(day):
            found.append(day)
        day -= timedelta(days=1)
    return found


def untriaged_by_grid(area: Area, days: list[date]) -> dict[date, dict[int, int]]:
    """For each evening, how many in each grid right below (OWN: in none of them); what is zero is left out."""
    column = f"issue__{area.below}" if area.below else "issue__grid_id"
    clocks = area.within(Clock.objects.all(), "issue__").filter(issue__in=area.visible(Issue))
    counts = {
        f"d{place}": Count("issue", filter=waiting(closing(day)), distinct=True) for place, day in enumerate(days)
    }
    found: dict[date, dict[int, int]] = {day: {} for day in days}
    if not days:
        return found
    for row in (
        clocks.filter(waiting_within(closing(days[-1]), closing(days[0]))).order_by().values(column).annotate(**counts)
    ):
        grid = row[column]
        for place, day in enumerate(days):
            if row[f"d{place}"]:
                found[day][OWN if grid == area.grid.pk else grid] = row[f"d{place}"]
    return found
