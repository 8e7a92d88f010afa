"""走势和支持: a place against its own months, and what it lacks with what can be done next."""

import re
from datetime import timedelta

import pytest
import time_machine

from accounts.roles import Role
from grids.models import Absence, Kind
from households.models import Pairing
from issues.models import Rung
from surfaces.county.sparks import HEIGHT, columns
from surfaces.tests.november import DAY, EVENING, build
from surfaces.tests.test_county import numbers, shown_rows
from tallies.recount import recount
from tallies.tests import cast


@pytest.fixture
def county(db) -> cast.County:
    """Cells without a leader, a leader away alone, a household without a member, a matter long late."""
    made = build()
    words = {"name": "网格长", "at": Kind.CELL, "roles": [Role.GRID_LEADER], "ledger": "personal", "column": "cell"}
    Rung.objects.create(county=made.county, order=1, **words)
    away = made.user("去学习", Role.GRID_LEADER, "far_cell")
    Absence.objects.create(user=away, since=DAY, until=DAY + timedelta(days=3))
    Pairing.objects.filter(pk=made.pairings["other_village"].pk).update(until=DAY)
    made.register("far_cell", EVENING - timedelta(days=40), 500, due_at=EVENING - timedelta(days=20))
    made.visit("far_cell", EVENING - timedelta(days=40))
    with time_machine.travel(EVENING, tick=False):
        recount(EVENING)
    return made


def page(client, user, url="/county/support/", at=EVENING) -> str:
    with time_machine.travel(at, tick=False):
        client.cookies.clear()
        client.force_login(user)
        return client.get(url).content.decode()


def panel(html: str, grid) -> str:
    return html.partition(f'id="place-{grid.pk}"')[2].partition("</section>")[0]


def test_each_place_says_what_it_lacks_and_what_to_do_next(client, county):
    html = page(client, county.people[5])
    near, far = panel(html, county.town), panel(html, county.other_town)
    lacks = re.compile(r"(没有党员联系|空岗|不在岗无人代理|逾期超过7天) <a[^>]+>(\d+)</a>")
    assert lacks.findall(near) == [("没有党员联系", "1"), ("空岗", "2"), ("逾期超过7天", "1")]
    assert lacks.findall(far) == [("不在岗无人代理", "1"), ("逾期超过7天", "1")]
    assert f'href="/gaps/?place={county.town.pk}"' in near.replace("/console", "")
    assert "安排联户" in near
    assert "登记代理人" in far
    assert html.index(f"place-{county.town.pk}") < html.index(f"place-{county.other_town.pk}")


def test_the_numbers_open_their_lists(client, county):
    html = page(client, county.people[5])
    with time_machine.travel(EVENING, tick=False):
        for href, shown in numbers(html):
            assert shown_rows(client, href) == shown, href
    assert len(numbers(html)) > 10


def test_a_place_is_seen_by_month_against_itself(client, county):
    far = panel(page(client, county.people[5]), county.other_town)
    assert "有效走访：6月0，7月0，8月0，9月0，10月2，11月0" in far
    assert re.search(r"<th scope=\"row\" class=\"nowrap\">10月</th>", far)


def test_what_a_person_may_not_do_is_not_offered(client, county):
    secretary = county.user("书记", Role.CHIEF_GRID_LEADER, "village")
    html = page(client, secretary)
    assert "空岗 <a" in html
    assert ">任命<" not in html


def test_a_past_day_offers_nothing_to_do(client, county):
    html = page(client, county.people[5], f"/county/support/?as_of={DAY}", EVENING + timedelta(days=2))
    assert "空岗 <a" in html
    assert "安排联户" not in html


def test_columns_fill_the_height_and_what_is_not_zero_is_seen():
    found = columns([0, 1, 4000])
    assert [one.height for one in found] == [0, 1.5, HEIGHT]
    assert found[2].y == 0
    assert columns([0, 0])[0].height == 0
    assert columns([]) == []
