"""月度通报: the dashboard's figures at the month's end, on paper and as a workbook, for who has the dashboard."""

import io
import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from accounts.errors import Forbidden, Refused
from accounts.models import AccessLog, User
from accounts.roles import Role
from exchange.actions import forget_files, start_bulletin
from exchange.bulletin.content import Share, Writer
from exchange.models import Job
from exchange.run import run
from issues.models import Issue, Status
from surfaces.tests.november import EVENING, build
from tallies.tests import cast
from workdays.arithmetic import ZONE

LATER = datetime(2026, 12, 3, 9, 0, tzinfo=ZONE)
NOVEMBER = date(2026, 11, 1)
AS_OF = "since=2026-11-01&until=2026-11-30&as_of=2026-11-30"
CARD = re.compile(r'figure-label">([^<]+)</span>\s*<span class="figure-value">(.*?)</span>', re.DOTALL)


@pytest.fixture
def county(db) -> cast.County:
    return build()


@pytest.fixture
def officer(county) -> User:
    return county.people[5]


def made(place, by: User, form: str = "pdf", month: date = NOVEMBER) -> Job:
    job = start_bulletin(place=place, month=month, form=form, by=by, at=LATER, address="127.0.0.1")
    run(job.pk, at=LATER)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    return job


def text_of(job: Job) -> str:
    with job.result.open("rb") as file:
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages)


def cards(client: Client, page: str) -> dict[str, list[int]]:
    """Of a dashboard page: each figure's numerator and denominator."""
    html = client.get(f"/county/{page}?{AS_OF}").content.decode()
    found = {}
    for label, value in CARD.findall(html):
        tail = value.partition("<small>")[2] if "%" in value or "—" in value else value
        found[label] = [int(one.replace(",", "")) for one in re.findall(r"(?<![\d.])\d[\d,]*(?![\d.%])", _words(tail))]
    return found


def _words(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


@time_machine.travel(LATER, tick=False)
def test_a_bulletin_says_what_the_dashboard_says_of_the_months_last_evening(client, county, officer):
    client.force_login(officer)
    for late in Issue.objects.filter(status=Status.REGISTERED):
        cast.close(late, LATER - timedelta(days=2))
    bulletin = Writer(officer, county.county, NOVEMBER, LATER).bulletin(lambda done: None)
    told = {row[0]: row[1] for section in bulletin.sections if section.heads[0] == "指标" for row in section.rows}
    compared = 0
    for page in ("", "coverage/", "visits/", "funnel/", "overdue/", "orders/", "rates/"):
        for label, numbers in cards(client, page).items():
            if label in told:
                said = told[label]
                expected = [said.value, said.whole] if isinstance(said, Share) else [said]
                assert numbers == expected[: max(1, len(numbers))], label
                compared += 1
    assert compared >= 20
    assert told["逾期未办结"].value > 0
    board = client.get(f"/county/?{AS_OF}").content.decode()
    places = next(section for section in bulletin.sections if section.title == "各地情况")
    assert [row[0] for row in places.rows] == ["水南镇", "高唐镇", "合计"]
    assert all(f">{row[0]}<" in board for row in places.rows)


@time_machine.travel(LATER, tick=False)
def test_the_paper_and_the_workbook_hold_every_section_with_both_numbers(county, officer):
    words = text_of(made(county.county, officer))
    for said in (
        "水口县2026年11月党员联户工作通报",
        "截至2026年11月30日当天结束时",
        "不排名次",
        "挂号到销号中位用时",
        "需要支持的地方",
    ):
        assert said in words
    assert re.search(r"\d+/\d+\s*\d+\.\d%", words)
    with made(county.county, officer, "xlsx").result.open("rb") as file:
        book = CalamineWorkbook.from_filelike(file)
        assert {"联户覆盖和走访", "五率和单列", "按类别", "督办单", "缺口和空岗", "各地情况", "本地走势"} <= set(
            book.sheet_names
        )
        rows = book.get_sheet_by_name("联户覆盖和走访").to_python()
    assert rows[2][:4] == ["指标", "本月·分子", "本月·分母", "本月·比例"]
    assert rows[3][0] == "结对覆盖"
    value, whole, share = (float(str(one)) for one in rows[3][1:4])
    assert value / whole == share


@time_machine.travel(LATER, tick=False)
def test_it_names_no_person(county, officer):
    words = text_of(made(county.county, officer)).replace(f"{officer.name} 2026-12-03 09:00 生成", "")
    assert not [person.name for person in county.people if person.name in words]
    assert "黄大" not in words


@time_machine.travel(LATER, tick=False)
def test_a_past_month_stays_as_it_was(county, officer):
    before = Writer(officer, county.county, NOVEMBER, LATER).bulletin(lambda done: None)
    at = LATER - timedelta(hours=1)
    county.visit("sub_cell", at)
    cast.close(county.register("far_cell", at, 900), at)
    assert Writer(officer, county.county, NOVEMBER, LATER).bulletin(lambda done: None) == before


@time_machine.travel(LATER, tick=False)
def test_who_has_the_dashboard_reads_it_and_nobody_else(client, county, officer):
    of_town, of_county = made(county.town, officer), made(county.county, officer)
    clerk = county.user("经办", Role.TOWN_CLERK, "town")
    with pytest.raises(Forbidden, match="没有这个地方的数据看板"):
        start_bulletin(place=county.other_town, month=NOVEMBER, form="pdf", by=clerk, at=LATER, address=None)
    client.force_login(clerk)
    html = client.get("/county/bulletins/").content.decode()
    assert f"/county/bulletins/{of_town.pk}/" in html
    assert f"/county/bulletins/{of_county.pk}/" not in html
    assert client.get(f"/county/bulletins/{of_county.pk}/file/").status_code == 404
    answer = client.get(f"/county/bulletins/{of_town.pk}/file/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert b"".join(answer).startswith(b"%PDF")


@time_machine.travel(LATER, tick=False)
def test_one_is_made_from_the_page_logged_and_kept(client, county, officer, django_capture_on_commit_callbacks):
    client.force_login(officer)
    assert "还没有做过通报" in client.get("/county/bulletins/").content.decode()
    assert 'href="/county/bulletins/"' in client.get("/county/").content.decode()
    form = client.get("/county/bulletins/new/").content.decode()
    assert "2026年11月" in form
    assert "2025年12月" not in form
    sent = {"place": county.county.pk, "month": "2026-11-01", "ending": "pdf"}
    answer = client.post("/county/bulletins/new/", sent)
    job = Job.objects.get(kind=Job.Kind.BULLETIN)
    assert answer.headers["Location"] == f"/county/bulletins/{job.pk}/"
    assert "做水口县2026年11月通报" in AccessLog.objects.get(action=AccessLog.Action.EXPORT).reason
    assert "HX-Refresh" not in client.get(f"/county/bulletins/{job.pk}/progress/").headers
    run(job.pk, at=LATER)
    assert "HX-Refresh" in client.get(f"/county/bulletins/{job.pk}/progress/").headers
    assert "水口县2026年11月通报做好了。" in client.get(f"/county/bulletins/{job.pk}/").content.decode()
    forget_files(at=LATER + timedelta(days=400))
    answer = client.get(f"/county/bulletins/{job.pk}/file/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert b"".join(answer).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("month", "said"),
    [(date(2027, 1, 1), "还没有开始"), (date(2025, 12, 1), "系统里的数据从2026年1月1日开始")],
)
def test_a_month_without_data_is_refused_in_words(county, officer, month, said):
    with time_machine.travel(LATER, tick=False), pytest.raises(Refused, match=said):
        start_bulletin(place=county.county, month=month, form="pdf", by=officer, at=LATER, address=None)


def test_this_month_goes_as_far_as_now(county, officer):
    with time_machine.travel(EVENING, tick=False):
        bulletin = Writer(officer, county.county, NOVEMBER, EVENING).bulletin(lambda done: None)
    assert "统计11月1日至11月18日，截至2026年11月18日23:59" in bulletin.about
