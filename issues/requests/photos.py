"""Photos of a result or a signature: small, upright, silent about place and device."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files import File
from django.core.files.base import ContentFile

from accounts.errors import Refused
from accounts.models import User
from issues.models import RequestPhoto, ServiceRequest
from visits.photos import cleaned


def attach(
    request: ServiceRequest, files: Sequence[File], kind: RequestPhoto.Kind, *, by: User, at: datetime
) -> list[RequestPhoto]:
    """Keeps them for the request's present attempt. Refused when one is no photo."""
    return [_attach(request, file, kind, by, at) for file in files]


def _attach(request: ServiceRequest, file: File, kind: RequestPhoto.Kind, by: User, at: datetime) -> RequestPhoto:
    try:
        content = ContentFile(cleaned(file.read()), name=f"{request.number}.jpg")
    except Refused as refused:
        raise Refused(refused.sentence, field="files") from refused
    return RequestPhoto.objects.create(
        request=request, kind=kind, file=content, attempt=request.attempt, added_at=at, added_by=by
    )
