"""A photo for the public board: only with the person's consent, taken down whenever they say so."""

from datetime import datetime

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.errors import Refused
from accounts.models import User
from accounts.verbs import verb
from rosters.models import Portrait
from rosters.people import Person, as_columns
from visits.photos import cleaned

SIDE = 240
"""Pixels on the longer side: a board with ten of them stays small."""


@verb
def show_portrait(*, person: Person, file: File | None, consented: bool, by: User, at: datetime) -> Portrait:
    """Keeps the photo, small and without metadata, instead of the one before."""
    if not consented:
        raise Refused("本人没有同意公开照片，不能上传。", field="consented")
    if file is None:
        raise Refused("请选择照片。", field="file")
    try:
        content = cleaned(file.read(), longest=SIDE)
    except Refused as refused:
        raise Refused(refused.sentence, field="file") from refused
    row, _ = Portrait.objects.update_or_create(
        **as_columns(person),
        defaults={"file": ContentFile(content, name=f"{by.pk}.jpg"), "added_by": by, "added_at": at},
    )
    return row


@verb
def drop_portrait(*, portrait: Portrait, by: User, at: datetime) -> None:
    """The row goes, and the file once that is certain."""
    file = portrait.file
    portrait.delete()
    transaction.on_commit(lambda: file.storage.delete(str(file.name)))
