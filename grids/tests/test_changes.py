"""Every structural change leaves a record, can wait for its day, and can be taken back; what followed follows back."""

import random
from datetime import timedelta

import pytest

from accounts.errors import Outrun, Refused
from accounts.roles import Role
from grids.actions import (
    Order,
    add_grid,
    appoint,
    cancel_change,
    carry_out,
    carry_out_due,
    close_grid,
    merge_grids,
    move_grid,
    plan_change,
    preview,
    preview_undo,
    rename_grid,
    split_grid,
    undo_change,
)
from grids.check import check_grids
from grids.models import Grid, Kind, Posting, TreeChange
from grids.scope import Scoped
from grids.tests.test_actions import household, matter
from grids.tests.trees import DAY, START, County, person
from households.models import Household, Pairing, Programme
from issues.models import Issue, Status
from members.models import Member, PartyOrg
from notices.models import Notice
from workdays.now import now

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=20)
DEED = TreeChange.Deed


@pytest.fixture
def county():
    return County()


@pytest.fixture(autouse=True)
def _sound_in_the_end():
    yield
    assert check_grids()[1] == []
    assert misplaced() == []


def misplaced() -> list[Scoped]:
    """Rows in force whose scope columns are not those of their grid."""
    found: list[Scoped] = []
    for model in (Household, Posting, Pairing, Member, TreeChange):
        found += [row for row in model.objects.select_related("grid") if row.scope() != row.grid.scope()]
    open_issues = Issue.objects.exclude(live_grid=None).select_related("live_grid")
    return [*found, *(row for row in open_issues if row.scope() != row.live_grid.scope())]


def last():
    return TreeChange.objects.latest("pk")


def undo(change=None, by=None):
    return undo_change(change=change or last(), reason="办错了", by=by, on=LATER, at=now())


def undo_refusal(change):
    with pytest.raises(Refused) as refused:
        undo(change)
    return refused.value.sentence


def place(row):
    row.refresh_from_db()
    return row.grid_id


def paired(home, member):
    programme, _ = Programme.objects.get_or_create(county_id=home.county_id, code="lh", name="党员联户")
    return Pairing.objects.create(
        member=member, household=home, programme=programme, since=START, origin="hand", **home.scope()
    )


def member_in(grid, number="M1"):
    branch, _ = PartyOrg.objects.get_or_create(
        name="县党支部", kind="branch", county_id=grid.county_id, defaults=grid.scope()
    )
    return Member.objects.create(number=number, name="陈秀英", branch=branch, **grid.scope())


class TestTheRecord:
    def test_it_tells_who_did_what_when_and_what_went_along(self, county):
        clerk, cell = person(), county["甲镇/1村/一格"]
        household(cell)
        matter(cell)
        Posting.objects.create(user=person("李四", "13800000002"), role=Role.INFORMANT, since=START, **cell.scope())
        move_grid(grid=county["甲镇/1村"], to=county["乙镇"], by=clerk, on=DAY)
        told = last()
        assert (told.deed, told.status, told.on, told.by) == (DEED.MOVE, "done", DAY, clerk)
        assert (told.grid, told.was_parent, told.other) == (county["甲镇/1村"], county["甲镇"], county["乙镇"])
        assert set(told.touched) == {"下级网格2个", "岗位1个", "住户1户", "未办结事项1件"}

    def test_a_preview_says_the_same_and_changes_nothing(self, county):
        source, into = county["甲镇/1村/一格"], county["甲镇/1村/二格"]
        household(source)
        for number, grid in enumerate((source, into)):
            user = person(f"长{number}", f"1380000000{number}")
            Posting.objects.create(user=user, role=Role.GRID_LEADER, since=START, **grid.scope())
        order = Order(DEED.MERGE, source, into)

        foretold = preview(order, on=DAY)

        assert "长0的网格长岗位结束" in foretold
        assert county["甲镇/1村/一格"].valid_to is None
        assert not TreeChange.objects.exists()
        assert carry_out(order, by=None, on=DAY).touched == foretold

    def test_a_preview_refuses_what_the_deed_would_refuse(self, county):
        household(county["甲镇/1村/一格"])
        with pytest.raises(Refused, match="还有住户1户"):
            preview(Order(DEED.CLOSE, county["甲镇/1村"]), on=DAY)

    def test_nothing_holds_from_before_the_grid_began(self, county):
        with pytest.raises(Refused, match="自2026-01-01起才启用"):
            close_grid(grid=county["甲镇/1村"], by=None, on=START - timedelta(days=1))


class TestSplitting:
    def test_chosen_households_take_their_pairings_open_work_and_members_along(self, county):
        cell = county["甲镇/1村/一格"]
        going, staying = household(cell, "H1"), household(cell, "H2")
        moved, kept = member_in(cell, "M1"), member_in(cell, "M2")
        pairs = [paired(going, kept), paired(staying, moved)]
        issues = [Issue.objects.get(pk=matter(cell).pk) for _ in range(3)]
        Issue.objects.filter(pk=issues[0].pk).update(household=going)
        Issue.objects.filter(pk=issues[1].pk).update(household=staying)
        rows = {"households.Household": [going.pk], "members.Member": [moved.pk]}

        made = split_grid(grid=cell, name="三格", rows=rows, by=None, on=DAY)

        assert (made.parent, made.kind, made.code) == (county["甲镇/1村"], Kind.CELL, f"{cell.parent.code}003")
        assert [place(row) for row in (going, moved, pairs[0], issues[0])] == [made.pk] * 4
        assert [place(row) for row in (staying, kept, pairs[1], issues[1], issues[2])] == [cell.pk] * 5
        assert {"住户1户", "党员1名", "结对1对", "未办结事项1件"} == set(last().touched)

    def test_a_village_splits_by_its_cells(self, county):
        home = household(county["甲镇/1村/二格"])
        village, cell = county["甲镇/1村"], county["甲镇/1村/二格"]
        made = split_grid(grid=village, name="3村", code="990001100203", children=[cell], by=None, on=DAY)
        home.refresh_from_db()
        assert (home.village_id, county["甲镇/1村/二格"].full_name) == (made.pk, "甲镇3村二格")

    def test_undone_everything_in_it_goes_back_newcomers_too(self, county):
        cell = county["甲镇/1村/一格"]
        going = household(cell, "H1")
        made = split_grid(grid=cell, name="三格", rows={"households.Household": [going.pk]}, by=None, on=DAY)
        newcomer = household(made, "H9")
        undo()
        assert [place(row) for row in (going, newcomer)] == [cell.pk] * 2
        made.refresh_from_db()
        assert made.valid_to == LATER

    @pytest.mark.parametrize(
        ("grid", "part", "sentence"),
        [
            ("甲镇/1村/一格", [], "请选择拆分出去的"),
            ("甲镇/1村", ["甲镇/1村/一格", "甲镇/1村/二格"], "不能全部拆分出去"),
            ("", ["甲镇"], "没有上级"),
        ],
    )
    def test_what_makes_no_part_is_refused(self, county, grid, part, sentence):
        with pytest.raises(Refused, match=sentence):
            split_grid(grid=county[grid], name="新", code="", children=[county[one] for one in part], by=None, on=DAY)

    def test_a_village_with_cells_is_not_split_by_households(self, county):
        home = household(county["甲镇/1村/一格"])
        with pytest.raises(Refused, match="请按下级网格拆分"):
            split_grid(
                grid=county["甲镇/1村"],
                name="3村",
                code="990001100203",
                rows={"households.Household": [home.pk]},
                by=None,
                on=DAY,
            )


class TestUndoing:
    def test_a_move_goes_back_and_says_who_took_it_back_and_why(self, county):
        clerk, home = person(), household(county["甲镇/1村/一格"])
        move_grid(grid=county["甲镇/1村"], to=county["乙镇"], by=None, on=DAY)
        assert "住户1户" in undo(by=clerk)
        assert county["甲镇/1村"].parent == county["甲镇"]
        home.refresh_from_db()
        assert home.town_id == county["甲镇"].pk
        told = last()
        assert (told.status, told.over_by, told.over_reason) == ("undone", clerk, "办错了")

    def test_a_name_goes_back_below_as_well(self, county):
        rename_grid(grid=county["甲镇"], name="水南镇", by=None, on=DAY)
        undo()
        assert county["甲镇/1村/一格"].full_name == "甲镇1村一格"

    def test_a_merger_gives_back_households_open_work_posts_and_children(self, county):
        source, into = county["甲镇/1村"], county["甲镇/2村"]
        home, issue = household(county["甲镇/1村/一格"]), matter(source)
        chief, informant = person("书记", "13800000001"), person("信息", "13800000002")
        posts = [
            Posting.objects.create(user=chief, role=Role.CHIEF_GRID_LEADER, since=START, **source.scope()),
            Posting.objects.create(user=informant, role=Role.INFORMANT, since=START, **source.scope()),
            Posting.objects.create(user=informant, role=Role.INFORMANT, since=START, **into.scope()),
        ]
        merge_grids(source=source, into=into, by=None, on=DAY)
        settled = matter(into)

        undo()

        source = county["甲镇/1村"]
        assert source.valid_to is None
        home.refresh_from_db()
        assert home.village_id == source.pk
        assert [place(issue), place(posts[0]), place(posts[1])] == [source.pk] * 3
        assert [place(settled), place(posts[2])] == [into.pk] * 2
        assert not Posting.objects.exclude(until=None).exists()

    def test_what_ended_or_was_settled_elsewhere_since_stays(self, county):
        source, into, third = county["甲镇/1村/一格"], county["甲镇/1村/二格"], county["甲镇/2村/一格"]
        gone, away, home = (household(source, f"H{number}") for number in range(3))
        merge_grids(source=source, into=into, by=None, on=DAY)
        Household.objects.filter(pk=gone.pk).update(closed_on=DAY)
        Household.objects.filter(pk=away.pk).update(**third.scope())
        assert undo() == ["住户1户"]
        assert [place(gone), place(away), place(home)] == [into.pk, third.pk, source.pk]

    def test_a_leader_who_had_to_go_leads_again_and_who_had_not_begun_begins_again(self, county):
        source, into = county["甲镇/1村/一格"], county["甲镇/1村/二格"]
        users = [person(f"人{number}", f"1380000000{number}") for number in range(3)]
        Posting.objects.create(user=users[0], role=Role.GRID_LEADER, since=START, **source.scope())
        Posting.objects.create(user=users[1], role=Role.GRID_LEADER, since=START, **into.scope())
        coming = DAY + timedelta(days=9)
        for grid in (source, into):
            Posting.objects.create(user=users[2], role=Role.INFORMANT, since=coming, **grid.scope())
        merge_grids(source=source, into=into, by=None, on=DAY)
        assert "1个还没开始的岗位取消" in last().touched
        undo()
        held = Posting.objects.filter(grid=source, until=None).values_list("user__name", "role", "since")
        assert set(held) == {("人0", Role.GRID_LEADER, START), ("人2", Role.INFORMANT, coming)}

    def test_who_became_an_auditor_since_is_named_as_the_obstacle(self, county):
        source, leader = county["甲镇/1村/一格"], person()
        Posting.objects.create(user=leader, role=Role.GRID_LEADER, since=START, **source.scope())
        close_grid(grid=source, by=None, on=DAY)
        appoint(user=leader, grid=county[""], role=Role.AUDITOR, on=DAY, by=None)
        assert "审计员不能兼任" in undo_refusal(last())
        assert county["甲镇/1村/一格"].valid_to == DAY

    def test_a_closed_village_opens_with_its_cells_and_posts(self, county):
        post = Posting.objects.create(
            user=person(), role=Role.GRID_LEADER, since=START, **county["甲镇/1村/一格"].scope()
        )
        earlier = county["甲镇/1村/二格"]
        close_grid(grid=earlier, by=None, on=START + timedelta(days=9))
        close_grid(grid=county["甲镇/1村"], by=None, on=DAY)
        undo()
        post.refresh_from_db()
        assert (county["甲镇/1村"].valid_to, county["甲镇/1村/一格"].valid_to, post.until) == (None, None, None)
        earlier.refresh_from_db()
        assert earlier.valid_to is not None, "closed on its own account before"

    def test_a_new_grid_ends_as_long_as_nothing_lives_in_it(self, county):
        made = add_grid(parent=county["甲镇/1村"], kind=Kind.CELL, name="三格", by=None, on=DAY)
        home = household(made)
        assert "还有住户1户" in undo_refusal(last())
        home.delete()
        undo()
        made.refresh_from_db()
        assert made.valid_to == LATER

    def test_nothing_is_taken_back_twice(self, county):
        rename_grid(grid=county["甲镇"], name="水南镇", by=None, on=DAY)
        change = last()
        undo(change)
        with pytest.raises(Outrun):
            undo(change)

    def test_the_reason_is_asked_for(self, county):
        rename_grid(grid=county["甲镇"], name="水南镇", by=None, on=DAY)
        with pytest.raises(Refused, match="请填写撤销原因"):
            undo_change(change=last(), reason=" ", by=None, on=LATER, at=now())

    def test_a_preview_of_undoing_changes_nothing(self, county):
        household(county["甲镇/1村/一格"])
        move_grid(grid=county["甲镇/1村"], to=county["乙镇"], by=None, on=DAY)
        assert "住户1户" in preview_undo(last(), on=LATER)
        assert county["甲镇/1村"].parent == county["乙镇"]
        assert last().status == "done"


class TestContradictions:
    """What came later stands in the way, newest first; what has nothing to do with it does not."""

    def merged(self, county):
        merge_grids(source=county["甲镇/1村/一格"], into=county["甲镇/1村/二格"], by=None, on=DAY)
        return last()

    @pytest.mark.parametrize(
        ("later", "sentence"),
        [
            (lambda c: merge_grids(source=c["甲镇/1村/二格"], into=c["甲镇/2村/一格"], by=None, on=DAY), "并入二格"),
            (lambda c: close_grid(grid=c["甲镇/1村"], by=None, on=DAY), "停用1村"),
        ],
    )
    def test_a_merger_is_not_undone_when_the_other_grid_is_gone(self, county, later, sentence):
        change = self.merged(county)
        later(county)
        assert f"{sentence}与它有关，请先撤销那一项" in undo_refusal(change)
        undo()
        undo(change)

    def test_nor_when_the_merged_grid_was_split(self, county):
        home = household(county["甲镇/1村/一格"])
        household(county["甲镇/1村/二格"], "H2")
        change = self.merged(county)
        rows = {"households.Household": [home.pk]}
        split_grid(grid=county["甲镇/1村/二格"], name="三格", rows=rows, by=None, on=DAY)
        assert "拆分二格" in undo_refusal(change)

    def test_moves_go_back_one_after_the_other(self, county):
        move_grid(grid=county["甲镇/1村/一格"], to=county["乙镇/1村"], by=None, on=DAY)
        first = last()
        move_grid(grid=county["甲镇/1村/一格"], to=county["乙镇/2村"], by=None, on=DAY)
        assert "移动一格" in undo_refusal(first)

    def test_a_new_grid_stays_once_others_were_hung_under_it(self, county):
        made = add_grid(parent=county["甲镇/1村"], kind=Kind.CELL, name="三格", by=None, on=DAY)
        change = last()
        add_grid(parent=made, kind=Kind.SUB_CELL, name="渠头", by=None, on=DAY)
        assert "新增三格" in undo_refusal(change)

    def test_a_later_name_and_a_move_of_the_grid_above_do_not_matter(self, county):
        change = self.merged(county)
        rename_grid(grid=county["甲镇/1村/二格"], name="新二格", by=None, on=DAY)
        move_grid(grid=county["甲镇/1村"], to=county["乙镇"], by=None, on=DAY)
        add_grid(parent=county["甲镇/1村"], kind=Kind.CELL, name="三格", by=None, on=DAY)
        undo(change)
        assert county["甲镇/1村/一格"].full_name == "乙镇1村一格"

    def test_an_older_name_waits_for_the_newer_to_go(self, county):
        rename_grid(grid=county["甲镇"], name="水南镇", by=None, on=DAY)
        first = last()
        rename_grid(grid=county["甲镇"], name="水北镇", by=None, on=DAY)
        assert "请先撤销那一项" in undo_refusal(first)

    def test_a_place_that_somebody_took_since_is_named(self, county):
        close_grid(grid=county["甲镇/1村/一格"], by=None, on=DAY)
        change = last()
        add_grid(parent=county["甲镇/1村"], kind=Kind.CELL, name="一格", by=None, on=DAY)
        assert "“一格”这个名称现在由甲镇1村一格使用" in undo_refusal(change)


class TestPlanning:
    def plan(self, county, **more):
        order = Order(DEED.MERGE, county["甲镇/1村/一格"], county["甲镇/1村/二格"])
        given = {"by": None, "on": LATER, "at": now(), "reason": "撤并"} | more
        return plan_change(order, **given)

    def test_it_waits_for_its_day_and_is_then_done_once(self, county):
        home = household(county["甲镇/1村/一格"])
        change = self.plan(county)
        assert carry_out_due(on=LATER - timedelta(days=1), at=now()) == 0
        assert place(home) == county["甲镇/1村/一格"].pk
        assert (carry_out_due(on=LATER, at=now()), carry_out_due(on=LATER, at=now())) == (1, 0)
        change.refresh_from_db()
        assert (change.status, change.on, change.reason) == ("done", LATER, "撤并")
        assert county["甲镇/1村/一格"].valid_to == LATER
        undo(change)
        assert place(home) == county["甲镇/1村/一格"].pk

    def test_what_could_not_be_done_now_is_not_planned(self, county):
        household(county["甲镇/1村/一格"])
        with pytest.raises(Refused, match="还有住户1户"):
            plan_change(Order(DEED.CLOSE, county["甲镇/1村"]), by=None, on=LATER, at=now())
        assert not TreeChange.objects.exists()

    def test_one_that_cannot_be_done_any_more_is_kept_and_its_planner_told(self, county):
        clerk = person()
        change = self.plan(county, by=clerk)
        close_grid(grid=county["甲镇/1村/二格"], by=None, on=DAY)
        assert carry_out_due(on=LATER, at=now()) == 0
        change.refresh_from_db()
        assert change.status == "failed"
        assert "已停用" in change.over_reason
        assert "未能生效" in Notice.objects.get(user=clerk).text

    def test_a_cancelled_one_is_never_done(self, county):
        change = self.plan(county)
        cancel_change(change=change, by=None, at=now())
        assert carry_out_due(on=LATER, at=now()) == 0
        with pytest.raises(Outrun):
            cancel_change(change=change, by=None, at=now())

    def test_a_planned_split_leaves_out_who_moved_away_meanwhile(self, county):
        cell = county["甲镇/1村/一格"]
        homes = [household(cell, f"H{number}") for number in range(3)]
        rows = {"households.Household": [homes[0].pk, homes[1].pk]}
        plan_change(Order(DEED.SPLIT, cell, name="三格", rows=rows), by=None, on=LATER, at=now())
        Household.objects.filter(pk=homes[1].pk).update(**county["乙镇/1村/一格"].scope())
        carry_out_due(on=LATER, at=now())
        made = last().made
        assert [place(home) for home in homes] == [made.pk, county["乙镇/1村/一格"].pk, cell.pk]


def standing(county_id):
    """The tree and who lives where, as a clerk would draw it."""
    grids = Grid.objects.in_force().filter(county_id=county_id).values_list("pk", "parent", "name", "full_name")
    homes = Household.objects.values_list("number", "grid")
    issues = Issue.objects.values_list("pk", "grid", "live_grid")
    posts = Posting.objects.filter(until=None).values_list("user", "role", "grid")
    return [sorted(rows, key=str) for rows in (grids, homes, issues, posts)]


def any_deed(dice, county_id):
    grids = list(Grid.objects.in_force().filter(county_id=county_id).select_related("parent").order_by("pk"))
    cells = [grid for grid in grids if grid.kind == Kind.CELL]
    villages = [grid for grid in grids if grid.kind == Kind.VILLAGE]
    towns = [grid for grid in grids if grid.kind == Kind.TOWN]
    name, cell = f"{dice.getrandbits(40):x}", dice.choice(cells)
    homes = list(Household.objects.filter(grid=cell).values_list("pk", flat=True))
    part = dice.sample(homes, len(homes) // 2)
    return dice.choice(
        [
            Order(DEED.ADD, dice.choice(villages), name=name, kind=Kind.CELL),
            Order(DEED.RENAME, dice.choice(grids), name=name),
            Order(DEED.MOVE, cell, dice.choice(villages)),
            Order(DEED.MOVE, dice.choice(villages), dice.choice(towns)),
            Order(DEED.MERGE, cell, dice.choice(cells)),
            Order(DEED.MERGE, dice.choice(villages), dice.choice(villages)),
            Order(DEED.SPLIT, cell, name=name, rows={"households.Household": part}),
            Order(DEED.CLOSE, cell),
        ]
    )


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_done_backwards_undone_leaves_everything_as_it_was(county, seed):
    dice, county_id = random.Random(seed), county[""].pk
    cells = list(Grid.objects.filter(kind=Kind.CELL).order_by("pk"))
    for number, cell in enumerate(cells):
        user = person(f"长{number}", f"1380000{number:04d}")
        Posting.objects.create(user=user, role=Role.GRID_LEADER, since=START, **cell.scope())
        for home in range(3 if number % 4 else 0):
            matter(cell, dice.choice([Status.COLLECTED, Status.VOIDED]))
            household(cell, f"H{number}{home}")
    at_first, done = standing(county_id), 0
    for _ in range(12):
        try:
            carry_out(any_deed(dice, county_id), by=None, on=DAY)
        except Refused:
            continue
        done += 1
        assert check_grids()[1] == []
        assert misplaced() == []
    assert done > 3
    for change in TreeChange.objects.order_by("-pk"):
        undo_change(change=change, reason="回到从前", by=None, on=DAY, at=now())
        assert check_grids()[1] == []
        assert misplaced() == []
    assert standing(county_id) == at_first
