"""One page, one act: a form that has led on is not acted on again, whatever sends it a second time: a double press
without a script, a reload, the way back to a page the browser still holds, a second try on a bad line.

Each page that is rendered carries a token of its own against forgery ({% csrf_token %}); with the address and all that
was filled in it names one sending. That it arrived is saved with what it did or not at all, and a second sending at the
same moment waits for the first. Forms that led nowhere (mistakes, refusals) may come again as often as they like.
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
LONGEST = 200
AGAIN = "这一页的内容之前已经提交成功，没有重复办理。要再办一次，请重新打开再填。"


def once(request: HttpRequest, answer: Callable[[], R]) -> R | HttpResponse:
    sending = _sending(request)
    if sending is None:
        return answer()
    who = request.user if isinstance(request.user, User) else None
    with transaction.atomic():
        arrival, first = Arrival.objects.get_or_create(user=who, key=sending, defaults={"at": now()})
        if not first:
            return _again(request, arrival.led_to)
        given = answer()
        onward = given.headers.get("Location") or given.headers.get("HX-Redirect")
        if onward:
            Arrival.objects.filter(pk=arrival.pk).update(led_to=_plain(onward))
        else:
            arrival.delete()
    return given


def _sending(request: HttpRequest) -> UUID | None:
    token = request.POST.get("csrfmiddlewaretoken") or request.headers.get("X-CSRFToken")
    if request.method != "POST" or not token or QUEUE_KEY in request.headers:
        return None
    files = [(name, file.name, file.size) for name, all_of in request.FILES.lists() for file in all_of]
    whole = json.dumps([token, request.get_full_path(), list(request.POST.lists()), files])
    return UUID(bytes=hashlib.sha256(whole.encode()).digest()[:16])


def _plain(onward: str) -> str:
    """Without the query where somebody's name may stand in it."""
    return onward if len(onward) <= LONGEST and "q=" not in onward else urlsplit(onward).path


def _again(request: HttpRequest, onward: str) -> HttpResponse:
    messages.info(request, AGAIN)
    asked_by_htmx = request.headers.get("HX-Request")
    return HttpResponse(headers={"HX-Redirect": onward}) if asked_by_htmx else redirect(onward)
