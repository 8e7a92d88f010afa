"""年终质询 on the screens: the county's board and list, the person's own page, the verdict."""

from datetime import datetime

import pytest
import time_machine

from issues.models import Inquiry
from issues.tests import walk
from notices.models import Notice
from surfaces.tests.browsing import said
from workdays.arithmetic import ZONE

DECEMBER = datetime(2026, 12, 21, 9, 0, tzinfo=ZONE)
BEGIN = {"due_on": "2026-12-25", "question": "为什么还没有办结?"}


@pytest.fixture(autouse=True)
def _december():
    with time_machine.travel(DECEMBER, tick=False):
        yield


@pytest.fixture
def inquiry(cast, visit, county_officer) -> Inquiry:
    """The grid leader is asked about one issue; a hold on plan is listed apart."""
    walk.on_hold(cast)
    walk.processing(cast)
    visit.post(county_officer, "/county/inquiries/begin/?year=2026", BEGIN)
    return Inquiry.objects.get()


def test_the_board_says_who_must_be_asked_before_anybody_was(cast, visit, county_officer):
    walk.on_hold(cast)
    walk.processing(cast)
    page = visit.get(county_officer, "/county/inquiries/")
    assert "应质询 100.0% 1 / 1人" in " ".join(said(page).split())
    assert "罗网格" in said(page)
    assert "水圳堵塞" in said(page)


def test_opening_tells_how_many_were_asked_and_offers_five_workdays(visit, county_officer, cast):
    walk.processing(cast)
    assert 'value="2026-12-28"' in visit(county_officer, "/county/inquiries/begin/")
    visit.post(county_officer, "/county/inquiries/begin/", BEGIN)
    assert "已向1人发起质询。" in visit(county_officer, "/county/inquiries/")


def test_the_notice_leads_the_person_to_their_page_on_the_phone(visit, inquiry, grid_leader):
    notice = Notice.objects.get(kind="inquiry")
    assert visit.get(grid_leader, notice.link).url == f"/field/inquiry/{inquiry.pk}/"
    page = said(visit.get(grid_leader, f"/field/inquiry/{inquiry.pk}/"))
    assert "为什么还没有办结?" in page
    assert "挂账（另列）" in page


def test_home_reminds_until_it_is_answered(visit, inquiry, grid_leader):
    for home in ("/field/", "/console/"):
        assert "2026年度质询请在12月25日（周五）前答复" in visit(grid_leader, home)
    answer = visit.post(grid_leader, f"/field/inquiry/{inquiry.pk}/", {"answer": "材料在途，一月底修好"})
    assert answer.url == f"/inquiries/{inquiry.pk}/"
    assert "年度质询" not in visit(grid_leader, "/field/")


def test_an_empty_answer_keeps_the_page_and_says_what_is_missing(visit, inquiry, grid_leader):
    answer = visit.post(grid_leader, f"/console/inquiry/{inquiry.pk}/", {"answer": ""})
    assert answer.status_code == 422
    assert "请逐件说明原因和打算" in said(answer)


def test_the_county_reads_the_answer_and_judges(visit, inquiry, grid_leader, leader):
    visit.post(grid_leader, f"/field/inquiry/{inquiry.pk}/", {"answer": "材料在途，一月底修好"})
    address = f"/county/inquiries/{inquiry.pk}/"
    assert "材料在途，一月底修好" in visit(leader, address)
    refused = visit.post(leader, address, {"verdict": "mend", "words": "一月底前办结"})
    assert "整改期限应在12月21日（周一）之后" in said(refused)
    visit.post(leader, address, {"verdict": "mend", "words": "一月底前办结", "mend_by": "2027-01-31"})
    page = said(visit.get(leader, address))
    assert "限期整改" in page
    assert "不能再改" in page


def test_a_verdict_before_the_answer_is_not_offered(visit, inquiry, leader):
    page = said(visit.get(leader, f"/county/inquiries/{inquiry.pk}/"))
    assert "答复期限是12月25日（周五）" in page
    assert "提交评定" not in page


def test_the_list_to_print_names_everybody_on_one_page(visit, inquiry, county_officer):
    page = said(visit.get(county_officer, "/county/inquiries/sheet/"))
    assert "罗网格" in page
    assert "共 1 人" in page


def test_the_years_offered_are_the_one_that_ends_and_the_one_before(visit, county_officer, db):
    page = said(visit.get(county_officer, "/county/inquiries/"))
    assert "2026年度" in page
    assert "2025年度" in page


def test_figures_of_an_opened_year_stand_as_numerator_and_denominator(visit, inquiry, grid_leader, county_officer):
    visit.post(grid_leader, f"/field/inquiry/{inquiry.pk}/", {"answer": "材料在途，一月底修好"})
    page = " ".join(said(visit.get(county_officer, "/county/inquiries/")).split())
    assert "已答复 100.0% 1 / 1人" in page
    assert "已评定 0.0% 0 / 1人" in page
    assert "通过 — 0 / 0人" in page


def test_the_door_keeps_others_out(visit, inquiry, clerk, secretary):
    for person in (clerk, secretary):
        assert visit.get(person, f"/inquiries/{inquiry.pk}/").status_code == 404
        assert visit.get(person, "/county/inquiries/").status_code == 403
