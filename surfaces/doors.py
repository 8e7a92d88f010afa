"""The doors of a surface: who may open a page, what happens at a refusal, and how one personal value is shown in full.

    @needs(Permission.ISSUE_VIEW)                 no account: sign-in; the right held nowhere: 403
    def page(request, pk):
        issue = get_object_or_404(Issue.objects.visible_to(request.user), pk=pk)    out of scope: 404
        must_cover(request, Permission.ISSUE_TRIAGE, issue)                         seen, but no right here: 403

A `Refused` that no form caught becomes a page with the sentence (409). Forms catch their own with `show`. A form that
comes a second time from the same page is not acted on again (surfaces.once).
"""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts import actions
from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.roles import Permission
from accounts.second_step import actions as second_step
from grids.scope import Scope
from surfaces import drafts
from surfaces.once import once
from workdays.now import now

P = ParamSpec("P")


class Visitor(HttpRequest):
    """A request behind the door: somebody with an account sent it."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[Visitor, P], HttpResponseBase]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs(*permissions: Permission) -> Callable[[View[P]], Guarded[P]]:
    """A page for people who hold one of these permissions somewhere; without any named, for everybody with a role."""

    def wrap(view: View[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return to_sign_in(request)
            first = unfinished(request.user)
            if first:
                return redirect(first)
            if not _may(Scope.of(request.user), permissions):
                raise PermissionDenied
            try:
                answer = once(request, lambda: view(cast(Visitor, request), *args, **kwargs))
            except Refused as refused:
                return refusal_page(request, refused)
            drafts.settle(request, answer)
            return answer

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return wrap


def signed_in(view: View[P]) -> Guarded[P]:
    """A page for everybody with an account, whatever their posts."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return to_sign_in(request)
        return view(cast(Visitor, request), *args, **kwargs)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there to the page that was asked for: after a form that was sent in vain, to the
    page it stood on."""
    onward = request.get_full_path() if request.method in ("GET", "HEAD") else back_to(request)
    login = redirect_to_login(onward)
    if getattr(request, "session_over", False):
        login["Location"] += "&over=1"
    return login


def unfinished(user: User) -> str | None:
    """The page a person must deal with before any other: the first password, then the second step where it is due."""
    if user.must_change:
        return "password"
    return "second_step" if second_step.owed(user, Scope.of(user).roles) else None


def _may(scope: Scope, permissions: tuple[Permission, ...]) -> bool:
    return any(map(scope.may, permissions)) if permissions else bool(scope.roles)


def must_cover(request: Visitor, permission: Permission, row: Any) -> None:
    """403 unless the permission reaches this row (anything with scope columns)."""
    if not Scope.of(request.user).covers(permission, row):
        raise PermissionDenied


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """What a person reads when a rule said no outside a form; a fragment for htmx. 403 when the right is missing."""
    template = "parts/refused.html" if request.headers.get("HX-Request") else "409.html"
    status = 403 if isinstance(refused, Forbidden) else 409
    return render(request, template, {"sentence": refused.sentence, "back": back_to(request)}, status=status)


def back_to(request: HttpRequest) -> str:
    """The page the person came from, when it is one of ours."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return "/"
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def show(refused: Refused, form: BaseForm) -> None:
    """Puts a refusal where the person can mend it: at the input it names, else at the top of the form."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, refused.sentence)


def address(request: HttpRequest) -> str | None:
    """Where the request came from, for the access log and the limits: the last address that a proxy of ours saw."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    seen = hops[-settings.PROXIES] if settings.PROXIES and len(hops) >= settings.PROXIES else ""
    for one in (seen, request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ipaddress.ip_address(one))
        except ValueError:
            continue
    return None


def reveal(request: Visitor, row: models.Model, field: str) -> HttpResponse:
    """One personal value in full, logged with the reason posted. The caller checked method, scope and right."""
    value = actions.reveal(
        row=row,
        field=field,
        reason=request.POST.get("reason", ""),
        by=request.user,
        at=now(),
        address=address(request),
    )
    return render(request, "parts/revealed.html", {"value": value})
