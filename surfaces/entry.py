"""Coming in: login, logout, the first password, the way to one's own surface, and the health page."""

from collections.abc import Callable

import redis
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.db import Error, connection
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import crypto, normal
from accounts.actions import change_password, log_access
from accounts.errors import Refused
from accounts.identities.configured import providers
from accounts.models import AccessLog, User
from surfaces.doors import Visitor, address, show, signed_in, unfinished
from surfaces.entry_forms import LoginForm, PasswordForm
from surfaces.sessions import landing
from surfaces.sign_in import proceed, safe
from workdays.now import now

REDIS_SECONDS = 2


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """Phone and password, or a provider's button. django-axes counts failures by phone and address and pauses after too
    many."""
    onward = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(safe(request, onward))
    form = LoginForm(request.POST or None)
    if form.is_valid():
        user = _known(request, form)
        if user:
            return proceed(request, user, "密码", onward)
        form.add_error(None, "手机号或密码不对，请再试一次。")
    known = {"form": form, "next": onward, "over": "over" in request.GET, "providers": providers().values()}
    return render(request, "accounts/login.html", known, status=422 if form.errors else 200)


def _known(request: HttpRequest, form: Form) -> User | None:
    """By the blind index, so that axes keeps no phone number in plain text."""
    index = crypto.blind_index(normal.phone(form.cleaned_data["phone"]))
    allowed = AxesProxyHandler.is_allowed(request, {"phone_index": index})
    user = authenticate(request, phone_index=index, password=form.cleaned_data["password"])
    if user is None and allowed:
        _log_failure(request, index)
    return user


def _log_failure(request: HttpRequest, index: str) -> None:
    """For the owner of the phone; who has no account has no log, and the page says the same to both."""
    owner = User.objects.filter(phone_index=index).first()
    if owner:
        said = "密码不对，已暂停登录" if getattr(request, "axes_locked_out", False) else "密码不对"
        log_access(action=AccessLog.Action.FAILURE, by=owner, at=now(), address=address(request), reason=said)


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        log_access(action=AccessLog.Action.LOGOUT, by=request.user, at=now(), address=address(request))
    logout(request)
    return redirect("login")


@sensitive_post_parameters()
@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def password_page(request: Visitor) -> HttpResponse:
    """A new password: the first login leads here, everybody may come back."""
    user = request.user
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        try:
            change_password(
                user=user,
                old=form.cleaned_data["old"],
                new=form.cleaned_data["new"],
                at=now(),
                keep=request.session.session_key or "",
                address=address(request),
            )
        except Refused as refused:
            show(refused, form)
        else:
            update_session_auth_hash(request, user)
            return redirect("home")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@signed_in
def home(request: Visitor) -> HttpResponse:
    """To the surface of the person's posts; 403 for an account without any."""
    first = unfinished(request.user)
    if first:
        return redirect(first)
    surface = landing(request.user)
    if surface is None:
        raise PermissionDenied
    return redirect(f"{surface}:home")


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
