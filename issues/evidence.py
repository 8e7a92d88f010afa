"""Files that prove something about an issue. Photos are kept without the place and device they were taken with."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from django.core.files import File
from django.core.files.base import ContentFile

from accounts.errors import Refused
from accounts.models import User
from issues.models import Evidence, Issue
from visits.photos import cleaned

LARGEST = 20 * 2**20
PICTURES = {"jpg", "jpeg", "png", "webp"}
PAPERS = {"pdf", "doc", "docx", "xls", "xlsx"}
RECORDINGS = {"mp3", "m4a", "amr", "wav", "mp4"}


def check(files: Sequence[File], field: str) -> None:
    for file in files:
        if _suffix(file) not in PICTURES | PAPERS | RECORDINGS:
            raise Refused(f"“{file.name}”不是照片、文档或录音，请换成 jpg、png、pdf、docx、mp3 等格式。", field=field)
        if not file.size:
            raise Refused(f"“{file.name}”是空文件，请重新选择。", field=field)
        if file.size > LARGEST:
            raise Refused(f"“{file.name}”超过20MB，请压缩后再传。", field=field)


def attach(
    issue: Issue, files: Sequence[File], kind: Evidence.Kind, *, by: User | None, at: datetime
) -> list[Evidence]:
    """Stores files with the digest of what is kept, for the issue's present round. Refused when a photo is none."""
    return [_attach(issue, file, kind, by, at) for file in files]


def _attach(issue: Issue, file: File, kind: Evidence.Kind, by: User | None, at: datetime) -> Evidence:
    kept = _kept(file, "minutes" if kind == Evidence.Kind.MINUTES else "files")
    digest = hashlib.sha256()
    for chunk in kept.chunks():
        digest.update(chunk)
    kept.seek(0)
    return Evidence.objects.create(
        issue=issue,
        kind=kind,
        file=kept,
        caption=PurePath(file.name or "").stem[:60],
        sha256=digest.hexdigest(),
        round=issue.round,
        added_at=at,
        added_by=by,
    )


def _kept(file: File, field: str) -> File:
    if _suffix(file) not in PICTURES:
        return file
    try:
        return ContentFile(cleaned(file.read()), name=f"{PurePath(file.name or '').stem}.jpg")
    except Refused as refused:
        raise Refused(f"“{file.name}”：{refused.sentence}", field=field) from refused


def _suffix(file: File) -> str:
    return PurePath(file.name or "").suffix.lower().lstrip(".")
