"""Dashboards: every number opens a list of exactly that many rows, for every role, at every level."""

import re
from datetime import date, datetime, timedelta
from functools import cache
from html.parser import HTMLParser

import pytest
from django.test import RequestFactory

from accounts.models import User
from accounts.roles import Role
from grids.models import Absence, Kind, Posting
from households.models import Household, Programme
from issues.models import Category, Channel, RatingValue, RequestStatus, Rung, Status, Verdict
from members.models import Member
from surfaces.county.asking import area_asked
from surfaces.county.rows import rows_asked
from tallies.lists import LISTS
from tallies.recount import recount
from tallies.tests import cast
from visits.models import LAST_STEP, Pledge, ServiceSession, Step, Visit
from workdays.now import now

PLACES = ("sub_cell", "cell", "other_cell", "village", "other_village", "far_cell", "town", "county", "neighbour")
PAGES = (
    "/county/",
    "/county/cockpit/",
    "/county/support/",
    "/county/coverage/",
    "/county/visits/",
    "/county/funnel/",
    "/county/overdue/",
    "/county/rates/",
    "/county/evenings/",
    "/county/orders/",
    "/county/requests/",
    "/county/service/",
)
LATELY = f"since={now().date() - timedelta(days=5)}&until={now().date()}"
WATCHERS = {
    "county_officer": (Role.COUNTY_CLERK, "county"),
    "clerk": (Role.TOWN_CLERK, "town"),
    "other_clerk": (Role.TOWN_CLERK, "other_town"),
    "village_secretary": (Role.CHIEF_GRID_LEADER, "village"),
    "neighbour": (Role.COUNTY_CLERK, "neighbour"),
}


class Numbers(HTMLParser):
    """The links to lists on a page: (address, number shown)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []
        self._href = ""

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            href = dict(attrs).get("href") or ""
            self._href = href if href.startswith("/county/list/") else ""

    def handle_data(self, data):
        if self._href and data.strip():
            self.found.append((self._href, int(data.replace(",", ""))))

    def handle_endtag(self, tag):
        if tag == "a":
            self._href = ""


def numbers(html: str) -> list[tuple[str, int]]:
    parser = Numbers()
    parser.feed(html)
    return parser.found


def first_below(html: str) -> str:
    """The page of the first grid in the table of grids below; empty at the bottom of the tree."""
    table = html.partition("下级网格")[2]
    found = re.search(r'href="(/county/\?grid=[^"]+)"', table)
    return found[1].replace("&amp;", "&") if found else ""


def shown_rows(client, url: str) -> int:
    """How many rows the list page shows; it must say the same number."""
    answer = client.get(url)
    html = answer.content.decode()
    assert answer.status_code == 200, url
    said = re.search(r"共 ([\d,]+) 条", html)
    rows = html.split("<tbody>")[-1].count("<tr>") if said else 0
    assert not said or int(said[1]) == rows, url
    return rows


def list_length(user, url: str) -> int:
    """How many rows the list behind the address has for this person, without drawing it."""
    request = RequestFactory().get(url)
    request.user = user
    what = request.path.split("/")[-2]
    return rows_asked(area_asked(request), what, request.GET)[0].count()


@pytest.fixture
def county(db) -> cast.County:
    return filled(cast.build())


def filled(county: cast.County) -> cast.County:
    """A county in which every figure has something to count, at every level and outside of them."""
    county.user("组工", Role.COUNTY_CLERK, "county")
    at = now().replace(hour=9, minute=0)
    for days, leaf in enumerate(cast.LEAVES):
        for outcome in list(Visit.Outcome)[days % 4 : days % 4 + 3]:
            county.visit(leaf, at - timedelta(days=days), outcome)
    for number, place in enumerate(PLACES):
        old = at - timedelta(days=number + 3)
        facts = {"category": list(Category)[number % 3], "handler": county.people[0]}
        county.collect(place, at)
        county.collect(place, at, status=Status.SOLVED_ON_SPOT, live_grid=None)
        county.collect(place, at, **_suggested_by(county.people[0]))
        due = old - timedelta(days=8 if number == 0 else -1)
        late = county.register(place, old, number, due_at=due, **facts)
        cast.order(late, county.people[0], at - timedelta(days=2), answered=at if number % 2 else None)
        closed = county.register(place, old, number + 100, **facts)
        cast.event(closed, "report", old, cannot_be_done=number % 2 == 0)
        cast.triage_clock(county.collect(place, old), old, triaged=at if number % 2 else None)
        cast.event(closed, "escalate", old)
        cast.close(closed, at)
        cast.event(closed, "force_close", at) if number % 2 else None
        cast.contact_clock(closed, old, answered=number % 2 == 0)
        cast.verdict(closed, at, list(Verdict.Value)[number % 5])
        if number % 3 == 0:
            cast.event(closed, "reopen", at, status="assigned", round=2)
        _requests(county, place, number, at)
        _service(county, place, number, at)
    county.households["bare"] = Household.objects.create(
        number="H90", head_name="欧阳小", created_at=at, **county.other_village.scope()
    )
    _unattended(county, at.date())
    recount(now())
    return county


def _unattended(county: cast.County, on: date) -> None:
    """Every cell ought to have a leader; one has, who is away without a substitute."""
    words = {"name": "网格长", "at": Kind.CELL, "roles": [Role.GRID_LEADER], "ledger": "personal", "column": "cell"}
    Rung.objects.create(county=county.county, order=1, **words)
    away = county.user("去学习", Role.GRID_LEADER, "far_cell")
    Absence.objects.create(user=away, since=on - timedelta(days=1), until=on + timedelta(days=9))


def _suggested_by(person: User) -> dict[str, object]:
    """What somebody says in their own name, by the entry on the phone."""
    return {"channel": Channel.SENTIMENT, "category": Category.OPINION, "reporter": person, "petitioner": person.name}


def _requests(county: cast.County, place: str, number: int, at: datetime) -> None:
    """One waiting, late; one taken; one done and long unrated; one rated."""
    early, yesterday = at - timedelta(days=3), at - timedelta(days=1)
    done = {"taken_at": early, "done_at": early, "live_grid": None}
    states: list[dict[str, object]] = [
        {"status": RequestStatus.REQUESTED, "due_at": yesterday},
        {"status": RequestStatus.TAKEN, "taker": county.people[0], "taken_at": at},
        {"status": RequestStatus.DONE, "taker": county.people[0], "due_at": yesterday, **done},
        {"status": RequestStatus.RATED, "taker": county.people[0], "rating": list(RatingValue)[number % 3], **done},
    ]
    for turn, facts in enumerate(states):
        county.request(place, early, number * 10 + turn, **facts)


def _service(county: cast.County, place: str, number: int, at: datetime) -> None:
    """A service day that was missed, one begun, one complete; a pledge open, kept, given up, and overdue."""
    here = county.grids[place].scope()
    programme = Programme.objects.get(county=here["county_id"])
    for days, step in enumerate(("", Step.CHECK_IN, LAST_STEP)):
        day = at.date() - timedelta(days=days)
        ServiceSession.objects.create(programme=programme, planned_on=day, day=day, step=step, **here)
    member, yesterday = Member.objects.order_by("pk")[0], at.date() - timedelta(days=1)
    for status, due in (
        ("published", at.date()),
        ("kept", at.date()),
        ("not_kept", at.date()),
        ("reported", yesterday),
    ):
        closed = at if status in ("kept", "not_kept") else None
        facts = {"member": member, "kind": "help", "text": f"修路{number}", "made_at": at, "published_at": at}
        known = {"status": status, "due_on": due, "year": due.year, "closed_at": closed}
        Pledge.objects.create(**facts, **known, **here)


@pytest.fixture
def signed_in(client, county):
    def enter(watcher: str):
        client.user = county.user(watcher, *WATCHERS[watcher])
        client.force_login(client.user)
        return client

    return enter


@pytest.mark.parametrize("watcher", WATCHERS)
def test_every_number_opens_a_list_of_that_many_rows(signed_in, watcher):
    client = signed_in(watcher)
    length = cache(lambda url: list_length(client.user, url))
    below = f"/county/?{LATELY}"
    while below:
        for page in PAGES:
            url = below.replace("/county/", page)
            html = client.get(url).content.decode()
            for href, shown in numbers(html):
                assert length(href) == shown, f"{url} → {href}"
        below = first_below(client.get(below).content.decode())
    assert length.cache_info().misses > 20


@pytest.mark.parametrize("what", LISTS)
def test_each_list_shows_the_rows_it_counts(signed_in, what):
    client = signed_in("county_officer")
    url = f"/county/list/{what}/"
    assert shown_rows(client, url) == list_length(client.user, url) > 0


def test_a_village_secretary_sees_the_village_and_nothing_above(signed_in, county):
    client = signed_in("village_secretary")
    html = client.get("/county/").content.decode()
    assert "水口村总览" in html
    assert "水南镇" not in html.split("<main")[1].split("全称")[0].replace(county.village.full_name, "")
    assert client.get(f"/county/?grid={county.town.pk}").status_code == 404
    assert client.get(f"/county/list/open/?grid={county.other_village.pk}").status_code == 404


def test_towns_stand_in_the_order_of_their_codes(signed_in):
    html = signed_in("county_officer").get("/county/").content.decode()
    assert html.index(">水南镇</a>") < html.index(">高唐镇</a>")


def test_a_person_without_dashboards_is_refused(client, county):
    client.force_login(county.user("网格长", Role.GRID_LEADER, "cell"))
    for page in (*PAGES, "/county/list/open/"):
        assert client.get(page).status_code == 403


def test_nobody_gets_in_without_an_account(client, county):
    for page in (*PAGES, "/county/list/open/"):
        assert client.get(page).status_code == 302


def test_lists_mask_names(signed_in):
    html = signed_in("county_officer").get("/county/list/uncovered/").content.decode()
    assert "欧*小" in html
    assert "欧阳小" not in html


@pytest.mark.parametrize(
    "url",
    [
        "/county/?grid=x",
        "/county/?grid=999999999",
        "/county/list/nothing/",
    ],
)
def test_what_does_not_exist_is_not_found(signed_in, url):
    assert signed_in("county_officer").get(url).status_code == 404


def test_a_list_ignores_what_does_not_narrow_it(signed_in):
    client = signed_in("county_officer")
    assert shown_rows(client, "/county/list/households/?category=dispute") == shown_rows(
        client, "/county/list/households/"
    )
    assert shown_rows(client, "/county/list/open/?age=week") == shown_rows(client, "/county/list/open/")
    assert shown_rows(client, "/county/list/open/?status=%00") == shown_rows(client, "/county/list/open/")


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-05-01", "2026-04-01", "结束日期早于开始日期"),
        ("2010-05-01", "2026-04-01", "一次最多看五年"),
        ("9999-12-30", "9999-12-31", "年份不对"),
        ("2026-02-30", "2026-04-01", "输入一个有效的日期"),
    ],
)
def test_a_period_that_makes_no_sense_is_explained_and_the_usual_one_shown(signed_in, since, until, said):
    html = signed_in("county_officer").get(f"/county/?since={since}&until={until}").content.decode()
    assert said in html
    assert "下面仍是近30天的情况" in html


def test_a_quiet_county_says_that_nothing_is_overdue(client, db):
    county = cast.build()
    client.force_login(county.user("county_officer", Role.COUNTY_CLERK, "county"))
    assert "没有逾期的诉求" in client.get("/county/overdue/").content.decode()
    for page in PAGES:
        assert client.get(page).status_code == 200


def test_a_person_with_two_villages_can_change_between_them(client, county):
    user = county.user("两村书记", Role.CHIEF_GRID_LEADER, "village")
    Posting.objects.create(user=user, role=Role.FIRST_SECRETARY, since=cast.SINCE, **county.other_village.scope())
    client.force_login(user)
    html = client.get("/county/").content.decode()
    assert 'aria-label="我的网格"' in html
    assert f"grid={county.other_village.pk}" in html


def test_the_pages_take_few_queries_however_many_grids(signed_in, django_assert_max_num_queries):
    client = signed_in("county_officer")
    for page in PAGES:
        with django_assert_max_num_queries(50):
            client.get(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [(390, 844), (1440, 900), (1920, 1080)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_pages_draw_their_charts_under_our_policy_and_fit_the_screen(chromium, live_server, client, size):
    filled(cast.build())
    client.force_login(User.objects.get(name="组工"))
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    complaints, asked = [], []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("request", lambda request: asked.append(request.url))
    for url in (*PAGES, "/county/list/open/"):
        page.goto(live_server.url + url)
        charts = page.locator("[data-chart]").count()
        page.wait_for_function(f"document.querySelectorAll('[data-chart] canvas').length === {charts}")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, url
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_overview_and_cockpit_show_the_same_figures(signed_in):
    client = signed_in("county_officer")
    overview, cockpit = (client.get(url).content.decode() for url in ("/county/", "/county/cockpit/"))
    card = re.compile(r'figure-label">([^<]+)</span>\s*<span class="figure-value">(.*?)</span>', re.DOTALL)
    shown = dict(card.findall(overview))
    assert shown == dict(card.findall(cockpit))
    assert {"逾期未办结", "群众满意", "复号", "待回复督办单", "空岗", "从挂号到销号"} <= set(shown)
    assert re.search(r"[\d.]+天 <small><a [^>]+registered_closed[^>]+>\d+</a>", shown["从挂号到销号"])


def test_every_chart_is_drawn_from_a_table_on_the_same_page(signed_in):
    client = signed_in("county_officer")
    for page in PAGES:
        html = client.get(page).content.decode()
        for table in re.findall(r'data-table="([^"]+)"', html):
            assert f'<table class="table" id="{table}"' in html, page


def test_the_cockpit_draws_each_town_as_its_open_and_late_matters(client, county):
    client.force_login(county.user("组工二", Role.COUNTY_CLERK, "county"))
    shown = client.get("/county/cockpit/").content.decode()
    drawn = re.findall(r'href="([^"]+)" aria-label="([^"\d]+)(\d+)件(?: · 逾期(\d+))?"', shown)
    assert len(drawn) >= 2
    for href, name, open_ones, late in drawn:
        there = client.get(href.replace("&amp;", "&")).content.decode()
        assert name in there
        figures = dict(re.findall(r'figure-label">([^<]+)</span>.*?figure-value">(.*?)</span>', there, re.DOTALL))
        told = [int(each.replace(",", "")) for each in re.findall(r">([\d,]+)<", figures["逾期未办结"])]
        assert told == [int(late or 0), int(open_ones)]
