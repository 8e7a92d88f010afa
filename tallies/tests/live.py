"""The tallies as plain Python counts them from every row: slow, and independent of tallies.recount."""

from collections import defaultdict
from datetime import date, datetime

from issues.models import Issue, IssueEvent, Verdict
from tallies.models import MEASURES, DailyTally
from visits.models import Visit
from workdays.arithmetic import ZONE

Key = tuple[int, int, int, int, int, date]


def counted_live() -> dict[Key, dict[str, int]]:
    totals: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))

    def add(row, at: datetime, *measures: str) -> None:
        for key in keys(row, at.astimezone(ZONE).date()):
            for measure in measures:
                totals[key][measure] += 1

    for visit in Visit.objects.all():
        add(visit, visit.at, "visits", *(["visits_kept"] if visit.outcome in ("met", "by_phone") else []))
    for issue in Issue.objects.all():
        add(issue, issue.collected_at, "collected")
        if issue.registered_at:
            add(issue, issue.registered_at, "registered")
    for event in IssueEvent.objects.select_related("issue"):
        add(event.issue, event.at, *event_measures(event))
    for verdict in Verdict.objects.select_related("issue"):
        add(verdict.issue, verdict.at, *VERDICT_MEASURES[verdict.value])
    return {key: counts for key, counts in totals.items() if any(counts.values())}


def event_measures(event: IssueEvent) -> list[str]:
    found = [{"escalate": "escalated", "reopen": "reopened"}.get(event.name)]
    found.append({"closed": "closed", "solved_on_spot": "solved_on_spot"}.get(event.changes.get("status")))
    return [each for each in found if each]


VERDICT_MEASURES = {
    "satisfied": ["verdicts", "satisfied", "solved"],
    "solved": ["verdicts", "solved"],
    "unsolved": ["verdicts"],
    "dissatisfied": ["verdicts"],
    "unconfirmed": ["unconfirmed"],
}


def keys(row, day: date) -> set[Key]:
    county, town, village, cell, grid = row.county_id, row.town_id, row.village_id, row.cell_id, row.grid_id
    found = {(county, 0, 0, 0, county, day), (county, town, village, cell, grid, day)}
    if town:
        found.add((county, town, 0, 0, town, day))
    if village:
        found.add((county, town, village, 0, village, day))
    if cell:
        found.add((county, town, village, cell, cell, day))
    return found


def stored() -> dict[Key, dict[str, int]]:
    return {
        (t.county_id, t.town_id, t.village_id, t.cell_id, t.grid_id, t.day): {
            measure: getattr(t, measure) for measure in MEASURES
        }
        for t in DailyTally.objects.all()
    }
