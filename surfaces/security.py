"""登录与安全: how I sign in, and where I am signed in."""

import hashlib
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import actions
from accounts.errors import Refused
from accounts.identities.configured import providers
from accounts.models import Session
from accounts.second_step import actions as second_step
from grids.scope import Scope
from surfaces.doors import Visitor, address, refusal_page, signed_in
from workdays.now import now, real_now


@dataclass(frozen=True)
class Place:
    """One sign-in of mine. `handle` names it in addresses without giving its key away."""

    handle: str
    session: Session
    here: bool


@never_cache
@require_GET
@signed_in
def overview(request: Visitor) -> HttpResponse:
    user = request.user
    known = {
        "enrolled": second_step.enrolled(user),
        "demanded": second_step.demanded(Scope.of(user).roles),
        "codes_left": user.backup_codes.filter(used_at=None).count(),
        "places": _places(request),
        "providers": _linked(request),
    }
    return render(request, "accounts/security.html", known)


def _places(request: Visitor) -> list[Place]:
    rows = request.user.sessions.filter(expire_date__gt=real_now()).order_by("-seen_at")
    mine = request.session.session_key
    return [Place(handle_of(row), row, row.session_key == mine) for row in rows]


def handle_of(row: Session) -> str:
    return hashlib.sha256(row.session_key.encode()).hexdigest()[:16]


def _linked(request: Visitor) -> list[dict[str, object]]:
    linked = {identity.provider: identity for identity in request.user.identities.all()}
    return [
        {"name": name, "label": provider.label, "identity": linked.get(name)} for name, provider in providers().items()
    ]


@require_POST
@signed_in
def end_session(request: Visitor, handle: str) -> HttpResponse:
    place = next((one for one in _places(request) if one.handle == handle), None)
    if place is None:
        raise Http404
    try:
        actions.end_session(session=place.session, by=request.user, at=now(), address=address(request))
    except Refused as refused:
        return refusal_page(request, refused)
    messages.success(request, f"{place.session.device}的登录已结束。")
    return redirect("security")


@require_POST
@signed_in
def end_others(request: Visitor) -> HttpResponse:
    keep = request.session.session_key or ""
    ended = actions.end_other_sessions(by=request.user, keep=keep, at=now(), address=address(request))
    messages.success(request, f"别处的{ended}个登录已结束。" if ended else "没有别处的登录。")
    return redirect("security")
