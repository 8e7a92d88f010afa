"""What I was told, newest first: the same on every surface, each in its own dress (`<surface>/inbox.html`)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from notices.actions import mark_read
from notices.models import Notice
from surfaces import paging
from surfaces.doors import Visitor, needs
from workdays.now import now


@require_GET
@needs()
def inbox(request: Visitor) -> HttpResponse:
    mine = Notice.objects.visible_to(request.user)
    page = paging.page(request, mine, order=("-created_at", "-id"))
    return render(request, f"{_surface(request)}/inbox.html", {"page": page, "unread": mine.unread().exists()})


@require_POST
@needs()
def open_notice(request: Visitor, pk: int) -> HttpResponse:
    """Marks one notice read and goes where it points."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    mark_read(by=request.user, at=now(), pk=notice.pk)
    ours = url_has_allowed_host_and_scheme(notice.link, {request.get_host()})
    return redirect(notice.link if ours else f"{_surface(request)}:inbox")


@require_POST
@needs()
def read_all(request: Visitor) -> HttpResponse:
    mark_read(by=request.user, at=now())
    return redirect(f"{_surface(request)}:inbox")


def _surface(request: Visitor) -> str:
    assert request.resolver_match
    return request.resolver_match.namespace
