"""The history of an issue: appended with every change, and enough to rebuild the row (issues.history).

`manage.py verify_events` asks `broken()`.
"""

from issues.history import History
from issues.models import Issue, IssueEvent

ISSUES = History(Issue, IssueEvent, "issue")
REPLAYED = ISSUES.replayed
"""The columns that replaying the events rebuilds, with their fields."""

append = ISSUES.append
replay = ISSUES.replay
row = ISSUES.row
broken = ISSUES.broken
