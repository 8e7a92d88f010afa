"""Importing party members, and the organisations they belong to."""

from datetime import date, timedelta

import pytest

from exchange.models import Job
from exchange.tests.cast import (
    CELL,
    FAR_CELL,
    MEMBER_HEADER,
    TODAY,
    Office,
    done,
    member_book,
    reasons,
)
from members.models import Member, PartyOrg

pytestmark = pytest.mark.django_db
KIND = Job.Kind.MEMBERS_IN


@pytest.fixture
def office():
    return Office()


def rejected(job, faults):
    assert (job.state, job.faults) == (Job.State.REJECTED, faults), job.message
    return job


FULL = {
    "性别": "男",
    "出生年份": 1968,
    "电话": "13700137000",
    "类型": "村干部",
    "能力": "调解、政策",
    "联户下限": 6,
    "联户上限": "10",
    "入党日期": "1995年7月1日",
    "免联事由": "患病",
    "免联至": date(2027, 6, 30),
}


def test_a_member_comes_in_with_everything_the_row_says(office):
    done(office.imported(member_book([office.member_row("D001", "解 小单", **FULL)]), KIND), created=1)
    member = Member.objects.get()
    assert (member.number, member.name, member.initials) == ("D001", "解小单", "xxd")
    assert (member.sex, member.birth_year, member.phone, member.phone_tail) == ("1", 1968, "13700137000", "7000")
    assert (member.cadre, member.abilities) == ("village_cadre", ["mediation", "policy"])
    assert (member.capacity_min, member.capacity_max, member.joined_on) == (6, 10, date(1995, 7, 1))
    assert (member.exempt_reason, member.exempt_since, member.exempt_until) == ("ill", TODAY, date(2027, 6, 30))
    assert (member.branch_id, member.grid_id, member.demo) == (office.branch.pk, office[CELL].pk, False)


def test_blank_cells_of_a_new_member_take_the_defaults(office):
    done(office.imported(member_book([office.member_row("D001")]), KIND), created=1)
    member = Member.objects.get()
    assert (member.sex, member.cadre, member.abilities) == ("0", "village_member", [])
    assert (member.capacity_min, member.capacity_max, member.exempt_reason) == (5, 12, "")


def test_the_same_file_again_changes_nothing(office):
    orgs = [["新支部", "党支部", "试1支部", office.code("甲镇/1村")]]
    content = member_book([office.member_row("D001", **FULL), office.member_row("D002", 所在党支部="新支部")], orgs)
    done(office.imported(content, KIND), created=3)
    before = list(Member.objects.values()), list(PartyOrg.objects.values())
    assert "没有变化" in done(office.imported(content, KIND)).message
    assert before == (list(Member.objects.values()), list(PartyOrg.objects.values()))


def test_a_known_number_is_updated_and_blank_cells_keep_what_is_there(office):
    known = office.member("黄立荣", number="D001", capacity_min=3, capacity_max=4)
    phone = known.phone
    row = office.member_row("D001", "黄立云", 能力="农技", 网格代码=office.code("甲镇/1村"))
    done(office.imported(member_book([row]), KIND), updated=1)
    known.refresh_from_db()
    assert (known.name, known.abilities, known.grid_id) == ("黄立云", ["farming"], office["甲镇/1村"].pk)
    assert (known.phone, known.capacity_min, known.capacity_max) == (phone, 3, 4)


def test_an_exemption_begins_when_its_reason_comes_in_and_ends_with_the_word_for_it(office):
    office.member(number="D001")
    done(office.imported(member_book([office.member_row("D001", 免联事由="外出")]), KIND), updated=1)
    assert Member.objects.values_list("exempt_reason", "exempt_since").get() == ("away", TODAY)
    done(office.imported(member_book([office.member_row("D001")]), KIND))
    done(office.imported(member_book([office.member_row("D001", 免联事由="不免")]), KIND), updated=1)
    assert Member.objects.values_list("exempt_reason", "exempt_since", "exempt_until").get() == ("", None, None)


def test_branches_of_the_second_sheet_are_made_and_hung_under_their_parents(office):
    orgs = [
        ["水口党支部", "党支部", "水口党总支", office.code("甲镇/1村")],
        ["水口党总支", "党总支", "甲镇党委", office.code("甲镇/1村")],
        ["甲镇党委", "党委", "", office.code("甲镇")],
    ]
    content = member_book([office.member_row("D001", 所在党支部="水口党支部")], orgs)
    job = done(office.imported(content, KIND), created=4)
    assert "党组织新增3个" in job.message
    branch = Member.objects.get().branch
    assert [branch.name, branch.parent.name, branch.parent.parent.name] == ["水口党支部", "水口党总支", "甲镇党委"]
    assert branch.village_id == office["甲镇/1村"].pk


def test_organisations_may_come_without_members(office):
    orgs = [["水口党支部", "党支部", "", office.code("甲镇/1村")]]
    done(office.imported(member_book([], orgs), KIND), created=1)


def test_a_branch_nobody_knows_is_a_fault_not_a_new_branch(office):
    job = rejected(office.imported(member_book([office.member_row("D001", 所在党支部="试1支步")]), KIND), 1)
    assert reasons(job, "党员")[2].startswith("所在党支部：系统里没有党组织“试1支步”")
    assert not Member.objects.exists()


FAULTY_CELLS = {
    "capacity": ({"联户下限": 9, "联户上限": 3}, "联户下限不能大于联户上限"),
    "capacity by default": ({"联户下限": 20}, "只填了联户下限或上限时，另一项按5或12计"),
    "half a household": ({"联户下限": 1.5}, "联户下限：应为0至1000的整数"),
    "date as number": ({"入党日期": 34881}, "入党日期：不是有效的日期"),
    "no such day": ({"入党日期": "1995-02-30"}, "入党日期：不是有效的日期"),
    "until without reason": ({"免联至": "2027-06-30"}, "填了免联至，就要填免联事由"),
    "cadre": ({"类型": "书记"}, "类型：“书记”不在可选范围内"),
    "number as number": ({"党员编号": 35042800001}, "党员编号：是数字格式"),
}


@pytest.mark.parametrize(("cells", "reason"), FAULTY_CELLS.values(), ids=FAULTY_CELLS)
def test_a_faulty_cell_is_named_with_what_to_do(office, cells, reason):
    row = office.member_row("D001")
    for name, cell in cells.items():
        row[MEMBER_HEADER.index(name)] = cell
    job = rejected(office.imported(member_book([row]), KIND), 1)
    assert reasons(job, "党员")[2].startswith(reason)


def test_faults_that_only_the_database_knows(office):
    office.member(number="D001", capacity_min=5, capacity_max=6)
    office.member(number="D002", cell=FAR_CELL)
    Member.objects.filter(pk=office.member(number="D003").pk).update(left_on=TODAY - timedelta(days=1))
    rows = [
        office.member_row("D001", 联户下限=7),
        office.member_row("D002"),
        office.member_row("D003"),
        office.member_row("D004", 网格代码=office.code(FAR_CELL)),
        office.member_row("D001"),
    ]
    told = reasons(rejected(office.imported(member_book(rows), KIND, office.clerk_here), 5), "党员")
    assert told[2] == "联户下限大于联户上限（系统里现为5至6户）"
    assert told[3] == "党员编号“D002”已由您管理范围以外的党员使用，请核对"
    assert told[4] == "党员编号“D003”的党员已于2026-11-19转出，不能再导入"
    assert "不在您的管理范围内" in told[5]
    assert told[6] == "党员编号与第2行重复"


def test_organisations_in_a_circle_or_under_nobody_known_are_faults(office):
    village = office.code("甲镇/1村")
    orgs = [["甲", "党总支", "乙", village], ["乙", "党总支", "甲", village], ["丙", "党支部", "丁", village]]
    told = reasons(rejected(office.imported(member_book([office.member_row("D001")], orgs), KIND), 3), "党组织")
    assert "成了循环" in told[2]
    assert "成了循环" in told[3]
    assert told[4] == "上级党组织“丁”不存在，请核对名称或写在本表里"
    assert PartyOrg.objects.count() == 1


def test_an_organisation_of_another_town_is_not_changed(office):
    orgs = [["试1支部", "党总支", "", office.code("乙镇/2村")]]
    job = rejected(office.imported(member_book([], orgs), KIND, office.other_clerk), 1)
    assert reasons(job, "党组织")[2] == "党组织“试1支部”在您的管理范围以外，不能改"
