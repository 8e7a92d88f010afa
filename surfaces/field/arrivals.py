"""A form out of the phone's queue (static/js/offline-queue.js): accepted once, only from whom it is, at its own time.

The queue sends the form as the page would, with headers: which form it is, whose, and when it was done. It is answered
with data instead of a redirect; a form with mistakes and a refusal come as the usual page with the usual status.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from surfaces.doors import Visitor
from surfaces.once import QUEUE_KEY, arrive

PERSON = "X-Queue-Person"
DONE, SENT = "X-Queue-Done", "X-Queue-Sent"
"""Milliseconds by the phone's clock: when the button was pressed, and when this was sent."""
SHOWN = "X-Queue-Shown"
"""Somebody looks at the page and goes on to the next one, which says what was done."""
OLDEST = timedelta(days=30)
P = ParamSpec("P")


def settles(
    view: Callable[Concatenate[Visitor, P], HttpResponseBase],
) -> Callable[Concatenate[Visitor, P], HttpResponseBase]:
    """A form out of the phone's queue is accepted once and answered as data; every other request goes to the view."""

    @wraps(view)
    def settled(request: Visitor, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and QUEUE_KEY in request.headers:
            return _once(request, lambda: view(request, *args, **kwargs))
        return view(request, *args, **kwargs)

    return settled


def _once(request: Visitor, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What the form did and that it arrived are saved together or not at all, so that a second send finds the first."""
    key = _uuid(request.headers[QUEUE_KEY])
    if key is None:
        return HttpResponse(status=400)
    if request.headers.get(PERSON) != str(request.user.pk):
        return JsonResponse({"state": "other person"}, status=401)
    given, led_to = arrive(request.user, key, answer, undo=True)
    if given is None:
        return _accepted(led_to, "之前已经保存，没有重复记。", again=True)
    return _accepted(led_to, _said(request), again=False) if led_to else given


def _accepted(url: str, said: str, *, again: bool) -> JsonResponse:
    return JsonResponse({"state": "saved", "url": url, "said": said, "again": again})


def _said(request: Visitor) -> str:
    """Taken out of the pages to come, unless one of them follows at once."""
    if SHOWN in request.headers:
        return ""
    return "".join(str(message) for message in messages.get_messages(request))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def done_at(request: Visitor, at: datetime) -> datetime:
    """When the button was pressed, by our clock: how far the phone's own is off does not matter. Never in the future
    and at most 30 days back."""
    done, sent = _moment(request.headers.get(DONE, "")), _moment(request.headers.get(SENT, ""))
    if done is None or sent is None:
        return at
    return at - min(max(sent - done, timedelta()), OLDEST)


def _moment(milliseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
