"""What every template knows: which surface it is on, its menu for this person, and the time of the request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from grids.scope import Scope
from surfaces import words
from surfaces.help.pages import told_of
from surfaces.navigation import COUNT_CAP, NAVIGATION, SWITCHES, Entry
from workdays.now import now


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str
    count: str
    current: bool


@dataclass(frozen=True)
class Menu:
    label: str
    items: list[Item]


def surface(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    name = _surface_name(request)
    known = {"surface": name, "now": now(), "nav": [], "switches": [], "place": ""}
    user = getattr(request, "user", None)
    if isinstance(user, User):
        known |= {
            "nav": _menus(name, user, request.path),
            "switches": _items((entry for entry in SWITCHES if entry.surface != name), user),
            "place": _place(user),
            "help_url": _help(name, request),
        }
    return known


def _place(user: User) -> str:
    """Where and as what this person works: 水南镇 乡镇经办."""
    posting = next(iter(Scope.of(user).postings), None)
    return f"{posting.grid.name} {posting.get_role_display()}" if posting else ""


def _help(name: str, request: HttpRequest) -> str | None:
    """What the manual says of this page, or all of the manual where it says nothing."""
    told = told_of(request.resolver_match)
    return _url(f"{name}:help_page", told) if told else _url(f"{name}:help")


def _surface_name(request: HttpRequest) -> str:
    """The URL namespace; pages outside the four surfaces (sign-in, errors) look like the public one."""
    match = request.resolver_match
    namespace = match.namespaces[0] if match and match.namespaces else ""
    return namespace if namespace in NAVIGATION else "public"


def _menus(name: str, user: User, path: str) -> list[Menu]:
    here = _here(name, path)
    groups = [Menu(group.label, _items(group.entries, user, here)) for group in NAVIGATION[name]]
    return [group for group in groups if group.items]


def _here(name: str, path: str) -> str:
    """The address of the entry nearest above the page. A home is above every page, so it counts only as itself."""
    entries = [entry for group in NAVIGATION[name] for entry in group.entries]
    above = [url for entry in entries if (url := _url(entry.url_name)) and path.startswith(url)]
    return max((url for url in above if path == url or url != _url(f"{name}:home")), key=len, default="")


def _items(entries: Iterable[Entry], user: User, here: str = "") -> list[Item]:
    return [
        Item(entry.label, url, entry.icon, _count(entry, user), url == here)
        for entry in entries
        if (url := _url(entry.url_name)) and _open(entry, user)
    ]


def _count(entry: Entry, user: User) -> str:
    """How many wait, 99+ at most; empty where nothing waits."""
    waiting = entry.count(user) if entry.count else 0
    return words.counted(waiting, COUNT_CAP) if waiting else ""


def _open(entry: Entry, user: User) -> bool:
    return entry.permission is None or Scope.of(user).may(entry.permission)


def _url(name: str, *args: str) -> str | None:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None
