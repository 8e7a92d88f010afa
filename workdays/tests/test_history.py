"""Who changed which day of the calendar, from what to what."""

from datetime import date

import pghistory
import pytest

from accounts.models import User
from workdays.actions import set_day
from workdays.history import changes
from workdays.now import now

pytestmark = pytest.mark.django_db
COUNTY, ELSEWHERE = 7, 8
DAY = date(2026, 11, 23)


@pytest.fixture
def officer():
    return User.objects.create_user("13800000000", "县干部")


def put(officer, kind, name="", county=COUNTY):
    with pghistory.context(user=officer.pk):
        set_day(day=DAY, kind=kind, name=name, county_id=county, by=officer, at=now())


def told():
    return [(one.by and one.by.name, one.what, one.before, one.after) for one in changes(COUNTY, 2026)]


def test_setting_correcting_and_dropping_a_day_are_three_lines_newest_first(officer):
    put(officer, "holiday", "县庆")
    put(officer, "holiday", "县庆日")
    put(officer, "")
    day = "2026年11月23日（周一）"
    assert told() == [
        ("县干部", day, "放假：县庆日", "按平常周"),
        ("县干部", day, "放假：县庆", "放假：县庆日"),
        ("县干部", day, "按平常周", "放假：县庆"),
    ]


def test_another_countys_days_and_what_came_with_the_product_are_not_told(officer):
    put(officer, "holiday", "县庆", county=ELSEWHERE)
    assert told() == []
