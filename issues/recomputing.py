"""Running clocks follow the calendar: when days off are added or taken away, each gets its next turn with the new due.

The old turn ends as it is and is kept; the history of the issue says from which day to which, its handler is told.
Only clocks that count workdays move: hours and days somebody chose stay. So does whatever the change alone would make
overdue, and every turn that ended before. Safe to run twice, twice at once, or again after being cut off.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from issues import telling
from issues.clocks import GOVERNING, SENDING_UP, due_by
from issues.models import Clock, ClockKind, Recomputation, RegisterRules
from issues.rules import CountyRules
from notices.actions import Message, post_all
from workdays.arithmetic import ZONE, Calendar, spell

CHUNK = 1000
MORNING = time(9, 0)
LONGEST_SENTENCE = 300


class Sort(NamedTuple):
    """Clocks alike in these move alike; a county has a few hundred sorts of them, however many issues."""

    kind: str
    counted_from: date
    workdays: int
    due_at: datetime
    unit: str
    urgency: str


class Shift(NamedTuple):
    """Where the clocks of one sort move, and the sentence for the history."""

    new_due_at: datetime
    sentence: str
    warn_at: datetime | None
    escalate_at: datetime
    said: str


class Moved(NamedTuple):
    """A clock that moved, with what its notice says."""

    clock_id: int
    kind: str
    due_at: datetime
    issue_id: int
    number: str
    title: str
    handler_id: int | None


def follow_calendars(*, at: datetime, everything: bool = False) -> int:
    """Recomputes the counties whose calendar changed since their last run, or all. Returns how many clocks moved."""
    counties = RegisterRules.objects.order_by("county").values_list("county", flat=True)
    return sum(follow_calendar(county_id=county_id, at=at, everything=everything) for county_id in counties)


def follow_calendar(*, county_id: int, at: datetime, everything: bool = False) -> int:
    """Recomputes one county unless its clocks are known to follow its calendar. Each chunk is one transaction.

    What somebody holds just then is left; the run then counts as unfinished and the next one completes it.
    """
    rules = CountyRules(county_id)
    digest = digest_of(rules.calendar)
    followed = Recomputation.objects.filter(county=county_id, calendar=digest, finished_at__isnull=False).exists()
    if followed and not everything:
        return 0
    moving = shifts(rules, at)
    if followed and not moving:
        return 0
    _begin(county_id, digest, moving, at)
    changed = 0
    while moved := _move_chunk(county_id, moving, at):
        changed += moved
    if not shifts(rules, at):
        Recomputation.objects.filter(county=county_id).update(finished_at=at)
    return changed


def preview(*, county_id: int, calendar: Calendar, at: datetime) -> int:
    """How many open issues would get another due if this were the county's calendar."""
    rules = CountyRules(county_id)
    rules.calendar = calendar
    return _count(county_id, shifts(rules, at))[1]


def digest_of(calendar: Calendar) -> str:
    """Calendars with the same working days have the same digest."""
    days = [sorted(day.isoformat() for day in kind) for kind in (calendar.holidays, calendar.makeup)]
    return hashlib.sha256(json.dumps(days).encode()).hexdigest()


def shifts(rules: CountyRules, at: datetime) -> dict[Sort, Shift]:
    """Every sort of running clock whose due the county's calendar moves, and where to."""
    running = Clock.objects.filter(
        issue__county_id=rules.county_id, stopped_at=None, paused_at=None, workdays__isnull=False
    )
    sorts = running.annotate(urgency=F("issue__urgency")).order_by().values_list(*Sort._fields).distinct()
    found = ((sort, _shift(sort, rules, at)) for sort in map(Sort._make, sorts))
    return {sort: shift for sort, shift in found if shift}


def _shift(sort: Sort, rules: CountyRules, at: datetime) -> Shift | None:
    """None where the calendar leaves the due, or would make overdue what is not."""
    clock = Clock(counted_from=sort.counted_from, workdays=sort.workdays, due_at=sort.due_at)
    due = due_by(clock, rules.calendar)
    if due.at == sort.due_at or due.at <= at:
        return None
    was, start = sort.due_at.astimezone(ZONE).date(), datetime.combine(sort.counted_from, MORNING, ZONE)
    return Shift(
        due.at,
        f"{due.sentence}；工作日历调整前为{spell(was)}到期"[:LONGEST_SENTENCE],
        rules.warn_at(ClockKind(sort.kind), start, due.at, sort.unit),
        rules.escalate_at(due.at, sort.urgency),
        f"工作日历调整：原{spell(was)}到期 → {spell(due.at.date(), since=was)}到期",
    )


def _begin(county_id: int, digest: str, moving: Mapping[Sort, Shift], at: datetime) -> None:
    fresh = {"calendar": digest, "total": _count(county_id, moving)[0], "done": 0}
    Recomputation.objects.update_or_create(
        county_id=county_id, defaults={**fresh, "started_at": at, "finished_at": None}
    )


@transaction.atomic
def _move_chunk(county_id: int, moving: Mapping[Sort, Shift], at: datetime) -> int:
    """Moves the next clocks that nobody holds. Returns how many."""
    if not moving:
        return 0
    names = [*Sort._fields, *Shift._fields]
    columns = zip(*(sort + shift for sort, shift in moving.items()), strict=True)
    given: dict[str, Any] = dict(zip(names, map(list, columns), strict=True))
    governing = [(status.value, kind.value) for status, kinds in GOVERNING.items() for kind in kinds]
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT,
            given
            | {"at": at, "county": county_id, "chunk": CHUNK, "sending_up": [kind.value for kind in SENDING_UP]}
            | {"statuses": [status for status, _ in governing], "kinds": [kind for _, kind in governing]},
        )
        moved = [Moved._make(row) for row in cursor.fetchall()]
    _tell(moved, at)
    telling.keep_all_true((one.issue_id for one in moved), at)
    Recomputation.objects.filter(county=county_id).update(done=F("done") + len(moved))
    return len(moved)


def _tell(moved: list[Moved], at: datetime) -> None:
    handling = [one for one in moved if one.kind == ClockKind.HANDLE]
    people = User.objects.in_bulk({one.handler_id for one in handling})
    messages = []
    for one in handling:
        text = (
            f"事项{one.number}“{one.title}”因工作日历调整，时限改为{spell(one.due_at.astimezone(ZONE).date())}18:00。"
        )
        key, link = f"recompute:{one.clock_id}:u{one.handler_id}", telling.STAFF_LINK.format(pk=one.issue_id)
        messages.append(Message(key, "recompute", text, user=people[one.handler_id], link=link, matter=one.issue_id))
    post_all(messages, at=at)


def _count(county_id: int, moving: Mapping[Sort, Shift]) -> tuple[int, int]:
    """How many running clocks are of these sorts, and how many issues they belong to."""
    columns: list[Any] = [list(column) for column in zip(*moving, strict=True)] or [[] for _ in Sort._fields]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, dict(zip(Sort._fields, columns, strict=True)) | {"county": county_id})
        clocks, issues = cursor.fetchone()
    return clocks, issues


RUNNING = """
    issues_clock clock JOIN issues_issue issue ON issue.id = clock.issue_id AND issue.county_id = %(county)s
    JOIN sort ON sort.kind = clock.kind AND sort.counted_from = clock.counted_from AND sort.workdays = clock.workdays
             AND sort.due_at = clock.due_at AND sort.unit = clock.unit AND sort.urgency = issue.urgency
    WHERE clock.stopped_at IS NULL AND clock.paused_at IS NULL
"""
COUNT = f"""
WITH sort AS (
    SELECT * FROM unnest(%(kind)s::text[], %(counted_from)s::date[], %(workdays)s::int[], %(due_at)s::timestamptz[],
                         %(unit)s::text[], %(urgency)s::text[])
        AS sort (kind, counted_from, workdays, due_at, unit, urgency)
)
SELECT count(*), count(DISTINCT issue.id) FROM {RUNNING}
"""
STATEMENT = f"""
WITH now AS (SELECT %(at)s::timestamptz AS at),
sort AS (
    SELECT * FROM unnest(
        %(kind)s::text[], %(counted_from)s::date[], %(workdays)s::int[], %(due_at)s::timestamptz[], %(unit)s::text[],
        %(urgency)s::text[], %(new_due_at)s::timestamptz[], %(sentence)s::text[], %(warn_at)s::timestamptz[],
        %(escalate_at)s::timestamptz[], %(said)s::text[]
    ) AS sort (kind, counted_from, workdays, due_at, unit, urgency, new_due_at, sentence, warn_at, escalate_at, said)
),
governing AS (SELECT * FROM unnest(%(statuses)s::text[], %(kinds)s::text[]) AS governing (status, kind)),
claim AS (
    SELECT clock.id AS clock_id, issue.id AS issue_id, sort.new_due_at, sort.sentence, sort.warn_at, sort.said,
        CASE WHEN clock.escalate_at IS NOT NULL THEN sort.escalate_at END AS escalate_at,
        clock.kind = ANY(%(sending_up)s) AS sends_up,
        clock.due_at = issue.due_at AND (issue.status, clock.kind) IN (SELECT status, kind FROM governing) AS governs
    FROM {RUNNING} ORDER BY clock.id LIMIT %(chunk)s FOR NO KEY UPDATE OF clock, issue SKIP LOCKED
),
ended AS (
    UPDATE issues_clock AS clock SET stopped_at = now.at, remind_at = NULL, supervise_at = NULL
    FROM claim, now WHERE clock.id = claim.clock_id
    RETURNING clock.issue_id, clock.kind, clock.level, clock.round, clock.turn, clock.unit, clock.counted_from,
              clock.workdays, claim.new_due_at, claim.sentence, claim.warn_at, claim.escalate_at, claim.sends_up
),
started AS (
    INSERT INTO issues_clock
        (issue_id, kind, level, round, turn, unit, started_at, counted_from, workdays, due_at, sentence, warn_at,
         remind_at, supervise_at, escalate_at)
    SELECT issue_id, kind, level, round, turn + 1, unit, now.at, counted_from, workdays, new_due_at, sentence, warn_at,
        COALESCE(warn_at, new_due_at), CASE WHEN sends_up THEN COALESCE(warn_at, new_due_at) END, escalate_at
    FROM ended, now
    RETURNING id, kind, due_at, issue_id
),
step AS (SELECT DISTINCT ON (issue_id) * FROM claim ORDER BY issue_id, governs DESC NULLS LAST, clock_id),
changed AS (
    UPDATE issues_issue AS issue SET
        due_at = CASE WHEN governs THEN step.new_due_at ELSE issue.due_at END,
        due_sentence = CASE WHEN governs THEN step.sentence ELSE issue.due_sentence END,
        warn_at = CASE WHEN governs THEN step.warn_at ELSE issue.warn_at END,
        escalate_at = CASE WHEN governs THEN step.escalate_at ELSE issue.escalate_at END,
        supervision = CASE WHEN governs AND sends_up THEN 'none' ELSE issue.supervision END,
        version = issue.version + 1
    FROM step WHERE issue.id = step.issue_id
    RETURNING issue.*, step.said
),
recorded AS (
    INSERT INTO issues_issueevent (issue_id, seq, at, by_id, name, changes, facts, note, prev_hash, hash)
    SELECT id, 0, now.at, NULL, 'recompute',
        jsonb_build_object(
            'due_at', due_at, 'due_sentence', due_sentence, 'warn_at', warn_at, 'escalate_at', escalate_at,
            'supervision', supervision, 'version', version),
        '{{}}', said, '', ''
    FROM changed, now
)
SELECT started.id, started.kind, started.due_at, changed.id, COALESCE(number, ''), title, handler_id
FROM started JOIN changed ON changed.id = started.issue_id
"""
