"""Verbs of this app: on a visit (visit.py) and on how often one is due (pacing.py)."""

from visits.actions.pacing import (
    RuleEffect,
    begin_pairing,
    change_rule,
    drop_rule,
    preview_rule,
    tag_household,
    untag_household,
)
from visits.actions.visit import TRIGGERS, Answers, Recorded, add_photo, record_visit, trigger_visit

__all__ = [
    "TRIGGERS",
    "Answers",
    "Recorded",
    "RuleEffect",
    "add_photo",
    "begin_pairing",
    "change_rule",
    "drop_rule",
    "preview_rule",
    "record_visit",
    "tag_household",
    "trigger_visit",
    "untag_household",
]
