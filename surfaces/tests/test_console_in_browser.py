"""The console in a real browser: policy, width, dialogs, the tree, long lists, one press one act."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from issues.models import Issue, IssueEvent
from issues.tests import walk
from surfaces.tests.field_cast import BACKEND

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = ((1440, 900), (390, 844))
LISTS = (
    *("home", "search", "inbox", "opinions", "issues", "collect", "households", "household_add", "gaps", "pairings"),
    *("visits", "members", "member_add", "grids", "postings", "vacancies", "imports", "import_new"),
)


class Desk:
    """One person's desk: the page, the hosts it asked, and what the browser complained about."""

    def __init__(self, chromium, origin, user, size=SIZES[0]):
        self.origin = origin
        width, height = size
        self.context = chromium.new_context(locale="zh-CN", viewport={"width": width, "height": height})
        client = Client()
        client.force_login(user, BACKEND)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": origin}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(15000)
        self.complaints, self.hosts = [], set()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def open(self, path):
        self.page.goto(f"{self.origin}{path}", wait_until="networkidle")

    def overflow(self):
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def dialog(self, label):
        self.page.locator(f'a[data-move="{label}"]').click()
        self.page.locator("dialog[open] form").wait_for()
        return self.page.locator("dialog[open]")

    def submit(self):
        self.page.locator("dialog[open] button[type=submit]").click()


@pytest.fixture
def desk(chromium, live_server):
    opened = []

    def take(user, size=SIZES[0]):
        opened.append(Desk(chromium, live_server.url, user, size))
        return opened[-1]

    yield take
    for one in opened:
        one.context.close()


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_no_page_is_too_wide_breaks_the_policy_or_asks_a_stranger(desk, cast, size):
    issue = walk.confirming(cast)
    rows = [
        reverse("console:issue", args=[issue.pk]),
        reverse("console:move", args=[issue.pk, "give_verdict"]),
        reverse("console:household", args=[cast.household.pk]),
        reverse("console:pair", args=[cast.household.pk]),
        reverse("console:visit_record", args=[cast.household.pk]),
        reverse("console:grid", args=[cast.village.pk]),
        reverse("console:grid_merge", args=[cast.cell.pk]),
    ]
    mine = desk(cast.clerk, size)
    for path in [*(reverse(f"console:{name}") for name in LISTS), *rows]:
        mine.open(path)
        assert (path, mine.overflow()) == (path, 0)
    assert mine.complaints == []
    assert mine.hosts == {urlsplit(mine.origin).netloc}


def test_a_move_is_made_in_a_dialog_that_shows_mistakes_and_keeps_the_page(desk, cast):
    issue = walk.registered(cast)
    mine = desk(cast.clerk)
    mine.open(reverse("console:issue", args=[issue.pk]))
    dialog = mine.dialog("交办")
    assert dialog.locator("h2").first.inner_text() == "交办"
    mine.submit()
    dialog.locator(".error-summary").wait_for()
    assert "请选择承办人，或选择承办单位" in dialog.inner_text()
    dialog.locator("select[name=handler]").select_option(label="罗网格 一组网格长")
    with mine.page.expect_navigation():
        mine.submit()
    assert "“交办”已办好" in mine.page.locator("main").inner_text()
    issue.refresh_from_db()
    assert issue.handler == cast.grid_leader


def test_cancelling_a_dialog_leaves_the_page_as_it_was(desk, cast):
    mine = desk(cast.clerk)
    mine.open(reverse("console:issue", args=[walk.registered(cast).pk]))
    before = mine.page.url
    mine.dialog("补充说明").get_by_text("取消").click()
    mine.page.locator("dialog[open]").wait_for(state="detached")
    assert mine.page.url == before
    assert not IssueEvent.objects.filter(name="comment").exists()


def test_two_quick_presses_act_once(desk, cast):
    mine = desk(cast.clerk)
    mine.open(reverse("console:issue", args=[walk.registered(cast).pk]))
    dialog = mine.dialog("补充说明")
    dialog.locator("textarea").fill("已到现场看过")
    with mine.page.expect_navigation():
        mine.page.locator("dialog[open] button[type=submit]").dblclick()
    assert IssueEvent.objects.filter(name="comment").count() == 1


def test_a_long_list_is_narrowed_by_typing(desk, cast):
    for number in range(20):
        walk.collected(cast, title=f"第{number}件事")
    issue = Issue.objects.first()
    mine = desk(cast.secretary)
    mine.open(reverse("console:issue", args=[issue.pk]))
    dialog = mine.dialog("并案")
    dialog.locator("input.narrow").fill("第17件")
    options = dialog.locator("select[name=parent] option")
    assert options.all_inner_texts() == ["请选择…", "未挂号 第17件事"]
    assert dialog.locator("select[name=parent]").input_value() == str(Issue.objects.get(title="第17件事").pk)


def test_a_branch_of_the_tree_opens_when_it_is_wanted(desk, cast):
    mine = desk(cast.clerk)
    mine.open(reverse("console:grids"))
    assert mine.page.get_by_text("一组").count() == 0
    mine.page.locator("details details summary").first.click(position={"x": 300, "y": 8})
    mine.page.get_by_text("一组").wait_for()


def test_the_search_is_a_slash_away_and_its_hits_are_walked_by_arrows(desk, cast):
    walk.collected(cast)
    shown = desk(cast.clerk)
    shown.open(reverse("console:members"))
    shown.page.keyboard.press("/")
    shown.page.keyboard.type("水圳")
    shown.page.keyboard.press("Enter")
    shown.page.locator(".hit-groups").wait_for()
    shown.page.keyboard.press("/")
    for key, focused in (("ArrowDown", "A"), ("ArrowUp", "INPUT"), ("ArrowDown", "A")):
        shown.page.keyboard.press(key)
        assert shown.page.evaluate("document.activeElement.tagName") == focused
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url("**/issues/*/")


def test_a_change_of_the_tree_tells_its_effect_first_and_is_taken_back_from_the_history(desk, cast):
    shown = desk(cast.county_officer)
    shown.open(reverse("console:grid", args=[cast.cell.pk]))
    dialog = shown.dialog("停用")
    dialog.locator("textarea").fill("试一试")
    dialog.get_by_role("button", name="看看影响").click()
    dialog.locator("#effect", has_text="不能停用").wait_for()
    shown.page.keyboard.press("Escape")
    shown.page.locator("dialog[open]").wait_for(state="detached")
    dialog = shown.dialog("改名")
    dialog.locator("input[name=name]").fill("渠头组")
    shown.submit()
    shown.page.locator("h1", has_text="渠头组").wait_for()
    shown.open(reverse("console:grid_changes"))
    dialog = shown.dialog("撤销变更")
    dialog.locator("textarea").fill("名称写错")
    shown.submit()
    shown.page.locator("td", has_text="已撤销").wait_for()
    assert shown.complaints == []


def test_a_masked_phone_is_shown_in_its_place_after_a_reason(desk, cast):
    mine = desk(cast.clerk)
    mine.open(reverse("console:household", args=[cast.household.pk]))
    mine.page.get_by_role("button", name="查看电话").first.click()
    mine.page.locator("#reveal-reason").select_option(index=1)
    mine.page.get_by_role("button", name="查看并记录").click()
    mine.page.get_by_text("13812348000").wait_for()


def test_without_a_script_the_same_links_are_pages(chromium, live_server, cast):
    issue = walk.registered(cast)
    context = chromium.new_context(java_script_enabled=False)
    client = Client()
    client.force_login(User.objects.get(pk=cast.clerk.pk), BACKEND)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('console:issue', args=[issue.pk])}")
    page.locator('a[data-move="补充说明"]').click()
    page.locator("textarea").fill("请补照片")
    page.locator("main button[type=submit]").click()
    assert "请补照片" in page.locator("main").inner_text()
    context.close()


# The desk by keyboard, and an issue beside its list


def test_the_desk_is_walked_by_keyboard_and_opens_issues_beside_the_list(desk, cast):
    titles = [f"第{number}件事" for number in range(3)]
    for title in titles:
        walk.collected(cast, title=title)
    mine = desk(cast.secretary)
    mine.open(reverse("console:issues"))
    rows = mine.page.locator("tbody tr")
    shown = mine.page.locator("tbody a.title").all_inner_texts()
    mine.page.keyboard.press("j")
    mine.page.keyboard.press("j")
    assert mine.page.locator("tr[data-current] a.title").inner_text() == shown[1]
    mine.page.keyboard.press("Enter")
    pane = mine.page.locator("#pane")
    pane.get_by_role("heading", name=shown[1]).wait_for()
    mine.page.keyboard.press("k")
    pane.get_by_role("heading", name=shown[0]).wait_for()
    mine.page.keyboard.press("x")
    assert rows.first.locator("[name=issue]").is_checked()
    assert "已勾选1件" in mine.page.locator("[data-ticked]").inner_text()
    mine.page.keyboard.press("Escape")
    pane.wait_for(state="hidden")
    mine.page.keyboard.press("/")
    assert mine.page.evaluate("document.activeElement.name") == "q"
    mine.page.keyboard.type("jjx")
    assert mine.page.locator("#id_q").input_value() == "jjx"
    assert mine.complaints == []


def test_a_move_made_beside_the_list_comes_back_to_the_same_list_and_issue(desk, cast):
    issue = walk.registered(cast)
    mine = desk(cast.clerk)
    mine.open(f"{reverse('console:issues')}?status=live&category=infrastructure")
    mine.page.locator("tbody a.title").first.click()
    pane = mine.page.locator("#pane")
    pane.get_by_role("link", name="补充说明").click()
    dialog = mine.page.locator("dialog[open]")
    dialog.locator("textarea").fill("已到现场看过")
    with mine.page.expect_navigation():
        mine.submit()
    pane.get_by_text("已到现场看过").wait_for()
    assert urlsplit(mine.page.url).query == f"status=live&category=infrastructure&open={issue.pk}"
    assert IssueEvent.objects.filter(issue=issue, name="comment").count() == 1


def test_on_a_phone_a_title_leads_to_the_page_of_its_issue(desk, cast):
    issue = walk.registered(cast)
    mine = desk(cast.clerk, SIZES[1])
    mine.open(reverse("console:issues"))
    mine.page.locator("tbody a.title").first.click()
    mine.page.wait_for_url(f"**{reverse('console:issue', args=[issue.pk])}")


def test_ticked_issues_are_assigned_from_the_list(desk, cast):
    first, second = walk.registered(cast), walk.registered(cast)
    mine = desk(cast.clerk)
    mine.open(f"{reverse('console:issues')}?status=registered")
    mine.page.get_by_label("全选本页").check()
    assert "已勾选2件" in mine.page.locator("[data-ticked]").inner_text()
    mine.page.get_by_role("button", name="交办").click()
    assert mine.overflow() == 0
    mine.page.locator("select[name=handler]").select_option(label="罗网格 一组网格长")
    mine.page.locator("main button[type=submit]", has_text="交办").click()
    mine.page.get_by_text("已交办2件").wait_for()
    assert {Issue.objects.get(pk=one.pk).handler for one in (first, second)} == {cast.grid_leader}
