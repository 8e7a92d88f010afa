"""Coming in: login, logout, the first password, the way to one's own surface, and the health page."""

from collections.abc import Callable
from typing import cast

import redis
from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import Error, connection
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import crypto, normal
from accounts.actions import change_password, log_access
from accounts.errors import Refused
from accounts.models import AccessLog, User
from accounts.roles import GRANTS, Surface
from grids.scope import Scope
from surfaces.doors import address, show
from surfaces.entry_forms import LoginForm, PasswordForm
from workdays.now import now

LANDINGS = (Surface.COUNTY, Surface.CONSOLE, Surface.FIELD)
"""Who holds posts on several surfaces lands on the first of them."""
REDIS_SECONDS = 2


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """Phone and password. django-axes counts failures by phone and address and pauses after too many."""
    onward = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(_safe(request, onward))
    form = LoginForm(request.POST or None)
    if form.is_valid():
        user = _known(request, form)
        if user:
            login(request, user)
            _log(request, AccessLog.Action.LOGIN, user)
            return redirect("password" if user.must_change else _safe(request, onward))
        form.add_error(None, "手机号或密码不对，请再试一次。")
    return render(request, "accounts/login.html", {"form": form, "next": onward}, status=422 if form.errors else 200)


def _known(request: HttpRequest, form: Form) -> User | None:
    """By the blind index, so that axes keeps no phone number in plain text."""
    index = crypto.blind_index(normal.phone(form.cleaned_data["phone"]))
    return authenticate(request, phone_index=index, password=form.cleaned_data["password"])


def _safe(request: HttpRequest, onward: str) -> str:
    """The page asked for before the login when it is one of ours, else the home page."""
    ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if ours else "home"


def _log(request: HttpRequest, action: AccessLog.Action, user: User) -> None:
    log_access(action=action, by=user, at=now(), address=address(request))


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        _log(request, AccessLog.Action.LOGOUT, request.user)
    logout(request)
    return redirect("login")


@sensitive_post_parameters()
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def password_page(request: HttpRequest) -> HttpResponse:
    """A new password: the first login leads here, everybody may come back."""
    user = cast(User, request.user)
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        try:
            change_password(user=user, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
        except Refused as refused:
            show(refused, form)
        else:
            update_session_auth_hash(request, user)
            return redirect("home")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the surface of the person's posts; 403 for an account without any."""
    user = cast(User, request.user)
    if user.must_change:
        return redirect("password")
    surfaces = {GRANTS[role].surface for role in Scope.of(user).roles}
    if not surfaces:
        raise PermissionDenied
    return redirect(next(f"{surface}:home" for surface in LANDINGS if surface in surfaces))


@never_cache
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database and Redis answer, else 503; says which, never why."""
    parts = {"database": _answers(_ask_database), "redis": _answers(_ask_redis)}
    well = all(parts.values())
    return JsonResponse({"ok": well, **parts}, status=200 if well else 503)


def _answers(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except (Error, redis.RedisError):
        return False
    return True


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis() -> None:
    with redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
    ) as client:
        client.ping()
