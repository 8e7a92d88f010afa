"""The field surface without a signal: the service worker, what a phone keeps for the day, and the page of its queue.

A phone keeps pages of its person's own day only: the lists and the households they look after, sealed with a key that
the server gives to whoever is signed in. static/js/offline-store.js seals, offline-pack.js fetches, the worker serves.
"""

import base64
import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.crypto import phone_key
from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from surfaces.doors import Visitor, needs
from surfaces.field import households, work

LIBRARIES = ("vendor/idb/umd.js", "js/offline-store.js")
"""What the worker shares with the pages."""
WORKER = "js/offline-worker.js"
SHELL = (
    "css/tokens.css",
    "css/parts.css",
    "css/field.css",
    "img/logo.svg",
    "img/icons.svg",
    "img/favicon-32.png",
    "img/icon-192.png",
    "manifest.webmanifest",
    "vendor/htmx/htmx.min.js",
    "js/dialogs.js",
    "js/toasts.js",
    "js/narrow.js",
    "js/forms.js",
    "js/field.js",
    "js/form-values.js",
    "js/photo-shrink.js",
    "js/signature.js",
    "js/drafts.js",
    "js/offline-drafts.js",
    "js/offline-send.js",
    "js/offline-queue.js",
    "js/offline-pack.js",
    "js/offline-line.js",
    "js/offline-leave.js",
    "js/install.js",
    *LIBRARIES,
)
"""Static files of every field page; nothing of anybody."""
HELPED = ("home", "households", "household", "visit", "collect", "trigger", "queue", "me")
"""Pages of the day whose help is kept with them."""
FRESH_LISTS, FRESH_HOMES = 15 * 60, 6 * 3600
"""Seconds after which a phone with a signal fetches a page of its day again."""


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker at the root of the site. It changes when any file it keeps changes, and browsers ask for it
    anew each time."""
    head = f"const VERSION = {json.dumps(version())};\nconst SHELL = {json.dumps(_shell())};\n"
    head += f"const OFFLINE_PAGE = {json.dumps(reverse('field:offline'))};\n"
    shared = ", ".join(json.dumps(static(name)) for name in LIBRARIES)
    body = f"{head}importScripts({shared});\n{_source(WORKER).decode()}"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def _shell() -> list[str]:
    return [reverse("field:offline"), *(static(name) for name in SHELL)]


@lru_cache(maxsize=1)
def version() -> str:
    """A hash over everything the worker keeps, and over itself."""
    digest = hashlib.sha256()
    for name in (*SHELL, WORKER):
        digest.update(_source(name))
    digest.update((settings.BASE_DIR / "templates" / "field" / "offline.html").read_bytes())
    return digest.hexdigest()[:16]


def _source(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str), f"no static file {name}"
    return Path(found).read_bytes()


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What stands in for a page that is not on the phone. It is kept in clear, so it names nobody."""
    return render(request, "field/offline.html")


@require_GET
@needs()
def queue(request: Visitor) -> HttpResponse:
    """待发送: filled by the phone, which alone knows."""
    return render(request, "field/queue.html")


@never_cache
@require_GET
@needs()
def day(request: Visitor) -> JsonResponse:
    """Who is signed in, the key of their data on this phone, a token for its forms, and the pages of their day."""
    user = request.user
    return JsonResponse(
        {
            "person": user.pk,
            "key": base64.b64encode(phone_key(user.pk)).decode(),
            "csrfmiddlewaretoken": get_token(request),
            "hours": settings.OFFLINE_HOURS,
            "bytes": settings.OFFLINE_BYTES,
            "version": f"{version()}{user.text_size}",
            "pages": [*_lists(user), *_homes(user), *_helps()],
        }
    )


def _lists(user: User) -> list[dict[str, object]]:
    """Of what is mine. A list is followed on to its next page as long as there is one."""
    found = [reverse("field:home"), reverse("field:queue"), reverse("field:me")]
    scope = Scope.of(user)
    if scope.may(Permission.HOUSEHOLD_VIEW) and work.mine(user).exists():
        base = reverse("field:households")
        found += [base, *(f"{base}?list={name}" for name in households.MINE)]
    if scope.may(Permission.ISSUE_COLLECT):
        found.append(reverse("field:collect"))
    return [{"url": url, "fresh": FRESH_LISTS, "list": True} for url in found]


def _homes(user: User) -> list[dict[str, object]]:
    """The households I look after, the first due before the others, with the forms filled in there."""
    pairings = work.mine(user).order_by(*households.BY_DUE)
    homes = list(dict.fromkeys(one.household_id for one in pairings if one.household_id))
    chosen = homes[: settings.OFFLINE_HOUSEHOLDS]
    return [{"url": url, "fresh": FRESH_HOMES, "list": False} for pk in chosen for url in _of_household(user, pk)]


def _helps() -> list[dict[str, object]]:
    """What the manual says of the pages above."""
    urls = [reverse("field:help_page", args=[f"field:{name}"]) for name in HELPED]
    return [{"url": url, "fresh": FRESH_HOMES, "list": False} for url in urls]


def _of_household(user: User, pk: int) -> list[str]:
    scope = Scope.of(user)
    found = [reverse("field:household", args=[pk])]
    if scope.may(Permission.VISIT_RECORD):
        found += [reverse("field:visit", args=[pk]), reverse("field:trigger", args=[pk])]
    if scope.may(Permission.ISSUE_COLLECT):
        found.append(f"{reverse('field:collect')}?household={pk}")
    return found
