"""Runs one job. An import: scan, read, stage, check everything, then write all of it or nothing.

Progress is written outside the data's transaction, so it shows while the job runs. The last step writes the data and
the job's end in one transaction: whoever is killed before it leaves nothing behind, and the job runs again from the
start with the same result.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pghistory
from django.core.files import File
from django.db import connection, transaction

from accounts.errors import Refused
from exchange import exporting, reading, safe
from exchange.bulletin import run as bulletins
from exchange.household_import import HouseholdImport
from exchange.importing import Importer, Written
from exchange.intake import Intake
from exchange.member_import import MemberImport
from exchange.models import Job
from exchange.prints import run as printing
from exchange.progress import end, note
from exchange.report import error_workbook
from exchange.staging import settle, stage, staging
from exchange.wish_import import WishImport
from grids.scope import Scope
from workdays.arithmetic import ZONE

logger = logging.getLogger(__name__)

IMPORTERS: Mapping[str, type[Importer]] = {
    Job.Kind.HOUSEHOLDS_IN: HouseholdImport,
    Job.Kind.MEMBERS_IN: MemberImport,
    Job.Kind.WISHES_IN: WishImport,
}
MOST_ATTEMPTS = 3
JOB_LOCK = 0x6C696A6F
COUNTY_LOCK = 0x6C696963
BROKEN = "导入程序出错，没有写入任何数据。请稍后重新上传；仍不行请联系系统管理员。"


def run(pk: int, *, at: datetime) -> None:
    """Runs the job unless it has ended or somebody else is running it. Safe to call any number of times."""
    with _locked(pk) as alone:
        job = Job.objects.select_related("county", "user").get(pk=pk)
        if alone and job.state in Job.OPEN:
            _attempt(job, at)


def _attempt(job: Job, at: datetime) -> None:
    """A job that broke, or whose worker died, is tried again by the next sweep; not for ever."""
    if job.attempts >= MOST_ATTEMPTS:
        end(job, Job.State.FAILED, at, _work(job)[1])
        return
    note(job, state=Job.State.RUNNING, attempts=job.attempts + 1, started_at=at, total=0, done=0)
    work, broken, refusing = _work(job)
    try:
        work(job, at)
    except Refused as refused:
        end(job, refusing, at, refused.sentence)
    except Exception:
        logger.exception("job %s broke at attempt %s", job.pk, job.attempts)
        if job.attempts >= MOST_ATTEMPTS:
            end(job, Job.State.FAILED, at, broken)


def _work(job: Job) -> tuple[Callable[[Job, datetime], None], str, Job.State]:
    """What is to be done, what to say when it breaks, and how the job ends when a rule says no."""
    if job.kind in Job.PRINTS:
        return printing.print_out, printing.BROKEN, Job.State.FAILED
    if job.kind == Job.Kind.BULLETIN:
        return bulletins.make, bulletins.BROKEN, Job.State.FAILED
    if job.kind in Job.EXPORTS:
        return exporting.export, exporting.BROKEN, Job.State.FAILED
    return _import, BROKEN, Job.State.REJECTED


def _import(job: Job, at: datetime) -> None:
    path = Path(job.source.path)
    safe.scan(path)
    importer = IMPORTERS[job.kind](job.county, Scope(job.user, at.astimezone(ZONE).date()), at)
    with staging(importer.sheets):
        intakes = _stage(job, importer, path)
        with transaction.atomic():
            _one_import_at_a_time(job.county_id)
            for sheet, row, sentence in importer.faults():
                next(intake for intake in intakes if intake.sheet is sheet).faults[row].append(sentence)
            if not any(intake.faults for intake in intakes):
                _write(job, importer, intakes, at)
                return
    _reject(job, importer, intakes, path, at)


def _stage(job: Job, importer: Importer, path: Path) -> list[Intake]:
    """Checks and stages every row of every sheet the workbook has."""
    intakes: list[Intake] = []
    wanted = [sheet.name for sheet in importer.sheets]
    with closing(reading.read(path, main=importer.main.name, wanted=wanted)) as frames:
        for frame in frames:
            if isinstance(frame, reading.SheetStart):
                intakes.append(Intake(importer.sheets[frame.index], importer.lookups))
                note(job, total=job.total + frame.height)
            else:
                stage(intakes[-1].sheet.table, intakes[-1].take(frame))
                note(job, done=job.done + len(frame))
    _check_filled(importer, intakes)
    settle(sheet.table for sheet in importer.sheets)
    return intakes


def _check_filled(importer: Importer, intakes: Sequence[Intake]) -> None:
    if not any(intake.sheet is importer.main and intake.header_row for intake in intakes):
        raise Refused(f"工作簿里没有填写“{importer.main.name}”表，请下载模板，按模板填写后再上传。")
    if not any(intake.staged for intake in intakes):
        raise Refused("工作簿里只有表头，没有数据，请填写后再上传。")


def _write(job: Job, importer: Importer, intakes: Sequence[Intake], at: datetime) -> None:
    """Writes everything and ends the job in the caller's transaction. A dry run writes too, and takes it back."""
    before = transaction.savepoint()
    with pghistory.context(verb="import", by=job.user_id, job=job.pk):
        written = importer.write()
    if job.dry_run:
        transaction.savepoint_rollback(before)
    end(
        job,
        Job.State.CHECKED if job.dry_run else Job.State.DONE,
        at,
        _sentence(job, written, intakes),
        created=sum(part.created for part in written),
        updated=sum(part.updated for part in written),
        **_rows(intakes),
    )
    if not job.dry_run:
        transaction.on_commit(partial(job.source.delete, save=False))


def _sentence(job: Job, written: Sequence[Written], intakes: Sequence[Intake]) -> str:
    rows = sum(intake.staged for intake in intakes)
    changes = "，".join(str(part) for part in written if part.created or part.updated) or "与系统里一致，没有变化"
    ignored = [f"“{header}”" for intake in intakes for header in intake.ignored]
    passed = f"未识别的列已跳过：{'、'.join(ignored)}。" if ignored else ""
    if job.dry_run:
        return f"试运行通过：共{rows}行，没有错误，还没有写入任何数据。正式导入将：{changes}。{passed}"
    return f"已导入{rows}行：{changes}。{passed}"


def _reject(job: Job, importer: Importer, intakes: Sequence[Intake], path: Path, at: datetime) -> None:
    """Keeps the workbook with its faults for the person to correct."""
    bad = sum(len(intake.faults) for intake in intakes)
    counts = _rows(intakes)
    note(job, faults=bad, message=f"{bad}行有错，正在生成错误清单……", **counts)
    with error_workbook(path, importer, intakes) as file:
        job.result.save(f"faults-{job.pk}.xlsx", File(file), save=False)
    message = (
        f"共{counts['total']}行，{bad}行有错，一行也没有导入。"
        "请下载错误清单，按“错误原因”列改正后，把整个清单重新上传（没有错的行也在里面，只是折叠了）。"
    )
    end(job, Job.State.REJECTED, at, message, result=job.result.name)


def _rows(intakes: Sequence[Intake]) -> dict[str, int]:
    rows = sum(intake.staged for intake in intakes)
    return {"total": rows, "done": rows}


@contextmanager
def _locked(pk: int) -> Iterator[bool]:
    """Whether this session alone works on the job. A worker that dies loses the lock with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [JOB_LOCK, pk])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [JOB_LOCK, pk])


def _one_import_at_a_time(county_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [COUNTY_LOCK, county_id])
