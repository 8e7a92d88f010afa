"""The sweep of overdue issues against one SQL statement that writes the same rows.

    python -m bench.sweep [jiangle|heping|zhucheng]

The statement is the sweep's own (issues.climbing), given every row and every plan at once: no claiming, no chunks, no
resolving of posts or dues. Each round runs on a fresh copy of one prepared database, with commits, in turns, so that
a busy machine hits all alike; the best of each counts.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from time import perf_counter
from typing import Any

Result = tuple[str, float, str, bool]

SIZES = {"jiangle": (36_000, 3_600), "heping": (36_000, 3_600), "zhucheng": (178_000, 17_800)}
"""Open issues, and how many of them are overdue."""
TOWNS, VILLAGES, CELLS = 17, 15, 3
ROUNDS = 3
BY_HAND = 150
KILLS, KILLED_CHUNK, KILLED_AT = 20, 100, 9
"""Workers of so many rows at a time, killed after their first to ninth statement."""
TEMPLATE, COPY = "bench_sweep", "bench_sweep_round"
STARTED, AT = "2026-11-02 10:00+08", "2026-11-12 09:00+08"


def run(scale: str) -> list[Result]:
    """(what, measured, target, met). Creates and drops its own databases beside the configured one."""
    count, overdue = SIZES[scale]
    with prepared_database(count, overdue):
        statement, one, two = [], [], []
        for _ in range(ROUNDS):
            statement.append(on_a_copy(lambda: one_statement(overdue)))
            one.append(on_a_copy(lambda: workers(1, overdue)))
            two.append(on_a_copy(lambda: workers(2, overdue)))
        by_hand = on_a_copy(rows_by_hand)
        idle = on_a_copy(idle_run)
        wrong = [on_a_copy(lambda count=count: killed(count, overdue)) for count in (1, 2)]
    print(f"one statement {min(statement):.2f} s, sweep {min(one):.2f} s, two workers {min(two):.2f} s")
    single, double = min(statement) / min(one), min(statement) / min(two)
    faster = by_hand / BY_HAND * overdue / min(one)
    what = f"sweep of {overdue} overdue among {count} open"
    return [
        (f"{what} ÷ one statement, 1 worker", single, "≥ 0.6", single >= 0.6),
        ("the same, 2 workers", double, "≥ 0.8", double >= 0.8),
        ("the same ÷ verb by verb", faster, "≥ 50", faster >= 50),
        ("a run with nothing due, ms", idle * 1000, "≤ 5", idle <= 0.005),
        (f"rows lost or doubled under {KILLS} kill -9, 1 worker", wrong[0], "= 0", wrong[0] == 0),
        ("the same, 2 workers", wrong[1], "= 0", wrong[1] == 0),
    ]


def one_statement(overdue: int) -> float:
    """Everything planned beforehand; only the writing is measured."""
    from django.db import transaction

    from issues import climbing, sweep
    from issues.climbing import Claim
    from issues.escalation import Ladder, plan
    from issues.rules import CountyRules

    with transaction.atomic():
        rows = sweep.claimed(at(), limit=overdue)
    assert len(rows) == overdue, len(rows)
    ladder = Ladder.of(CountyRules(rows[0].spot.county_id), at())
    spots = {spot: number for number, spot in enumerate(dict.fromkeys(row.spot for row in rows))}
    plans = [plan(spot, ladder, by_hand=False) for spot in spots]
    claims = [Claim(row.id, row.version, spots[row.spot]) for row in rows]

    def write() -> None:
        with transaction.atomic():
            assert climbing.write(claims, plans, by=None, at=at()) == overdue

    return timed(write)


def workers(count: int, overdue: int) -> float:
    """The sweep as the task runs it, in so many threads with connections of their own."""
    from django.db import connection

    from issues import sweep

    moved: list[int] = []
    ready = threading.Barrier(count + 1)

    def work() -> None:
        connection.ensure_connection()
        ready.wait()
        moved.append(sweep.escalate_overdue(at=at()).climbed)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    ready.wait()
    seconds = timed(lambda: wait_for(threads))
    assert sum(moved) == overdue, moved
    return seconds


def killed(count: int, overdue: int) -> float:
    """Kills workers in the middle of a sweep, two at a time if there are two, then lets them finish.

    Returns how many issues did not climb exactly once, or whose messages were not written exactly once.
    """
    from issues import sweep
    from issues.tests.processes import Nursery

    def kill(times: int) -> None:
        with Nursery(chunk=KILLED_CHUNK) as nursery:
            dead = sum(nursery.killed(at(), 1 + number % KILLED_AT) for number in range(times))
        assert dead == times, f"{dead} of {times} workers lived until they were killed"

    threads = [threading.Thread(target=kill, args=[KILLS // count]) for _ in range(count)]
    for thread in threads:
        thread.start()
    wait_for(threads)
    while sweep.escalate_overdue(at=at()).climbed:
        pass
    return len(not_once(overdue))


def not_once(overdue: int) -> list[Any]:
    """Issues with other than one climb and two messages; one row more for each that has none at all."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(NOT_ONCE)
        wrong: list[Any] = cursor.fetchall()
        cursor.execute("SELECT count(DISTINCT issue_id) FROM issues_issueevent WHERE name = 'escalate'")
        return wrong + [None] * abs(overdue - cursor.fetchone()[0])


NOT_ONCE = """
    SELECT climbs.issue_id, climbs, messages FROM
        (SELECT issue_id, count(*) AS climbs FROM issues_issueevent WHERE name = 'escalate' GROUP BY 1) AS climbs
        LEFT JOIN (SELECT link, count(*) AS messages FROM notices_notice GROUP BY 1) AS told
            ON told.link = '/issues/' || climbs.issue_id || '/'
    WHERE climbs <> 1 OR messages IS DISTINCT FROM 2
"""


def wait_for(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join()


def rows_by_hand() -> float:
    from issues import actions
    from issues.models import Issue

    rows: list[Any] = list(Issue.objects.filter(escalate_at__lte=at()).select_related("handler")[:BY_HAND])
    reason = "本级解决不了"
    return timed(lambda: [actions.escalate(issue=row, by=row.handler, at=at(), reason=reason) for row in rows])


def idle_run() -> float:
    from issues import sweep

    nothing_due = datetime.fromisoformat(STARTED)
    sweep.escalate_overdue(at=nothing_due)
    return min(timed(lambda: sweep.escalate_overdue(at=nothing_due)) for _ in range(20))


@contextmanager
def prepared_database(count: int, overdue: int) -> Iterator[None]:
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = TEMPLATE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        people_the_county()
        fill(count, overdue)
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def on_a_copy(measure: Callable[[], float]) -> float:
    from django.db import connection

    admin(f"DROP DATABASE IF EXISTS {COPY}", f"CREATE DATABASE {COPY} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    connection.settings_dict["NAME"] = COPY
    try:
        execute("CHECKPOINT")
        return measure()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = TEMPLATE
        admin(f"DROP DATABASE {COPY}")


def people_the_county() -> None:
    """17 towns with 15 villages of 3 cells, a chain village → town → county, every post filled."""
    from accounts.models import User
    from accounts.roles import Role
    from grids.bulk import NewGrid, bulk_add
    from grids.models import Grid, Kind, Posting
    from issues.rules import load_register_rules
    from profiles.reader import read
    from workdays.seed import seed_national

    since = date(2026, 1, 1)
    nodes = [NewGrid("990101000000", "基准县", Kind.COUNTY)]
    for town in range(100, 100 + TOWNS):
        nodes.append(NewGrid(f"990101{town}000", f"{town}镇", Kind.TOWN, "990101000000"))
        for village in range(201, 201 + VILLAGES):
            code = f"990101{town}{village}"
            nodes.append(NewGrid(code, f"{village}村", Kind.VILLAGE, f"990101{town}000"))
            nodes += [NewGrid(f"{code}{cell:03d}", f"{cell}格", Kind.CELL, code) for cell in range(1, CELLS + 1)]
    ids = bulk_add(nodes, on=since)
    county = Grid.objects.get(pk=ids["990101000000"])
    load_register_rules(county, read("heping"))
    seed_national([2026])
    roles = {Kind.COUNTY: Role.COUNTY_CLERK, Kind.TOWN: Role.TOWN_CLERK, Kind.VILLAGE: Role.CHIEF_GRID_LEADER}
    posts = []
    for number, grid in enumerate(Grid.objects.filter(kind__in=roles)):
        person = User.objects.create_user(f"139{number:08d}", f"干部{number}")
        posts.append(Posting(user=person, role=roles[Kind(grid.kind)], since=since, **grid.scope()))
    Posting.objects.bulk_create(posts)


def fill(count: int, overdue: int) -> None:
    """Issues in hand at village level, each with its events and its running clock; the first ones overdue."""
    execute(FILL_ISSUES, {"count": count, "overdue": overdue, "started": STARTED})
    execute(FILL_CLOCKS)
    execute(FILL_EVENTS)
    execute("VACUUM ANALYZE issues_issue, issues_clock, issues_issueevent")


FILL_ISSUES = """
    INSERT INTO issues_issue (code, number, title, text, grid_id, live_grid_id, county_id, town_id, village_id, cell_id,
        petitioner, phone, phone_index, channel, category, urgency, grade, level, ledger, supervision, round,
        sensitive, status, status_since, handler_id, reporter_id, collected_at, registered_at, due_at, due_sentence,
        escalate_at, result, sent_back, unconfirmed, cannot_be_done, forced, demo, version)
    SELECT 'c' || n, '261102-' || lpad(n::text, 6, '0'), '事项' || n, '', grid.id, grid.id, grid.county_id,
        grid.town_id, grid.village_id, grid.cell_id, '', '', '', 'visit',
        (ARRAY['livelihood', 'employment', 'production', 'infrastructure', 'dispute', 'opinion'])[1 + n %% 6],
        (ARRAY['urgent', 'normal', 'hard'])[1 + n %% 3], 'general', 1, 'unit', 'none', 1, false, 'processing',
        %(started)s::timestamptz, post.user_id, post.user_id, %(started)s, %(started)s, due.at, '5个工作日',
        due.at + interval '2 days', '', 0, false, false, false, true, 4
    FROM generate_series(1, %(count)s) AS n
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS cells
          FROM grids_grid WHERE kind = 'cell') AS grid ON grid.place = n %% grid.cells
    JOIN grids_posting AS post ON post.grid_id = grid.village_id
    CROSS JOIN LATERAL (SELECT %(started)s::timestamptz
        + CASE WHEN n <= %(overdue)s THEN interval '7 days' ELSE interval '30 days' END AS at) AS due
"""
FILL_CLOCKS = """
    INSERT INTO issues_clock
        (issue_id, kind, level, round, turn, unit, started_at, due_at, sentence, remind_at, supervise_at, escalate_at)
    SELECT id, 'handle', 1, 1, 1, 'workday', status_since, due_at, due_sentence, due_at, due_at, escalate_at
    FROM issues_issue
"""
FILL_EVENTS = """
    INSERT INTO issues_issueevent (issue_id, seq, at, by_id, name, changes, facts, note, prev_hash, hash)
    SELECT id, 0, status_since, handler_id, name, '{}', '{}', '', '', ''
    FROM issues_issue, unnest(ARRAY['collect', 'register', 'assign', 'sign_for']) AS name
"""


def at() -> datetime:
    return datetime.fromisoformat(AT)


def execute(sql: str, parameters: dict[str, Any] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def admin(*statements: str) -> None:
    """On the server's own database, while nobody is on ours."""
    from django.db import connection

    connection.close()
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def main(arguments: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
    django.setup()
    results = run(arguments[0] if arguments else "jiangle")
    for what, measured, target, met in results:
        print(f"{'ok  ' if met else 'MISS'} {what}: {measured:.2f} (target {target})")
    if not all(met for *_, met in results):
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
