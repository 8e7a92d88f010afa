"""The verbs on the tree, one by one: what they do, what follows, what they refuse."""

import pytest

from accounts.errors import Refused
from accounts.roles import Role
from grids.actions import add_grid, close_grid, merge_grids, move_grid, rename_grid
from grids.bulk import NewGrid, bulk_add
from grids.check import check_grids
from grids.models import Grid, Kind, Posting
from grids.tests.trees import DAY, START, County, person
from households.models import Household, Pairing, Programme
from issues.models import Channel, Issue, Status
from members.models import CommunityReport, Member, PartyOrg
from workdays.now import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return County()


@pytest.fixture(autouse=True)
def _sound_in_the_end():
    """Whatever a test does to the tree, nothing may be wrong with it afterwards."""
    yield
    assert check_grids()[1] == []


def household(grid, number="H1"):
    return Household.objects.create(number=number, head_name="黄大荣", created_at=now(), **grid.scope())


def matter(grid, status=Status.COLLECTED):
    ended = status == Status.VOIDED
    return Issue.objects.create(
        title="水渠淤塞",
        channel=Channel.VISIT,
        status=status,
        live_grid=None if ended else grid,
        status_since=now(),
        collected_at=now(),
        **grid.scope(),
    )


def refusal(verb, **given):
    with pytest.raises(Refused) as refused:
        verb(by=None, on=DAY, **given)
    return refused.value.sentence


class TestAdding:
    def test_a_county_is_its_own_root_and_carries_itself(self):
        grid = add_grid(kind=Kind.COUNTY, name="将乐县", code="350428000000", by=None, on=DAY)
        assert (grid.county_id, grid.town_id, grid.full_name) == (grid.pk, 0, "将乐县")
        assert (grid.parent, grid.depth, grid.valid_from) == (None, 0, DAY)

    def test_a_cell_takes_its_ancestors_and_the_next_code(self, county):
        village = county["甲镇/1村"]
        cell = add_grid(parent=village, kind=Kind.CELL, name="三格", by=None, on=DAY)
        assert cell.code == f"{village.code}003"
        assert cell.full_name == "甲镇1村三格"
        assert cell.scope() == {
            "grid_id": cell.pk,
            "county_id": village.county_id,
            "town_id": village.town_id,
            "village_id": village.pk,
            "cell_id": cell.pk,
        }

    def test_a_sub_cell_carries_its_cell_however_deep(self, county):
        cell = county["甲镇/1村/一格"]
        outer = add_grid(parent=cell, kind=Kind.SUB_CELL, name="渠头", by=None, on=DAY)
        inner = add_grid(parent=outer, kind=Kind.SUB_CELL, name="渠尾", by=None, on=DAY)
        assert (outer.cell_id, inner.cell_id, inner.code) == (cell.pk, cell.pk, f"{cell.code}001001")

    def test_a_tree_grows_ten_levels_deep_and_no_deeper(self, county):
        grid = county["甲镇/1村/一格"]
        for level in range(5, 11):
            grid = add_grid(parent=grid, kind=Kind.SUB_CELL, name="长长的子格名称" * 4, by=None, on=DAY)
            assert grid.depth == level - 1
        assert refusal(add_grid, parent=grid, kind=Kind.SUB_CELL, name="再深") == "层级最多10级。"

    def test_a_code_is_never_used_again_for_a_new_grid(self, county):
        close_grid(grid=county["甲镇/1村/二格"], by=None, on=DAY)
        cell = add_grid(parent=county["甲镇/1村"], kind=Kind.CELL, name="新格", by=None, on=DAY)
        assert cell.code.endswith("003")

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"kind": Kind.CELL, "name": "一格"}, "1村已有叫“一格”的网格"),
            ({"kind": Kind.CELL, "name": ""}, "名称不能为空"),
            ({"kind": Kind.CELL, "name": "格" * 31}, "名称最多30个字"),
            ({"kind": Kind.TOWN, "name": "丙镇"}, "乡镇（街道）不能放在村（社区）下面"),
            ({"kind": Kind.CELL, "name": "丙格", "code": "990001100201001"}, "代码990001100201001已由甲镇1村一格使用"),
            ({"kind": Kind.CELL, "name": "丙格", "code": "990001100201"}, "代码应是上级代码990001100201加3位数字"),
        ],
    )
    def test_what_breaks_a_rule_is_refused(self, county, given, sentence):
        assert sentence in refusal(add_grid, parent=county["甲镇/1村"], **given)

    def test_a_town_needs_its_official_code(self, county):
        assert "请填写12位区划代码" in refusal(add_grid, parent=county[""], kind=Kind.TOWN, name="丙镇")

    def test_nothing_is_added_under_a_closed_grid(self, county):
        village = county["甲镇/1村"]
        close_grid(grid=village, by=None, on=DAY)
        assert "已停用" in refusal(add_grid, parent=village, kind=Kind.CELL, name="三格")


class TestRenaming:
    def test_the_full_names_below_follow(self, county):
        rename_grid(grid=county["甲镇"], name="水南镇", by=None, on=DAY)
        assert county["甲镇/1村/一格"].full_name == "水南镇1村一格"
        assert county["乙镇/1村/一格"].full_name == "乙镇1村一格"

    def test_a_county_lends_its_name_to_nobody(self, county):
        rename_grid(grid=county[""], name="新县", by=None, on=DAY)
        assert county[""].full_name == "新县"
        assert county["甲镇"].full_name == "甲镇"

    def test_a_name_with_a_percent_sign_or_a_quote_is_only_a_name(self, county):
        rename_grid(grid=county["甲镇"], name="100%'的镇", by=person(), on=DAY)
        assert county["甲镇/1村"].full_name == "100%'的镇1村"

    def test_two_brothers_cannot_share_a_name(self, county):
        assert "已有叫“2村”的网格" in refusal(rename_grid, grid=county["甲镇/1村"], name="2村")

    def test_the_history_keeps_who_and_when(self, county):
        somebody = person()
        rename_grid(grid=county["甲镇/1村"], name="水口村", by=somebody, on=DAY)
        event = county["甲镇/1村"].events.select_related("pgh_context").latest("pgh_id")
        assert event.name == "水口村"
        assert event.pgh_context.metadata == {"verb": "rename_grid", "by": somebody.pk, "on": "2026-11-21"}


class TestMoving:
    def test_a_village_takes_its_cells_people_and_open_work_along(self, county):
        village, cell, town = county["甲镇/1村"], county["甲镇/1村/一格"], county["乙镇"]
        home, issue, over = household(cell), matter(cell), matter(cell, Status.VOIDED)
        post = Posting.objects.create(user=person(), role=Role.CHIEF_GRID_LEADER, since=START, **village.scope())
        left = village.town_id

        moved = move_grid(grid=village, to=town, by=None, on=DAY)

        assert (moved.parent, moved.town_id, moved.full_name) == (town, town.pk, "乙镇1村")
        assert county["甲镇/1村/一格"].town_id == town.pk
        assert county["甲镇/1村/一格"].full_name == "乙镇1村一格"
        for row in (home, issue, post):
            row.refresh_from_db()
            assert row.town_id == town.pk
        over.refresh_from_db()
        assert over.town_id == left, "an ended matter keeps the place as of then"

    def test_a_cell_moves_with_its_sub_cells(self, county):
        sub = add_grid(parent=county["甲镇/1村/一格"], kind=Kind.SUB_CELL, name="渠头", by=None, on=DAY)
        move_grid(grid=county["甲镇/1村/一格"], to=county["乙镇/2村"], by=None, on=DAY)
        sub.refresh_from_db()
        assert (sub.village_id, sub.town_id) == (county["乙镇/2村"].pk, county["乙镇"].pk)
        assert sub.full_name == "乙镇2村一格渠头"

    def test_a_sub_cell_takes_the_new_cell_and_so_does_all_below_it(self, county):
        outer = add_grid(parent=county["甲镇/1村/一格"], kind=Kind.SUB_CELL, name="渠头", by=None, on=DAY)
        inner = add_grid(parent=outer, kind=Kind.SUB_CELL, name="渠尾", by=None, on=DAY)
        move_grid(grid=outer, to=county["乙镇/1村/二格"], by=None, on=DAY)
        inner.refresh_from_db()
        assert inner.cell_id == county["乙镇/1村/二格"].pk

    def test_a_stale_object_does_no_harm(self, county):
        village, stale_town = county["甲镇/1村"], county["乙镇"]
        for number in range(3):
            add_grid(parent=county["甲镇/2村"], kind=Kind.CELL, name=f"新{number}", by=None, on=DAY)
        move_grid(grid=village, to=stale_town, by=None, on=DAY)

    @pytest.mark.parametrize(
        ("grid", "to", "sentence"),
        [
            ("甲镇/1村", "甲镇", "1村已经在甲镇下面"),
            ("甲镇/1村", "甲镇/1村", "不能移到自己"),
            ("甲镇", "甲镇/1村", "不能移到自己或自己的下级"),
            ("甲镇/1村/一格", "乙镇", "网格不能放在乡镇（街道）下面"),
            ("甲镇/1村", "乙镇/1村", "村（社区）不能放在村（社区）下面"),
        ],
    )
    def test_what_breaks_a_rule_is_refused(self, county, grid, to, sentence):
        assert sentence in refusal(move_grid, grid=county[grid], to=county[to])

    def test_nothing_moves_to_another_county(self, county):
        assert "不能移到别的县" in refusal(move_grid, grid=county["甲镇/1村"], to=County(2)["甲镇"])

    def test_a_move_that_would_be_too_deep_is_refused(self, county):
        deep = county["甲镇/1村/一格"]
        for _ in range(5):
            deep = add_grid(parent=deep, kind=Kind.SUB_CELL, name="深", by=None, on=DAY)
        pair = add_grid(parent=county["甲镇/1村/二格"], kind=Kind.SUB_CELL, name="上", by=None, on=DAY)
        add_grid(parent=pair, kind=Kind.SUB_CELL, name="下", by=None, on=DAY)
        assert "层级会超过10级" in refusal(move_grid, grid=pair, to=deep)


class TestMerging:
    def test_households_open_work_and_posts_go_on_and_the_source_ends(self, county):
        source, into = county["甲镇/1村/一格"], county["甲镇/2村/一格"]
        home, gone = household(source), household(source, "H2")
        Household.objects.filter(pk=gone.pk).update(closed_on=DAY)
        issue, over = matter(source), matter(source, Status.VOIDED)
        post = Posting.objects.create(user=person(), role=Role.INFORMANT, since=START, **source.scope())

        assert merge_grids(source=source, into=into, by=None, on=DAY) == into

        for row in (home, issue, post):
            row.refresh_from_db()
            assert {name: getattr(row, name) for name in into.scope()} == into.scope()
        assert issue.live_grid == into
        for row in (gone, over):
            row.refresh_from_db()
            assert row.grid == source
        source.refresh_from_db()
        assert source.valid_to == DAY

    def test_villages_merge_with_their_cells(self, county):
        home = household(county["甲镇/1村/一格"])
        merge_grids(source=county["甲镇/1村"], into=county["乙镇/1村"], by=None, on=DAY)
        home.refresh_from_db()
        assert (home.grid.full_name, home.town_id) == ("乙镇1村一格", county["乙镇"].pk)
        assert county["甲镇/1村"].valid_to == DAY
        assert county["甲镇/1村"].children.filter(valid_to=None).count() == 0

    def test_one_leader_leads_the_merged_cell_and_nobody_holds_a_post_twice(self, county):
        source, into = county["甲镇/1村/一格"], county["甲镇/1村/二格"]
        staying, leaving = person("留", "13800000001"), person("走", "13800000002")
        for user, grid in ((staying, into), (leaving, source)):
            Posting.objects.create(user=user, role=Role.GRID_LEADER, since=START, **grid.scope())
        for grid in (source, into):
            Posting.objects.create(user=staying, role=Role.INFORMANT, since=START, **grid.scope())

        merge_grids(source=source, into=into, by=None, on=DAY)

        in_force = Posting.objects.filter(until=None).values_list("user__name", "role", "grid")
        assert set(in_force) == {("留", Role.GRID_LEADER, into.pk), ("留", Role.INFORMANT, into.pk)}
        assert Posting.objects.filter(user=leaving, until=DAY, grid=source).exists()

    def test_a_leader_comes_along_when_the_other_cell_has_none(self, county):
        source, into = county["甲镇/1村/一格"], county["甲镇/1村/二格"]
        post = Posting.objects.create(user=person(), role=Role.GRID_LEADER, since=START, **source.scope())
        merge_grids(source=source, into=into, by=None, on=DAY)
        post.refresh_from_db()
        assert (post.grid, post.until) == (into, None)

    def test_a_pairing_with_the_villager_group_itself_follows(self, county):
        source, into = county["甲镇/1村/一格"], county["甲镇/1村/二格"]
        village = county["甲镇/1村"].scope()
        branch = PartyOrg.objects.create(name="1村党支部", kind="branch", **village)
        member = Member.objects.create(number="M1", name="陈秀英", branch=branch, **village)
        programme = Programme.objects.create(county=county[""], code="lh", name="党员联户")
        pairing = Pairing.objects.create(
            member=member, group=source, programme=programme, since=START, origin="hand", **village
        )
        merge_grids(source=source, into=into, by=None, on=DAY)
        pairing.refresh_from_db()
        assert (pairing.group, pairing.grid) == (into, county["甲镇/1村"])

    def test_a_member_who_reported_to_both_is_named_as_the_obstacle_and_nothing_changes(self, county):
        source, into = county["甲镇/1村"], county["甲镇/2村"]
        branch = PartyOrg.objects.create(name="1村党支部", kind="branch", **source.scope())
        member = Member.objects.create(number="M1", name="陈秀英", branch=branch, **source.scope())
        for village in (source, into):
            CommunityReport.objects.create(member=member, since=START, **village.scope())
        assert "有重复登记" in refusal(merge_grids, source=source, into=into)
        assert county["甲镇/1村"].valid_to is None
        assert county["甲镇/1村/一格"].village_id == source.pk

    @pytest.mark.parametrize(
        ("source", "into", "sentence"),
        [
            ("甲镇/1村", "甲镇/1村", "不能并入自己"),
            ("甲镇/1村", "甲镇", "只能并入本县同一层级"),
            ("甲镇/1村/一格", "甲镇/2村", "只能并入本县同一层级"),
        ],
    )
    def test_what_breaks_a_rule_is_refused(self, county, source, into, sentence):
        assert sentence in refusal(merge_grids, source=county[source], into=county[into])

    def test_a_sub_cell_cannot_be_merged_into_its_own_child(self, county):
        outer = add_grid(parent=county["甲镇/1村/一格"], kind=Kind.SUB_CELL, name="渠头", by=None, on=DAY)
        inner = add_grid(parent=outer, kind=Kind.SUB_CELL, name="渠尾", by=None, on=DAY)
        assert "是上下级，不能合并" in refusal(merge_grids, source=outer, into=inner)

    def test_counties_do_not_merge(self, county):
        assert "只能并入本县" in refusal(merge_grids, source=county["甲镇"], into=County(2)["甲镇"])


class TestClosing:
    def test_an_empty_village_ends_with_its_cells_and_posts(self, county):
        cell = county["甲镇/1村/一格"]
        post = Posting.objects.create(user=person(), role=Role.GRID_LEADER, since=START, **cell.scope())
        close_grid(grid=county["甲镇/1村"], by=None, on=DAY)
        post.refresh_from_db()
        assert (county["甲镇/1村"].valid_to, county["甲镇/1村/一格"].valid_to, post.until) == (DAY, DAY, DAY)
        assert not Grid.objects.current(DAY).filter(pk=cell.pk).exists()

    def test_a_grid_with_people_or_open_work_below_stays_and_says_what_lives_in_it(self, county):
        cell = county["甲镇/1村/一格"]
        household(cell), household(cell, "H2"), matter(cell)
        assert "甲镇1村（990001100201）还有未办结事项1件、住户2户，不能停用" in refusal(
            close_grid, grid=county["甲镇/1村"]
        )

    def test_who_left_and_what_ended_keeps_no_grid_open(self, county):
        cell = county["甲镇/1村/一格"]
        Household.objects.filter(pk=household(cell).pk).update(closed_on=DAY)
        matter(cell, Status.VOIDED)
        close_grid(grid=cell, by=None, on=DAY)

    def test_a_closed_grid_is_not_closed_again(self, county):
        cell = county["甲镇/1村/一格"]
        close_grid(grid=cell, by=None, on=DAY)
        assert "已停用" in refusal(close_grid, grid=cell)


class TestBulk:
    def test_new_cells_join_behind_their_elders_with_right_bounds(self, county):
        village = county["甲镇/1村"]
        ids = bulk_add([NewGrid(f"{village.code}003", "三格", Kind.CELL, village.code)], on=DAY)
        names = Grid.objects.filter(parent=village).order_by("lft").values_list("name", flat=True)
        assert list(names) == ["一格", "二格", "三格"]
        assert county["甲镇/1村"].get_descendant_count() == 3
        assert Grid.objects.get(pk=ids[f"{village.code}003"]).village_id == village.pk

    def test_every_fault_is_named_and_nothing_is_added(self, county):
        before = Grid.objects.count()
        with pytest.raises(Refused) as refused:
            bulk_add(
                [
                    NewGrid("990001100201009", "好格", Kind.CELL, "990001100201"),
                    NewGrid("990001100201001", "旧格", Kind.CELL, "990001100201"),
                    NewGrid("990001100299001", "孤格", Kind.CELL, "990001100299"),
                    NewGrid("990001100201009", "又格", Kind.CELL, "990001100201"),
                ],
                on=DAY,
            )
        sentence = refused.value.sentence
        assert "旧格：代码已经在用" in sentence
        assert "孤格：没有上级990001100299" in sentence
        assert "又格：代码已经在用" in sentence
        assert "好格" not in sentence
        assert Grid.objects.count() == before
