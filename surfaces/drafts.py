"""What was typed outlives a failed send and an ended session: static/js/drafts.js keeps it until it arrived."""

from urllib.parse import quote, urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

COOKIE = "draft_done"
SECONDS = 300


def settle(request: HttpRequest, answer: HttpResponseBase) -> None:
    """A form that led on to another page has arrived: the next page reads the cookie and drops the draft. The cookie is
    readable by our script; it names a form, nothing of what was typed."""
    onward = answer.headers.get("Location") or answer.headers.get("HX-Redirect")
    if request.method == "POST" and onward and urlsplit(onward).path != reverse("login"):
        form = quote(request.get_full_path(), safe="/")
        answer.set_cookie(COOKIE, form, max_age=SECONDS, path="/", samesite="Lax", secure=request.is_secure())
