"""The working calendar on the console: the year, one day with its effect, an import seen before it counts."""

import io
import re
from datetime import date, datetime

import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from issues import recomputing
from issues.tests import walk
from surfaces.tests.browsing import said
from workdays.arithmetic import ZONE
from workdays.models import CalendarDay, calendar_for

pytestmark = pytest.mark.django_db
YEAR, IMPORT = reverse("console:calendar"), reverse("console:calendar_import")
NOON = datetime(2026, 11, 2, 15, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NOON, tick=False):
        yield


def one(day: int) -> str:
    return reverse("console:calendar_day", args=[f"2026-11-{day:02d}"])


def test_a_year_is_twelve_months_with_days_off_marked_by_letter_and_word(cast, visit, county_officer):
    page = visit(county_officer, YEAR)
    assert page.count('<table class="month">') == 12
    assert "10月1日（周四）放假：国庆节" in page
    assert re.search(r'data-kind="holiday".{0,300}<b>休</b>', page)
    assert re.search(r'data-kind="makeup".{0,300}<b>班</b>', page)
    assert "2027年放假安排尚未导入" in page


def test_the_console_is_warned_of_the_missing_year_until_the_county_has_it(cast, visit, county_officer):
    home = reverse("console:home")
    assert "2027年放假安排尚未导入" in visit(county_officer, home)
    for day in (date(2027, 5, 1), date(2027, 10, 1)):
        CalendarDay.objects.create(date=day, kind="holiday", name="节", county_id=cast.county.pk)
    assert "2027年放假安排尚未导入" not in visit(county_officer, home)


def test_a_day_says_beforehand_how_many_issues_it_moves(cast, visit, county_officer):
    walk.processing(cast)
    page = visit(county_officer, one(4))
    assert "按全国安排（上班）" in page
    assert "本县放假，会改变1件在办事项的时限" in page
    assert not CalendarDay.objects.filter(county_id=cast.county.pk).exists()
    assert "不影响在办事项的时限" in visit(county_officer, one(29))


def test_a_day_is_set_and_the_clocks_follow(cast, visit, county_officer):
    issue = walk.processing(cast)
    response = visit.post(county_officer, one(4), {"kind": "holiday", "name": "防汛"})
    assert response.status_code == 302
    row = CalendarDay.objects.get(county_id=cast.county.pk)
    assert (row.date, row.name, row.entered_by) == (date(2026, 11, 4), "防汛", county_officer)
    recomputing.follow_calendars(at=NOON)
    issue.refresh_from_db()
    assert issue.due_at == datetime(2026, 11, 10, 18, 0, tzinfo=ZONE)
    assert "改变1个时限" in visit(county_officer, YEAR)


def test_a_day_is_given_back_to_the_national_arrangement(cast, visit, county_officer):
    visit.post(county_officer, one(4), {"kind": "holiday"})
    assert "按全国安排（上班）" in visit(county_officer, one(4))
    visit.post(county_officer, one(4), {"kind": "national"})
    assert not CalendarDay.objects.filter(county_id=cast.county.pk).exists()


def test_the_days_of_one_holiday_stand_in_one_line(cast, visit, county_officer):
    assert "至 10月7日（周三），7天" in visit(county_officer, YEAR)


def test_the_page_shows_the_run_until_it_has_ended(cast, visit, county_officer):
    recomputing.follow_calendars(at=NOON)
    progress = reverse("console:calendar_progress")
    assert visit.get(county_officer, progress).headers["HX-Refresh"] == "true"
    visit.post(county_officer, one(4), {"kind": "holiday"})
    assert "HX-Refresh" not in visit.get(county_officer, progress).headers
    assert "按新日历重算时限" in visit(county_officer, YEAR)


def sheet(*rows: tuple[str, str, str]) -> SimpleUploadedFile:
    text = "日期,类型,节日\n" + "\n".join(",".join(row) for row in rows)
    return SimpleUploadedFile("2026.csv", text.encode())


def test_an_import_shows_its_effect_before_it_counts(cast, visit, county_officer):
    walk.processing(cast)
    response = visit.post(county_officer, IMPORT, {"file": sheet(("2026-11-04", "放假", "县庆"))})
    page = response.content.decode()
    assert "新增1天" in said(response)
    assert "会改变1件在办事项的时限" in said(response)
    assert not CalendarDay.objects.filter(county_id=cast.county.pk).exists()
    checked = re.search(r'name="checked" value="([^"]+)"', page)[1]
    visit.post(county_officer, IMPORT, {"checked": checked})
    assert not calendar_for(cast.county.pk).is_workday(date(2026, 11, 4))


def test_a_workbook_is_read_like_a_csv(cast, visit, county_officer):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["日期", "类型", "节日"])
        page.write_datetime(1, 0, datetime(2026, 11, 4), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
        page.write_row(1, 1, ["放假", "县庆"])
    response = visit.post(county_officer, IMPORT, {"file": SimpleUploadedFile("a.xlsx", made.getvalue())})
    assert "新增1天" in said(response)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("a.csv", b"x,y\n"), "第1行应为表头"),
        (SimpleUploadedFile("a.xlsx", b"nothing"), "改名成了"),
        (sheet(("2026-11-31", "放假", "县庆")), "第2行"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(cast, visit, county_officer, file, sentence):
    response = visit.post(county_officer, IMPORT, {"file": file})
    assert response.status_code == 422
    assert sentence in said(response)


def test_a_day_that_is_so_already_is_refused_at_the_choice(cast, visit, county_officer):
    response = visit.post(county_officer, one(4), {"kind": "makeup"})
    assert response.status_code == 422


@pytest.mark.parametrize(
    "url", [f"{YEAR}?year=1990", f"{YEAR}?year=x", f"{YEAR}?county=0", "/console/calendar/days/x/"]
)
def test_what_does_not_exist_is_not_found(cast, visit, county_officer, url):
    assert visit.get(county_officer, url).status_code == 404


def test_only_who_may_edit_the_calendar_comes_in(cast, visit, clerk, auditor, member):
    for person in (clerk, auditor, member):
        assert visit.get(person, YEAR).status_code == 403
