"""By keyboard alone: the skip link comes first, every stop is seen, nothing holds one fast, and a job gets done."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from issues.models import Issue, IssueEvent
from issues.tests import walk
from surfaces.tests.field_cast import Patch, entered
from surfaces.tests.test_sign_in_in_browser import PASSWORD, with_password
from visits.models import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_STOPS = 150
PHONE, DESK = (390, 844), (1440, 900)
STOP = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const label = focused.matches("[type=radio], [type=checkbox]") && focused.closest("label") || focused;
    const box = label.getBoundingClientRect();
    const ring = [focused, label].map(each => getComputedStyle(each)).some(style =>
        (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none");
    const points = [[.5, .5], [.05, .5], [.95, .5], [.5, .1], [.5, .9]].map(([x, y]) =>
        document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
    const name = (label.innerText || focused.getAttribute("aria-label") || focused.name || focused.id || "").trim();
    return {
        name: name.split("\\n")[0], tag: focused.tagName.toLowerCase(), field: focused.name || "",
        value: focused.value || "", ring: ring,
        seen: points.some(there => there && (label.contains(there) || there.contains(label) && there !== document.body
            && !there.matches("html, main"))),
    };
}"""

BEYOND = """(document.getElementById("main").compareDocumentPosition(document.activeElement)
    & (Node.DOCUMENT_POSITION_CONTAINED_BY | Node.DOCUMENT_POSITION_FOLLOWING)) > 0"""


class Keys:
    """A person who never touches a mouse."""

    def __init__(self, chromium, origin: str, user: User | None, size: tuple[int, int]) -> None:
        self.origin = origin
        self.context = chromium.new_context(locale="zh-CN", viewport={"width": size[0], "height": size[1]})
        if user:
            session = entered(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
            self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": origin}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(15000)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.origin}{path}", wait_until="networkidle")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def stop(self) -> dict | None:
        """Where the next Tab leads; None at the end of the page."""
        self.press("Tab")
        at = self.page.evaluate(STOP)
        assert at is None or (at["ring"] and at["seen"]), f"{self.page.url}: {at} cannot be seen"
        return at

    def go_to(self, name: str) -> None:
        """By Tab, to a link, a button or an input that goes by this name."""
        for _ in range(MOST_STOPS):
            at = self.stop()
            if at and name in (at["name"], at["field"]):
                return
        raise AssertionError(f"{name} was never reached on {self.page.url}")

    def follow(self, name: str) -> None:
        self.go_to(name)
        with self.page.expect_navigation(wait_until="networkidle"):
            self.press("Enter")

    def say(self, name: str, text: str) -> None:
        self.go_to(name)
        self.page.keyboard.type(text)

    def stops(self) -> list[str]:
        """All of the page, in order."""
        found = []
        for _ in range(MOST_STOPS):
            at = self.stop()
            if at is None:
                return found
            found.append(at["name"])
        raise AssertionError(f"{self.page.url} holds the keyboard: {found[-6:]}")


@pytest.fixture
def keys(chromium, live_server):
    opened = []

    def take(user: User | None = None, size: tuple[int, int] = DESK) -> Keys:
        opened.append(Keys(chromium, live_server.url, user, size))
        return opened[-1]

    yield take
    for one in opened:
        one.context.close()


@pytest.fixture
def patch(cast) -> Patch:
    return Patch(cast)


def pages_of(surface: str, patch: Patch) -> tuple[User | None, tuple[int, int], list[str]]:
    cast, home = patch.cast, patch.cast.household
    if surface == "field":
        issue = walk.registered(cast)
        names = [("home", []), ("visit", [patch.mine.pk]), ("collect", []), ("issue", [issue.pk])]
        return cast.member, PHONE, [reverse(f"field:{name}", args=given) for name, given in names]
    if surface == "console":
        issue = walk.registered(cast)
        names = [("home", []), ("issues", []), ("issue", [issue.pk]), ("collect", []), ("household", [home.pk])]
        return cast.clerk, DESK, [reverse(f"console:{name}", args=given) for name, given in names]
    if surface == "county":
        return cast.county_officer, DESK, [reverse(f"county:{name}") for name in ("home", "funnel", "overdue")]
    names = [("household", [home.public_code]), ("raise", [home.public_code]), ("notices", [])]
    return None, PHONE, [reverse(f"public:{name}", args=given) for name, given in names]


@pytest.mark.parametrize("surface", ["console", "field", "county", "public"])
def test_every_stop_is_seen_the_first_skips_and_none_holds(keys, patch, surface):
    who, size, paths = pages_of(surface, patch)
    mine = keys(who, size)
    for path in paths:
        mine.open(path)
        assert mine.stops()[0] == "跳到正文"
        mine.open(path)
        mine.stop()
        mine.press("Enter")
        mine.stop()
        assert mine.page.evaluate(BEYOND), path


def test_a_clerk_signs_in_opens_an_issue_and_adds_to_it(keys, cast):
    issue = walk.registered(cast)
    mine = keys()
    mine.open(f"{reverse('login')}?next={reverse('console:issues')}")
    mine.page.keyboard.type(with_password(cast.clerk).phone)  # the first input waits for it
    mine.say("password", PASSWORD)
    with mine.page.expect_navigation(wait_until="networkidle"):
        mine.press("Enter")
    mine.press("j")
    mine.press("Enter")
    mine.page.locator("#pane").get_by_role("link", name="补充说明").wait_for()
    mine.go_to("补充说明")
    mine.press("Enter")
    mine.page.locator("dialog[open] textarea").wait_for()
    mine.say("note", "已到现场看过")
    with mine.page.expect_navigation(wait_until="networkidle"):
        mine.go_to("补充说明")
        mine.press("Enter")
    assert IssueEvent.objects.get(issue=issue, name="comment").note == "已到现场看过"


def test_escape_leaves_a_dialog_and_comes_back_to_what_opened_it(keys, cast):
    mine = keys(cast.clerk)
    mine.open(reverse("console:issue", args=[walk.registered(cast).pk]))
    mine.go_to("补充说明")
    mine.press("Enter")
    mine.page.locator("dialog[open] textarea").wait_for()
    mine.press("Escape")
    mine.page.locator("dialog[open]").wait_for(state="detached")
    assert mine.page.evaluate("document.activeElement.textContent.trim()") == "补充说明"


def test_a_member_records_a_visit(keys, patch):
    mine = keys(patch.cast.member, PHONE)
    mine.open(reverse("field:household", args=[patch.mine.pk]))
    mine.follow("记走访")
    mine.go_to("outcome")
    mine.press("Space")
    mine.go_to("保存走访")
    mine.press("Enter")
    mine.page.get_by_text("走访已保存").wait_for()
    assert Visit.objects.get().outcome == "met"


def test_a_resident_raises_a_matter(keys, cast):
    mine = keys(None, PHONE)
    mine.open(reverse("public:household", args=[cast.household.public_code]))
    mine.follow("反映一件事")
    mine.say("title", "村口路灯不亮")
    mine.follow("提交")
    assert Issue.objects.get().title == "村口路灯不亮"
