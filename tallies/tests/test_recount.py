"""Tallies equal the sources after any writes, jobs and crashes."""

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import F

from grids.models import Grid
from issues.models import Issue, Status, Verdict
from tallies.models import DailyTally, DirtyDay, Recount
from tallies.recount import LOCK, recount
from tallies.tests import cast
from tallies.tests.live import counted_live, stored
from visits.models import Visit
from workdays.arithmetic import ZONE

DAY = date(2026, 11, 18)
NOON = cast.moment(DAY, 12)
PLACES = (*cast.LEAVES, "county", "town", "other_town", "village", "cell")


@pytest.fixture
def county(db) -> cast.County:
    return cast.build()


def tally(grid: Grid, day: date = DAY) -> DailyTally:
    return DailyTally.objects.get(grid=grid, day=day)


def test_a_visit_counts_in_its_sub_cell_cell_village_town_and_county(county):
    county.visit("sub_cell", NOON)
    county.visit("sub_cell", NOON, Visit.Outcome.NOT_HOME)
    recount(NOON)
    for key in ("sub_cell", "cell", "village", "town", "county"):
        assert (tally(county.grids[key]).visits, tally(county.grids[key]).visits_kept) == (2, 1), key
    assert not DailyTally.objects.filter(grid__in=[county.other_town.pk, county.neighbour.pk]).exists()


def test_a_matter_kept_at_the_town_counts_in_the_town_and_the_county_only(county):
    county.collect("town", NOON)
    recount(NOON)
    assert set(DailyTally.objects.values_list("grid", "collected")) == {(county.town.pk, 1), (county.county.pk, 1)}


def test_the_day_is_the_local_day(county):
    county.visit("other_cell", datetime(2026, 11, 18, 0, 30, tzinfo=ZONE))
    county.visit("other_cell", datetime(2026, 11, 17, 23, 30, tzinfo=ZONE))
    recount(NOON)
    assert [tally(county.county, day).visits for day in (date(2026, 11, 17), DAY)] == [1, 1]


def test_each_step_of_an_issue_counts_on_its_own_day(county):
    days = [DAY + timedelta(days) for days in range(6)]
    issue = county.register("village", cast.moment(days[0]), 1)
    cast.event(issue, "escalate", cast.moment(days[1]), level=1)
    cast.close(issue, cast.moment(days[2]))
    cast.verdict(issue, cast.moment(days[2]), Verdict.Value.DISSATISFIED)
    cast.event(issue, "reopen", cast.moment(days[3]), status="assigned", round=2)
    cast.event(issue, "close", cast.moment(days[4]), status="closed")
    cast.verdict(issue, cast.moment(days[4]), Verdict.Value.SATISFIED, turn=2)
    county.collect("cell", cast.moment(days[5]), status=Status.SOLVED_ON_SPOT, live_grid=None)
    recount(NOON)
    steps = ("collected", "registered", "escalated", "closed", "reopened", "verdicts", "satisfied", "solved_on_spot")
    assert [[name for name in steps if getattr(tally(county.county, day), name)] for day in days] == [
        ["collected", "registered"],
        ["escalated"],
        ["closed", "verdicts"],
        ["reopened"],
        ["closed", "verdicts", "satisfied"],
        ["collected", "solved_on_spot"],
    ]


def test_an_unconfirmed_closing_is_counted_apart(county):
    cast.verdict(county.register("village", NOON, 1), NOON, Verdict.Value.UNCONFIRMED)
    recount(NOON)
    row = tally(county.county)
    assert (row.verdicts, row.satisfied, row.unconfirmed) == (0, 0, 1)


def test_a_corrected_visit_leaves_its_former_day_and_place(county):
    visit = county.visit("other_cell", NOON)
    recount(NOON)
    Visit.objects.filter(pk=visit.pk).update(at=NOON + timedelta(days=2))
    recount(NOON)
    assert not DailyTally.objects.filter(day=DAY).exists()
    assert tally(county.county, DAY + timedelta(days=2)).visits == 1
    Visit.objects.all().delete()
    recount(NOON)
    assert not DailyTally.objects.exists()


def test_an_open_issue_takes_its_counts_along_when_its_village_changes_towns(county):
    issue = county.register("village", NOON, 1)
    county.visit("other_cell", NOON)
    recount(NOON)
    Grid.objects.filter(village_id=county.village.pk).update(town_id=county.other_town.pk)
    issue.refresh_from_db()
    assert issue.town_id == county.other_town.pk
    recount(NOON)
    assert tally(county.other_town).registered == 1
    assert (tally(county.town).registered, tally(county.town).visits) == (0, 1), "visits keep the place as of then"
    assert stored() == counted_live()


def test_a_load_in_one_statement_leaves_one_dirty_day_per_county_and_day(county):
    before = DirtyDay.objects.count()
    pairing = county.pairings["other_cell"]
    Visit.objects.bulk_create(
        Visit(
            pairing=pairing,
            household=pairing.household,
            done_by=pairing.member,
            entered_by=pairing.member.user,
            at=NOON + timedelta(days=index % 3),
            recorded_at=NOON,
            outcome="met",
            **county.other_cell.scope(),
        )
        for index in range(30)
    )
    assert DirtyDay.objects.count() - before == 3


def test_a_second_recount_writes_nothing(county):
    county.visit("other_cell", NOON)
    recount(NOON)
    versions = list(DailyTally.objects.order_by("pk").values_list("pk", flat=True))
    assert recount(NOON) == 0
    DirtyDay.objects.create(county_id=county.county.pk, day=DAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM tallies_dailytally ORDER BY id")
        written = cursor.fetchall()
        assert recount(NOON) == 1
        cursor.execute("SELECT xmin::text FROM tallies_dailytally ORDER BY id")
        assert cursor.fetchall() == written
    assert list(DailyTally.objects.order_by("pk").values_list("pk", flat=True)) == versions


def test_the_time_of_the_last_recount_is_kept(county):
    recount(NOON)
    recount(NOON + timedelta(minutes=1))
    assert list(Recount.objects.values_list("at", flat=True)) == [NOON + timedelta(minutes=1)]


@pytest.mark.parametrize("seed", range(3))
def test_after_random_writes_the_tallies_equal_the_sources(county, seed):
    chance = random.Random(seed)
    for round_ in range(4):
        for _ in range(25):
            write_something(county, chance)
        recount(NOON)
        assert stored() == counted_live(), f"round {round_}"
    assert DirtyDay.objects.count() == 0


def test_recounting_everything_mends_rows_that_were_tampered_with(county):
    county.visit("other_cell", NOON)
    county.register("village", NOON, 1)
    recount(NOON)
    DailyTally.objects.update(visits=F("visits") + 5)
    DailyTally.objects.create(day=DAY + timedelta(days=1), visits=9, **county.far_cell.scope())
    out = StringIO()
    call_command("recount_tallies", all=True, stdout=out)
    assert stored() == counted_live()
    assert out.getvalue() == "已重算 2 个县日的统计。\n"


def write_something(county: cast.County, chance: random.Random) -> None:
    at = cast.moment(DAY + timedelta(chance.randrange(-3, 3)), chance.randrange(24))
    issue = Issue.objects.order_by("?").first()
    visit = Visit.objects.order_by("?").first()
    kind = chance.choice(["visit", "visit", "collect", "register", "event", "close", "verdict", "edit", "move"])
    if kind == "visit":
        county.visit(chance.choice(cast.LEAVES), at, chance.choice(list(Visit.Outcome)))
    elif kind == "collect":
        county.collect(chance.choice(PLACES), at)
    elif kind == "register":
        county.register(chance.choice(PLACES), at, Issue.objects.count())
    elif kind == "edit" and visit:
        Visit.objects.filter(pk=visit.pk).update(at=at, outcome=chance.choice(list(Visit.Outcome)))
    elif kind == "move":
        town = chance.choice([county.town, county.other_town])
        Grid.objects.filter(village_id=county.village.pk).update(town_id=town.pk)
        for key in ("village", "cell", "sub_cell", "other_cell"):
            county.grids[key].refresh_from_db()
    elif issue and kind == "event":
        cast.event(issue, chance.choice(["escalate", "reopen", "comment"]), at)
    elif issue and kind == "close" and issue.number:
        cast.close(issue, at)
    elif issue and kind == "verdict":
        cast.verdict(issue, at, chance.choice(list(Verdict.Value)), turn=issue.verdicts.count() + 1)


@pytest.mark.django_db(transaction=True)
def test_two_jobs_among_four_writers_lose_and_double_nothing():
    county = cast.build()

    def in_thread(work) -> None:
        try:
            work()
        finally:
            connections.close_all()

    def write(leaf: str) -> None:
        for index in range(15):
            with transaction.atomic():
                county.visit(leaf, NOON + timedelta(hours=7 * index))

    def count() -> None:
        for _ in range(15):
            recount(NOON)

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(in_thread, lambda leaf=leaf: write(leaf)) for leaf in cast.LEAVES[:4]]
        jobs += [pool.submit(in_thread, count) for _ in range(2)]
        for job in jobs:
            job.result()
    recount(NOON)
    assert stored() == counted_live()
    assert tally(county.county).visits == 8


@pytest.mark.django_db(transaction=True)
def test_a_job_killed_between_claim_and_write_leaves_its_days_to_the_next():
    county = cast.build()
    county.visit("other_cell", NOON)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE tallies_dailytally IN EXCLUSIVE MODE")
        job = subprocess.Popen(
            [sys.executable, "manage.py", "recount_tallies"], env=on_test_database(), cwd=settings.BASE_DIR
        )
        wait_until_it_waits_for_the_lock(job, "relation = 'tallies_dailytally'::regclass")
        job.kill()
        job.wait()
    assert not DailyTally.objects.exists()
    assert recount(NOON) == 1
    assert stored() == counted_live()


@pytest.mark.django_db(transaction=True)
def test_a_second_job_waits_until_the_first_has_written():
    """Else the first could write what it counted before a visit that the second has counted."""
    county = cast.build()
    county.visit("other_cell", NOON)
    job = [sys.executable, "manage.py", "recount_tallies"]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        second = subprocess.Popen(job, env=on_test_database(), cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)
        wait_until_it_waits_for_the_lock(second, "locktype = 'advisory'")
    assert second.wait() == 0
    assert stored() == counted_live()


def on_test_database() -> dict[str, str]:
    head, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return {**os.environ, "DATABASE_URL": f"{head}/{connection.settings_dict['NAME']}"}


def wait_until_it_waits_for_the_lock(job: subprocess.Popen, lock: str) -> None:
    waiting = (
        f"SELECT count(*) FROM pg_locks WHERE NOT granted AND {lock} "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"SELECT pg_sleep(0.05), ({waiting})")
            if cursor.fetchone()[1]:
                return
            assert job.poll() is None, "the job ended before it reached the lock"
