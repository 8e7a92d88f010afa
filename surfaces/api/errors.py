"""What an API caller reads when something is wrong: always JSON, always a sentence."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.errors import Forbidden, Refused

SENTENCES = {
    status.HTTP_401_UNAUTHORIZED: "请先登录。",
    status.HTTP_404_NOT_FOUND: "没有这条记录，或不在您的范围内。",
}


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal becomes 409 with its sentence (403 when the right is missing), the rest what DRF makes of it."""
    if isinstance(error, Refused):
        return Response({"detail": error.sentence, "field": error.field}, status=_status(error))
    if isinstance(error, Http404):
        error = exceptions.NotFound(SENTENCES[status.HTTP_404_NOT_FOUND])
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied("您没有这项权限。")
    elif isinstance(error, exceptions.NotAuthenticated):
        error = exceptions.NotAuthenticated(SENTENCES[status.HTTP_401_UNAUTHORIZED])
    return exception_handler(error, context)


def _status(error: Refused) -> int:
    return status.HTTP_403_FORBIDDEN if isinstance(error, Forbidden) else status.HTTP_409_CONFLICT
