"""Verbs on import jobs."""

from datetime import datetime, timedelta

from django.core.files import File
from django.db import transaction
from django.db.models.fields.files import FieldFile

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.roles import Permission
from accounts.verbs import verb
from exchange.models import Job
from exchange.tasks import run_job, send
from grids.models import Grid, Kind
from grids.scope import Scope

KEPT_FOR = timedelta(days=7)
"""How long an uploaded workbook and its error list stay on disk: they hold names, phones and ID numbers."""


@verb
def start_job(*, kind: str, file: File, county: Grid, by: User, at: datetime, dry_run: bool = False) -> Job:
    """Keeps the uploaded workbook and queues its import into the county. Each row's grid is checked when it runs."""
    if county.kind != Kind.COUNTY:
        raise Refused("请选择要导入到哪个县(市、区)。", field="county")
    scope = Scope.of(by)
    if not scope.may(Permission.DATA_IMPORT) or county.pk not in {posting.county_id for posting in scope.postings}:
        raise Refused(f"您没有向{county.name}导入数据的权限。")
    job = Job(kind=kind, county=county, user=by, dry_run=dry_run, created_at=at)
    job.source.save(f"{kind}.xlsx", file, save=False)
    job.save()
    _queue(job)
    return job


@verb
def import_checked(*, job: Job, by: User, at: datetime) -> Job:
    """Imports the workbook of a passed dry run. Everything is checked again."""
    if not _on_disk(job.source):
        raise Refused("上传的文件已过保存期限,请重新上传。")
    turned = Job.objects.filter(pk=job.pk, user=by, state=Job.State.CHECKED).update(
        state=Job.State.WAITING, dry_run=False, created_at=at, started_at=None, ended_at=None, attempts=0, message=""
    )
    if not turned:
        raise Outrun("这次试运行已经转为正式导入,或者没有通过,请刷新后再看。")
    job.refresh_from_db()
    _queue(job)
    return job


def forget_files(*, at: datetime) -> int:
    """Deletes what jobs ended long enough ago left on disk. Returns how many files went; safe to run again."""
    gone = 0
    for job in Job.objects.filter(ended_at__lt=at - KEPT_FOR).exclude(source="", result=""):
        for file in (job.source, job.result):
            if file:
                gone += _on_disk(file)
                file.delete(save=False)
        Job.objects.filter(pk=job.pk).update(source="", result="")
    return gone


def _on_disk(file: FieldFile) -> bool:
    return file.name is not None and file.name != "" and file.storage.exists(file.name)


def _queue(job: Job) -> None:
    transaction.on_commit(lambda: send(run_job, job.pk))
