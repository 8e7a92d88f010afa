"""帮助: what the manual says about a page, a whole chapter, and the way to all of them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_GET

from grids.scope import Scope
from surfaces.doors import Visitor, back_to, needs
from surfaces.field.keeping import for_keeping
from surfaces.help import guides, manual, pages

FIRST = "steps"
"""The chapter for everybody who is new."""


@require_GET
@needs()
def contents(request: Visitor) -> HttpResponse:
    roles = Scope.of(request.user).roles
    mine = [one for one in manual.CHAPTERS.values() if one.slug == FIRST or one.roles & roles]
    others = [one for one in manual.CHAPTERS.values() if one not in mine]
    known = {"mine": mine, "others": others, "guide": guides.of(request.user, _surface(request))}
    return render(request, "help/contents.html", known)


@require_GET
@needs()
def chapter(request: Visitor, slug: str) -> HttpResponse:
    if slug not in manual.CHAPTERS:
        raise Http404
    found = manual.CHAPTERS[slug]
    html = manual.rendered(found.text(), _surface(request))
    return render(request, "help/chapter.html", {"chapter": found, "html": html, "back": back_to(request)})


@require_GET
@needs()
def beside(request: Visitor, page: str) -> HttpResponse:
    """The sections about one page; without a frame where a page opens them at its side."""
    if page not in pages.TOLD:
        raise Http404
    surface = _surface(request)
    told = pages.told_to(page, Scope.of(request.user).roles)
    html = [(one.chapter, manual.rendered(manual.section(one.chapter, one.heading), surface)) for one in told]
    known = {"sections": html, "back": _back(request)}
    return render(request, "help/sections.html" if request.htmx else "help/beside.html", known)


def _back(request: Visitor) -> str:
    """To the page that was left; what a phone keeps for the day was fetched from anywhere and leads home."""
    return reverse(f"{_surface(request)}:home") if for_keeping(request) else back_to(request)


def _surface(request: Visitor) -> str:
    assert request.resolver_match
    return request.resolver_match.namespace


def addresses() -> list[URLPattern]:
    """The same on every surface, each in its own dress."""
    return [
        path("help/", contents, name="help"),
        path("help/of/<str:page>/", beside, name="help_page"),
        path("help/<slug:slug>/", chapter, name="help_chapter"),
    ]
