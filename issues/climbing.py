"""The one statement that moves issues up: rows, clocks, events, involvement and notices together.

By hand it moves one issue, the sweep a thousand; there is no second way to do it, so both leave the same rows.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.models import User
from issues import telling
from issues.telling import STAFF_LINK
from notices.tasks import nudge
from workdays.arithmetic import ZONE


class Claim(NamedTuple):
    """An issue to move, as it was read (nothing happens when its version changed since), and its plan."""

    issue_id: int
    version: int
    plan: int


@dataclass(frozen=True)
class Climb:
    """Where issues go: up to `handler_id` (`escalate`), or nowhere, with a fresh clock (`topped`, handler_id None).

    `told_text` goes to `told_id` (the new handler, or the county leader), `was_text` to the former handler; both
    have two %s, for number and title.
    """

    name: str
    level: int
    ledger: str
    handler_id: int | None
    kind: str
    unit: str
    workdays: int | None
    due_at: datetime
    sentence: str
    warn_at: datetime | None
    escalate_at: datetime | None
    facts: Mapping[str, Any]
    told_id: int | None
    told_text: str
    was_text: str


def write(claims: Sequence[Claim], plans: Sequence[Climb], *, by: User | None, at: datetime, note: str = "") -> int:
    """Moves the claimed issues. Returns how many still were as claimed, and therefore moved."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"at": at, "by": by.pk if by else None, "note": note, **_columns(claims, plans)})
        moved: int = cursor.fetchone()[0]
    if moved:
        telling.keep_all_true((claim.issue_id for claim in claims), at)
        transaction.on_commit(nudge)
    return moved


def _columns(claims: Sequence[Claim], plans: Sequence[Climb]) -> dict[str, list[Any]]:
    """Rows as one array per column, which is how unnest takes them."""
    ids, versions, numbers = zip(*claims, strict=True)
    columns: dict[str, list[Any]] = {"ids": list(ids), "versions": list(versions), "numbers": list(numbers)}
    for name in Climb.__dataclass_fields__:
        columns[name] = [getattr(plan, name) for plan in plans]
    columns["kind"] = [str(kind) for kind in columns["kind"]]
    columns["facts"] = [json.dumps(facts, ensure_ascii=False) for facts in columns["facts"]]
    return columns


STATEMENT = f"""
WITH now AS (SELECT %(at)s::timestamptz AS at),
plan AS (
    SELECT *, handler_id IS NOT NULL AS up FROM unnest(
        %(name)s::text[], %(level)s::int[], %(ledger)s::text[], %(handler_id)s::bigint[], %(kind)s::text[],
        %(unit)s::text[], %(workdays)s::int[], %(due_at)s::timestamptz[], %(sentence)s::text[],
        %(warn_at)s::timestamptz[], %(escalate_at)s::timestamptz[], %(facts)s::jsonb[], %(told_id)s::bigint[],
        %(told_text)s::text[], %(was_text)s::text[]
    ) WITH ORDINALITY AS plan (name, level, ledger, handler_id, kind, unit, workdays, due_at, sentence, warn_at,
                               escalate_at, facts, told_id, told_text, was_text, number)
),
claim AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(versions)s::int[], %(numbers)s::int[])
        AS claim (issue_id, version, number)
),
moved AS (
    UPDATE issues_issue AS issue SET
        status = CASE WHEN plan.up THEN 'assigned' ELSE was.status END,
        status_since = CASE WHEN plan.up THEN now.at ELSE was.status_since END,
        level = plan.level,
        ledger = plan.ledger,
        handler_id = COALESCE(plan.handler_id, was.handler_id),
        unit_id = CASE WHEN NOT plan.up THEN was.unit_id END,
        sent_back = CASE WHEN plan.up THEN 0 ELSE was.sent_back END,
        due_at = plan.due_at,
        due_sentence = plan.sentence,
        warn_at = plan.warn_at,
        escalate_at = plan.escalate_at,
        supervision = 'none',
        version = was.version + 1
    FROM now, claim JOIN plan ON plan.number = claim.number + 1 JOIN issues_issue was ON was.id = claim.issue_id
    WHERE issue.id = claim.issue_id AND issue.version = claim.version
    RETURNING issue.*, plan.up, plan.name, plan.kind, plan.unit, plan.workdays, plan.facts, plan.told_id,
              plan.told_text, plan.was_text, was.handler_id AS was_id, was.level AS was_level
),
frozen AS (
    UPDATE issues_clock AS clock SET
        stopped_at = now.at,
        remind_at = NULL,
        supervise_at = NULL,
        met = CASE WHEN COALESCE(clock.paused_at, now.at) > clock.due_at THEN false END
    FROM moved, now WHERE clock.issue_id = moved.id AND clock.stopped_at IS NULL
),
started AS (
    INSERT INTO issues_clock
        (issue_id, kind, level, round, turn, unit, started_at, counted_from, workdays, due_at, sentence, warn_at,
         remind_at, escalate_at, supervise_at)
    SELECT id, kind, level, round,
        1 + COALESCE((SELECT max(turn) FROM issues_clock known WHERE known.issue_id = moved.id
                      AND known.kind = moved.kind AND known.level = moved.level AND known.round = moved.round), 0),
        unit, now.at, CASE WHEN workdays IS NOT NULL THEN (now.at AT TIME ZONE '{ZONE}')::date END, workdays,
        due_at, due_sentence, warn_at, COALESCE(warn_at, due_at), escalate_at,
        COALESCE(warn_at, due_at)
    FROM moved, now
),
answered AS (
    UPDATE issues_application AS asked SET decided_at = now.at, granted = false, answer = '事项已上报'
    FROM moved, now WHERE asked.issue_id = moved.id AND asked.decided_at IS NULL AND moved.up
),
recorded AS (
    INSERT INTO issues_issueevent (issue_id, seq, at, by_id, name, changes, facts, note, prev_hash, hash)
    SELECT id, 0, now.at, %(by)s, name,
        jsonb_build_object(
            'status', status, 'status_since', status_since, 'level', level, 'ledger', ledger,
            'handler_id', handler_id, 'unit_id', unit_id, 'sent_back', sent_back, 'due_at', due_at,
            'due_sentence', due_sentence, 'warn_at', warn_at, 'escalate_at', escalate_at,
            'supervision', supervision, 'version', version),
        facts || jsonb_build_object('from_level', was_level, 'from_handler', was_id), %(note)s, '', ''
    FROM moved, now
),
remembered AS (
    INSERT INTO issues_involvement (issue_id, user_id, part, since)
    SELECT id, was_id, 'escalated', now.at FROM moved, now WHERE up AND was_id IS NOT NULL
    UNION ALL SELECT id, handler_id, 'handler', now.at FROM moved, now WHERE up
    ON CONFLICT DO NOTHING
),
told AS (
    INSERT INTO notices_notice (key, kind, channel, user_id, phone, text, link, created_at, state, attempts, error)
    SELECT kind || '.' || version || ':' || id || ':' || round || ':u' || user_id, kind, 'inbox', user_id, '',
           format(text, number, title), replace('{STAFF_LINK}', '{{pk}}', id::text), now.at, 'waiting', 0, ''
    FROM (
        SELECT id, version, round, number, title, CASE WHEN up THEN 'escalated' ELSE 'topped' END AS kind,
               told_id AS user_id, told_text AS text FROM moved WHERE told_id IS NOT NULL
        UNION ALL
        SELECT id, version, round, number, title, CASE WHEN up THEN 'passed_on' ELSE 'topped' END, was_id, was_text
        FROM moved WHERE was_id IS NOT NULL AND was_id IS DISTINCT FROM told_id
    ) AS message, now
    ON CONFLICT (key) DO NOTHING
)
SELECT count(*) FROM moved
"""
