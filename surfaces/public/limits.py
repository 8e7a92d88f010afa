"""How often strangers may try. Counted in Redis, by what is tried and from where."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from surfaces import drafts
from surfaces.doors import address
from surfaces.once import once

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True)
class Limit:
    """At most `most` tries of one kind within `seconds`, counted from the first."""

    kind: str
    most: int
    seconds: int

    def used_up(self, who: str) -> bool:
        return int(cache.get(self._key(who), 0)) >= self.most

    def count(self, who: str) -> None:
        key = self._key(who)
        if not cache.add(key, 1, self.seconds):
            cache.incr(key)

    def sentence(self) -> str:
        return f"试的次数太多了，请{self.seconds // 60}分钟后再来；急事请直接给联户党员打电话。"

    def _key(self, who: str) -> str:
        return f"public:{self.kind}:{who}"


GUESSES = Limit("guess", 20, 600)
RAISED = Limit("raise", 6, 3600)
ORDERED = Limit("order", 6, 3600)
WISHED = Limit("wish", 12, 3600)
OBJECTED = Limit("object", 10, 3600)
LOOKED_UP = Limit("lookup", 5, 3600)


def guessing_proof(page: Page[P]) -> Page[P]:
    """Counts the unknown codes an address asks for, and stops it for a while after too many. The door of these pages: a
    form that comes a second time from the same page is not acted on again, and one that has arrived is no draft."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        who = address(request) or ""
        if GUESSES.used_up(who):
            return too_often(request, GUESSES)
        try:
            answer = once(request, lambda: page(request, *args, **kwargs))
        except Http404:
            GUESSES.count(who)
            return render(request, "public/unknown.html", status=404)
        drafts.settle(request, answer)
        return answer

    return guarded


def too_often(request: HttpRequest, limit: Limit) -> HttpResponse:
    answer = render(request, "public/wait.html", {"sentence": limit.sentence()}, status=429)
    answer["Retry-After"] = str(limit.seconds)
    return answer
