"""Runs one print: one PDF where there is one part, else a ZIP with one PDF for each village, branch or town.

Only one part is held in memory at a time, so a county's 24,300 cards need no more than its largest village.
"""

import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from tempfile import NamedTemporaryFile
from typing import IO

from django.core.files import File

from accounts.errors import Refused
from exchange.models import Job
from exchange.prints.asked import RIGHT, Print
from exchange.prints.cards import cards
from exchange.prints.lists import gaps, loads, roster
from exchange.prints.notebooks import notebooks
from exchange.progress import end, note
from grids.scope import Scope

BROKEN = "打印程序出错，没有生成文件。请稍后重新打印；仍不行请联系系统管理员。"
PRINTS: Mapping[str, Callable[[Job, datetime], Print]] = {
    Job.Kind.ROSTER_PRINT: roster,
    Job.Kind.CARDS_PRINT: cards,
    Job.Kind.GAPS_PRINT: gaps,
    Job.Kind.LOADS_PRINT: loads,
    Job.Kind.NOTEBOOK_PRINT: notebooks,
}


def print_out(job: Job, at: datetime) -> None:
    """Raises Refused when the right is gone or nothing is left to print."""
    if not Scope.of(job.user).may(RIGHT):
        raise Refused("您现在没有打印的权限，请与县里联系。")
    made = PRINTS[job.kind](job, at)
    note(job, total=made.total)
    ending = "pdf" if len(made.documents) == 1 else "zip"
    with NamedTemporaryFile(suffix=f".{ending}") as file:
        written = (_one if ending == "pdf" else _many)(job, made, file)
        file.seek(0)
        job.result.save(f"{job.kind}-{job.pk}.{ending}", File(file), save=False)
    said = f"{made.title}（{made.about}），共{written}条"
    said += "。" if ending == "pdf" else f"，分{len(made.documents)}份PDF装在一个压缩包里。"
    end(job, Job.State.DONE, at, said, done=written, result=job.result.name)


def _one(job: Job, made: Print, file: IO[bytes]) -> int:
    return made.documents[0].write(file)


def _many(job: Job, made: Print, file: IO[bytes]) -> int:
    written = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for number, document in enumerate(made.documents, 1):
            with archive.open(f"{number:03d}-{document.name}{made.title}.pdf", "w", force_zip64=True) as entry:
                written += document.write(entry)
            note(job, done=written)
    return written
