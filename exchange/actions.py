"""Verbs on jobs: imports, exports and prints."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models.fields.files import FieldFile

from accounts.actions import log_access
from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import AccessLog, User
from accounts.roles import GRANTS, Permission, Role
from accounts.verbs import verb
from exchange.bulletin.content import spelt
from exchange.bulletin.run import FORMS as BULLETIN_FORMS
from exchange.bulletin.run import check_month, may_make
from exchange.exporting import FORMS, check_size
from exchange.listing import LISTS
from exchange.models import KEPT_FOR, Job
from exchange.prints.run import PRINTS
from exchange.tasks import run_job, send
from grids.models import Grid, Kind
from grids.scope import Scope


@verb
def start_job(*, kind: str, file: File, county: Grid, by: User, at: datetime, dry_run: bool = False) -> Job:
    """Keeps the uploaded workbook and queues its import into the county. Each row's grid is checked when it runs."""
    if county.kind != Kind.COUNTY:
        raise Refused("请选择要导入到哪个县（市、区）。", field="county")
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
        raise Refused("上传的文件已过保存期限，请重新上传。")
    turned = Job.objects.filter(pk=job.pk, user=by, state=Job.State.CHECKED).update(
        state=Job.State.WAITING, dry_run=False, created_at=at, started_at=None, ended_at=None, attempts=0, message=""
    )
    if not turned:
        raise Outrun("这次试运行已经转为正式导入，或者没有通过，请刷新后再看。")
    job.refresh_from_db()
    _queue(job)
    return job


@verb
def start_export(*, kind: str, form: str, asked: Mapping[str, Any], by: User, at: datetime, address: str | None) -> Job:
    """Queues an export and writes into the access log who takes what. `asked` is the query of the list, as JSON.

    Refused when the list is too long for a file of this form.
    """
    if kind not in LISTS or form not in FORMS:
        raise Refused("请选择要导出的名单和文件格式。", field="kind")
    job = Job(kind=kind, county=_county(by), user=by, created_at=at, asked={**asked, "form": form})
    table = LISTS[job.kind](job, at)
    check_size(table.total, form)
    job.total = table.total
    job.save()
    said = f"{table.title}（{table.about[0]}），{table.total}行，{form}，任务{job.pk}"
    log_access(action=AccessLog.Action.EXPORT, by=by, at=at, address=address, reason=said[:200])
    _queue(job)
    return job


@verb
def start_print(*, kind: str, asked: Mapping[str, Any], by: User, at: datetime, address: str | None) -> Job:
    """Queues a paper and writes into the access log who takes what. `asked`: place, on, parted, member, household.

    Refused when there is nothing to print, or too much for one piece.
    """
    if kind not in PRINTS:
        raise Refused("请选择要打印什么。", field="kind")
    job = Job(kind=kind, county=_county(by, Permission.PAIRING_EDIT), user=by, created_at=at, asked=dict(asked))
    made = PRINTS[job.kind](job, at)
    job.total = made.total
    job.save()
    said = f"打印{made.title}（{made.about}），{made.total}条，{len(made.documents)}份，任务{job.pk}"
    log_access(action=AccessLog.Action.EXPORT, by=by, at=at, address=address, reason=said[:200])
    _queue(job)
    return job


@verb
def start_bulletin(*, place: Grid, month: date, form: str, by: User, at: datetime, address: str | None) -> Job:
    """Queues the bulletin of a month (its first day) of a county, town or village, and logs who made it."""
    if form not in BULLETIN_FORMS:
        raise Refused("请选择文件格式。", field="ending")
    if not may_make(by, place):
        raise Forbidden("您没有这个地方的数据看板，不能做它的通报。")
    check_month(place, month, at)
    asked = {"place": place.pk, "month": month.isoformat(), "form": form}
    county = Grid.objects.get(pk=place.county_id)
    job = Job.objects.create(kind=Job.Kind.BULLETIN, county=county, user=by, created_at=at, asked=asked)
    said = f"做{place.name}{spelt(month)}通报，{form}，任务{job.pk}"
    log_access(action=AccessLog.Action.EXPORT, by=by, at=at, address=address, reason=said)
    _queue(job)
    return job


def _county(by: User, right: Permission = Permission.DATA_EXPORT) -> Grid:
    """The county whose data the person may take away."""
    posts = [post for post in Scope.of(by).postings if right in GRANTS[Role(post.role)].area]
    if not posts:
        raise Forbidden("您没有导出数据的权限。" if right == Permission.DATA_EXPORT else "您没有打印名册的权限。")
    return Grid.objects.get(pk=posts[0].grid.county_id)


def forget_files(*, at: datetime) -> int:
    """Deletes what jobs ended long enough ago left on disk, bulletins apart, which name nobody. Returns how many files
    went; safe to run again."""
    gone = 0
    ended = Job.objects.filter(ended_at__lt=at - KEPT_FOR).exclude(kind=Job.Kind.BULLETIN)
    for job in ended.exclude(source="", result=""):
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
