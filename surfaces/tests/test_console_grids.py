"""The grid tree in the console: lazily opened, changed with its effect shown first, posts and absences."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AccessLog, User
from accounts.roles import Role
from exchange.tests.cast import CELL, NOON, OTHER_CELL, TODAY, Office
from grids.actions import appoint
from grids.models import Absence, Grid, Posting, TreeChange
from grids.tests.trees import person
from surfaces.tests.browsing import said


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def office(db):
    return Office()


def url(name, row):
    return reverse(f"console:{name}", args=[row.pk])


def names(response):
    return [twig.grid.name for twig in response.context["twigs"]]


def leader(office, cell=CELL, name="罗网格", phone="13600000001"):
    return appoint(user=person(name, phone), grid=office[cell], role=Role.GRID_LEADER, on=TODAY, by=None)


def test_the_tree_begins_at_the_top_of_my_area_and_opens_level_by_level(visit, office):
    branches = visit.get(office.clerk_here, reverse("console:grids")).context["branches"]
    assert [(top.name, [twig.grid.name for twig in twigs]) for top, twigs in branches] == [("甲镇", ["1村", "2村"])]
    assert names(visit.get(office.clerk_here, url("branch", office["甲镇/1村"]))) == ["一格", "二格"]
    assert visit.get(office.clerk_here, url("branch", office["乙镇"])).status_code == 404


def test_a_branch_names_the_leader_counts_households_and_shows_vacancies(visit, office):
    leader(office)
    office.household()
    first, second = visit.get(office.clerk_here, url("branch", office["甲镇/1村"])).context["twigs"]
    assert (first.head, first.households) == ("罗网格", 1)
    assert (second.head, second.households) == ("", 0)
    assert "空缺" in visit(office.clerk_here, url("branch", office["甲镇/1村"]))


def test_the_counts_of_a_grid_are_the_lengths_of_their_lists(visit, office):
    office.paired(office.member(), office.household())
    page = visit.get(office.clerk_here, url("grid", office["甲镇/1村"])).context["page"]
    for label, number, _, url_name in page.counts():
        listed = visit.get(office.clerk_here, reverse(url_name), place=page.place).context["page"]
        assert listed.counted == number, label


def test_a_grid_of_another_town_is_not_there(visit, office):
    far = office["乙镇/2村"]
    for name in ("grid", "grid_add", "grid_rename", "grid_move", "grid_merge", "grid_close", "appoint"):
        assert visit.get(office.clerk_here, url(name, far)).status_code == 404


def given(on=TODAY, **more):
    return {"on": on.isoformat(), "reason": "撤并", **more}


def change(visit, office, deed, row, **more):
    response = visit.post(office.clerk_here, url(deed, row), given(**more))
    assert response.status_code == 302, said(response)
    return TreeChange.objects.latest("pk")


def test_a_grid_is_added_renamed_moved_and_closed(visit, office):
    clerk, village = office.clerk_here, office["甲镇/1村"]
    assert visit.post(clerk, url("grid_add", village), given(kind="cell", name="三格")).status_code == 302
    made = Grid.objects.get(name="三格")
    assert made.code == f"{village.code}003"
    assert visit.post(clerk, url("grid_rename", made), given(name="渠头格")).status_code == 302
    assert visit.post(clerk, url("grid_move", made), given(other=office["甲镇/2村"].pk)).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.parent) == ("渠头格", office["甲镇/2村"])
    assert visit.post(clerk, url("grid_close", made), given()).status_code == 302
    made.refresh_from_db()
    assert made.valid_to == TODAY


def previewed(visit, user, grid, deed, **more):
    return visit.post(user, reverse("console:grid_preview", args=[grid.pk, deed]), given(**more))


def test_what_a_change_touches_is_said_before_it_is_done(visit, office):
    office.household()
    leader(office)
    for deed, other in (("move", "甲镇/2村"), ("merge", OTHER_CELL)):
        shown = said(previewed(visit, office.clerk_here, office[CELL], deed, other=office[other].pk, reason=""))
        assert "住户1户" in shown
        assert "岗位1个" in shown
    assert "还有住户1户" in said(previewed(visit, office.clerk_here, office[CELL], "close"))
    assert not TreeChange.objects.exists()


def test_a_grid_with_households_does_not_close_and_says_why(visit, office):
    office.household()
    response = visit.post(office.clerk_here, url("grid_close", office[CELL]), given())
    assert response.status_code == 422
    assert "还有住户1户，不能停用" in said(response).replace("、", "")
    assert office[CELL].valid_to is None


def test_a_merger_takes_households_along(visit, office):
    home = office.household()
    change(visit, office, "grid_merge", office[CELL], other=office[OTHER_CELL].pk)
    home.refresh_from_db()
    assert home.grid == office[OTHER_CELL]


def test_a_name_taken_by_a_neighbour_is_refused_and_stays_on_the_form(visit, office):
    response = visit.post(office.clerk_here, url("grid_rename", office[CELL]), given(name="二格"))
    assert response.status_code == 422
    assert "已有叫“二格”的网格" in said(response)
    assert 'value="二格"' in response.content.decode()


def test_the_place_of_ones_own_top_grid_is_decided_further_up(visit, office):
    own = office["甲镇"]
    for name in ("grid_rename", "grid_move", "grid_close"):
        assert visit.get(office.clerk_here, url(name, own)).status_code == 403
        assert visit.get(office.officer, url(name, own)).status_code == 200


def test_a_grid_is_not_moved_into_another_town_by_a_town_clerk(visit, office):
    response = visit.post(office.clerk_here, url("grid_move", office[CELL]), given(other=office["乙镇/1村"].pk))
    assert response.status_code == 422
    assert office[CELL].parent == office["甲镇/1村"]


def test_a_reason_is_asked_for_what_people_feel(visit, office):
    for name in ("grid_move", "grid_merge", "grid_close", "grid_split"):
        response = visit.post(office.clerk_here, url(name, office[CELL]), given(reason=""))
        assert "reason" in response.context["form"].errors, name


def test_a_cell_is_split_by_ticking_households_shown_masked(visit, office):
    home, member = office.household(), office.member()
    shown = visit(office.clerk_here, url("grid_split", office[CELL]))
    assert home.number in shown
    assert home.head_name not in shown
    told = change(visit, office, "grid_split", office[CELL], name="三格", homes=[home.pk], members=[member.pk])
    home.refresh_from_db()
    assert (home.grid, told.made.name) == (told.made, "三格")
    assert {"住户1户", "党员1名"} <= set(told.touched)


def test_a_change_of_a_later_day_waits_and_can_be_cancelled(visit, office):
    home, later = office.household(), TODAY + timedelta(days=30)
    planned = change(visit, office, "grid_merge", office[CELL], on=later, other=office[OTHER_CELL].pk)
    home.refresh_from_db()
    assert (planned.status, home.grid) == ("planned", office[CELL])
    assert "并入待生效" in visit(office.clerk_here, url("grid", office[CELL]))
    assert visit.post(office.clerk_here, url("grid_cancel", planned)).status_code == 302
    planned.refresh_from_db()
    assert (planned.status, planned.over_by) == ("cancelled", office.clerk_here)


def test_what_was_longer_than_a_year_ago_is_not_entered(visit, office):
    response = visit.post(office.clerk_here, url("grid_close", office[CELL]), given(on=TODAY - timedelta(days=400)))
    assert "最早补登一年以内" in said(response)


def test_the_history_tells_who_what_when_why_and_who_took_it_back(visit, office):
    home = office.household()
    told = change(visit, office, "grid_merge", office[CELL], other=office[OTHER_CELL].pk)
    shown = visit(office.clerk_here, url("grid_undo", told))
    assert "住户1户" in shown
    assert visit.post(office.clerk_here, url("grid_undo", told), {"reason": "村民不同意"}).status_code == 302
    home.refresh_from_db()
    assert home.grid == office[CELL]
    shown = visit(office.clerk_here, reverse("console:grid_changes"))
    for word in ("甲镇1村一格并入甲镇1村二格", "撤并", office.clerk_here.name, "已撤销", "村民不同意"):
        assert word in shown


def test_what_something_later_contradicts_says_so_instead_of_a_form(visit, office):
    first = change(visit, office, "grid_merge", office[CELL], other=office[OTHER_CELL].pk)
    change(visit, office, "grid_close", office[OTHER_CELL])
    response = visit.get(office.clerk_here, url("grid_undo", first))
    assert response.status_code == 409
    assert "请先撤销那一项" in said(response)


def test_a_move_between_towns_is_taken_back_by_the_county_alone(visit, office):
    moved = office["甲镇/1村"]
    response = visit.post(office.officer, url("grid_move", moved), given(other=office["乙镇"].pk))
    assert response.status_code == 302
    told = TreeChange.objects.latest("pk")
    assert visit.get(office.clerk_here, url("grid_undo", told)).status_code == 404
    assert visit.get(office.other_clerk, url("grid_undo", told)).status_code == 403
    assert visit.get(office.officer, url("grid_undo", told)).status_code == 200


# Posts

APPOINTMENT = {"role": "grid_leader", "phone": "13600000009", "name": "新网格长", "on": TODAY}


def test_an_appointment_opens_an_account_when_there_is_none(visit, office):
    response = visit.post(office.clerk_here, url("appoint", office[CELL]), APPOINTMENT)
    assert response.status_code == 302
    posting = Posting.objects.get(grid=office[CELL])
    assert (posting.user.name, posting.role, posting.user.must_change) == ("新网格长", "grid_leader", True)
    assert "初始密码" in visit(office.clerk_here, response.url)
    assert AccessLog.objects.get(action="account").target_id == posting.user.pk


def test_a_second_leader_is_refused_and_no_account_is_left_behind(visit, office):
    leader(office)
    response = visit.post(office.clerk_here, url("appoint", office[CELL]), APPOINTMENT)
    assert response.status_code == 422
    assert "已有网格长罗网格" in said(response)
    assert not User.objects.filter(name="新网格长").exists()


def test_a_phone_of_somebody_else_is_refused_without_naming_them(visit, office):
    leader(office)
    given = {**APPOINTMENT, "phone": "13600000001"}
    response = visit.post(office.clerk_here, url("appoint", office[OTHER_CELL]), given)
    assert "这个手机号是罗*格的账号" in said(response)
    assert "罗网格" not in said(response)


def test_only_roles_of_the_level_are_offered(visit, office):
    shown = visit(office.clerk_here, url("appoint", office[CELL]))
    assert "网格长" in shown
    assert "县领导" not in shown
    response = visit.post(office.clerk_here, url("appoint", office[CELL]), {**APPOINTMENT, "role": "county_leader"})
    assert response.status_code == 422


def test_a_post_ends_and_is_vacant(visit, office):
    posting = leader(office)
    assert visit.post(office.officer, url("dismiss", posting), {"on": "2026-12-01"}).status_code == 302
    posting.refresh_from_db()
    assert str(posting.until) == "2026-12-01"
    assert visit.get(office.officer, url("dismiss", posting)).status_code == 404


def test_an_absence_names_the_substitute_on_the_grids_page(visit, office):
    posting = leader(office)
    second = leader(office, OTHER_CELL, "代格长", "13600000002")
    given = {"substitute": second.user.pk, "since": TODAY, "until": "2026-12-01", "reason": "培训"}
    assert visit.post(office.clerk_here, url("absence", posting), given).status_code == 302
    assert Absence.objects.get().substitute == second.user
    assert "代格长代理" in visit(office.clerk_here, url("grid", office[CELL]))


def test_an_absence_that_ends_before_it_begins_is_refused(visit, office):
    posting = leader(office)
    response = visit.post(office.clerk_here, url("absence", posting), {"since": "2026-12-01", "until": TODAY})
    assert response.status_code == 422
    assert "结束日期应晚于开始日期" in said(response)


def test_posts_are_listed_by_name_role_and_place(visit, office):
    leader(office)
    link = reverse("console:postings")
    for asked, number in (({"q": "罗网"}, 1), ({"role": "grid_leader"}, 1), ({"place": office[OTHER_CELL].pk}, 0)):
        assert visit.get(office.clerk_here, link, **asked).context["page"].counted == number
    assert "罗网格" not in visit(office.other_clerk, link)


def test_somebody_who_is_back_early_acts_again_from_that_day(visit, office):
    posting = leader(office)
    noted = {"since": TODAY - timedelta(days=2), "until": TODAY + timedelta(days=9)}
    Absence.objects.create(user=posting.user, **noted)
    assert visit.post(office.clerk_here, url("absence_end", posting), {"on": TODAY.isoformat()}).status_code == 302
    assert Absence.objects.get(user=posting.user).until == TODAY
    assert visit.get(office.clerk_here, url("absence_end", posting)).status_code == 404
