"""The plan of a matter on hold, as its page shows it: why, how, and every milestone with how it stands."""

from dataclasses import dataclass
from datetime import datetime

from issues.models import Application, Issue, Milestone
from workdays.arithmetic import ZONE


@dataclass(frozen=True)
class Plan:
    """`milestones` are (row, badge word, what it says), of every plan of the issue so far, by day."""

    asked: Application
    milestones: list[tuple[Milestone, str, str]]

    @classmethod
    def of(cls, issue: Issue, at: datetime) -> "Plan | None":
        held = Application.objects.filter(issue=issue, kind=Application.Kind.HOLD, granted=True)
        asked = held.order_by("-decided_at").first()
        rows = Milestone.objects.filter(issue=issue).select_related("done_by")
        return cls(asked, [(row, *_state(row, at)) for row in rows]) if asked else None

    @property
    def late(self) -> int:
        return sum(word == "overdue" for _, word, _ in self.milestones)


def _state(milestone: Milestone, at: datetime) -> tuple[str, str]:
    if milestone.done_at:
        in_time = milestone.done_at.astimezone(ZONE).date() <= milestone.due_on
        return ("ok", "按时完成") if in_time else ("soon", "迟后完成")
    return ("overdue", "逾期") if milestone.due_on < at.astimezone(ZONE).date() else ("waiting", "未到期")
