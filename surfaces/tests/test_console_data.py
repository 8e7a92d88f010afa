"""Imports, search, the auditor's pages and accounts in the console."""

import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.crypto import blind_index
from accounts.models import AccessLog
from accounts.roles import Role
from exchange.models import Job
from exchange.run import IMPORTERS, run
from exchange.tests.cast import CELL, FAR_CELL, NOON, TODAY, Office, household_book
from grids.actions import appoint
from grids.tests.trees import START, County, person
from households.models import Household, Resident
from issues.models import IssueEvent
from issues.tests import walk
from issues.tests.test_commands import tamper
from surfaces.tests.browsing import said

UPLOAD = reverse("console:import_new")
SEARCH = reverse("console:search")


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def office(db):
    return Office()


def url(name, row):
    return reverse(f"console:{name}", args=[row.pk])


def sheets(response):
    return CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content))).sheet_names


def workbook(office, *rows):
    content = household_book([office.household_row(*row) for row in rows])
    return SimpleUploadedFile("住户.xlsx", content)


def uploaded(visit, office, file, **more):
    given = {"kind": "households_in", "county": office[""].pk, "file": file, **more}
    return visit.post(office.clerk_here, UPLOAD, given)


# Imports


@pytest.mark.parametrize("kind", IMPORTERS)
def test_templates_are_workbooks_one_can_open(visit, office, kind):
    response = visit.get(office.clerk_here, reverse("console:import_template", args=[kind]))
    assert response["Content-Disposition"].startswith("attachment")
    assert sheets(response)


def test_no_other_template_exists(visit, office):
    assert visit.get(office.clerk_here, reverse("console:import_template", args=["secrets"])).status_code == 404


def test_a_dry_run_checks_and_one_press_imports(visit, office, django_capture_on_commit_callbacks):
    response = uploaded(visit, office, workbook(office, ("H1",), ("H2",)), dry_run="on")
    job = Job.objects.get()
    assert response.url == url("import", job)
    assert "正在准备" in visit(office.clerk_here, url("import", job))
    run(job.pk, at=NOON)
    assert visit.get(office.clerk_here, url("import_progress", job))["HX-Refresh"] == "true"
    assert "正式导入" in visit(office.clerk_here, url("import", job))
    assert not Household.objects.exists()
    assert visit.post(office.clerk_here, url("import_confirm", job)).status_code == 302
    run(job.pk, at=NOON)
    assert Household.objects.count() == 2
    assert "已完成" in visit(office.clerk_here, reverse("console:imports"))


def test_a_confirmation_pressed_twice_is_refused_the_second_time(visit, office):
    uploaded(visit, office, workbook(office, ("H1",)), dry_run="on")
    job = Job.objects.get()
    run(job.pk, at=NOON)
    visit.post(office.clerk_here, url("import_confirm", job))
    response = visit.post(office.clerk_here, url("import_confirm", job))
    assert response.status_code == 409
    assert "已经转为正式导入" in said(response)


def test_wrong_rows_come_back_in_a_workbook_and_nothing_is_imported(visit, office):
    uploaded(visit, office, workbook(office, ("H1",), ("H1",)))
    job = Job.objects.get()
    run(job.pk, at=NOON)
    assert "下载错误清单" in visit(office.clerk_here, url("import", job))
    response = visit.get(office.clerk_here, url("import_result", job))
    assert response["Content-Disposition"].startswith("attachment")
    assert sheets(response)
    assert not Household.objects.exists()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("住户.csv", b"a,b"), "只能导入 .xlsx 工作簿"),
        (SimpleUploadedFile("住户.xlsx", b""), "这个文件是空的"),
        ("", "请选择要导入的工作簿"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_at_once(visit, office, file, sentence):
    response = uploaded(visit, office, file)
    assert response.status_code == 422
    assert sentence in said(response)
    assert not Job.objects.exists()


def test_jobs_of_somebody_else_are_not_there(visit, office):
    uploaded(visit, office, workbook(office, ("H1",)))
    job = Job.objects.get()
    for name in ("import", "import_progress", "import_result"):
        assert visit.get(office.other_clerk, url(name, job)).status_code == 404
    assert visit.post(office.other_clerk, url("import_confirm", job)).status_code == 404


# Search


def hits(response):
    return {group["label"]: [hit.title for hit in group["hits"]] for group in response.context["groups"]}


def test_the_search_box_finds_people_households_and_grids_of_my_area_only(visit, office):
    office.household("黄水根")
    office.household("黄水木", cell=FAR_CELL)
    office.member("黄水明")
    assert hits(visit.get(office.clerk_here, SEARCH, q="黄水")) == {"住户": ["黄*根户"], "党员": ["黄水明"]}
    assert hits(visit.get(office.clerk_here, SEARCH, q="hsg")) == {"住户": ["黄*根户"]}
    assert "甲镇1村" in hits(visit.get(office.clerk_here, SEARCH, q="1村"))["网格"]
    assert hits(visit.get(office.clerk_here, SEARCH, q="乙镇")) == {}


def test_the_search_box_finds_issues_in_every_status(visit, cast):
    walk.closed(cast)
    assert hits(visit.get(cast.clerk, SEARCH, q="水圳")) == {"诉求": ["水圳堵塞，田里进不了水"]}
    assert hits(visit.get(cast.other_clerk, SEARCH, q="水圳")) == {}


@pytest.mark.parametrize(("text", "words"), [("", "输入至少两个字"), ("黄", "输入至少两个字"), ("无此人", "没有找到")])
def test_a_search_without_hits_says_what_to_do(visit, office, text, words):
    assert words in visit(office.clerk_here, SEARCH, q=text)


def test_many_hits_lead_to_the_list(visit, office):
    for number in range(9):
        office.household(f"黄水{'一二三四五六七八九'[number]}")
    group = visit.get(office.clerk_here, SEARCH, q="黄水").context["groups"][0]
    assert len(group["hits"]) == 8
    assert visit.get(office.clerk_here, group["all"]).context["page"].counted == 9


def test_each_group_counts_what_its_list_shows(visit, office):
    for number in range(12):
        office.household(f"黄水{'一二三四五六七八九十百千'[number]}")
    office.household("黄水远", cell=FAR_CELL)
    [group] = visit.get(office.clerk_here, SEARCH, q="黄水").context["groups"]
    assert (group["counted"], len(group["hits"])) == ("12", 8)
    assert visit.get(office.clerk_here, group["all"]).context["page"].counted == 12


def test_a_household_is_found_by_anybody_who_lives_in_it(visit, office):
    home = office.household("黄水根")
    Resident.objects.create(household=home, name="林月娥", relation="1")
    Resident.objects.create(household=home, name="黄走远", relation="2", left_on=TODAY)
    assert hits(visit.get(office.clerk_here, SEARCH, q="林月娥")) == {"住户": ["黄*根户"]}
    assert hits(visit.get(office.clerk_here, SEARCH, q="黄走远")) == {}


def test_people_with_posts_are_found_by_name_initials_and_phone_tail_in_my_area(visit, office):
    for cell, name, phone in ((CELL, "罗网格", "13600006677"), (FAR_CELL, "罗远方", "13600016677")):
        appoint(user=person(name, phone), grid=office[cell], role=Role.GRID_LEADER, on=TODAY, by=None)
    for words in ("罗网", "lwg", "6677", "13600006677"):
        assert hits(visit.get(office.clerk_here, SEARCH, q=words)) == {"任职人员": ["罗网格"]}, words


def test_looking_for_somebody_by_a_number_is_logged_without_the_number(visit, office):
    home = office.household("黄水根")
    reached = {"phone_index": blind_index("13812345678"), "phone_tail": "5678"}
    Household.objects.filter(pk=home.pk).update(**reached)
    visit.get(office.clerk_here, SEARCH, q="黄水根")
    assert not AccessLog.objects.filter(action="search").exists()
    for number, kind in (("13812345678", "电话"), ("5678", "电话后四位"), ("11010519491231002X", "身份证号")):
        visit.get(office.clerk_here, SEARCH, q=number)
        logged = AccessLog.objects.latest("pk")
        assert (logged.action, logged.user, logged.field) == ("search", office.clerk_here, kind)
        assert number not in logged.reason
    assert AccessLog.objects.filter(reason="住户1户").count() == 2


# The auditor


def test_the_auditor_reads_who_looked_at_whom(visit, cast):
    link = reverse("reveal", args=["households.household", cast.household.pk, "phone"])
    visit.post(cast.clerk, link, {"reason": "上门走访联系"})
    shown = visit(cast.auditor, reverse("console:audit"))
    assert "叶经办" in shown
    assert "上门走访联系" in shown
    assert f"住户（内部编号{cast.household.pk}）：电话" in shown
    assert "叶经办" not in visit(cast.auditor, reverse("console:audit"), q="林组")
    assert visit.get(cast.clerk, reverse("console:audit")).status_code == 403


def test_the_auditor_reads_every_step_of_every_issue_of_the_county(visit, cast):
    walk.closed(cast)
    page = visit.get(cast.auditor, reverse("console:audit_events")).context["page"]
    assert page.counted == IssueEvent.objects.count()
    assert visit.get(cast.auditor, reverse("console:audit_events"), name="assign").context["page"].counted == 1
    stranger = person("外县审计", "13500000001")
    appoint(user=stranger, grid=County(7)[""], role=Role.AUDITOR, on=START, by=None)
    assert visit.get(stranger, reverse("console:audit_events")).context["page"].counted == 0
    assert visit.get(stranger, reverse("console:audit")).context["page"].counted == 0


def test_the_auditor_can_have_the_record_verified(visit, cast):
    issue = walk.processing(cast)
    verify = reverse("console:audit_verify")
    assert "开始核对" in visit(cast.auditor, verify)
    assert "没有被改动" in visit(cast.auditor, verify, run="1")
    tamper("UPDATE issues_issueevent SET note = '改过' WHERE issue_id = %s AND seq = 2", issue.pk)
    assert f"事项 {issue.pk}：第2条记录" in visit(cast.auditor, verify, run="1")


# Accounts


def test_a_new_password_is_shown_once_and_ends_the_old_one(visit, office):
    clerk = office.other_clerk
    clerk.set_password("an old password")
    clerk.save()
    response = visit.post(office.officer, url("user_reset", clerk))
    assert "初始密码" in visit(office.officer, response.url)
    clerk.refresh_from_db()
    assert clerk.must_change
    assert not clerk.check_password("an old password")
    assert AccessLog.objects.get(action="account").reason == "重置密码"


def test_an_account_is_switched_off_and_on(visit, office):
    clerk = office.other_clerk
    for active in (False, True):
        assert visit.post(office.officer, url("user_switch", clerk)).status_code == 302
        clerk.refresh_from_db()
        assert clerk.is_active is active


def test_nobody_switches_themselves_off(visit, office):
    response = visit.post(office.officer, url("user_switch", office.officer))
    assert response.status_code == 422
    assert "不能停用自己的账号" in said(response)


def test_guarded_accounts_are_left_to_the_security_administrator(visit, cast):
    guard = person("安管", "13500000002")
    appoint(user=guard, grid=cast.county, role=Role.SECURITY_ADMIN, on=START, by=None)
    assert visit.get(cast.county_officer, url("user_reset", cast.auditor)).status_code == 403
    assert visit.get(guard, url("user_reset", cast.auditor)).status_code == 200


def test_users_are_found_by_name_tail_and_role(visit, office):
    link = reverse("console:users")
    for asked, number in (
        ({}, 3),
        ({"q": "乙镇"}, 1),
        ({"q": "0002"}, 1),
        ({"role": "town_clerk"}, 2),
        ({"state": "off"}, 0),
    ):
        assert visit.get(office.officer, link, **asked).context["page"].counted == number, asked
    assert ">停用</a>" in visit(office.officer, link)
    assert visit.get(office.clerk_here, link).status_code == 403
    assert visit.get(office.officer, url("user_reset", person("外人", "13500000003"))).status_code == 404
