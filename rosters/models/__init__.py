"""Duty: the rule that says when, the turns that say who, the shifts that come of both, and what happened on them."""

from rosters.models.log import DutyLog
from rosters.models.rota import Days, DutyRota, DutyTurn, Kind, Pace, RosterRules
from rosters.models.shift import DutyShift, Portrait, Swap

__all__ = [
    "Days",
    "DutyLog",
    "DutyRota",
    "DutyShift",
    "DutyTurn",
    "Kind",
    "Pace",
    "Portrait",
    "RosterRules",
    "Swap",
]
