"""One page, one act: a form that has led on is not acted on again, whatever sends it a second time: a double press
without a script, a reload, the way back, a second try on a bad line.

Each page that is rendered carries a token of its own against forgery ({% csrf_token %}); with the address and all that
was filled in it names one sending. A page that the browser asked for anew on the way back goes by the token of the
page that stood there before (static/js/forms.js). That a form arrived is saved with what it did or not at all, and a
second sending at the same moment waits for the first.
"""

import hashlib
import json
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.models import Arrival, User
from workdays.now import now

R = TypeVar("R", bound=HttpResponseBase)
QUEUE_KEY = "X-Queue-Key"
"""A form out of a phone's queue has a key of its own (surfaces.field.arrivals)."""
TOKEN, PAGE = "csrfmiddlewaretoken", "sent_from"
OF_THE_PAGE = (TOKEN, PAGE, "client_id")
"""What a page puts into its form by itself, and puts in differently when it is rendered anew. `seen`, the state of a
thing when the page was rendered, is of the page as well, under many names."""
LONGEST = 200
AGAIN = "这一页的内容之前已经提交成功，没有重复办理。要再办一次，请重新打开再填。"


def once(request: HttpRequest, answer: Callable[[], R]) -> R | HttpResponse:
    """Forms that led nowhere (mistakes, refusals) may come again as often as they like."""
    sending = _sending(request)
    if sending is None:
        return answer()
    who = request.user if isinstance(request.user, User) else None
    given, led_to = arrive(who, sending, answer, undo=False)
    return _again(request, led_to) if given is None else given


def arrive(who: User | None, key: UUID, answer: Callable[[], R], *, undo: bool) -> tuple[R | None, str]:
    """The answer and where it leads; no answer when the form had arrived before. One that leads nowhere has not
    arrived; with `undo` nothing that it did stays."""
    with transaction.atomic():
        arrival, first = Arrival.objects.get_or_create(user=who, key=key, defaults={"at": now()})
        if not first:
            return None, arrival.led_to
        given = answer()
        onward = given.headers.get("Location") or given.headers.get("HX-Redirect") or ""
        if onward:
            Arrival.objects.filter(pk=arrival.pk).update(led_to=_plain(onward))
        elif undo:
            transaction.set_rollback(True)
        else:
            arrival.delete()
    return given, onward


def _sending(request: HttpRequest) -> UUID | None:
    page = request.POST.get(PAGE) or request.POST.get(TOKEN) or request.headers.get("X-CSRFToken")
    if request.method != "POST" or not page or QUEUE_KEY in request.headers:
        return None
    typed = [(name, all_of) for name, all_of in request.POST.lists() if not _of_the_page(name)]
    files = [(name, file.name, file.size) for name, all_of in request.FILES.lists() for file in all_of]
    whole = json.dumps([page, request.get_full_path(), typed, files])
    return UUID(bytes=hashlib.sha256(whole.encode()).digest()[:16])


def _of_the_page(name: str) -> bool:
    return name in OF_THE_PAGE or name.startswith("seen")


def _plain(onward: str) -> str:
    """Without the query where somebody's name may stand in it."""
    return onward if len(onward) <= LONGEST and "q=" not in onward else urlsplit(onward).path


def _again(request: HttpRequest, onward: str) -> HttpResponse:
    messages.info(request, AGAIN)
    asked_by_htmx = request.headers.get("HX-Request")
    return HttpResponse(headers={"HX-Redirect": onward}) if asked_by_htmx else redirect(onward)
