"""The life of a job: who may start one, who sees it, and that it ends once whatever happens to the worker."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from accounts.errors import Outrun, Refused
from exchange.actions import forget_files, import_checked, start_job
from exchange.models import KEPT_FOR, Job
from exchange.run import BROKEN, JOB_LOCK, run
from exchange.tasks import run_open
from exchange.tests.cast import NOON, Office, household_book, resident_row
from grids.tests.trees import at_once, person
from households.models import Household, HouseholdTag, Resident
from liaison.celery import app

CLOSED_PORT = "redis://127.0.0.1:1/0"


@pytest.fixture
def office():
    return Office()


def workbook(office, rows=5000):
    households = [office.household_row(f"{n:05d}", 标签="低保") for n in range(rows)]
    return household_book(households, [resident_row("00000", "黄秀英")])


def written():
    return Household.objects.count(), HouseholdTag.objects.count(), Resident.objects.count()


@pytest.mark.django_db
def test_only_who_may_import_into_the_county_starts_a_job(office):
    stranger = Office(2).officer
    for who in (person(), stranger):
        with pytest.raises(Refused, match="您没有向试1县导入数据的权限"):
            office.job(household_book([]), by=who)
    with pytest.raises(Refused, match="请选择要导入到哪个县"):
        start_job(kind=Job.Kind.HOUSEHOLDS_IN, file=ContentFile(b""), county=office["甲镇"], by=office.officer, at=NOON)


@pytest.mark.django_db
def test_a_job_is_seen_by_who_started_it(office):
    job = office.job(household_book([office.household_row("1")]))
    assert list(Job.objects.visible_to(office.officer)) == [job]
    assert not Job.objects.visible_to(office.clerk_here)


@pytest.mark.django_db
def test_a_job_that_ended_is_not_run_again(office):
    job = office.imported(household_book([office.household_row("1")]))
    run(job.pk, at=NOON + timedelta(hours=1))
    job.refresh_from_db()
    assert (job.ended_at, job.attempts) == (NOON, 1)


@pytest.mark.django_db
def test_only_a_passed_trial_run_of_ones_own_becomes_an_import_and_only_once(office):
    job = office.imported(household_book([office.household_row("1")]), dry_run=True)
    with pytest.raises(Outrun):
        import_checked(job=job, by=office.clerk_here, at=NOON)
    import_checked(job=job, by=office.officer, at=NOON)
    with pytest.raises(Outrun):
        import_checked(job=job, by=office.officer, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_the_uploaded_file_goes_when_its_rows_are_in(office):
    job = office.imported(household_book([office.household_row("1")]))
    assert job.state == Job.State.DONE
    assert not job.source.storage.exists(job.source.name)


@pytest.mark.django_db
def test_files_are_forgotten_after_a_week_and_a_trial_run_then_asks_for_the_file_again(office):
    checked = office.imported(household_book([office.household_row("1")]), dry_run=True)
    rejected = office.imported(household_book([office.household_row("")]))
    assert forget_files(at=NOON + KEPT_FOR) == 0
    assert forget_files(at=NOON + KEPT_FOR + timedelta(seconds=1)) == 3
    assert forget_files(at=NOON + timedelta(days=30)) == 0
    rejected.refresh_from_db()
    assert (rejected.source.name, rejected.result.name) == ("", "")
    checked.refresh_from_db()
    with pytest.raises(Refused, match="已过保存期限"):
        import_checked(job=checked, by=office.officer, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_job_write_once(office):
    job = office.job(workbook(office))
    at_once([lambda: run(job.pk, at=NOON)] * 2)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.created) == (Job.State.DONE, 1, 5001)
    assert written() == (5000, 5000, 1)


@pytest.mark.django_db(transaction=True)
def test_two_jobs_with_the_same_rows_at_once_write_them_once(office):
    jobs = [office.job(workbook(office)) for _ in range(2)]
    at_once([lambda pk=job.pk: run(pk, at=NOON) for job in jobs])
    ended = Job.objects.order_by("created").values_list("state", "created", "updated")
    assert list(ended) == [("done", 0, 0), ("done", 5001, 0)]
    assert written() == (5000, 5000, 1)


DIE = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from exchange import {module} as module

real = module.{function}
def deadly(*given):
    count = real(*given)
    if {condition}:
        os.kill(os.getpid(), signal.SIGKILL)
    return count
module.{function} = deadly

from exchange.run import run
run(int(sys.argv[1]), at=datetime.fromisoformat(sys.argv[2]))
"""
DEATHS = {
    "while staging": ("run", "stage", "given[0] == 'import_household'"),
    "after the households": ("sql", "execute", "'INSERT INTO households_household (' in given[0]"),
    "after the people": ("sql", "execute", "'INSERT INTO households_resident' in given[0]"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS)
def test_killed_midway_nothing_is_half_written_and_the_next_sweep_finishes_the_job(office, death, settings):
    job = office.job(workbook(office))
    module, function, condition = death
    script = DIE.format(module=module, function=function, condition=condition)
    killed = subprocess.run([sys.executable, "-c", script, str(job.pk), NOON.isoformat()], env=environment(settings))
    assert killed.returncode == -signal.SIGKILL
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.RUNNING, 1)
    assert written() == (0, 0, 0)
    wait_for_the_dead_session(job)

    run_open()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.created) == (Job.State.DONE, 2, 5001), job.message
    assert written() == (5000, 5000, 1)


def wait_for_the_dead_session(job):
    """PostgreSQL notices a dead client when it next talks to it; only then is the job's lock free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [JOB_LOCK, job.pk])
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [JOB_LOCK, job.pk])


@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_every_worker_is_given_up(office):
    job = office.job(household_book([office.household_row("1")]))
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=3)
    run(job.pk, at=NOON)
    job.refresh_from_db()
    assert (job.state, job.message, job.ended_at) == (Job.State.FAILED, BROKEN, NOON)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_breaks_is_tried_again_and_then_given_up_without_a_stack_trace(office, caplog):
    job = office.job(household_book([office.household_row("1")]))
    job.source.storage.delete(job.source.name)
    for attempt, state in enumerate([Job.State.RUNNING, Job.State.RUNNING, Job.State.FAILED], 1):
        run(job.pk, at=NOON)
        job.refresh_from_db()
        assert (job.state, job.attempts) == (state, attempt)
    assert job.message == BROKEN
    assert f"job {job.pk} broke at attempt 3" in caplog.text


@pytest.fixture
def without_redis(monkeypatch):
    monkeypatch.setattr(app.conf, "broker_write_url", CLOSED_PORT)
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


@pytest.mark.django_db(transaction=True)
def test_without_redis_the_job_waits_and_the_sweep_runs_it(office, without_redis, caplog):
    job = office.job(household_book([office.household_row("1")]))
    assert "the next sweep runs it" in caplog.text
    run_open()
    job.refresh_from_db()
    assert job.state == Job.State.DONE


@pytest.mark.django_db(transaction=True)
def test_starting_a_job_sends_it_to_the_import_queue(office):
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("imports")
        job = office.job(household_book([office.household_row("1")]))
        message = broker.default_channel.basic_get("imports")
    assert (message.headers["task"], message.headers["argsrepr"]) == ("exchange.run_job", f"({job.pk},)")


def environment(settings):
    """For a process of its own on the test's database and files."""
    database = connection.settings_dict
    address = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    return {
        **os.environ,
        "DATABASE_URL": f"{address}/{database['NAME']}",
        "LIAISON_HOME": str(settings.MEDIA_ROOT.parent),
        "LIAISON_SECRET": settings.SECRET_KEY,
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "liaison.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
