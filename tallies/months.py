"""The own trend of a grid and of each right below it: what happened, month by month, from the roll-up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from tallies.area import Area, Period
from tallies.figures import right_below, tallies
from tallies.rates import months
from tallies.standing import began

Counts = Mapping[str, int]
SHOWN = 6
"""The month of the day and so many less one before it."""


def last_months(day: date, shown: int = SHOWN) -> list[Period]:
    """Oldest first; the last goes as far as the day."""
    first = day.replace(day=1)
    for _ in range(shown - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return list(months(Period(first, day)))


def with_data(area: Area) -> list[Period]:
    """The last months before the area's moment, from the one in which the data began."""
    first = began(area.grid.county_id) or area.on
    return [each for each in last_months(area.on) if each.until >= first] or last_months(area.on, 1)


def by_month(area: Area, periods: Sequence[Period], measures: Sequence[str]) -> dict[int, list[Counts]]:
    """For the grid itself and each right below: the counts of every month."""
    whole = replace(area, period=Period(periods[0].since, periods[-1].until))
    own = tallies(whole).filter(grid=area.grid)
    rows = own | tallies(whole).filter(right_below(whole)) if area.below else own
    found: dict[int, dict[date, Counts]] = defaultdict(dict)
    sums = {f"sum_{name}": Sum(name) for name in measures}
    for row in rows.annotate(month=TruncMonth("day")).values("grid_id", "month").annotate(**sums).order_by():
        found[row["grid_id"]][row["month"]] = {name: row[f"sum_{name}"] for name in measures}
    nothing = dict.fromkeys(measures, 0)
    return {grid: [told.get(each.since, nothing) for each in periods] for grid, told in found.items()}
