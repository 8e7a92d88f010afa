"""The field surface in a real browser on a phone: weight, policy, size of targets, and nothing typed is lost."""

import gzip
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from issues.tests import walk
from surfaces.tests.field_cast import BACKEND, Patch
from visits.models import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_BYTES = 150 * 1024
PHONES = ((390, 844), (360, 740))
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
    .filter(e => e.offsetParent && !e.closest("dialog") && !e.matches(".skip"))
    .map(e => [e, (e.matches("[type=radio], [type=checkbox]") ? e.closest("label") : e).getBoundingClientRect()])
    .filter(([e, box]) => box.height < 44 && box.width > 1)
    .map(([e, box]) => `${e.tagName} ${e.textContent.trim()} ${box.height}`)"""

SMALLEST = """() => Math.min(...[...document.querySelectorAll("body *")]
    .filter(e => e.offsetParent && [...e.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
KEPT = """async () => {
    const clear = Object.keys({...localStorage, ...sessionStorage}).filter(key => key.startsWith("draft:"));
    if (!window.indexedDB) return clear;
    const sealed = await new Promise(done => {
        const asked = indexedDB.open("liaison-field");
        asked.onsuccess = () => { const all = asked.result.transaction("drafts").objectStore("drafts").getAllKeys();
            all.onsuccess = () => { asked.result.close(); done(all.result); }; };
    });
    return clear.concat(sealed);
}"""
IN_CLEAR = """async () => {
    const rows = await new Promise(done => {
        const asked = indexedDB.open("liaison-field");
        asked.onsuccess = () => { const all = asked.result.transaction("drafts").objectStore("drafts").getAll();
            all.onsuccess = () => { asked.result.close(); done(all.result); }; };
    });
    const sealed = rows.map(row => new TextDecoder().decode(row.sealed.data));
    return JSON.stringify([rows, sealed, {...localStorage}, {...sessionStorage}]);
}"""
"""Everything a curious hand finds of half-typed text in this browser, bytes read as text."""


@cache
def compressed(path):
    """A static file as WhiteNoise sends it from an installation; the server of the tests sends it as it lies there."""
    content = Path(finders.find(path.removeprefix("/static/"))).read_bytes()
    return min(len(content), len(gzip.compress(content)))


class Phone:
    """One person's phone: its page, what it loaded, and what the browser complained about."""

    def __init__(self, chromium, origin, user, size=PHONES[0]):
        self.origin = origin
        width, height = size
        self.context = chromium.new_context(
            locale="zh-CN", viewport={"width": width, "height": height}, is_mobile=True, has_touch=True
        )
        self.enter(user)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15000)
        self.complaints, self.hosts, self.bytes = [], set(), 0
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        wire = self.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.send("Network.setBypassServiceWorker", {"bypass": True})  # as on a phone that comes for the first time
        wire.on("Network.requestWillBeSent", self._remember)
        wire.on("Network.loadingFinished", self._weigh)
        self.asked = {}

    def _remember(self, sent):
        """The pages kept for a day without a signal come after the page and are not its weight."""
        if "X-Day-Pack" not in sent["request"]["headers"]:
            self.asked[sent["requestId"]] = urlsplit(sent["request"]["url"]).path

    def _weigh(self, finished):
        path = self.asked.get(finished["requestId"])
        if path:
            self.bytes += compressed(path) if path.startswith("/static/") else finished["encodedDataLength"]

    def enter(self, user):
        client = Client()
        client.force_login(user, BACKEND)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.origin}])

    def open(self, path):
        self.bytes = 0
        self.page.goto(f"{self.origin}{path}", wait_until="networkidle")

    def press(self, name):
        self.page.get_by_role("button", name=name).click()
        self.page.wait_for_load_state()

    def kept(self):
        """Where half-typed text lies: the addresses of sealed forms, and keys of what is in clear."""
        return self.page.evaluate(KEPT)

    def wait_until_kept(self, forms):
        self.page.wait_for_function(f"async () => (await ({KEPT})()).length === {forms}")


@pytest.fixture
def patch(cast):
    return Patch(cast)


@pytest.fixture
def phone(chromium, live_server):
    opened = []

    def take(user, size=PHONES[0]):
        opened.append(Phone(chromium, live_server.url, user, size))
        return opened[-1]

    yield take
    for one in opened:
        one.context.close()


def pages(patch):
    issue = walk.reported(patch.cast)
    household = patch.mine.pk
    lists = ["", "households/", "issues/", "issues/new/", "queue/", "inbox/", "me/", "me/absence/", "me/suggestion/"]
    one = [f"households/{household}/", f"households/{household}/visit/", f"households/{household}/trigger/"]
    return [f"/field/{page}" for page in [*lists, *one, f"issues/{issue.pk}/", f"issues/{issue.pk}/moves/comment/"]]


@pytest.mark.parametrize("size", PHONES)
def test_every_page_is_light_fits_the_phone_and_breaks_no_rule_of_our_policy(phone, patch, secretary, size):
    hand = phone(secretary, size)
    for page in pages(patch):
        hand.open(page)
        assert 0 < hand.bytes < MOST_BYTES, (page, hand.bytes)
        assert hand.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0, page
        assert hand.page.evaluate(TOO_SMALL) == [], page
    assert hand.complaints == []
    assert hand.hosts == {urlsplit(hand.origin).netloc}


def test_text_is_18_pixels_and_grows_to_30_for_its_person_on_any_phone(phone, patch, member):
    hand = phone(member, PHONES[1])
    hand.open("/field/me/")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert hand.page.evaluate(size) >= 18
    for name, pixels in (("大", 22), ("特大", 26), ("超大", 30)):
        hand.page.get_by_role("button", name=name, exact=True).click()
        hand.page.wait_for_load_state()
        assert hand.page.evaluate(size) >= pixels
    assert hand.page.evaluate(SMALLEST) >= 17
    other = phone(type(member).objects.get(pk=member.pk), PHONES[1])
    for page in pages(patch)[:-2]:
        other.open(page)
        assert other.page.evaluate(size) >= 30
        assert other.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0, page


@pytest.mark.parametrize("page", ["", "households/", "me/"])
def test_no_word_on_the_phone_is_smaller_than_17_pixels(phone, patch, member, page):
    hand = phone(member)
    hand.open(f"/field/{page}")
    assert hand.page.evaluate(SMALLEST) >= 17


def test_a_phone_that_cannot_seal_still_loses_nothing_that_was_typed_and_saves_once(phone, patch, member):
    hand = phone(member)
    hand.context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    form = f"/field/households/{patch.mine.pk}/visit/"
    hand.open(form)
    hand.page.locator("label", has_text="见面").click()
    hand.page.get_by_text("困难", exact=True).click()
    hand.page.fill("[name=difficulty]", "屋顶漏雨")
    number = hand.page.input_value("[name=client_id]")
    hand.context.set_offline(True)
    hand.page.get_by_role("button", name="保存走访").click()
    hand.page.wait_for_url("chrome-error://**")
    hand.context.set_offline(False)

    hand.open(form)
    assert hand.page.get_by_text("上次没有发出去的内容已经找回来了").is_visible()
    assert hand.page.locator("[name=difficulty]").is_visible()
    assert hand.page.input_value("[name=difficulty]") == "屋顶漏雨"
    assert hand.page.input_value("[name=client_id]") == number
    hand.press("保存走访")
    hand.page.wait_for_url("**/field/visits/*/")
    visit = Visit.objects.get()
    assert (str(visit.client_id), visit.difficulty) == (number, "屋顶漏雨")
    assert hand.kept() == []


def type_in(hand, form, text="屋顶漏雨"):
    hand.open(form)
    hand.page.get_by_text("困难", exact=True).click()
    hand.page.fill("[name=difficulty]", text)
    hand.wait_until_kept(1)


def found_again(hand, form):
    hand.open(form)
    hand.page.get_by_text("上次没有发出去的内容已经找回来了").wait_for()
    return hand.page.input_value("[name=difficulty]")


def test_half_typed_text_lies_sealed_on_the_phone_and_opens_for_its_person_again(phone, patch, member):
    hand = phone(member)
    form = f"/field/households/{patch.mine.pk}/visit/"
    type_in(hand, form)
    assert hand.kept() == [form]
    assert "屋顶漏雨" not in hand.page.evaluate(IN_CLEAR)
    assert found_again(hand, form) == "屋顶漏雨"
    hand.context.clear_cookies()
    hand.open("/login/")
    hand.enter(member)
    assert found_again(hand, form) == "屋顶漏雨", "an ended session loses nothing"


def test_half_typed_text_goes_when_the_phone_has_not_met_the_server_for_too_long(phone, patch, member, settings):
    hand = phone(member)
    form = f"/field/households/{patch.mine.pk}/visit/"
    type_in(hand, form)
    later = (settings.OFFLINE_HOURS + 1) * 3600 * 1000
    hand.context.add_init_script(f"const real = Date.now; Date.now = () => real() + {later};")
    hand.open(form)
    hand.wait_until_kept(0)
    assert hand.page.input_value("[name=difficulty]") == ""


def test_a_draft_goes_when_the_person_leaves(phone, patch, member):
    hand = phone(member)
    type_in(hand, f"/field/households/{patch.mine.pk}/visit/")
    hand.open("/field/me/")
    hand.press("退出登录")
    hand.page.wait_for_url("**/login/")
    assert hand.kept() == []


def test_somebody_else_on_the_same_phone_finds_no_draft(phone, patch, member, grid_leader):
    hand = phone(member)
    form = f"/field/households/{patch.mine.pk}/visit/"
    type_in(hand, form)
    hand.enter(grid_leader)
    hand.open(form)
    hand.wait_until_kept(0)
    assert hand.page.input_value("[name=difficulty]") == ""


def test_a_number_shown_for_a_reason_can_be_rung(phone, patch, member):
    hand = phone(member)
    hand.open(f"/field/households/{patch.mine.pk}/")
    hand.press("查看电话")
    ask = hand.page.get_by_role("dialog", name="查看电话")
    ask.get_by_label("查看的原因").select_option("上门走访联系")
    ask.get_by_role("button", name="查看并记录").click()
    call = hand.page.get_by_role("link", name="拨打 13812348000")
    call.wait_for()
    assert call.get_attribute("href") == "tel:13812348000"


def test_three_taps_record_a_visit(phone, patch, member):
    hand = phone(member)
    hand.open("/field/")
    hand.page.locator(".list .cell").first.tap()
    hand.page.wait_for_url("**/visit/")
    hand.page.locator("label", has_text="见面").tap()
    hand.page.get_by_role("button", name="保存走访").tap()
    hand.page.wait_for_url("**/field/visits/*/")
    assert Visit.objects.get().done_by == patch.member
