import json
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

import pytest
from django.test import RequestFactory

from accounts.models import User
from surfaces import paging

pytestmark = pytest.mark.django_db
ORDER = ("name", "-created_at", "id")


@pytest.fixture
def people():
    """Seven people, several alike in name and one microsecond apart, so that every column of the order decides."""
    start = datetime(2026, 11, 21, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    for index, name in enumerate(["陈", "陈", "李", "李", "李", "王", "王"]):
        person = User.objects.create_user(f"1390000{index:04d}", name)
        User.objects.filter(pk=person.pk).update(created_at=start + timedelta(microseconds=index // 2))
    return User.objects.order_by(*ORDER)


def ask(rows, query="", size=2, order=ORDER):
    request = RequestFactory().get("/", parse_qs(query, keep_blank_values=True))
    return paging.page(request, rows, order=order, size=size)


def walk(rows, side):
    page = ask(rows) if side == "next" else last_page(rows)
    seen = [list(page)]
    while query := getattr(page, side):
        page = ask(rows, query)
        seen.append(list(page))
    return seen


def flat(pages):
    return [row for page in pages for row in page]


def last_page(rows):
    page = ask(rows)
    while page.next:
        page = ask(rows, page.next)
    return page


def test_walking_forward_meets_every_row_once_in_order(people):
    assert flat(walk(people, "next")) == list(people)


def test_walking_back_meets_every_row_once(people):
    assert flat(reversed(walk(people, "previous"))) == list(people)


def test_the_ends_offer_no_way_on(people):
    assert ask(people).previous == ""
    assert last_page(people).next == ""


def test_a_page_that_holds_everything_offers_neither_way(people):
    page = ask(people, size=7)
    assert (page.previous, page.next, len(page)) == ("", "", 7)


def test_filters_stay_in_the_links_and_old_cursors_do_not(people):
    first = ask(people, "status=open&q=%E6%B8%A0")
    second = ask(people, first.next)
    assert parse_qs(second.next)["status"] == ["open"]
    assert parse_qs(second.previous).keys() == {"status", "q", "before"}


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "{}", "[1]", '["a","b","c"]', "[null,null,null]", "[[],{},0]", '["\\u0000",1,1]', "[1e400,1e400,1e400]"],
)
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_cursor_nobody_gave_out_shows_a_page_and_no_error(people, side, cursor):
    assert len(ask(people, urlencode({side: cursor}))) == 2


def test_the_count_stops_at_the_cap(people, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_CAP", 5)
    assert ask(people).total == "5+"
    monkeypatch.setattr(paging, "COUNT_CAP", 7)
    assert ask(people).total == "7"


def test_dict_rows_are_paged_by_their_keys(people):
    rows = people.values("name", "created_at", "id")
    second = ask(rows, ask(rows).next)
    assert [row["id"] for row in second] == [person.pk for person in people[2:4]]


def test_a_page_costs_two_queries(people, django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(people, urlencode({"after": json.dumps(["李", "2026-11-21T00:00:00+00:00", 1])}))
