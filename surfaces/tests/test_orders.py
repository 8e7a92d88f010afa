"""督办单 on the screens and on paper: listed, opened, answered on console and phone, printed one matter one sheet."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from issues import actions
from issues.models import SupervisionOrder
from issues.rules import load_register_rules
from issues.supervision.sweep import supervise
from issues.tests import walk
from issues.tests.walk import hours
from profiles.reader import read
from surfaces.tests.browsing import said
from workdays.arithmetic import ZONE

DUE = datetime(2026, 11, 9, 18, 0, tzinfo=ZONE)
NOW = DUE + timedelta(minutes=20)
LIST = reverse("console:orders")


@pytest.fixture(autouse=True)
def _after_the_due():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def order(cast):
    walk.processing(cast)
    supervise(at=DUE)
    return SupervisionOrder.objects.get()


def url(name, order):
    return reverse(name, args=[order.pk])


def answer_form(order, surface="console"):
    return reverse(f"{surface}:move", args=[order.issue_id, "answer_order"])


def test_the_list_shows_what_waits_in_my_area_and_nothing_from_elsewhere(visit, cast, order):
    page = visit(cast.clerk, LIST)
    for word in (order.number, "水圳堵塞", "橙色督办单", "罗网格", "待回复"):
        assert word in page
    assert order.number not in visit(cast.other_clerk, LIST)


def test_the_list_is_narrowed_by_colour_place_state_and_whose_it_is(visit, cast, order):
    for asked, there in (
        ({"colour": "orange"}, True),
        ({"colour": "red"}, False),
        ({"place": cast.village.pk}, True),
        ({"state": "late"}, False),
        ({"state": "answered"}, False),
        ({"state": "all"}, True),
        ({"whose": "copied"}, True),
        ({"whose": "to_answer"}, False),
        ({"whose": "issued"}, False),
    ):
        assert (order.number in visit(cast.clerk, LIST, **asked)) is there, asked
    assert order.number in visit(cast.grid_leader, LIST, whose="to_answer")


def test_an_order_is_hidden_from_another_town(visit, cast, order):
    for name in ("console:order", "field:order", "order", "order_sheet"):
        assert visit.get(cast.other_clerk, url(name, order)).status_code == 404


def test_a_notice_leads_to_the_order_on_my_surface(visit, cast, order):
    assert visit.get(cast.grid_leader, url("order", order)).url == url("field:order", order)
    assert visit.get(cast.clerk, url("order", order)).url == url("console:order", order)


def test_it_is_answered_from_the_phone_in_one_form(visit, cast, order):
    home = visit(cast.grid_leader, reverse("field:home"))
    assert "待回复督办单" in home
    assert url("field:order", order) in home
    page = visit(cast.grid_leader, url("field:order", order))
    assert "这件事项已经逾期（时限11月9日（周一））。请抓紧办理，并于11月11日（周三）前回复办理情况和办结时间。" in page
    assert answer_form(order, "field") in page
    seen = order.issue.version
    sent = visit.post(cast.grid_leader, answer_form(order, "field"), {"answer": "配件周四到，周五办结", "seen": seen})
    assert sent.status_code == 302
    assert "待回复督办单" not in visit(cast.grid_leader, reverse("field:home"))
    shown = visit(cast.clerk, url("console:order", order))
    assert "配件周四到，周五办结" in shown
    assert "已回复" in shown


def test_the_page_tells_what_one_answer_answers(visit, cast, order):
    other = actions.issue_order(issue=fresh(order), by=cast.leader, at=NOW, colour="red", reason="请说明原因")
    page = visit(cast.grid_leader, url("console:order", other))
    assert f"同时回复{order.number}" in page
    assert answer_form(order) not in visit(cast.clerk, url("console:order", order))


def fresh(order):
    return type(order.issue).objects.get(pk=order.issue_id)


def test_the_issue_page_lists_its_orders_and_tells_them_in_its_history(visit, cast, order):
    for surface, person in (("console", cast.clerk), ("field", cast.grid_leader)):
        page = visit(person, reverse(f"{surface}:issue", args=[order.issue_id]))
        assert url(f"{surface}:order", order) in page
        assert f"发督办单：橙色督办单 {order.number}" in page


def test_a_leader_issues_one_from_a_form_in_the_words_of_the_county(visit, cast):
    load_register_rules(cast.county, read("wanzhou"))
    issue = walk.processing(cast)
    form = reverse("console:move", args=[issue.pk, "issue_order"])
    page = visit(cast.leader, form)
    assert "红牌" in page
    assert "红色督办单" not in page
    visit.post(cast.leader, form, {"colour": "red", "reason": "群众反映强烈，请三日内办结", "seen": issue.version})
    order = SupervisionOrder.objects.get()
    for where in (LIST, url("console:order", order), reverse("console:issue", args=[issue.pk])):
        page = visit(cast.leader, where)
        assert "红牌" in page
        assert "红色督办单" not in page
    assert "红牌" in visit(cast.leader, reverse("console:issues"), supervision="red")


def test_the_desk_counts_what_waits(visit, cast, order):
    page = visit(cast.clerk, reverse("console:home"))
    assert "待回复督办单" in page


def test_an_order_whose_matter_ended_says_that_it_lapsed(visit, cast, order):
    issue = fresh(order)
    actions.ask_void(issue=issue, by=cast.grid_leader, at=NOW, reason="重复登记了")
    actions.void(issue=issue, by=cast.clerk, at=NOW)
    assert "这张督办单不再需要回复" in visit(cast.clerk, url("console:order", order))
    assert "没有待回复的督办单" in visit(cast.clerk, LIST)
    assert order.number in visit(cast.clerk, LIST, state="lapsed")


def test_the_sheet_says_everything_on_one_page_and_masks_the_petitioner(visit, cast, order):
    sheet = visit.get(cast.clerk, url("order_sheet", order))
    assert (sheet.status_code, sheet["Content-Type"]) == (200, "application/pdf")
    assert sheet["Cache-Control"] == "private, no-store"
    pdf = PdfReader(BytesIO(sheet.content))
    [page] = pdf.pages
    text = page.extract_text().replace("\n", "")
    for word in (
        "橙色督办单",
        "督2026-000001",
        "和平县",
        order.issue.number,
        "水圳堵塞，田里进不了水",
        "黄*荣",
        "上陵镇水口村一组",
        "罗网格",
        "叶经办",
        "11月9日 18:00",
        "5个工作日",
        "请抓紧办理",
        "签收",
        "发督办单",
        "责任人（签字）",
        "第1页/共1页",
    ):
        assert word in text, word
    assert "黄耀荣" not in text
    assert "13812348000" not in text
    assert pdf.metadata.title == "橙色督办单督2026-000001"
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((595.3, 841.9), abs=0.1)


def test_the_sheet_prints_the_answer_and_the_countys_words(visit, cast):
    load_register_rules(cast.county, read("wanzhou"))
    issue = walk.processing(cast)
    order = actions.issue_order(issue=issue, by=cast.leader, at=hours(4), colour="red", reason="群众反映强烈")
    actions.answer_order(issue=issue, by=cast.grid_leader, at=hours(5), answer="<b>周五</b>前办结 & 回访")
    content = visit.get(cast.clerk, url("order_sheet", order)).content
    text = PdfReader(BytesIO(content)).pages[0].extract_text().replace("\n", "")
    assert "红牌" in text
    assert "<b>周五</b>前办结 & 回访" in text
    assert "群众反映强烈。请于11月4日（周三）前回复。" in text


def test_a_longer_list_asks_the_database_no_more_often(visit, cast, order):
    visit(cast.clerk, LIST)
    with CaptureQueriesContext(connection) as for_one:
        visit(cast.clerk, LIST)
    for _ in range(4):
        walk.processing(cast)
    supervise(at=DUE)
    with CaptureQueriesContext(connection) as for_five:
        page = visit.get(cast.clerk, LIST)
    assert said(page).count("督2026-") == 5
    assert len(for_five) == len(for_one)


def test_the_county_counts_what_waits_by_town_and_opens_the_list(visit, cast, order):
    board = visit(cast.leader, reverse("county:orders"))
    assert "待回复督办单" in board
    listed = reverse("county:list", args=["orders_waiting"])
    assert listed in board
    assert "上陵镇" in board
    page = visit(cast.leader, listed, colour="orange")
    assert order.number in page
    assert "· 橙色督办单 ·" in page
    assert order.number not in visit(cast.leader, listed, colour="red")
    assert order.number not in visit(cast.leader, reverse("county:list", args=["orders_late"]))


def test_the_api_reads_orders_of_my_area(visit, cast, order):
    url_of_all = reverse("api:order-list")
    [row] = visit.get(cast.clerk, url_of_all, unanswered="true").json()["results"]
    assert (row["number"], row["colour"], row["addressee"]) == (order.number, "orange", cast.grid_leader.pk)
    assert visit.get(cast.other_clerk, url_of_all).json()["results"] == []
    one = visit.get(cast.clerk, reverse("api:order-detail", args=[order.pk])).json()
    assert one["issue_number"] == order.issue.number
    assert visit.get(cast.other_clerk, reverse("api:order-detail", args=[order.pk])).status_code == 404
