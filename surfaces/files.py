"""How an uploaded file leaves the house: as a download, whatever it claims to be, and in nobody's cache."""

import mimetypes
from pathlib import PurePath

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp", "application/pdf")
"""Types told to the browser; everything else is only bytes to save."""


def send(file: FieldFile, name: str) -> FileResponse:
    """The caller checked who asks. `name` comes without its ending. 404 when the file is gone from the disk."""
    stored = str(file.name)
    guessed = mimetypes.guess_type(stored)[0]
    try:
        content = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=True,
        filename=f"{name}{PurePath(stored).suffix}",
        content_type=guessed if guessed in SHOWN_INLINE else "application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )
