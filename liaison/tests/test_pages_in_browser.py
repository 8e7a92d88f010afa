"""Every page of the house before a real browser: it fits four screens and twofold zoom, nothing complains, no stranger
is asked, and the judge of accessibility (axe-core, WCAG 2.1 AA) finds nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings as django_settings
from django.urls import reverse

from accounts.models import User
from liaison.tests.test_permissions import DOORS, session_of
from liaison.tests.two_counties import NOON, SMS_WORD, Counties

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = ((360, 740), (390, 844), (720, 450), (1440, 900), (1920, 1080))
"""The third is a desk's screen at a zoom of 200 %."""
DESK = (1440, 900)
JUDGED_AT = {"field": (390, 844), "public": (390, 844)}
"""Where people use a surface; the others are judged at a desk."""
AXE = Path(__file__).with_name("axe") / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
WHO = {"console": "couxyshm", "field": "msgco", "county": "oscf", "public": "a", "": "coham"}
"""By surface, whose page is looked at: the first who may open it."""

FAULTS = """async rules => {
    const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    return found.violations.map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(" | "));
}"""
TWICE = 200
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Eye:
    """Looks at pages as one person and keeps what was wrong with them."""

    def __init__(self, chromium: Any, origin: str, user: User | None) -> None:
        self.origin = origin
        self.context = chromium.new_context(locale="zh-CN")
        if user:
            key = {"name": django_settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": origin}
            self.context.add_cookies([key])
        self.page = self.context.new_page()
        self.wrong: list[tuple[str, str]] = []
        self.looked_at = ""
        self.page.on("console", lambda message: self.complain(message.text))
        self.page.on("pageerror", lambda error: self.complain(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))

    def complain(self, said: str) -> None:
        self.wrong.append((self.looked_at, said))

    def _asked(self, url: str) -> None:
        if urlsplit(url).netloc not in ("", urlsplit(self.origin).netloc):
            self.complain(f"asked {url}")

    def look(self, path: str, judged_at: tuple[int, int]) -> bool:
        """False when the address answers no page of its own (a file, JSON, a part of a page)."""
        self.looked_at = path
        answer = self.context.request.get(f"{self.origin}{path}")
        whole = answer.headers.get("content-type", "").startswith("text/html") and "<html" in answer.text()
        if answer.status != 200 or not whole:
            return False
        self.page.goto(f"{self.origin}{path}", wait_until="load")
        self._measure(judged_at)
        self.page.evaluate(AXE.read_text())
        for fault in self.page.evaluate(FAULTS, RULES):
            self.complain(fault)
        return True

    def squeeze(self, path: str) -> None:
        """On the narrowest phone alone."""
        self.looked_at = path
        self._size(SIZES[0])
        self.page.goto(f"{self.origin}{path}", wait_until="load")
        self._must_fit("the narrowest phone")

    def _measure(self, judged_at: tuple[int, int]) -> None:
        for size in SIZES:
            self._size(size)
            self._must_fit(f"{size[0]}×{size[1]}")
        self._size(judged_at)
        if judged_at != DESK:
            self._write(f"{TWICE}%")
            self._must_fit(f"{judged_at[0]}×{judged_at[1]} with letters of {TWICE} %")
            self._write("")

    def _must_fit(self, screen: str) -> None:
        wide = self.page.evaluate(OVERFLOW)
        if wide:
            self.complain(f"{wide} px too wide at {screen}")

    def _write(self, letters: str) -> None:
        """As a phone's own setting for the size of letters does."""
        self.page.evaluate("letters => { document.documentElement.style.fontSize = letters; }", letters)

    def _size(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})


@pytest.fixture
def counties(settings) -> Iterator[Counties]:
    settings.SMS_DOOR = SMS_WORD
    with time_machine.travel(NOON, tick=False):
        built = Counties()
        built.settle_here()
        yield built


def doors_of(surface: str) -> list[str]:
    return [name for name, door in DOORS.items() if "get" in door.methods and _surface(name) == surface]


def _surface(name: str) -> str:
    return name.partition(":")[0] if ":" in name else ""


@pytest.mark.parametrize("surface", WHO)
def test_every_page_fits_complains_of_nothing_and_is_open_to_everybody(chromium, live_server, counties, surface):
    eyes: dict[str, Eye] = {}
    seen = 0
    for name in doors_of(surface):
        who = next(letter for letter in WHO[surface] + DOORS[name].open_to if letter in DOORS[name].open_to)
        if who not in eyes:
            eyes[who] = Eye(chromium, live_server.url, counties.people()[who])
        seen += eyes[who].look(reverse(name, args=counties.things[DOORS[name].at]), JUDGED_AT.get(surface, DESK))
    wrong = [fault for eye in eyes.values() for fault in eye.wrong]
    for eye in eyes.values():
        eye.context.close()
    assert "\n".join(f"{path}: {said}" for path, said in wrong) == ""
    assert seen > len(doors_of(surface)) / 2


def test_every_page_of_the_phone_fits_with_the_largest_text(chromium, live_server, counties):
    User.objects.update(text_size=User.TextSize.LARGEST)
    eyes: dict[str, Eye] = {}
    for name in doors_of("field"):
        who = next(letter for letter in WHO["field"] + DOORS[name].open_to if letter in DOORS[name].open_to)
        if who not in eyes:
            eyes[who] = Eye(chromium, live_server.url, counties.people()[who])
        path = reverse(name, args=counties.things[DOORS[name].at])
        if eyes[who].context.request.get(f"{live_server.url}{path}").headers["content-type"].startswith("text/html"):
            eyes[who].squeeze(path)
    wrong = [fault for eye in eyes.values() for fault in eye.wrong]
    size = eyes["m"].page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    for eye in eyes.values():
        eye.context.close()
    assert "\n".join(f"{path}: {said}" for path, said in wrong) == ""
    assert size >= 30
