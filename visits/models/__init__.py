"""Visits, the rules that make them due, what makes one due at once, what lets it wait, what it asks of the village and
hints at; service days; pledges."""

from visits.models.checks import VillageCheck, VillageCheckQuerySet
from visits.models.hints import VisitHint, VisitHintQuerySet
from visits.models.pause import VisitPause, VisitPauseQuerySet
from visits.models.pledges import Pledge
from visits.models.rules import VisitPolicy, VisitRule, VisitTrigger
from visits.models.service import (
    LAST_STEP,
    STEPS,
    Attendance,
    ServiceDayOff,
    ServiceDayRule,
    ServiceSession,
    SessionStep,
    Step,
)
from visits.models.visit import Visit, VisitPhoto, VisitQuerySet, VisitSignature

__all__ = [
    "LAST_STEP",
    "STEPS",
    "Attendance",
    "Pledge",
    "ServiceDayOff",
    "ServiceDayRule",
    "ServiceSession",
    "SessionStep",
    "Step",
    "VillageCheck",
    "VillageCheckQuerySet",
    "Visit",
    "VisitHint",
    "VisitHintQuerySet",
    "VisitPause",
    "VisitPauseQuerySet",
    "VisitPhoto",
    "VisitPolicy",
    "VisitQuerySet",
    "VisitRule",
    "VisitSignature",
    "VisitTrigger",
]
