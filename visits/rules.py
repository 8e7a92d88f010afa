"""How long until the next visit. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from visits.models import Visit

RETRY_DAYS = 3
"""Nobody at home: the next attempt, instead of a completed visit (domain.md §4)."""


@dataclass(frozen=True)
class Interval:
    """One rule of a programme. An empty tag is the rule for every household that no other rule names."""

    tag: str
    days: int
    grace: int = 0


def interval_for(rules: Iterable[Interval], tags: Collection[str]) -> Interval | None:
    """The rule that holds: the shortest of those that name one of the tags, else the rule for everybody else.

    None when the programme has no rule for such a household: nothing is ever due.
    """
    known = list(rules)
    named = [rule for rule in known if rule.tag and rule.tag in tags]
    return min(
        named or [rule for rule in known if not rule.tag], key=lambda rule: (rule.days, rule.grace), default=None
    )


def next_due(day: date, outcome: str, interval: int) -> date:
    """When to go again after a visit on a day: a kept visit waits the interval, any other the few days of a retry."""
    return day + timedelta(days=interval if outcome in Visit.COMPLETING else min(RETRY_DAYS, interval))
