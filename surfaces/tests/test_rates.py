"""五率 and 梳理清零 on the county board: what each rate counts, walked by the verbs people use."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from grids.models import Grid
from issues import actions
from issues.evenings import closing
from issues.models import Category, RegisterRules
from issues.rules import load_register_rules
from issues.tests import walk
from issues.tests.cast import MONDAY
from profiles.reader import read
from surfaces.tests.browsing import said
from tallies.area import Area, Period
from tallies.figures import Counting
from tallies.rates import EVERY, by_category, by_month, months
from tallies.recount import recount
from workdays.now import now

NOW = MONDAY + timedelta(days=9)
RATES, EVENINGS = reverse("county:rates"), reverse("county:evenings")
PERIOD = Period(MONDAY.date(), NOW.date())


@pytest.fixture(autouse=True)
def _next_wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


def shares(cast, period: Period = PERIOD, grid: Grid | None = None) -> dict[str, tuple[int, int]]:
    recount(now())
    counting = Counting(Area(cast.county_officer, grid or cast.county, period, now()))
    found = [counting.figure(ask) for ask in EVERY]
    return {figure.label: (figure.value, figure.whole) for figure in found}


def judged(cast, value, **other):
    issue = walk.reported(cast, **other)
    by = cast.county_officer if other else cast.clerk
    actions.verify(issue=issue, by=by, at=walk.hours(5))
    actions.give_verdict(issue=issue, by=None, at=walk.hours(6), value=value)
    return issue


def test_each_rate_is_so_many_out_of_so_many(cast):
    closed = judged(cast, "satisfied")
    judged(cast, "solved")
    judged(cast, "unsolved")
    judged(cast, "satisfied", cannot_be_done=True)
    walk.solved_on_spot(cast)
    actions.reopen(issue=closed, by=cast.secretary, at=walk.hours(30), reason="水又断了")
    assert shares(cast) == {
        "响应率": (4, 4),
        "解决率": (3, 4),
        "满意率": (2, 4),
        "销号率": (2, 4),
        "复号率": (1, 3),
        "当场办结": (1, 5),
        "客观上无法解决": (1, 3),
        "未经群众确认": (0, 3),
        "强制销号": (0, 3),
    }


def test_a_response_counts_when_signed_for_in_time_or_when_the_petitioner_was_reached(cast):
    in_time, late, unanswered = (walk.assigned(cast) for _ in range(3))
    actions.contact(issue=in_time, by=cast.grid_leader, at=walk.hours(4), reached=True)
    actions.sign_for(issue=late, by=cast.grid_leader, at=walk.hours(72))
    assert shares(cast)["响应率"] == (1, 3)
    tried = walk.assigned(cast)
    actions.contact(issue=tried, by=cast.grid_leader, at=walk.hours(4), reached=False)
    assert shares(cast)["响应率"] == (1, 4)
    assert unanswered.status == "assigned"


def test_who_still_has_time_to_respond_is_not_counted_yet(cast):
    issue = walk.registered(cast)
    actions.assign(issue=issue, by=cast.secretary, at=now(), handler=cast.grid_leader)
    assert shares(cast)["响应率"] == (0, 0)


def test_a_closing_without_the_household_is_counted_apart_and_not_as_solved(cast):
    issue = walk.confirming(cast)
    for number in range(3):
        actions.contact(issue=issue, by=cast.clerk, at=walk.hours(6 + number), reached=False)
    given = {"value": "unconfirmed", "means": "witness", "witness": "罗见证"}
    actions.give_verdict(issue=issue, by=cast.clerk, at=walk.hours(10), **given)
    found = shares(cast)
    assert (found["未经群众确认"], found["解决率"], found["满意率"]) == ((1, 1), (0, 0), (0, 0))


def test_a_forced_closing_is_counted_apart(cast):
    RegisterRules.objects.update(force_close=True)
    issue = walk.confirming(cast)
    given = {"reason": "反映人拒绝评价", "files": [walk.photo()]}
    actions.force_close(issue=issue, by=cast.leader, at=walk.hours(8), **given)
    assert shares(cast)["强制销号"] == (1, 1)


def test_categories_and_months_add_up_to_the_whole(cast):
    judged(cast, "satisfied")
    walk.registered(cast, category=Category.DISPUTE)
    with time_machine.travel(MONDAY + timedelta(days=31), tick=False):
        issue = walk.collected(cast, at=now())
        known = {"category": Category.DISPUTE, "urgency": "normal"}
        actions.register(issue=issue, by=cast.secretary, at=now(), **known)
        period = Period(MONDAY.date(), now().date())
        whole = shares(cast, period)
        area = Area(cast.county_officer, cast.county, period, now())
        for parts in (by_category(area, EVERY).values(), (month.figures for month in by_month(area, EVERY))):
            columns = list(zip(*parts, strict=True))
            added = {c[0].label: (sum(f.value for f in c), sum(f.whole for f in c)) for c in columns}
            assert added == whole


def test_months_are_cut_to_the_ends_of_the_period():
    period = Period(MONDAY.date().replace(month=10, day=20), MONDAY.date().replace(month=12, day=5))
    assert [(each.since.isoformat(), each.until.isoformat()) for each in months(period)] == [
        ("2026-10-20", "2026-10-31"),
        ("2026-11-01", "2026-11-30"),
        ("2026-12-01", "2026-12-05"),
    ]


def test_a_rate_of_nothing_is_a_dash(visit, cast):
    html = visit(cast.county_officer, RATES)
    assert "—" in html
    assert "0.0%" not in html
    assert "这些比例怎么算" in html


def table(response) -> list[list[str]]:
    body = response.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in body.split("<tr>")[1:]]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


def test_each_evening_has_a_line_and_each_town_a_tick_or_the_number_left(visit, cast):
    load_register_rules(cast.county, read("zunyi"))
    issue = walk.collected(cast)
    actions.decline(issue=issue, by=cast.secretary, at=closing(MONDAY.date()) + timedelta(days=1), reason="已进入诉讼")
    answer = visit.get(cast.county_officer, EVENINGS, since=MONDAY.date(), until=NOW.date())
    lines = {row[0]: row[1:] for row in table(answer)}
    assert list(lines) == [
        *(
            "11月10日（周二）",
            "11月9日（周一）",
            "11月6日（周五）",
            "11月5日（周四）",
            "11月4日（周三）",
            "11月3日（周二）",
            "11月2日（周一）",
        ),
    ]
    assert lines["11月2日（周一）"] == ["1", "1", "✓"]
    assert lines["11月3日（周二）"] == ["✓", "✓", "✓"]
    assert "清零的日子" in said(answer)


def test_the_number_left_opens_the_list_of_that_evening(visit, cast):
    load_register_rules(cast.county, read("zunyi"))
    walk.collected(cast)
    html = visit(cast.county_officer, EVENINGS, since=MONDAY.date(), until=MONDAY.date())
    links = {unescape(link) for link in re.findall(r'href="(/county/list/untriaged/[^"]+)"', html)}
    assert len(links) == 2
    assert all("水圳堵塞" in visit(cast.county_officer, link) for link in links)


def test_before_six_today_is_not_judged_yet(visit, cast):
    answer = visit.get(cast.county_officer, EVENINGS, since=NOW.date(), until=NOW.date())
    assert "这段时间还没有过完的工作日" in said(answer)
    with time_machine.travel(closing(NOW.date()), tick=False):
        visit.client.logout()
        assert len(table(visit.get(cast.county_officer, EVENINGS, since=NOW.date(), until=NOW.date()))) == 1
