"""Where each measure of a DailyTally is counted from, and on which day it falls."""

from dataclasses import dataclass

from issues.models import Status, Verdict
from visits.models import Visit


@dataclass(frozen=True)
class Source:
    """Rows of `table`, placed by the scope columns of `place`, on the local day of `at`; a measure counts the rows
    for which its condition holds."""

    table: str
    place: str
    at: str
    measures: dict[str, str]


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def _became(status: Status) -> str:
    return f"event.changes ->> 'status' = '{status.value}'"


_EVENT = "issues_issueevent event JOIN issues_issue issue ON issue.id = event.issue_id"
_VERDICT = "issues_verdict verdict JOIN issues_issue issue ON issue.id = verdict.issue_id"
_V = Verdict.Value

SOURCES = (
    Source(
        "visits_visit visit",
        "visit",
        "visit.at",
        {"visits": "true", "visits_kept": _one_of("visit.outcome", Visit.COMPLETING)},
    ),
    Source("issues_issue issue", "issue", "issue.collected_at", {"collected": "true"}),
    Source("issues_issue issue", "issue", "issue.registered_at", {"registered": "true"}),
    Source(
        _EVENT,
        "issue",
        "event.at",
        {
            "solved_on_spot": _became(Status.SOLVED_ON_SPOT),
            "closed": _became(Status.CLOSED),
            "escalated": "event.name = 'escalate'",
            "reopened": "event.name = 'reopen'",
        },
    ),
    Source(
        _VERDICT,
        "issue",
        "verdict.at",
        {
            "verdicts": f"verdict.value <> '{_V.UNCONFIRMED.value}'",
            "satisfied": f"verdict.value = '{_V.SATISFIED.value}'",
            "solved": _one_of("verdict.value", (_V.SATISFIED.value, _V.SOLVED.value)),
            "unconfirmed": f"verdict.value = '{_V.UNCONFIRMED.value}'",
        },
    ),
)
