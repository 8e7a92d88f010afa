"""Finding the sheet, the header and the rows in what counties really send."""

import io

import pytest
from python_calamine import CalamineWorkbook

from exchange.models import Job
from exchange.run import IMPORTERS
from exchange.templates import workbook
from exchange.tests.cast import (
    HOUSEHOLD_HEADER,
    MEMBER_HEADER,
    ORG_HEADER,
    RESIDENT_HEADER,
    Office,
    book,
    resident_row,
)
from households.models import Household, Resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Office()


def refused(job, *words):
    assert job.state == Job.State.REJECTED
    assert not job.result
    for word in words:
        assert word in job.message
    assert not Household.objects.exists()


def test_a_title_above_the_header_and_blank_rows_between_are_passed_over(office):
    rows = [
        ["试1县住户信息表"],
        [],
        HOUSEHOLD_HEADER,
        office.household_row("001"),
        [],
        ["  "],
        office.household_row("002"),
    ]
    assert office.imported(book({"住户": rows})).created == 2


def test_row_numbers_are_those_that_the_person_sees(office):
    from exchange.tests.cast import result_rows

    rows = [[], ["住户信息表"], HOUSEHOLD_HEADER, [], office.household_row("001", 电话="123")]
    job = office.imported(book({"住户": rows}))
    assert [bool(row[-1]) for row in result_rows(job, "住户")] == [False, False, True, False, True]


def test_headers_may_carry_stars_blanks_and_other_usual_names(office):
    rows = [["户号", "户主 姓名*", "联系电话(必填)", "所属网格"], ["001", "李水根", "13800138000", office.code()]]
    assert office.imported(book({"住户": rows})).created == 1
    assert Household.objects.get().phone == "13800138000"


def test_the_first_sheet_stands_for_the_main_one(office):
    rows = {"Sheet1": [HOUSEHOLD_HEADER, office.household_row("001")], "Sheet2": []}
    assert office.imported(book(rows)).created == 1


def test_sheets_nobody_asked_for_are_left_alone(office):
    sheets = {
        "说明": [["随便写的"]],
        "家庭成员": [RESIDENT_HEADER, resident_row("001", "黄秀英")],
        "住户": [HOUSEHOLD_HEADER, office.household_row("001")],
    }
    assert office.imported(book(sheets)).created == 2


def test_unknown_columns_are_passed_over_and_named(office):
    rows = [[*HOUSEHOLD_HEADER, "备注"], [*office.household_row("001"), "好"]]
    job = office.imported(book({"住户": rows}))
    assert (job.created, "“备注”" in job.message) == (1, True)


def test_a_missing_column_is_named(office):
    rows = [["户编号", "地址"], ["001", "3组"]]
    refused(office.imported(book({"住户": rows})), "“住户”表缺少这些列：户主、网格代码")


def test_a_column_that_is_there_twice_is_named(office):
    rows = [[*HOUSEHOLD_HEADER, "电 话"], office.household_row("001")]
    refused(office.imported(book({"住户": rows})), "“电话”出现了两次")


def test_a_sheet_without_a_header_is_refused(office):
    refused(office.imported(book({"住户": [["甲", "乙"], ["1", "2"]]})), "缺少这些列")


def test_an_empty_workbook_is_refused(office):
    refused(office.imported(book({"住户": []})), "没有填写“住户”表")


def test_a_workbook_without_the_main_sheet_is_refused(office):
    refused(office.imported(book({"家庭成员": [RESIDENT_HEADER]})), "没有填写“住户”表")


def test_a_header_without_rows_is_refused(office):
    refused(office.imported(book({"住户": [HOUSEHOLD_HEADER]})), "只有表头，没有数据")


@pytest.mark.parametrize("kind", IMPORTERS)
def test_the_template_as_downloaded_has_nothing_to_import(office, kind):
    refused(office.imported(workbook(kind), kind), "只有表头，没有数据")


def test_the_template_has_every_column_and_starts_each_example_so_that_it_is_passed_over():
    sheets = {
        name: list(CalamineWorkbook.from_filelike(io.BytesIO(workbook(kind))).get_sheet_by_name(name).iter_rows())
        for kind, name in [
            (Job.Kind.HOUSEHOLDS_IN, "住户"),
            (Job.Kind.HOUSEHOLDS_IN, "家庭成员"),
            (Job.Kind.MEMBERS_IN, "党员"),
            (Job.Kind.MEMBERS_IN, "党组织"),
        ]
    }
    headers = {name: tuple(str(cell).rstrip("*") for cell in rows[0]) for name, rows in sheets.items()}
    assert headers == {
        "住户": HOUSEHOLD_HEADER,
        "家庭成员": RESIDENT_HEADER,
        "党员": MEMBER_HEADER,
        "党组织": ORG_HEADER,
    }
    assert all(str(rows[1][0]).startswith("示例") for rows in sheets.values())


def test_the_examples_of_the_template_would_pass_if_their_numbers_were_real(office):
    """Everything but the number, the branch and the grid, which belong to the county."""
    filled = CalamineWorkbook.from_filelike(io.BytesIO(workbook(Job.Kind.HOUSEHOLDS_IN)))
    households, residents = (list(filled.get_sheet_by_name(name).iter_rows()) for name in ("住户", "家庭成员"))
    households[1][0] = residents[1][0] = "001"
    households[1][HOUSEHOLD_HEADER.index("网格代码")] = office.code()
    job = office.imported(book({"住户": households, "家庭成员": residents}))
    assert (job.state, job.created) == (Job.State.DONE, 2), job.message
    assert Resident.objects.get().name == "李四"
