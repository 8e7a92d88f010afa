"""The duty desk in a real browser: what a resident tells there stands in the triage inbox; nothing is too small."""

from datetime import time

import pytest

from rosters.actions import open_rota
from rosters.models import DutyRota
from surfaces.tests.test_field_in_browser import MOST_BYTES, TOO_SMALL, Phone
from workdays.now import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_PUBLIC_BYTES = 60 * 1024
WHOLE_DAY = {"starts": time(0), "ends": time(0)}


@pytest.fixture
def rota(cast) -> DutyRota:
    """水口村 around the clock: 黄支书 and 罗网格 in turn."""
    known = {"kind": "village", "place": "村部便民室", "phone": "0762-5632001", "by": cast.secretary, "at": now()}
    return open_rota(grid=cast.village, people=[cast.secretary, cast.grid_leader], **known, **WHOLE_DAY)


@pytest.fixture
def phone(chromium, live_server):
    opened = []

    def take(user) -> Phone:
        opened.append(Phone(chromium, live_server.url, user))
        return opened[-1]

    yield take
    complaints = [one.complaints for one in opened]
    for one in opened:
        one.context.close()
    assert not any(complaints)


def test_what_is_told_at_the_desk_stands_in_the_triage_inbox(phone, rota, cast):
    on_duty = phone(cast.secretary)
    on_duty.open("/field/")
    page = on_duty.page
    page.get_by_role("link", name="今天谁值班").click()
    page.get_by_role("link", name="看这一班").click()
    page.get_by_role("link", name="登记来访诉求").click()
    page.get_by_label("事项", exact=True).fill("养老保险缴费单丢了")
    page.get_by_label("发生地点").select_option(label="一组")
    on_duty.press("提交诉求")
    page.get_by_text("值班日志里也记了一条").wait_for()

    on_duty.open("/field/duty/")
    page.get_by_role("link", name="看这一班").click()
    page.get_by_text("接待来访，登记诉求：养老保险缴费单丢了").wait_for()
    page.get_by_role("link", name="看这件诉求").wait_for()

    desk = phone(cast.clerk)
    desk.open("/console/opinions/")
    desk.page.get_by_text("养老保险缴费单丢了").first.wait_for()


@pytest.mark.parametrize(
    "path", ["duty/", "duty/{shift}/", "duty/{shift}/log/", "duty/{shift}/desk/", "duty/{next}/swap/"]
)
def test_pages_of_duty_are_light_and_every_target_takes_a_thumb(phone, rota, cast, path):
    today, tomorrow = rota.shifts.order_by("day")[:2]
    mine = today if today.user == cast.secretary else tomorrow
    person = cast.secretary if "{next}" not in path else cast.grid_leader
    hers = rota.shifts.filter(user=cast.grid_leader, starts_at__gt=now()).first()
    one = phone(person)
    one.open(f"/field/{path.format(shift=mine.pk, next=hers.pk)}")
    assert one.bytes < MOST_BYTES
    assert one.page.evaluate(TOO_SMALL) == []
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_public_board_is_light_and_its_number_takes_a_thumb(phone, rota, cast):
    one = phone(cast.nobody)
    one.context.clear_cookies()
    one.open(f"/duty/{cast.village.pk}/")
    one.page.get_by_role("link", name="0762-5632001").wait_for()
    assert one.bytes < MOST_PUBLIC_BYTES
    assert one.page.evaluate(TOO_SMALL) == []
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
