"""Addresses of an issue that hold on every surface: the one a notice carries, and its files."""

import mimetypes
from pathlib import PurePath

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from accounts.roles import GRANTS, Permission, Surface
from grids.scope import Scope
from issues.models import Evidence, Issue
from surfaces.doors import Visitor, needs

SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp", "application/pdf")
"""Types told to the browser; everything else is only bytes to save."""


@require_GET
@needs(Permission.ISSUE_VIEW)
def issue(request: Visitor, pk: int) -> HttpResponse:
    """To the issue on the surface of whoever opens it: the phone for people who work nowhere else."""
    get_object_or_404(Issue.objects.visible_to(request.user), pk=pk)
    surfaces = {GRANTS[role].surface for role in Scope.of(request.user).roles}
    return redirect("field:issue" if surfaces == {Surface.FIELD} else "console:issue", pk)


@require_GET
@needs(Permission.ISSUE_VIEW)
def file(request: Visitor, pk: int, file_pk: int) -> HttpResponseBase:
    """A piece of evidence, for whoever may read the issue; always as a download, whatever it claims to be."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user), pk=pk)
    evidence = get_object_or_404(Evidence, pk=file_pk, issue=issue)
    stored = str(evidence.file.name)
    guessed = mimetypes.guess_type(stored)[0]
    name = f"{issue.number or issue.pk}-{evidence.get_kind_display()}-{evidence.pk}{PurePath(stored).suffix}"
    try:
        content = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=True,
        filename=name,
        content_type=guessed if guessed in SHOWN_INLINE else "application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )
