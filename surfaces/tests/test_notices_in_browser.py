"""The pages of notices in a real browser: the example follows the typing, and nothing is too wide."""

import pytest
from django.urls import reverse

from issues.models import Robot, Wording
from issues.tests import walk
from issues.tests.cast import MONDAY
from notices.models import Notice, Reply
from surfaces.tests.test_console_in_browser import SIZES, desk  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"
ASSIGNED = reverse("console:wording_edit", args=["assigned", "petitioner"])


def test_the_example_follows_the_typing_and_a_wording_that_would_not_do_is_not_saved(desk, cast):  # noqa: F811
    officer = desk(cast.county_officer)
    officer.open(ASSIGNED)
    box = officer.page.locator("textarea[name=text]")
    box.fill("您的事（{编号}）归{承办}管，{时限}前回话。")
    officer.page.get_by_text("您的事（260428000123）归水利局管，11月20日（周五）前回话。").wait_for()
    box.fill("请对{承办}作出评价")
    officer.page.locator("#sample").get_by_text("短信里不写“评价”").wait_for()
    officer.page.get_by_role("button", name="保存").click()
    officer.page.locator("form [data-invalid]").wait_for()
    assert box.input_value() == "请对{承办}作出评价"
    box.fill("您的事（{编号}）归{承办}管。")
    officer.page.get_by_role("button", name="保存").click()
    officer.page.get_by_text("本县写法").wait_for()
    assert Wording.objects.get().text == "您的事（{编号}）归{承办}管。"
    assert [line for line in officer.complaints if "422" not in line] == []


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_no_page_of_notices_is_too_wide_or_breaks_the_policy(desk, cast, size):  # noqa: F811
    issue = walk.assigned(cast)
    Notice.objects.filter(channel="sms", kind="registered").update(state="failed", error="运营商未送达：用户停机")
    came = {"sent_at": MONDAY, "arrived_at": MONDAY, "matter": issue.pk, "county": cast.county.pk}
    Reply.objects.create(reference="r1", phone="13812348000", text="什么时候来修?田里没有水了", **came)
    known = {"added_at": MONDAY, "added_by": cast.county_officer}
    Robot.objects.create(grid=cast.grids["990001101000"], name="上陵镇工作群", address=WECOM, **known)
    officer = desk(cast.county_officer, size)
    pages = ["tellings", "answers", "wordings", "robots", "robot_add", "inbox", "inbox_choice"]
    for path in [*(reverse(f"console:{name}") for name in pages), ASSIGNED, reverse("console:issue", args=[issue.pk])]:
        officer.open(path)
        assert officer.overflow() == 0, path
    assert officer.complaints == []
