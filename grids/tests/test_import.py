"""`import_divisions`: all or nothing, again without harm, and never over the heads of people."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.roles import Role
from grids.check import check_grids
from grids.models import Grid, Kind, Posting
from grids.tests.trees import START, person
from households.models import Household
from workdays.now import now, today

pytestmark = pytest.mark.django_db

LISTS = Path(settings.BASE_DIR) / "liaison/seeding/divisions"
ROWS = {
    "441624000000": "和平县",
    "441624100000": "阳明镇",
    "441624100001": "东山社区居委会",
    "441624100201": "城西村村民委员会",
    "441624101000": "大坝镇",
    "441624101201": "龙狮村村民委员会",
}


@pytest.fixture
def load(tmp_path, capsys):
    """Writes rows to a file, imports it, returns the lines printed."""

    def _load(rows, encoding="utf-8"):
        file = tmp_path / "list.csv"
        file.write_bytes("\n".join(["code,name", *(f"{code},{name}" for code, name in rows)]).encode(encoding))
        call_command("import_divisions", str(file))
        return capsys.readouterr().out.splitlines()

    return _load


def standing():
    return list(Grid.objects.in_force().order_by("code").values_list("code", "name", "kind"))


def test_a_county_arrives_with_its_towns_and_villages_in_place(load):
    assert load(ROWS.items()) == [
        "读取6行区划",
        "新增县（市、区）1个",
        "新增乡镇（街道）2个",
        "新增村（社区）3个",
    ]
    village = Grid.objects.get(code="441624101201")
    assert (village.name, village.full_name, village.kind) == ("龙狮村", "大坝镇龙狮村", Kind.VILLAGE)
    assert village.parent.name == "大坝镇"
    assert village.county_id == Grid.objects.get(code="441624000000").pk
    assert (village.valid_from, village.valid_to) == (today(), None)
    assert check_grids() == (6, [])


def test_a_second_run_changes_nothing_and_says_so(load):
    load(ROWS.items())
    before = list(Grid.objects.order_by("pk").values())
    assert load(ROWS.items()) == ["读取6行区划", "没有变化"]
    assert list(Grid.objects.order_by("pk").values()) == before


def test_a_new_name_renames_and_the_full_names_below_follow(load):
    load(ROWS.items())
    facts = load((ROWS | {"441624101000": "大坝街镇"}).items())
    assert facts == ["读取6行区划", "改名：441624101000 大坝镇 → 大坝街镇"]
    assert Grid.objects.get(code="441624101201").full_name == "大坝街镇龙狮村"
    assert check_grids()[1] == []


def test_two_villages_may_swap_their_names(load):
    load(ROWS.items())
    load((ROWS | {"441624100001": "城西村村民委员会", "441624100201": "东山社区居委会"}).items())
    assert Grid.objects.get(code="441624100001").full_name == "阳明镇城西村"
    assert Grid.objects.get(code="441624100201").full_name == "阳明镇东山社区"


def test_what_vanished_is_closed_today_with_its_posts(load):
    load(ROWS.items())
    village = Grid.objects.get(code="441624101201")
    Posting.objects.create(user=person(), role=Role.CHIEF_GRID_LEADER, since=START, **village.scope())
    left = [item for item in ROWS.items() if not item[0].startswith("441624101")]
    assert load(left) == ["读取4行区划", "停用：441624101000 大坝镇", "停用：441624101201 龙狮村"]
    village.refresh_from_db()
    assert village.valid_to == today()
    assert Posting.objects.get().until == today()
    assert [code for code, _, _ in standing()] == [code for code, _ in left]


def test_what_vanished_with_people_in_it_stops_everything_and_is_named(load):
    load(ROWS.items())
    village = Grid.objects.get(code="441624101201")
    Household.objects.create(number="H1", head_name="黄大荣", created_at=now(), **village.scope())
    before = standing()
    changed = {"441624000000": "和平县", "441624100000": "阳明新镇", "441624102000": "长塘镇"}
    with pytest.raises(CommandError, match=r"大坝镇龙狮村（441624101201）还有住户1户，不能停用") as refused:
        load(changed.items())
    assert "一行也没有导入" in str(refused.value)
    assert standing() == before


def test_one_bad_row_among_good_ones_changes_nothing_and_all_bad_ones_are_named(load):
    bad = [*ROWS.items(), ("44162410020", "甲村"), ("441624103201", "乙村"), ("441624100201", "丙村")]
    with pytest.raises(CommandError) as refused:
        load(bad)
    assert str(refused.value).splitlines() == [
        "第8行：代码“44162410020”应为12位数字",
        "第9行：441624103201 乙村：文件里没有它的上级441624103000",
        "第10行：441624100201 丙村：代码与第5行重复",
        "共3处不合格，一行也没有导入。",
    ]
    assert standing() == []


def test_a_gbk_file_is_refused_with_the_way_out(load):
    with pytest.raises(CommandError, match="另存为“CSV UTF-8”"):
        load(ROWS.items(), encoding="gbk")


def test_a_missing_file_is_one_sentence():
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_divisions", "/nowhere/list.csv")


def test_the_three_real_counties_stand_beside_each_other(capsys):
    for county in ("jiangle", "heping", "zhucheng"):
        call_command("import_divisions", str(LISTS / f"{county}.csv"))
    assert Grid.objects.filter(kind=Kind.COUNTY).count() == 3
    assert Grid.objects.values("tree_id").distinct().count() == 3
    assert check_grids() == (168 + 266 + 274, [])


def test_cells_of_the_county_are_no_business_of_the_list(load):
    load(ROWS.items())
    from grids.actions import add_grid

    village = Grid.objects.get(code="441624101201")
    add_grid(parent=village, kind=Kind.CELL, name="第一网格", by=None, on=today())
    assert load(ROWS.items())[1:] == ["没有变化"]


def test_a_village_moved_by_hand_stays_where_it_is(load):
    load(ROWS.items())
    from grids.actions import move_grid

    village, town = Grid.objects.get(code="441624101201"), Grid.objects.get(code="441624100000")
    move_grid(grid=village, to=town, by=None, on=today())
    assert load(ROWS.items())[1:] == ["没有变化"]
    village.refresh_from_db()
    assert village.parent == town
