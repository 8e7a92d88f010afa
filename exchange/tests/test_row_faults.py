"""Every row error is told at once, and while there is one, nothing is written."""

from datetime import date, timedelta

import pytest

from exchange.household_import import HouseholdImport
from exchange.household_sheets import HOUSEHOLDS
from exchange.intake import Intake
from exchange.models import Job
from exchange.staging import stage, staging
from exchange.tests.cast import (
    CELL,
    FAR_CELL,
    HOUSEHOLD_HEADER,
    NOON,
    OTHER_CELL,
    TODAY,
    Office,
    book,
    household_book,
    id_number,
    reasons,
    resident_row,
    result_rows,
)
from grids.actions import add_grid, close_grid, move_grid
from grids.models import Kind
from grids.scope import Scope
from households.actions import close_household
from households.models import Household, Resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Office()


def rejected(job, faults):
    assert (job.state, job.faults) == (Job.State.REJECTED, faults), job.message
    assert "一行也没有导入" in job.message
    return job


FAULTY_CELLS = {
    "no number": ({"户编号": ""}, "户编号：不能为空"),
    "no head": ({"户主": "  "}, "户主：不能为空"),
    "long number": ({"户编号": "9" * 21}, "户编号：应有1至20个字，这里有21个"),
    "number as number": ({"户编号": 1001}, "户编号：是数字格式，前面的0或末几位可能已经丢失"),
    "phone as number": ({"电话": 13800138000}, "电话：是数字格式"),
    "short phone": ({"电话": "1380013"[:6]}, "电话：电话应为11位手机号"),
    "two phones": ({"电话": "13800138000/13900139000"}, "电话：电话应为11位手机号"),
    "address turned into a date": ({"地址": date(2026, 3, 2)}, "地址：被表格软件改成了日期或时间"),
    "unknown grid": ({"网格代码": "350428999999"}, "网格代码：“350428999999”在本县没有这个网格"),
    "unknown kind": ({"类型": "别墅"}, "类型：“别墅”不在可选范围内，应为：家庭户、企业"),
    "unknown tag": ({"标签": "低保、富裕"}, "标签：“富裕”不在可选范围内"),
    "latitude alone": ({"纬度": 26.7}, "纬度和经度要么都填，要么都不填"),
    "latitude elsewhere": ({"纬度": 80, "经度": 117.4}, "纬度：应为3至54之间的数"),
    "latitude in words": ({"纬度": "北纬26", "经度": 117.4}, "纬度：应填数字"),
}


@pytest.mark.parametrize(("cells", "reason"), FAULTY_CELLS.values(), ids=FAULTY_CELLS)
def test_a_faulty_cell_is_named_with_what_to_do(office, cells, reason):
    row = office.household_row("001")
    for name, cell in cells.items():
        row[HOUSEHOLD_HEADER.index(name)] = cell
    job = rejected(office.imported(household_book([row])), 1)
    assert reasons(job)[2].startswith(reason)
    assert not Household.objects.exists()


FAULTY_PEOPLE = {
    "check digit": (
        {"身份证号": "99010119800101001X"},
        "身份证号：身份证号校验码不符",
    ),
    "birthday": ({"身份证号": id_number(1, "19801301")}, "身份证号：身份证号第7至14位不是有效的出生日期"),
    "fifteen digits": ({"身份证号": "990101800101001"}, "身份证号：身份证号应为18位"),
    "id as number": ({"身份证号": 990101198001010013}, "身份证号：是数字格式"),
    "sex unlike id": ({"身份证号": id_number(1), "性别": "女"}, "性别与身份证号第17位不符"),
    "relation": ({"与户主关系": "邻居"}, "与户主关系：“邻居”不在可选范围内"),
    "no household": ({"户编号": "404"}, "户编号“404”不在“住户”表里，系统里也没有这一户"),
}


@pytest.mark.parametrize(("cells", "reason"), FAULTY_PEOPLE.values(), ids=FAULTY_PEOPLE)
def test_a_faulty_person_is_named_with_what_to_do(office, cells, reason):
    row = resident_row(number=cells.get("户编号", "001"), name="黄秀英", **without(cells, "户编号"))
    job = rejected(office.imported(household_book([office.household_row("001")], [row])), 1)
    assert reasons(job, "家庭成员")[2].startswith(reason)
    assert not Household.objects.exists()
    assert not Resident.objects.exists()


def without(cells, name):
    return {key: value for key, value in cells.items() if key != name}


def test_all_faults_of_all_rows_and_sheets_come_at_once(office):
    other = office.household("外镇户", cell=FAR_CELL, number="乙1")
    assert other
    households = [
        office.household_row("001"),
        office.household_row("001", "李水生", 电话="123"),
        office.household_row("002", 网格代码=office.code("甲镇/1村")),
        office.household_row("003", 网格代码=office.code(FAR_CELL)),
        office.household_row("004", 网格代码=office.code("甲镇")),
        office.household_row("乙1"),
    ]
    residents = [
        resident_row("001", "黄秀英", 身份证号=id_number(2)),
        resident_row("002", "黄秀瑛", 身份证号=id_number(2)),
        resident_row("002", "李小军"),
        resident_row("002", "李小军"),
    ]
    job = rejected(office.imported(household_book(households, residents), by=office.clerk_here), 7)
    told = reasons(job)
    assert told[3] == "电话：电话应为11位手机号，或带区号的固定电话，没有电话请留空；户编号与第2行重复"
    assert "下面还分有网格，请填最小一级的网格" in told[4]
    assert "不在您的管理范围内" in told[5]
    assert "住户要登记到村或村以下的网格" in told[6]
    assert told[7] == "户编号“乙1”已由您管理范围以外的住户使用，请核对"
    people = reasons(job, "家庭成员")
    assert people[3] == "身份证号与第2行重复"
    assert people[5] == "与第4行是同一户的同名成员；确是两人的，请填身份证号区分"
    assert [household.number for household in Household.objects.all()] == ["乙1"]


def test_a_clerk_can_neither_take_nor_fill_a_household_of_another_town(office):
    theirs = office.household("外镇户", cell=FAR_CELL, number="001")
    rows = household_book([office.household_row("001", "夺来")], [])
    rejected(office.imported(rows, by=office.clerk_here), 1)
    people = household_book([office.household_row("002")], [resident_row("001", "黄秀英")])
    job = rejected(office.imported(people, by=office.clerk_here), 1)
    assert reasons(job, "家庭成员")[2] == "户编号“001”的住户不在您的管理范围内"
    theirs.refresh_from_db()
    assert (theirs.head_name, theirs.residents.count()) == ("外镇户", 0)


def test_a_clerk_cannot_take_a_person_of_another_town_by_the_id_number(office):
    row = office.household_row("001", 网格代码=office.code(FAR_CELL))
    office.imported(household_book([row], [resident_row("001", "黄秀英", 身份证号=id_number(2))]))
    mine = household_book([office.household_row("002")], [resident_row("002", "黄秀英", 身份证号=id_number(2))])
    job = rejected(office.imported(mine, by=office.clerk_here), 1)
    assert reasons(job, "家庭成员")[2] == "身份证号已登记在您管理范围以外的住户，请联系上级核对"
    assert Resident.objects.get().household.number == "001"


def test_a_closed_household_is_not_revived(office):
    close_household(household=office.household(number="001"), on=TODAY - timedelta(days=9), reason="搬迁", by=None)
    job = rejected(office.imported(household_book([office.household_row("001")])), 1)
    assert reasons(job)[2] == "户编号“001”的住户已于2026-11-11销户，不能再导入"


def test_one_bad_row_among_thousands_keeps_all_of_them_out(office):
    rows = [office.household_row(f"{n:05d}") for n in range(4500)]
    rows[4321][HOUSEHOLD_HEADER.index("电话")] = "12345"
    job = rejected(office.imported(household_book(rows)), 1)
    assert list(reasons(job)) == [4323]
    assert (job.total, job.done) == (4500, 4500)
    assert not Household.objects.exists()


def test_the_error_list_can_be_corrected_and_uploaded_as_it_is(office):
    rows = [office.household_row("001"), office.household_row("002", 电话="123")]
    job = rejected(office.imported(household_book(rows)), 1)
    sheet = result_rows(job, "住户")
    assert sheet[0] == [*HOUSEHOLD_HEADER, "错误原因"]
    assert sheet[1][:2] == ["001", "李水根"]
    sheet[2][HOUSEHOLD_HEADER.index("电话")] = "13800138000"
    again = office.imported(book({"住户": sheet}))
    assert (again.state, again.created) == (Job.State.DONE, 2)


def test_the_error_list_keeps_cells_as_they_were_and_never_runs_what_was_typed(office):
    row = office.household_row("001", "=HYPERLINK(1)", 电话=13800138000, 地址=date(2026, 3, 2), 纬度=26.5)
    job = rejected(office.imported(household_book([row])), 1)
    kept = dict(zip(HOUSEHOLD_HEADER, result_rows(job, "住户")[1], strict=False))
    assert (kept["户主"], kept["电话"], kept["地址"], kept["纬度"]) == (
        "=HYPERLINK(1)",
        13800138000,
        date(2026, 3, 2),
        26.5,
    )


def test_two_grids_that_read_alike_ask_for_the_code(office):
    add_grid(kind=Kind.CELL, name="一 格", parent=office["甲镇/1村"], by=None, on=TODAY)
    name = office[CELL].full_name
    job = rejected(office.imported(household_book([office.household_row("001", 网格代码=name)])), 1)
    assert reasons(job)[2] == f"网格代码：“{name}”有2个同名网格，请改填网格代码"


def test_a_grid_no_longer_in_force_is_unknown(office):
    code = office.code(OTHER_CELL)
    close_grid(grid=office[OTHER_CELL], by=None, on=TODAY - timedelta(days=1))
    job = rejected(office.imported(household_book([office.household_row("001", 网格代码=code)])), 1)
    assert reasons(job)[2].startswith(f"网格代码：“{code}”在本县没有这个网格")


def test_a_village_that_moves_while_the_rows_wait_takes_them_to_its_new_town(office):
    importer = HouseholdImport(office[""], Scope(office.officer, TODAY), NOON)
    with staging(importer.sheets):
        rows = [list(HOUSEHOLD_HEADER), office.household_row("001")]
        stage(HOUSEHOLDS.table, Intake(HOUSEHOLDS, importer.lookups).take(rows))
        move_grid(grid=office["甲镇/1村"], to=office["乙镇"], by=None, on=TODAY)
        assert not list(importer.faults())
        importer.write()
    assert Household.objects.get().town_id == office["乙镇"].pk
