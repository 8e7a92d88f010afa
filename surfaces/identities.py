"""Signing in by an account elsewhere, and tying one to one's own.

The way out keeps a random `state` in the session; the way back is taken once, by the same browser, within ten minutes.
"""

import hmac
import secrets
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Refused
from accounts.identities import actions
from accounts.identities.configured import providers
from accounts.identities.provider import IdentityProvider
from accounts.models import User
from surfaces.doors import Visitor, address, signed_in
from surfaces.sign_in import proceed
from workdays.now import now, real_now

ASKED = "asked_provider"
STATE_SECONDS = 600
STATE_BYTES = 24
INSIDE = {"wecom": "wxwork"}
"""What the user agent of a provider's own app says of itself."""
TOO_LATE = "等待的时间太长，或这个页面已经用过，请重新点一次登录。"


@dataclass(frozen=True)
class Asked:
    """What we sent somebody away with. `link`: the pk of who ties an account to their own; 0 for signing in."""

    provider: str
    state: str
    until: float
    link: int
    onward: str


@never_cache
@require_GET
def leave_for(request: HttpRequest, name: str) -> HttpResponse:
    """To the provider, to sign in."""
    return _sent(request, _provider(name), 0, request.GET.get("next", ""))


@never_cache
@require_GET
@signed_in
def link(request: Visitor, name: str) -> HttpResponse:
    """To the provider, to tie the account there to mine."""
    return _sent(request, _provider(name), request.user.pk, "")


def _provider(name: str) -> IdentityProvider:
    found = providers().get(name)
    if found is None:
        raise Http404
    return found


def _sent(request: HttpRequest, provider: IdentityProvider, user: int, onward: str) -> HttpResponse:
    state = secrets.token_hex(STATE_BYTES)
    until = real_now().timestamp() + STATE_SECONDS
    request.session[ASKED] = asdict(Asked(provider.name, state, until, user, onward))
    back = f"{settings.ORIGIN}{reverse('provider_back', args=[provider.name])}"
    sign = INSIDE.get(provider.name)
    inside = bool(sign) and str(sign) in request.headers.get("User-Agent", "")
    return redirect(provider.address(back=back, state=state, inside=inside))


@never_cache
@require_GET
def come_back(request: HttpRequest, name: str) -> HttpResponse:
    """From the provider. Whatever goes wrong is a sentence on a page from which the password still serves."""
    provider = _provider(name)
    asked = _taken(request)
    linking = asked is not None and asked.link > 0
    try:
        if asked is None or not _fits(asked, provider, request):
            raise Refused(TOO_LATE)
        code = request.GET.get("code", "")
        if not code:
            raise Refused(f"您没有在{provider.label}里确认，所以没有登录。")
        return _linked(request, provider, asked, code) if linking else _signed_in(request, provider, asked, code)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("security" if linking and request.user.is_authenticated else "login")


def _taken(request: HttpRequest) -> Asked | None:
    """What was asked, once."""
    kept = request.session.pop(ASKED, None)
    return Asked(**kept) if kept else None


def _fits(asked: Asked, provider: IdentityProvider, request: HttpRequest) -> bool:
    same = hmac.compare_digest(asked.state.encode(), request.GET.get("state", "").encode())
    return same and asked.provider == provider.name and real_now().timestamp() < asked.until


def _signed_in(request: HttpRequest, provider: IdentityProvider, asked: Asked, code: str) -> HttpResponse:
    seen = provider.who(code=code)
    user = actions.recognise(provider=provider, seen=seen, by=None, at=now(), address=address(request))
    return proceed(request, user, provider.label, asked.onward)


def _linked(request: HttpRequest, provider: IdentityProvider, asked: Asked, code: str) -> HttpResponse:
    if not isinstance(request.user, User) or request.user.pk != asked.link:
        raise Refused("登录的人换了，没有绑定，请重新登录后再绑定。")
    seen = provider.who(code=code)
    user = request.user
    actions.link(user=user, provider=provider, seen=seen, by=user, at=now(), address=address(request))
    messages.success(request, f"{provider.label}已绑定，以后可以用它登录。")
    return redirect("security")


@require_POST
@signed_in
def unlink(request: Visitor, name: str) -> HttpResponse:
    provider, user = _provider(name), request.user
    try:
        actions.unlink(user=user, provider=name, label=provider.label, by=user, at=now(), address=address(request))
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"{provider.label}已解除绑定。")
    return redirect("security")
