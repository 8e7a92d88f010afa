"""A page fetched to be kept on the phone (static/js/offline-pack.js) leaves out what is not the person's own."""

from django.http import HttpRequest

PACK = "X-Day-Pack"


def for_keeping(request: HttpRequest) -> bool:
    return PACK in request.headers
