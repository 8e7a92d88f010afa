"""Visits, the rules that make them due, and what makes one due at once."""

from visits.models.rules import VisitRule, VisitTrigger
from visits.models.visit import Visit, VisitPhoto, VisitQuerySet

__all__ = ["Visit", "VisitPhoto", "VisitQuerySet", "VisitRule", "VisitTrigger"]
