"""Whatever a browser does to a form: left and come back to, it still holds what was typed; pressed twice, reloaded, or
filled in the same way after the way back, it acts once. What a browser without scripts sends twice is in test_once, and
that an ended session keeps it in test_sign_in_in_browser."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from exchange.models import Job
from issues.models import Issue, IssueEvent
from issues.tests import walk
from surfaces.once import AGAIN
from surfaces.tests.field_cast import Patch, entered
from visits.models import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOUND = "上次没有发出去的内容已经找回来了"
AN_ISSUE = re.compile(r"/console/issues/\d+/$")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


class Screen:
    def __init__(self, chromium, origin: str, user, size) -> None:
        self.origin = origin
        self.context = chromium.new_context(locale="zh-CN", viewport=size)
        if user:
            session = entered(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
            self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": origin}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(15000)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.origin}{path}", wait_until="networkidle")

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state("networkidle")

    def back(self) -> None:
        self.page.go_back(wait_until="networkidle")

    def forgets_pages(self) -> None:
        """As a browser short of memory: on the way back every page is asked for anew, with another token."""
        self.context.new_cdp_session(self.page).send("Network.setCacheDisabled", {"cacheDisabled": True})

    def press(self, name: str, leads_to: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_url(leads_to)
        self.page.wait_for_load_state("networkidle")

    def again(self, fill_in, name: str, leads_to: str | re.Pattern[str]) -> None:
        """Sends a form that stands open, reloads where it led, comes back, and sends the same once more."""
        self.forgets_pages()
        fill_in(self.page)
        self.press(name, leads_to)
        self.page.reload(wait_until="networkidle")
        self.back()
        fill_in(self.page)
        self.press(name, leads_to)

    def holds(self, name: str) -> str:
        return self.page.locator(f"main form [name={name}]").input_value()

    def press_twice(self, name: str, leads_to: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name, exact=True).dblclick()
        self.page.wait_for_url(leads_to)
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def screen(chromium, live_server):
    opened = []

    def take(user=None, size=DESK) -> Screen:
        opened.append(Screen(chromium, live_server.url, user, size))
        return opened[-1]

    yield take
    for one in opened:
        one.context.close()


def test_a_resident_comes_back_to_what_was_typed_and_raises_it_once(screen, cast):
    mine = screen(size=PHONE)
    form = reverse("public:raise", args=[cast.household.public_code])
    mine.open(form)
    mine.page.fill("[name=title]", "村口路灯不亮")
    mine.follow("公示栏")
    mine.back()
    expect(mine.page.locator("main form [name=title]")).to_have_value("村口路灯不亮")
    mine.open(form)
    mine.page.get_by_text(FOUND).wait_for()
    assert mine.holds("title") == "村口路灯不亮"
    mine.press_twice("提交", "**/i/*/")
    mine.page.reload()
    assert Issue.objects.get().title == "村口路灯不亮"
    mine.open(form)
    assert mine.holds("title") == "", "it has arrived"


def test_a_clerk_comes_back_to_what_was_typed_and_takes_it_down_once(screen, cast):
    mine = screen(cast.clerk)
    form = reverse("console:collect")
    mine.open(form)
    mine.page.fill("main form [name=title]", "水圳塌了一段")
    mine.page.select_option("main form [name=grid]", index=1)
    place = mine.holds("grid")
    mine.follow("诉求办理")
    mine.back()
    assert (mine.holds("title"), mine.holds("grid")) == ("水圳塌了一段", place)
    mine.page.locator("main form label:has([name=channel])").first.click()
    mine.press_twice("收进来", AN_ISSUE)
    mine.page.reload()
    assert Issue.objects.get().title == "水圳塌了一段"


def test_a_member_comes_back_to_what_was_typed_and_visits_once(screen, cast):
    home = Patch(cast).mine
    mine = screen(cast.member, PHONE)
    mine.open(reverse("field:visit", args=[home.pk]))
    mine.page.locator("label", has_text="见面").click()
    mine.page.get_by_text("困难", exact=True).click()
    mine.page.fill("[name=difficulty]", "屋顶漏雨")
    mine.follow("返回")
    mine.back()
    expect(mine.page.locator("[name=difficulty]")).to_have_value("屋顶漏雨")
    mine.press_twice("保存走访", "**/field/visits/*/")
    mine.page.reload()
    assert Visit.objects.get().difficulty == "屋顶漏雨"


def test_a_clerk_who_comes_back_and_sends_the_same_again_comments_once(screen, cast):
    issue = walk.registered(cast)
    mine = screen(cast.clerk)
    form = reverse("console:move", args=[issue.pk, "comment"])

    def fill_in(page) -> None:
        page.fill("main form [name=note]", "已到现场看过")

    mine.open(form)
    mine.again(fill_in, "补充说明", AN_ISSUE)
    assert mine.page.get_by_text(AGAIN).is_visible()
    comments = IssueEvent.objects.filter(name="comment")
    assert comments.count() == 1
    mine.open(form)
    fill_in(mine.page)
    mine.press("补充说明", AN_ISSUE)
    assert comments.count() == 2, "a form opened again is another wish"


def test_an_officer_who_comes_back_and_sends_the_same_again_orders_one_bulletin(screen, cast):
    mine = screen(cast.county_officer)
    mine.open(reverse("county:bulletin_new"))
    mine.again(lambda page: None, "做通报", re.compile(r"/county/bulletins/\d+/$"))
    assert mine.page.get_by_text(AGAIN).is_visible()
    assert Job.objects.count() == 1


def test_a_resident_who_comes_back_and_sends_the_same_again_raises_it_once(screen, cast):
    mine = screen(size=PHONE)
    mine.open(reverse("public:raise", args=[cast.household.public_code]))
    mine.again(lambda page: page.fill("[name=title]", "村口路灯不亮"), "提交", "**/i/*/")
    assert mine.page.get_by_text(AGAIN).is_visible()
    assert Issue.objects.get().title == "村口路灯不亮"


def test_a_member_who_comes_back_and_saves_the_same_again_visits_once(screen, cast):
    mine = screen(cast.member, PHONE)
    mine.open(reverse("field:visit", args=[Patch(cast).mine.pk]))
    mine.again(lambda page: page.locator("label", has_text="见面").click(), "保存走访", "**/field/visits/*/")
    assert Visit.objects.count() == 1
