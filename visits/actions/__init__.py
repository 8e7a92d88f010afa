"""Verbs of this app: on a visit (visit.py), on what it follows (pacing.py, ruling.py), on letting it wait (pausing.py),
on service days (service.py, service_days.py), on pledges (pledges.py), and when a choice round comes into force
(rounds.py)."""

from visits.actions.checking import settle_check
from visits.actions.life import split_household
from visits.actions.pacing import begin_contact, begin_pairing, tag_household, untag_household
from visits.actions.pausing import end_pause, pause_visits
from visits.actions.pledges import (
    drop_pledge,
    give_up_pledge,
    key_witness,
    make_pledge,
    publish_pledge,
    report_pledge,
    witness_pledge,
)
from visits.actions.rounds import put_round_in_force
from visits.actions.ruling import RuleEffect, change_rule, drop_rule, policy_of, preview_rule, set_policy
from visits.actions.service import (
    add_session,
    call_off_session,
    check_in,
    finish_home_service,
    give_feedback,
    join_session,
    publish_session,
    shift_session,
    sum_up,
)
from visits.actions.service_days import (
    Wanted,
    add_service_rule,
    drop_service_rule,
    preview_service_rule,
    strike_day,
    unstrike_day,
)
from visits.actions.visit import TRIGGERS, Answers, Recorded, add_photo, record_visit, trigger_visit

__all__ = [
    "TRIGGERS",
    "Answers",
    "Recorded",
    "RuleEffect",
    "Wanted",
    "add_photo",
    "add_service_rule",
    "add_session",
    "begin_contact",
    "begin_pairing",
    "call_off_session",
    "change_rule",
    "check_in",
    "drop_pledge",
    "drop_rule",
    "drop_service_rule",
    "end_pause",
    "finish_home_service",
    "give_feedback",
    "give_up_pledge",
    "join_session",
    "key_witness",
    "make_pledge",
    "pause_visits",
    "policy_of",
    "preview_rule",
    "preview_service_rule",
    "publish_pledge",
    "publish_session",
    "put_round_in_force",
    "record_visit",
    "report_pledge",
    "set_policy",
    "settle_check",
    "shift_session",
    "split_household",
    "strike_day",
    "sum_up",
    "tag_household",
    "trigger_visit",
    "unstrike_day",
    "untag_household",
    "witness_pledge",
]
