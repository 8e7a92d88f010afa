"""From knowing who somebody is to letting them in: the second step, the log, the way on.

The password page and the providers both end in `proceed`.
"""

from dataclasses import asdict, dataclass

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.actions import log_access
from accounts.models import AccessLog, User
from accounts.second_step import actions as second_step
from surfaces.doors import address
from surfaces.sessions import note
from workdays.now import now, real_now

BACKEND = "django.contrib.auth.backends.ModelBackend"
HALF_IN = "half_in"
CODE_SECONDS = 300
"""How long after the first step the code may be given."""


@dataclass(frozen=True)
class HalfIn:
    """Somebody who took the first step; `way` is how: 密码, 企业微信."""

    user: int
    way: str
    onward: str
    until: float


def proceed(request: HttpRequest, user: User, way: str, onward: str) -> HttpResponse:
    """The first step is done: in, or on to the second for whoever has one."""
    if not second_step.enrolled(user):
        return enter(request, user, way, onward)
    request.session.cycle_key()
    until = real_now().timestamp() + CODE_SECONDS
    request.session[HALF_IN] = asdict(HalfIn(user.pk, way, onward, until))
    return redirect("login_code")


def half_in(request: HttpRequest) -> HalfIn | None:
    """Who waits at the second step; None when nobody does, or not any more."""
    kept = request.session.get(HALF_IN)
    waiting = HalfIn(**kept) if kept else None
    return waiting if waiting and real_now().timestamp() < waiting.until else None


def enter(request: HttpRequest, user: User, way: str, onward: str) -> HttpResponse:
    request.session.pop(HALF_IN, None)
    login(request, user, BACKEND)
    note(request, user)
    log_access(action=AccessLog.Action.LOGIN, by=user, at=now(), address=address(request), reason=way)
    return redirect("password" if user.must_change else safe(request, onward))


def safe(request: HttpRequest, onward: str) -> str:
    """The page asked for before the login when it is one of ours, else the home page."""
    ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if ours else "home"
