"""What was typed outlives a failed send: static/js/field-draft.js keeps it on the phone until told that it arrived."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from surfaces.doors import Visitor
from surfaces.field import arrivals

P = ParamSpec("P")
COOKIE = "draft_done"
SECONDS = 300


def settles(
    view: Callable[Concatenate[Visitor, P], HttpResponseBase],
) -> Callable[Concatenate[Visitor, P], HttpResponseBase]:
    """A form that led on to another page has arrived: the next page reads the cookie and drops the draft. A form out of
    the phone's queue is accepted once and answered as data (surfaces.field.arrivals)."""

    @wraps(view)
    def settled(request: Visitor, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if arrivals.queued(request):
            return arrivals.once(request, lambda: view(request, *args, **kwargs))
        answer = view(request, *args, **kwargs)
        if request.method == "POST" and answer.status_code == 302:
            _tell(request, answer)
        return answer

    return settled


def _tell(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Readable by our script; it names a form, nothing of what was typed."""
    form = quote(request.get_full_path(), safe="/")
    answer.set_cookie(COOKIE, form, max_age=SECONDS, path="/", samesite="Lax", secure=request.is_secure())
