"""`check_grids` finds what is wrong with the tree, and --fix rebuilds it from the parents."""

import pytest
from django.core.management import CommandError, call_command

from grids.check import check_grids, fix_grids
from grids.models import Grid, Kind
from grids.tasks import check
from grids.tests.trees import DAY, County

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return County()


def reasons():
    return {(one.grid_id, one.reason) for one in check_grids()[1]}


def test_a_sound_tree_has_nothing_wrong(county):
    County(2)
    assert check_grids() == (30, [])


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"lft": 0}, "树的左右边界与上级不符"),
        ({"rght": 1}, "树的左右边界与上级不符"),
        ({"depth": 5}, "层数记为6，应为3"),
        ({"town_id": 9999}, "所属县、乡镇、村、网格的编号与上级不符"),
        ({"cell_id": 9999}, "所属县、乡镇、村、网格的编号与上级不符"),
        ({"full_name": "别处1村"}, "全称应为“甲镇1村”"),
    ],
)
def test_each_kind_of_damage_is_named_and_mended(county, damage, reason):
    village = county["甲镇/1村"]
    Grid.objects.filter(pk=village.pk).update(**damage)
    assert (village.pk, reason) in reasons()

    fix_grids()

    assert check_grids()[1] == []
    assert {name: getattr(county["甲镇/1村"], name) for name in damage} == {
        name: getattr(village, name) for name in damage
    }


def test_a_tree_changed_behind_our_back_is_rebuilt_from_the_parents(county):
    village, town = county["甲镇/1村"], county["乙镇"]
    Grid.objects.filter(pk=village.pk).update(parent=town)
    assert fix_grids() > 0
    assert check_grids()[1] == []
    assert county["甲镇/1村/一格"].full_name == "乙镇1村一格"
    assert county["甲镇/1村/一格"].town_id == town.pk


@pytest.mark.parametrize(
    ("path", "damage", "reason"),
    [
        ("甲镇/1村", {"kind": Kind.CELL}, "网格不能放在乡镇（街道）下面，上级应是村（社区）"),
        ("甲镇/1村", {"name": " "}, "名称不能为空"),
        ("甲镇/1村", {"code": "990001100999"}, "末3位999不在村级代码范围"),
        ("甲镇/1村/一格", {"code": "990001100777"}, "加3位数字"),
    ],
)
def test_a_broken_rule_is_reported_and_left_to_a_person(county, path, damage, reason):
    Grid.objects.filter(pk=county[path].pk).update(**damage)
    fix_grids()
    assert any(reason in one.reason and not one.mends for one in check_grids()[1])


def test_a_circle_of_parents_is_reported_not_followed_for_ever(county):
    one, other = county["甲镇/1村"], county["甲镇/1村/一格"]
    Grid.objects.filter(pk=one.pk).update(parent=other)
    fix_grids()
    assert (one.pk, "上级绕成了一个圈，请人工改正上级") in reasons()


def test_a_grid_in_force_under_a_closed_one_is_reported(county):
    Grid.objects.filter(pk=county["甲镇/1村"].pk).update(valid_to=DAY)
    assert (county["甲镇/1村/一格"].pk, "上级甲镇1村已停用") in reasons()


def test_the_command_says_what_it_found_and_did(county, capsys):
    call_command("check_grids")
    assert capsys.readouterr().out == "检查15个网格，0处不符\n"
    Grid.objects.filter(pk=county["甲镇/1村"].pk).update(lft=99)
    with pytest.raises(CommandError, match="--fix"):
        call_command("check_grids")
    assert "树的左右边界与上级不符" in capsys.readouterr().out
    call_command("check_grids", "--fix")
    assert capsys.readouterr().out.splitlines()[-1] == "检查15个网格，0处不符"


def test_the_nightly_task_writes_to_the_log_only_when_something_is_wrong(county, caplog):
    check()
    assert caplog.text == ""
    Grid.objects.filter(pk=county["甲镇/1村"].pk).update(full_name="别处")
    check()
    assert "15个网格中有1处不符" in caplog.text
