"""Signing in in a real browser: the second step, a session that ended under a form, back, and two quick presses."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import AccessLog, Session
from accounts.second_step import codes
from accounts.sessions import ABOUT, SessionStore
from issues.models import Issue, IssueEvent
from issues.tests import walk
from workdays.now import real_now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "liaison-2026"
PHONE, DESK = (360, 740), (1440, 900)


class Browser:
    def __init__(self, chromium, origin, size):
        self.origin = origin
        width, height = size
        self.context = chromium.new_context(locale="zh-CN", viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.page.set_default_timeout(15000)
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, path):
        self.page.goto(f"{self.origin}{path}", wait_until="networkidle")

    def enter(self, user, path="/login/"):
        if path:
            self.open(path)
        self.page.locator("input[name=phone]").fill(user.phone)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.press("登录")

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state("networkidle")

    def text(self):
        return self.page.locator("main").inner_text()

    def overflow(self):
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    @property
    def path(self):
        return self.page.url.removeprefix(self.origin)


@pytest.fixture
def browser(chromium, live_server):
    opened = []

    def take(size=DESK):
        opened.append(Browser(chromium, live_server.url, size))
        return opened[-1]

    yield take
    for one in opened:
        one.context.close()


@pytest.fixture
def clerk(cast):
    return with_password(cast.clerk)


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def leave_unused(user):
    """As if the person had gone to lunch and to a meeting."""
    for row in Session.objects.filter(user=user):
        session = SessionStore(row.session_key)
        session[ABOUT] = {**session[ABOUT], "seen": session[ABOUT]["seen"] - 8 * 24 * 3600}
        session.save()


def test_a_second_step_is_set_up_and_asked_for_on_a_small_phone(browser, clerk):
    mine = browser(PHONE)
    mine.enter(clerk, "/login/?next=/security/")
    mine.page.get_by_role("link", name="设置动态口令").click()
    mine.press("开始设置")
    secret = mine.page.locator(".otp-secret").inner_text().replace(" ", "")
    assert mine.page.locator(".otp-qr").evaluate("image => image.naturalWidth") > 0
    assert mine.overflow() == 0
    mine.page.locator("input[name=code]").fill(codes.code_of(secret, codes.step_of(real_now())))
    mine.press("确认并开启")
    assert mine.page.locator(".backup-codes li").count() == 10
    assert mine.overflow() == 0
    mine.context.clear_cookies()
    mine.enter(clerk)
    assert mine.path == reverse("login_code")
    mine.page.locator("input[name=code]").fill(codes.code_of(secret, codes.step_of(real_now()) + 1))
    mine.press("登录")
    assert mine.path == reverse("console:home")
    assert mine.complaints == []


def test_two_quick_presses_sign_in_once_and_back_leads_to_no_second_login(browser, clerk):
    mine = browser()
    mine.open("/login/")
    mine.page.locator("input[name=phone]").fill(clerk.phone)
    mine.page.locator("input[name=password]").fill(PASSWORD)
    mine.page.get_by_role("button", name="登录", exact=True).dblclick()
    mine.page.wait_for_url("**/console/")
    assert AccessLog.objects.filter(action="login").count() == 1
    mine.page.go_back()
    mine.page.wait_for_load_state("networkidle")
    assert mine.path == reverse("console:home")
    assert mine.page.locator("input[name=password]").count() == 0


def test_a_session_that_ended_under_a_console_form_keeps_what_was_typed(browser, clerk, cast):
    mine = browser()
    mine.enter(clerk, f"/login/?next={reverse('console:collect')}")
    mine.page.locator("input[name=title]").fill("水圳塌了一段")
    mine.page.locator("select[name=category]").select_option(index=1)
    chosen = mine.page.locator("select[name=category]").input_value()
    leave_unused(clerk)
    mine.page.locator("main form button[type=submit]").first.click()
    mine.page.wait_for_url("**/login/**")
    assert "登录已过期" in mine.text()
    mine.enter(clerk, "")
    assert mine.path == reverse("console:collect")
    expect(mine.page.locator("input[name=title]")).to_have_value("水圳塌了一段")
    expect(mine.page.locator("select[name=category]")).to_have_value(chosen)
    assert "上次没有发出去的内容已经找回来了" in mine.text()
    assert not Issue.objects.exists()


def test_a_session_that_ended_under_a_dialog_leads_back_to_its_form(browser, clerk, cast):
    issue = walk.registered(cast)
    mine = browser()
    mine.enter(clerk, f"/login/?next={reverse('console:issue', args=[issue.pk])}")
    mine.page.locator('a[data-move="补充说明"]').click()
    mine.page.locator("dialog[open] textarea").fill("已经到现场看过")
    leave_unused(clerk)
    mine.page.locator("dialog[open] button[type=submit]").click()
    mine.page.wait_for_url("**/login/**")
    assert "登录已过期" in mine.text()
    mine.enter(clerk, "")
    expect(mine.page.locator("main textarea").first).to_have_value("已经到现场看过")
    mine.page.locator("main form button[type=submit]").first.click()
    mine.page.wait_for_url(f"**{reverse('console:issue', args=[issue.pk])}")
    assert IssueEvent.objects.filter(name="comment").count() == 1
    mine.page.locator('a[data-move="补充说明"]').click()
    assert mine.page.locator("dialog[open] textarea").input_value() == "", "it has arrived"
    assert mine.complaints == []


def test_a_session_that_ended_under_a_field_form_keeps_what_was_typed(browser, cast):
    member = with_password(cast.member)
    mine = browser(PHONE)
    mine.enter(member, f"/login/?next={reverse('field:suggestion')}")
    mine.page.locator("textarea").first.fill("表格太多")
    mine.page.locator("input[name=title]").fill("一事多报")
    leave_unused(member)
    mine.page.locator("main form button[type=submit]").first.click()
    mine.page.wait_for_url("**/login/**")
    assert not Issue.objects.exists()
    mine.enter(member, "")
    mine.open(reverse("field:queue"))
    mine.page.get_by_text("全部已同步").first.wait_for()
    assert Issue.objects.get().title == "一事多报"


def test_leaving_forgets_what_was_typed_and_so_does_somebody_else(browser, clerk, cast):
    other = with_password(cast.county_officer)
    mine = browser()
    mine.enter(clerk, f"/login/?next={reverse('console:collect')}")
    mine.page.locator("input[name=title]").fill("黄家的私事")
    kept = (
        "[...Object.values(sessionStorage), ...Object.values(localStorage)].filter(one => one.includes('私事')).length"
    )
    assert mine.page.evaluate(kept) == 1
    mine.press("退出")
    assert mine.page.evaluate(kept) == 0
    mine.enter(clerk, f"/login/?next={reverse('console:collect')}")
    assert mine.page.locator("input[name=title]").input_value() == ""
    mine.page.locator("input[name=title]").fill("黄家的私事")
    mine.context.clear_cookies()
    mine.enter(other, f"/login/?next={reverse('console:collect')}")
    assert mine.page.locator("input[name=title]").input_value() == ""
    assert mine.page.evaluate(kept) == 0
