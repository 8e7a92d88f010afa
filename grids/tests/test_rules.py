"""Names, codes, levels and roles: every rule, both ways."""

import pytest

from accounts.roles import Role
from grids.models import Kind
from grids.rules import PARENT_KINDS, ROLE_KINDS, code_fault, mixes_audit, name_fault, placing_fault, role_fault

GOOD_PLACES = {
    (Kind.PREFECTURE, None),
    (Kind.COUNTY, None),
    (Kind.TOWN, Kind.COUNTY),
    (Kind.VILLAGE, Kind.TOWN),
    (Kind.CELL, Kind.VILLAGE),
    (Kind.SUB_CELL, Kind.CELL),
    (Kind.SUB_CELL, Kind.SUB_CELL),
}


@pytest.mark.parametrize("parent", [None, *Kind])
@pytest.mark.parametrize("kind", Kind)
def test_a_grid_hangs_where_its_level_belongs_and_nowhere_else(kind, parent):
    assert (placing_fault(kind, parent) is None) == ((kind, parent) in GOOD_PLACES)


def test_every_level_says_what_it_hangs_under():
    assert set(PARENT_KINDS) == set(Kind)


def test_ten_levels_fit_and_an_eleventh_does_not():
    assert placing_fault(Kind.SUB_CELL, Kind.SUB_CELL, parent_depth=8) is None
    assert placing_fault(Kind.SUB_CELL, Kind.SUB_CELL, parent_depth=9) == "层级最多10级"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("东山社区", None),
        ("东" * 30, None),
        ("", "名称不能为空"),
        ("  ", "名称不能为空"),
        ("东" * 31, "名称最多30个字，现有31个字"),
        ("东\n山", "名称里有看不见的字符"),
        ("东\u200b山", "名称里有看不见的字符"),
    ],
)
def test_a_name_is_short_and_visible(name, fault):
    assert name_fault(name) == fault


@pytest.mark.parametrize(
    ("code", "kind", "parent", "fault"),
    [
        ("350428000000", Kind.COUNTY, None, None),
        ("350400000000", Kind.PREFECTURE, None, None),
        ("350428100000", Kind.TOWN, "350428000000", None),
        ("350428001000", Kind.TOWN, "350428000000", None),
        ("350428399000", Kind.TOWN, "350428000000", None),
        ("370782400000", Kind.TOWN, "370782000000", None),
        ("350428100001", Kind.VILLAGE, "350428100000", None),
        ("350428100599", Kind.VILLAGE, "350428100000", None),
        ("350428100201001", Kind.CELL, "350428100201", None),
        ("350428100201001001", Kind.SUB_CELL, "350428100201001", None),
        ("35042800000", Kind.COUNTY, None, "代码应为12位数字"),
        ("35042800000O", Kind.COUNTY, None, "代码应为12位数字"),
        ("３50428000000", Kind.COUNTY, None, "代码应为12位数字"),
        ("350400000000", Kind.COUNTY, None, "前6位应为县级代码，不能是省或地市代码"),
        ("350428000001", Kind.COUNTY, None, "县级代码后6位应为0"),
        ("350428000000", Kind.PREFECTURE, None, "地市代码后8位应为0"),
        (
            "350428600000",
            Kind.TOWN,
            "350428000000",
            "第7至9位600不在乡级代码范围（街道001–099，镇100–199，乡200–399，政企合一单位400–599）",
        ),
        ("350428100001", Kind.TOWN, "350428000000", "乡级代码后3位应为0"),
        ("350429100000", Kind.TOWN, "350428000000", "代码前6位与上级350428000000不符"),
        (
            "350428100600",
            Kind.VILLAGE,
            "350428100000",
            "末3位600不在村级代码范围（居委会001–199，村委会200–399，类似单位400–599）",
        ),
        ("350428101201", Kind.VILLAGE, "350428100000", "代码前9位与上级350428100000不符"),
        ("350428100201", Kind.CELL, "350428100201", "代码应是上级代码350428100201加3位数字"),
        ("350428100202001", Kind.CELL, "350428100201", "代码应是上级代码350428100201加3位数字"),
    ],
)
def test_a_code_says_its_level_and_its_parent(code, kind, parent, fault):
    assert code_fault(code, kind, parent) == fault


def test_every_role_says_at_which_levels_it_is_held():
    assert set(ROLE_KINDS) == set(Role)
    assert role_fault(Role.GRID_LEADER, Kind.CELL) is None
    assert role_fault(Role.GRID_LEADER, Kind.TOWN) == "网格长不能设在乡镇（街道）一级，应设在网格、子格"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR}))
def test_audit_is_combined_with_nothing(role):
    assert mixes_audit({Role.AUDITOR, role})
    assert not mixes_audit({role})
    assert not mixes_audit({Role.AUDITOR})
