"""帮助 in a real browser: beside the page on a desk, a page on a phone, a tab without JavaScript."""

import pytest
from django.urls import reverse

from surfaces.tests.test_console_in_browser import desk  # noqa: F401
from surfaces.tests.test_field_in_browser import MOST_BYTES, phone  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_help_opens_beside_a_form_that_stays_as_it_is(cast, desk):  # noqa: F811
    mine = desk(cast.clerk)
    mine.open(reverse("console:collect"))
    mine.page.get_by_label("事项").first.fill("路灯不亮")
    mine.page.get_by_role("link", name="帮助").click()
    panel = mine.page.locator("#beside")
    panel.get_by_role("heading", name="登记诉求").wait_for()
    assert mine.page.get_by_label("事项").first.input_value() == "路灯不亮"
    assert mine.overflow() <= 0
    mine.page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    assert mine.page.evaluate("document.activeElement.textContent") == "帮助"
    assert mine.complaints == []


def test_help_on_a_narrow_screen_is_a_tab_of_its_own(cast, desk):  # noqa: F811
    mine = desk(cast.clerk, (390, 844))
    mine.open(reverse("console:issues"))
    with mine.page.context.expect_page() as opened:
        mine.page.get_by_role("link", name="帮助").click()
    opened.value.get_by_role("heading", name="诉求办理").wait_for()
    assert opened.value.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert not opened.value.locator("img:visible").count() - opened.value.locator("header img:visible").count()


@pytest.mark.parametrize("slug", ["steps", "field"])
def test_a_chapter_on_the_phone_is_light_and_leads_back_to_the_form(phone, cast, slug):  # noqa: F811
    mine = phone(cast.member)
    form = reverse("field:collect")
    mine.open(form)
    mine.page.get_by_role("link", name="帮助").click()
    mine.page.get_by_role("heading", name="第一步 收集：先记下来").wait_for()
    assert mine.page.get_by_role("link", name="返回").get_attribute("href") == form
    mine.bytes = 0
    mine.open(reverse("field:help_chapter", args=[slug]))
    assert 0 < mine.bytes < MOST_BYTES
    assert mine.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert mine.page.locator("article img").count() == 0
    assert mine.complaints == []
