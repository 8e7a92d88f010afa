"""How long somebody stays signed in, and what their list of sign-ins shows.

A session belongs to the surface on which the person's posts land: shorter at a desk, longer on a phone
(settings.SESSION_LIMITS). When it has ended, `request.session_over` lets the door say so at the sign-in page.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from accounts.roles import GRANTS, Surface
from accounts.sessions import ABOUT
from grids.scope import Scope
from surfaces.doors import address
from workdays.now import real_now

LANDINGS = (Surface.COUNTY, Surface.CONSOLE, Surface.FIELD)
"""Who holds posts on several surfaces lands on the first of them."""
NOTED_EVERY = 60
"""Seconds between two notes of use; every note is a write."""
APPS = (
    ("wxwork", "企业微信"),
    ("DingTalk", "钉钉"),
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def landing(user: User) -> Surface | None:
    """The surface of a person's posts; None without any."""
    surfaces = {GRANTS[role].surface for role in Scope.of(user).roles}
    return next((surface for surface in LANDINGS if surface in surfaces), None)


def device(agent: str) -> str:
    """What a person recognises their own machine by: 手机 企业微信."""
    kind = "手机" if re.search("Android|iPhone|Mobile", agent) else "电脑"
    return f"{kind} {next((label for sign, label in APPS if sign in agent), '其他浏览器')}"


class SessionLimits:
    """Middleware, right after the one that knows the user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.session_over = False  # type: ignore[attr-defined]
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            self._look(request)
        return self.get_response(request)

    def _look(self, request: HttpRequest) -> None:
        user = request.user
        about = request.session.get(ABOUT)
        if not isinstance(user, User):
            request.session_over = request.session.is_empty()  # type: ignore[attr-defined]
        elif about and _over(about):
            request.session.flush()
            request.user = AnonymousUser()
            request.session_over = True  # type: ignore[attr-defined]
        else:
            note(request, user)


def _over(about: dict[str, Any]) -> bool:
    idle, absolute = settings.SESSION_LIMITS[about["surface"]]
    at = real_now().timestamp()
    return bool(at - about["seen"] > idle or at - about["since"] > absolute)


def note(request: HttpRequest, user: User) -> None:
    """Keeps in the session who uses it from where, and when it was used last."""
    at, about = real_now().timestamp(), request.session.get(ABOUT)
    if about is None:
        agent = request.headers.get("User-Agent", "")
        surface = landing(user) or Surface.CONSOLE
        known = {"since": at, "address": address(request), "device": device(agent), "surface": surface.value}
        request.session[ABOUT] = {**known, "seen": at}
    elif at - about["seen"] > NOTED_EVERY:
        request.session[ABOUT] = {**about, "seen": at}
