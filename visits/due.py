"""When each pairing's next visit is due, told from the source: rules, tags, visits and open triggers.

`visits.actions.record_visit` only ever moves the stored date forward by the one visit at hand; everything that changes
the past or the rules (a rule, a tag, a trigger) restates it from here. Both must agree: `drifted` finds where not.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection

from households.models import PairingQuerySet, Programme
from visits.changes import RULE_EVENT
from visits.models import Visit, VisitRule
from visits.rules import RETRY_DAYS, Interval
from workdays.arithmetic import ZONE

_RESTATED = """
    WITH rule (tag, days, grace) AS (SELECT * FROM unnest(%(tags)s::text[], %(days)s::int[], %(grace)s::int[])),
    ruled AS (
        SELECT p.id, p.household_id, p.programme_id, p.contact_type, p.next_due_on, p.grace_until,
            CASE WHEN p.follows_id IS NULL THEN p.since ELSE (
                SELECT max(first.since) FROM households_pairing first
                 WHERE first.household_id = p.household_id AND first.programme_id = p.programme_id
                   AND first.contact_type = p.contact_type AND first.follows_id IS NULL AND first.since <= p.since
            ) END AS since,
            COALESCE(
            (SELECT min(ARRAY[rule.days, rule.grace]) FROM households_householdtag t JOIN rule ON rule.tag = t.tag
              WHERE t.household_id = p.household_id AND t.since <= %(on)s AND (t.until IS NULL OR t.until > %(on)s)),
            (SELECT ARRAY[days, grace] FROM rule WHERE tag = '')) AS rule
        FROM households_pairing p
        WHERE p.programme_id = %(programme)s AND p.household_id IS NOT NULL AND {which}
          AND (p.until IS NULL OR p.until > %(on)s)
    ),
    paced AS (SELECT ruled.*, rule[1] AS days, rule[2] AS grace FROM ruled),
    awaited AS (
        SELECT paced.*, CASE WHEN days IS NOT NULL THEN GREATEST(
                since + days,
                (SELECT max((v.at AT TIME ZONE 'Asia/Shanghai')::date
                        + CASE WHEN v.outcome = ANY(%(completing)s) THEN days ELSE LEAST(days, %(retry)s) END)
                   FROM visits_visit v JOIN households_pairing was ON was.id = v.pairing_id
                  WHERE v.household_id = paced.household_id AND was.programme_id = paced.programme_id
                    AND was.contact_type = paced.contact_type {visited}),
                (SELECT max(pause.until)
                   FROM visits_visitpause pause JOIN households_pairing was ON was.id = pause.pairing_id
                  WHERE pause.household_id = paced.household_id AND pause.until > pause.since
                    AND was.programme_id = paced.programme_id
                    AND was.contact_type = paced.contact_type {paused})) END AS day,
            (SELECT min((t.reported_at AT TIME ZONE 'Asia/Shanghai')::date)
               FROM visits_visittrigger t WHERE t.household_id = paced.household_id AND {unanswered}
            ) AS urgent
        FROM paced
    ),
    restated AS (
        SELECT id, next_due_on, grace_until, LEAST(day, urgent) AS due,
            NULLIF(LEAST(day + grace, urgent), LEAST(day, urgent)) AS grace_end
        FROM awaited
    )
"""
_NOW = {"visited": "", "paused": "", "unanswered": "t.answered_by_id IS NULL"}
_THEN = {
    "visited": "AND v.at <= %(moment)s",
    "paused": "AND pause.made_at <= %(moment)s",
    "unanswered": (
        "t.reported_at <= %(moment)s AND NOT EXISTS "
        "(SELECT FROM visits_visit answer WHERE answer.id = t.answered_by_id AND answer.at <= %(moment)s)"
    ),
}
"""What counts as known: everything, or what had happened by a moment."""
_DIFFERS = "due IS DISTINCT FROM restated.next_due_on OR grace_end IS DISTINCT FROM restated.grace_until"


def rules_of(programme: Programme) -> list[Interval]:
    rules = VisitRule.objects.filter(programme=programme, in_use=True)
    return [Interval(rule.tag, rule.interval_days, rule.grace_days) for rule in rules]


def restate(
    programme: Programme, rules: Iterable[Interval], *, on: date, pairings: PairingQuerySet | None = None
) -> int:
    """Stores the due date of the programme's pairings (of `pairings` only, when given). Returns how many moved."""
    return _run(
        "UPDATE households_pairing p SET next_due_on = restated.due, grace_until = restated.grace_end FROM restated "
        f"WHERE p.id = restated.id AND ({_DIFFERS})",
        programme,
        rules,
        on,
        pairings,
    )[1]


def restate_each(pairings: PairingQuerySet, on: date) -> None:
    """Stores the due date of these pairings, each by the rules of its own programme."""
    for programme in Programme.objects.filter(pairings__in=pairings).distinct():
        restate(programme, rules_of(programme), on=on, pairings=pairings.filter(programme=programme))


def effect(programme: Programme, rules: Iterable[Interval], *, on: date) -> tuple[int, int, int]:
    """What `restate` would do: pairings whose date moves, those newly overdue on `on`, those no longer so."""
    rows, _ = _run(
        "SELECT count(*) FILTER (WHERE due IS DISTINCT FROM next_due_on), "
        "count(*) FILTER (WHERE COALESCE(grace_end, due) < %(on)s "
        "AND COALESCE(grace_until, next_due_on) >= %(on)s IS NOT FALSE), "
        "count(*) FILTER (WHERE COALESCE(grace_until, next_due_on) < %(on)s "
        "AND COALESCE(grace_end, due) >= %(on)s IS NOT FALSE) FROM restated",
        programme,
        rules,
        on,
        None,
    )
    moved, added, freed = rows[0]
    return moved, added, freed


def drifted(programme: Programme, *, on: date) -> list[int]:
    """Pairings whose stored dates are not what their source says."""
    rows, _ = _run(
        f"SELECT id FROM restated WHERE {_DIFFERS} ORDER BY id",
        programme,
        rules_of(programme),
        on,
        None,
    )
    return [row[0] for row in rows]


def late_then(programme: Programme, column: str, place: int, moment: datetime) -> dict[int, tuple[date, date | None]]:
    """Pairings in a place (by scope column) whose visit was overdue at the moment, with the day it was due and the end
    of the grace: by the rules, tags and visits of then. What was done since changes nothing."""
    values = _values(programme, _rules_then(programme, moment), moment.astimezone(ZONE).date())
    values |= {"place": place, "moment": moment}
    statement = _RESTATED.format(which=f"p.{column} = %(place)s AND p.since <= %(on)s", **_THEN)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{statement} SELECT id, due, grace_end FROM restated WHERE COALESCE(grace_end, due) < %(on)s", values
        )
        return {pairing: (due, grace) for pairing, due, grace in cursor.fetchall()}


def _rules_then(programme: Programme, moment: datetime) -> list[Interval]:
    """Each rule as its history tells it; what is older than the history counts as it began."""
    known: dict[int, Any] = {}
    for row in RULE_EVENT.objects.filter(programme=programme).order_by("pgh_id"):
        if row.pgh_obj_id not in known or row.pgh_created_at <= moment:
            known[row.pgh_obj_id] = row
    told = [row for row in known.values() if row.in_use and row.pgh_label != "delete"]
    return [Interval(row.tag, row.interval_days, row.grace_days) for row in told]


def _run(
    statement: str, programme: Programme, rules: Iterable[Interval], on: date, pairings: PairingQuerySet | None
) -> tuple[list[Any], int]:
    values = _values(programme, rules, on)
    values["chosen"] = [] if pairings is None else list(pairings.values_list("pk", flat=True))
    which = "true" if pairings is None else "p.id = ANY(%(chosen)s)"
    with connection.cursor() as cursor:
        cursor.execute(_RESTATED.format(which=which, **_NOW) + statement, values)
        return (cursor.fetchall() if cursor.description else []), cursor.rowcount


def _values(programme: Programme, rules: Iterable[Interval], on: date) -> dict[str, Any]:
    known = list(rules)
    return {
        "tags": [rule.tag for rule in known],
        "days": [rule.days for rule in known],
        "grace": [rule.grace for rule in known],
        "on": on,
        "programme": programme.pk,
        "completing": [str(outcome) for outcome in Visit.COMPLETING],
        "retry": RETRY_DAYS,
    }
