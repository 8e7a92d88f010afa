"""The ledger pages: as many rows as counted, today and on past days, and what is taken away is what was shown."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.models import Job
from exchange.run import run
from issues.actions import assign, escalate
from issues.tests import walk
from issues.tests.cast import MONDAY
from surfaces.tests.browsing import said

NOW = MONDAY + timedelta(days=8)
LEDGERS, EXPORTS = reverse("console:ledgers"), reverse("console:exports")
TAKE = reverse("console:ledger_export")


@pytest.fixture(autouse=True)
def _the_week_after():
    with time_machine.travel(NOW, tick=False):
        yield


def shown(visit, who, **asked):
    return visit.get(who, LEDGERS, **asked).context


def test_each_tab_counts_what_it_opens_and_the_ledgers_add_up(visit, cast):
    for make in (walk.registered, walk.processing, walk.reported, walk.closed):
        make(cast)
    escalate(issue=walk.processing(cast), by=cast.grid_leader, at=MONDAY + timedelta(hours=9), reason="没有资金")
    assign(issue=walk.registered(cast), by=cast.clerk, at=MONDAY + timedelta(hours=9), unit=cast.unit)
    page = shown(visit, cast.county_officer)
    assert [tab["label"] for tab in page["tabs"]] == ["个人台账", "单位台账", "县级台账", "总台账"]
    for tab in page["tabs"]:
        assert len(visit.get(cast.county_officer, LEDGERS + tab["url"]).context["page"]) == tab["count"], tab["label"]
    assert re.search(r"个人 0 \+ 单位 5 \+ 县级 0 = 未销号 5\s+账账相符", said(visit.get(cast.county_officer, LEDGERS)))


def test_the_page_has_exactly_the_eight_columns(visit, cast):
    walk.processing(cast)
    html = visit(cast.clerk, LEDGERS)
    heads = re.findall(r'<th scope="col">([^<]+)</th>', html)
    assert heads == ["序号", "单位", "简要情况", "责任单位/责任人", "时限", "办理情况", "交办督办情况", "销号情况"]
    assert "黄*荣" in html
    assert "黄耀荣" not in html


def test_a_past_day_shows_the_ledger_of_that_night(visit, cast):
    walk.confirming(cast)
    yesterday = (MONDAY - timedelta(days=1)).date().isoformat()
    assert "没有符合条件的事项" in visit(cast.clerk, LEDGERS, as_of=yesterday)
    page = visit(cast.clerk, LEDGERS, as_of=MONDAY.date().isoformat())
    assert "截至2026年11月2日" in page
    assert "待群众确认（11月2日起）" in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"as_of": "2026-11-11"}, "截至日期在今天之后"),
        ({"as_of": "2026-02-30"}, "输入一个有效的日期"),
        ({"as_of": "0001-01-01"}, "年份不对"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "请调换"),
    ],
)
def test_days_that_make_no_sense_are_explained_and_the_rest_is_shown(visit, cast, asked, sentence):
    walk.processing(cast)
    page = visit(cast.clerk, LEDGERS, **asked)
    assert sentence in page
    assert "水圳堵塞" in page
    assert "导出表格" not in page
    assert visit.post(cast.clerk, f"{TAKE}?as_of=2026-11-11", {"form": "xlsx"}).status_code == 409


def test_numbers_run_on_from_page_to_page(visit, cast, monkeypatch):
    monkeypatch.setattr("surfaces.paging.page.__kwdefaults__", {"size": 2})
    for _ in range(5):
        walk.registered(cast)
    numbers, url = [], LEDGERS
    while url:
        page = visit.get(cast.clerk, url).context
        numbers += [page["first"] + place for place in range(len(page["lines"]))]
        url = f"{LEDGERS}?{page['page'].next}" if page["page"].next else ""
    assert numbers == [1, 2, 3, 4, 5]


def test_a_department_sees_its_own_ledger_and_exports_nothing(visit, cast):
    issue = walk.registered(cast)
    assign(issue=issue, by=cast.clerk, at=MONDAY + timedelta(hours=9), unit=cast.unit)
    page = visit(cast.handler, LEDGERS)
    assert "水利局/刘水利" in page
    assert "导出表格" not in page
    assert visit.post(cast.handler, TAKE, {"form": "xlsx"}).status_code == 403


@pytest.mark.parametrize("asked", [{}, {"standing": "all"}, {"as_of": "2026-11-02"}, {"overdue": "on"}, {"mine": "on"}])
def test_what_is_taken_away_is_what_was_shown(visit, cast, asked):
    for make in (walk.registered, walk.processing, walk.closed):
        make(cast)
    listed = len(shown(visit, cast.clerk, **asked)["page"])
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = visit.post(cast.clerk, f"{TAKE}?{query}", {"form": "xlsx"})
    job = Job.objects.get()
    assert answer.url == reverse("console:export", args=[job.pk])
    run(job.pk, at=NOW)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, listed)


def test_an_export_is_followed_fetched_and_once_expired_says_so(visit, cast):
    walk.processing(cast)
    answer = visit.post(
        cast.clerk, reverse("console:export_new"), {"kind": "households_out", "ending": "xlsx", "place": ""}
    )
    job = Job.objects.get()
    assert answer.url == reverse("console:export", args=[job.pk])
    assert "hx-get" in visit(cast.clerk, answer.url)
    run(job.pk, at=NOW)
    assert visit.get(cast.clerk, reverse("console:export_progress", args=[job.pk]))["HX-Refresh"] == "true"
    assert "下载文件" in visit(cast.clerk, answer.url)
    file = visit.get(cast.clerk, reverse("console:export_file", args=[job.pk]))
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert "no-store" in file["Cache-Control"]
    Job.objects.update(result="")
    assert "请重新做一份" in visit(cast.clerk, answer.url)
    assert "已过期" in visit(cast.clerk, EXPORTS)


def test_imports_and_exports_are_listed_apart(visit, cast):
    visit.post(cast.clerk, reverse("console:export_new"), {"kind": "members_out", "ending": "pdf"})
    assert "导出党员" in visit(cast.clerk, EXPORTS)
    assert "导出党员" not in visit(cast.clerk, reverse("console:imports"))
    assert visit.get(cast.clerk, reverse("console:import", args=[Job.objects.get().pk])).status_code == 404


def test_an_export_nobody_offers_is_refused(visit, cast):
    for given in ({"kind": "ledger_out", "ending": "xlsx"}, {"kind": "members_out", "ending": "docx"}, {}):
        assert visit.post(cast.clerk, reverse("console:export_new"), given).status_code == 422
    assert visit.post(cast.clerk, TAKE, {"form": "docx"}).status_code == 409
    assert not Job.objects.exists()


def test_a_ledger_page_takes_as_many_queries_however_many_rows(visit, cast):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            visit(cast.clerk, LEDGERS, as_of=MONDAY.date().isoformat())
        return len(asked)

    walk.processing(cast)
    queries()
    few = queries()
    for _ in range(5):
        walk.processing(cast)
    assert queries() == few
