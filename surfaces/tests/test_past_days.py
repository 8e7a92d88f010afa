"""A dashboard of a past day tells what it told that evening, whatever was done since."""

from datetime import datetime, timedelta

import pytest
import time_machine

from households.models import Household, Pairing
from issues.models import Issue, Status, SupervisionOrder, Verdict
from surfaces.tests.november import DAY, EVENING, build
from surfaces.tests.test_county import numbers, shown_rows
from tallies.recount import recount
from tallies.tests import cast
from visits.due import restate
from visits.models import VisitRule
from visits.rules import Interval

PERIOD = "since=2026-11-01&until=2026-11-18"
PAGES = ("", "cockpit/", "coverage/", "visits/", "funnel/", "overdue/", "orders/", "rates/", "evenings/")


@pytest.fixture
def county(db) -> cast.County:
    return build()


def _page(client, county: cast.County, at: datetime, url: str) -> str:
    with time_machine.travel(at, tick=False):
        client.cookies.clear()
        client.force_login(county.people[5])
        answer = client.get(url)
        assert answer.status_code == 200, url
        return answer.content.decode()


def _told(html: str) -> list[tuple[str, int]]:
    """Each number with the list behind it, whichever day was asked for."""
    return [(href.replace("&as_of=2026-11-18", ""), shown) for href, shown in numbers(html)]


def _much_happens(county: cast.County) -> None:
    """On the day after."""
    at = EVENING + timedelta(hours=10)
    for issue in Issue.objects.filter(status=Status.REGISTERED):
        cast.close(issue, at)
        cast.verdict(issue, at, Verdict.Value.SATISFIED)
    for issue in Issue.objects.filter(status=Status.COLLECTED):
        facts = {"status": Status.REGISTERED, "registered_at": at, "status_since": at, "number": f"X{issue.pk}"}
        Issue.objects.filter(pk=issue.pk).update(**facts, handler=county.people[0])
        cast.event(issue, "register", at, status="registered", handler_id=county.people[0].pk)
    SupervisionOrder.objects.update(answered_at=at, answered_by=county.people[0], answer="已办")
    for leaf in ("sub_cell", "other_cell", "other_village", "far_cell"):
        county.visit(leaf, at)
    Pairing.objects.filter(pk=county.pairings["far_cell"].pk).update(until=DAY + timedelta(days=1))
    Household.objects.filter(pk=county.households["sub_cell"].pk).update(closed_on=DAY + timedelta(days=1))
    Household.objects.create(number="H99", head_name="新来", created_at=at, **county.far_village.scope())
    VisitRule.objects.update(interval_days=90)
    for programme in {pairing.programme for pairing in county.pairings.values()}:
        restate(programme, [Interval("", 90, 0)], on=DAY + timedelta(days=1))
    recount(at)


def test_a_past_day_tells_what_it_told_that_evening(client, county):
    seen = {page: _told(_page(client, county, EVENING, f"/county/{page}?{PERIOD}")) for page in PAGES}
    assert sum(len(each) for each in seen.values()) > 60
    _much_happens(county)
    later = EVENING + timedelta(days=1)
    for page, then in seen.items():
        assert _told(_page(client, county, later, f"/county/{page}?{PERIOD}&as_of={DAY}")) == then, page
    assert _told(_page(client, county, later, f"/county/?{PERIOD}")) != seen[""]


def test_the_numbers_of_a_past_day_open_lists_of_that_many_rows_as_they_were(client, county):
    _much_happens(county)
    later = EVENING + timedelta(days=1)
    opened = 0
    for page in PAGES:
        for href, shown in numbers(_page(client, county, later, f"/county/{page}?{PERIOD}&as_of={DAY}")):
            with time_machine.travel(later, tick=False):
                assert "as_of=2026-11-18" in href
                assert shown_rows(client, href) == shown, href
            opened += 1
    assert opened > 60
    html = _page(client, county, later, f"/county/list/overdue/?{PERIOD}&as_of={DAY}")
    assert "已挂号" in html
    assert "已销号" not in html
    assert "逾期7天" in html


def test_the_day_is_said_and_today_is_one_step_away(client, county):
    html = _page(client, county, EVENING + timedelta(days=3), f"/county/?{PERIOD}&as_of={DAY}")
    assert "截至 11月18日（周三）当天结束" in html
    assert "以后的办理不会改变它" in html
    assert 'value="2026-11-18"' in html
    assert f'href="/county/?grid={county.county.pk}&amp;since=2026-11-01&amp;until=2026-11-18"' in html


def test_a_period_ends_with_the_day_asked_for(client, county):
    html = _page(client, county, EVENING + timedelta(days=9), f"/county/?since=2026-11-01&until=2026-11-27&as_of={DAY}")
    assert "11月1日（周日）至11月18日（周三）" in html


@pytest.mark.parametrize("page", ["", "cockpit/"])
def test_a_day_before_the_data_began_says_so(client, county, page):
    html = _page(client, county, EVENING, f"/county/{page}?as_of=2025-12-31")
    assert "那一天还没有数据" in html
    assert "系统里的数据从2026年1月1日开始" in html
    assert "figure-value" not in html


def test_a_day_to_come_is_refused_in_words(client, county):
    html = _page(client, county, EVENING, f"/county/?{PERIOD}&as_of=2026-11-19")
    assert "还没有到这一天" in html
    assert "下面是今天的情况" in html


def test_what_is_only_known_of_now_says_so_and_offers_no_day(client, county):
    for page, why in (("duty/", "看不了过去某一天"), ("burden/", "没有“截至哪天”")):
        html = _page(client, county, EVENING, f"/county/{page}?as_of={DAY - timedelta(days=3)}")
        assert why in html
        assert 'name="as_of"' not in html
        assert "当天结束时的情况" not in html


def test_a_day_that_never_was_is_today(client, county):
    assert "当天结束时的情况" not in _page(client, county, EVENING, "/county/?as_of=2026-02-30")
