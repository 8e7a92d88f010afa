"""Addresses of an issue that hold on every surface: the one a notice carries, and its files."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from accounts.roles import GRANTS, Permission, Surface
from grids.scope import Scope
from issues.models import Evidence, Issue
from surfaces.doors import Visitor, needs
from surfaces.files import send


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
    """A piece of evidence, for whoever may read the issue."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user), pk=pk)
    evidence = get_object_or_404(Evidence, pk=file_pk, issue=issue)
    return send(evidence.file, f"{issue.number or issue.pk}-{evidence.get_kind_display()}-{evidence.pk}")
