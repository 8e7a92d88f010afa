"""Runs one export: makes the table that was asked for, writes it to a file, keeps the file with the job.

What the person may see and take away is asked anew when the job runs; a file from a broken attempt is written over.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from tempfile import NamedTemporaryFile
from typing import IO

from django.core.files import File

from accounts.errors import Refused
from accounts.roles import Permission
from exchange.listing import LISTS
from exchange.models import Job
from exchange.progress import end, note
from exchange.tables import Progress, Table, write_pdf, write_workbook
from grids.scope import Scope

BROKEN = "导出程序出错，没有生成文件。请稍后重新导出；仍不行请联系系统管理员。"
FORMS: Mapping[str, Callable[[Table, IO[bytes], Progress], int]] = {"xlsx": write_workbook, "pdf": write_pdf}
MOST_ROWS = {"xlsx": 400_000, "pdf": 2_000}
"""How many rows a file of each form may have: more opens in nobody's program, and is printed by nobody."""


def export(job: Job, at: datetime) -> None:
    """Raises Refused when the right is gone or the list has grown too long."""
    if not Scope.of(job.user).may(Permission.DATA_EXPORT):
        raise Refused("您现在没有导出的权限，请与县里联系。")
    form = str(job.asked.get("form", "xlsx"))
    table = LISTS[job.kind](job, at)
    check_size(table.total, form)
    note(job, total=table.total)
    with NamedTemporaryFile(suffix=f".{form}") as file:
        written = FORMS[form](table, file, partial(_show, job))
        file.seek(0)
        job.result.save(f"{job.kind}-{job.pk}.{form}", File(file), save=False)
    end(job, Job.State.DONE, at, f"{table.title}，共{written}行。", done=written, result=job.result.name)


def check_size(rows: int, form: str) -> None:
    if rows > MOST_ROWS[form]:
        longest = f"一次最多导出{MOST_ROWS[form]}行"
        raise Refused(f"名单有{rows}行，{longest}，请按乡镇或时段缩小范围后分几次导出。", field="ending")


def _show(job: Job, done: int) -> None:
    note(job, done=done)
