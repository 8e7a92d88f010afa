"""The working calendar and the table of limits in a real browser: width, policy, and a change through the dialog."""

import pytest
from django.urls import reverse

from issues.models import Limit
from surfaces.tests.test_console_in_browser import SIZES, desk  # noqa: F401
from workdays.models import CalendarDay

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", SIZES)
def test_both_pages_fit_the_screen_and_keep_the_policy(cast, desk, size):  # noqa: F811
    mine = desk(cast.county_officer, size)
    for name in ("calendar", "limits", "calendar_import"):
        mine.open(reverse(f"console:{name}"))
        assert mine.overflow() <= 0, name
    assert mine.complaints == []


def test_a_day_and_a_limit_are_changed_in_the_dialog(cast, desk):  # noqa: F811
    mine = desk(cast.county_officer)
    mine.open(f"{reverse('console:calendar')}?year=2026")
    mine.page.locator('a[href$="/days/2026-12-02/"]').first.click()
    mine.page.locator("dialog[open] form").wait_for()
    mine.page.get_by_label("本县放假").check()
    mine.page.get_by_label("名称").fill("县庆")
    mine.submit()
    mine.page.locator(".message", has_text="已改好").wait_for()
    assert CalendarDay.objects.get(county_id=cast.county.pk).name == "县庆"
    mine.open(reverse("console:limits"))
    box = mine.dialog("基础设施·一般")
    box.get_by_label("村").fill("2h")
    mine.submit()
    mine.page.locator("table", has_text="林组工").first.wait_for()
    limit = Limit.objects.get(edited_at__isnull=False)
    assert (limit.amount, limit.unit) == (2, "hour")
