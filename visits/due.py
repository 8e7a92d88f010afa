"""When each pairing's next visit is due, told from the source: rules, tags, visits and open triggers.

`visits.actions.record_visit` only ever moves the stored date forward by the one visit at hand; everything that changes
the past or the rules (a rule, a tag, a trigger) restates it from here. Both must agree: `drifted` finds where not.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from households.models import PairingQuerySet, Programme
from visits.models import Visit, VisitRule
from visits.rules import RETRY_DAYS, Interval

_RESTATED = """
    WITH rule (tag, days) AS (SELECT * FROM unnest(%(tags)s::text[], %(days)s::int[])),
    paced AS (
        SELECT p.id, p.household_id, p.programme_id, p.contact_type, p.next_due_on,
            CASE WHEN p.follows_id IS NULL THEN p.since ELSE (
                SELECT max(first.since) FROM households_pairing first
                 WHERE first.household_id = p.household_id AND first.programme_id = p.programme_id
                   AND first.contact_type = p.contact_type AND first.follows_id IS NULL AND first.since <= p.since
            ) END AS since,
            COALESCE(
            (SELECT min(rule.days) FROM households_householdtag t JOIN rule ON rule.tag = t.tag
              WHERE t.household_id = p.household_id AND t.since <= %(on)s AND (t.until IS NULL OR t.until > %(on)s)),
            (SELECT days FROM rule WHERE tag = '')) AS days
        FROM households_pairing p
        WHERE p.programme_id = %(programme)s AND p.household_id IS NOT NULL AND {which}
          AND (p.until IS NULL OR p.until > %(on)s)
    ),
    restated AS (
        SELECT paced.id, paced.next_due_on, LEAST(
            GREATEST(
                paced.since + paced.days,
                (SELECT max((v.at AT TIME ZONE 'Asia/Shanghai')::date
                        + CASE WHEN v.outcome = ANY(%(completing)s) THEN paced.days
                               ELSE LEAST(paced.days, %(retry)s) END)
                   FROM visits_visit v JOIN households_pairing was ON was.id = v.pairing_id
                  WHERE v.household_id = paced.household_id AND was.programme_id = paced.programme_id
                    AND was.contact_type = paced.contact_type)),
            (SELECT min((t.reported_at AT TIME ZONE 'Asia/Shanghai')::date)
               FROM visits_visittrigger t WHERE t.household_id = paced.household_id AND t.answered_by_id IS NULL)
        ) AS due FROM paced
    )
"""


def rules_of(programme: Programme) -> list[Interval]:
    return [Interval(rule.tag, rule.interval_days) for rule in VisitRule.objects.filter(programme=programme)]


def restate(
    programme: Programme, rules: Iterable[Interval], *, on: date, pairings: PairingQuerySet | None = None
) -> int:
    """Stores the due date of the programme's pairings (of `pairings` only, when given). Returns how many moved."""
    return _run(
        "UPDATE households_pairing p SET next_due_on = restated.due FROM restated "
        "WHERE p.id = restated.id AND p.next_due_on IS DISTINCT FROM restated.due",
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
    """What `restate` would do: pairings whose date moves, those newly before `on`, those no longer before it."""
    rows, _ = _run(
        "SELECT count(*) FILTER (WHERE due IS DISTINCT FROM next_due_on), "
        "count(*) FILTER (WHERE due < %(on)s AND COALESCE(next_due_on >= %(on)s, true)), "
        "count(*) FILTER (WHERE next_due_on < %(on)s AND COALESCE(due >= %(on)s, true)) FROM restated",
        programme,
        rules,
        on,
        None,
    )
    moved, added, freed = rows[0]
    return moved, added, freed


def drifted(programme: Programme, *, on: date) -> list[int]:
    """Pairings whose stored date is not what their source says."""
    rows, _ = _run(
        "SELECT id FROM restated WHERE due IS DISTINCT FROM next_due_on ORDER BY id",
        programme,
        rules_of(programme),
        on,
        None,
    )
    return [row[0] for row in rows]


def _run(
    statement: str, programme: Programme, rules: Iterable[Interval], on: date, pairings: PairingQuerySet | None
) -> tuple[list[Any], int]:
    known = list(rules)
    values: dict[str, Any] = {
        "tags": [rule.tag for rule in known],
        "days": [rule.days for rule in known],
        "on": on,
        "programme": programme.pk,
        "completing": [str(outcome) for outcome in Visit.COMPLETING],
        "retry": RETRY_DAYS,
        "chosen": [] if pairings is None else list(pairings.values_list("pk", flat=True)),
    }
    which = "true" if pairings is None else "p.id = ANY(%(chosen)s)"
    with connection.cursor() as cursor:
        cursor.execute(_RESTATED.format(which=which) + statement, values)
        return (cursor.fetchall() if cursor.description else []), cursor.rowcount
