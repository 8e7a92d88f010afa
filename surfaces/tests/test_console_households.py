"""Households, pairings, members and visits in the console."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts.crypto import blind_index
from accounts.models import AccessLog
from accounts.roles import Role
from exchange.tests.cast import CELL, FAR_CELL, NOON, OTHER_CELL, TODAY, Office
from grids.actions import appoint
from grids.tests.trees import START, person
from households.models import Household, HouseholdTag, Pairing, Resident, Tag
from members.models import Member
from surfaces.tests.browsing import said
from visits.actions import begin_pairing, tag_household
from visits.models import Visit, VisitTrigger

LIST = reverse("console:households")
CHIEF = {"role": Role.CHIEF_GRID_LEADER, "on": START, "by": None}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def office(db):
    return Office()


def url(name, row):
    return reverse(f"console:{name}", args=[row.pk])


def paired(office, member=None, household=None):
    given = {"programme": office.programme, "by": None, "on": TODAY - timedelta(days=20)}
    return begin_pairing(member=member or office.member(), household=household or office.household(), **given)


# The list


@pytest.mark.parametrize("text", ["水根", "lsg", "H1", "8000", "13812348000", "十二号"])
def test_a_household_is_found_by_name_initials_number_phone_or_address(visit, office, text):
    office.household(phone="13812348000", address="三组十二号")
    office.household("王大山")
    page = visit.get(office.clerk_here, LIST, q=text).context["page"]
    assert [one.head_name for one in page] == ["李水根"]


def test_a_household_is_found_by_the_id_number_of_anybody_in_it(visit, office):
    number = "110101199003077598"
    home = office.household()
    Resident.objects.create(household=home, name="李小宝", relation="2", id_number=number, id_index=blind_index(number))
    assert [one.pk for one in visit.get(office.clerk_here, LIST, q=number).context["page"]] == [home.pk]


def test_lists_show_the_outline_of_a_name_and_no_phone(visit, office):
    office.household(phone="13812348000")
    shown = visit(office.clerk_here, LIST)
    assert "李*根户" in shown
    assert "李水根" not in shown
    assert "13812348000" not in shown


def test_households_of_another_town_are_neither_listed_nor_there(visit, office):
    home = office.household(cell=FAR_CELL)
    assert "李*根户" not in visit(office.clerk_here, LIST)
    for name in ("household", "household_qr", "pair", "household_move", "household_close", "tag", "visit_record"):
        assert visit.get(office.clerk_here, url(name, home)).status_code == 404
        assert visit.get(office.other_clerk, url(name, home)).status_code == 200


def test_filters_tell_tagged_paired_and_closed_households_apart(visit, office):
    tagged, covered, closed = (office.household(name) for name in ("张一", "张二", "张三"))
    tag_household(household=tagged, tag=Tag.OLD_ALONE, on=TODAY, by=None)
    paired(office, household=covered)
    Household.objects.filter(pk=closed.pk).update(closed_on=TODAY)

    def found(**asked):
        return [one.pk for one in visit.get(office.clerk_here, LIST, **asked).context["page"]]

    assert found() == [tagged.pk, covered.pk]
    assert found(tag="old_alone") == [tagged.pk]
    assert found(covered="yes") == [covered.pk]
    assert found(covered="no") == [tagged.pk]
    assert found(closed="on") == [closed.pk]
    assert found(place=office[OTHER_CELL].pk) == []
    assert found(place=office[CELL].pk) == [tagged.pk, covered.pk]


# One household, one page


def test_the_page_of_a_household_tells_family_pairing_visits_and_issues(visit, office):
    home = office.household()
    Resident.objects.create(household=home, name="李小宝", relation="2", id_number="110101199003077598")
    pairing = paired(office, household=home)
    shown = visit(office.clerk_here, url("household", home))
    assert "李*宝" in shown
    assert "1101**********7598" in shown
    assert pairing.member.name in shown
    assert "还没有走访记录" in shown
    assert "110101199003077598" not in shown


def test_a_full_value_is_one_click_with_a_reason_away(visit, office):
    home = office.household(phone="13812348000")
    link = reverse("reveal", args=["households.household", home.pk, "phone"])
    assert link in visit(office.clerk_here, url("household", home))
    assert "13812348000" in visit.post(office.clerk_here, link, {"reason": "上门走访联系"}).content.decode()
    assert AccessLog.objects.get().user == office.clerk_here


def test_the_page_tells_who_looked_and_who_changed_what_to_whoever_keeps_the_register(visit, office):
    home = office.household(phone="13812348000")
    mother = Resident.objects.create(household=home, name="李大娘", relation="5", phone="13912348000")
    for row in (home, mother):
        link = reverse("reveal", args=[row._meta.label_lower, row.pk, "phone"])
        visit.post(office.officer, link, {"reason": "核对低保名单"})
    visit.post(office.clerk_here, url("household_move", home), {"grid": office[OTHER_CELL].pk})
    shown = said(visit.get(office.clerk_here, url("household", home)))
    for words in ("查看电话", "查看家庭成员的电话", "核对低保名单", "县干部", "移到别的网格 甲镇经办"):
        assert words in " ".join(shown.split()), words
    secretary = appoint(user=person("村书记", "13600000001"), grid=home.grid.parent, **CHIEF).user
    assert "谁看过、谁改过" not in visit(secretary, url("household", home))


def test_the_page_keeps_the_tags_of_once_with_their_days(visit, office):
    home = office.household()
    HouseholdTag.objects.create(household=home, tag=Tag.LOW_INCOME, since=date(2024, 3, 1), until=date(2025, 3, 1))
    shown = said(visit.get(office.clerk_here, url("household", home)))
    assert "曾有：低保，2024-03-01 至 2025-03-01" in shown


def test_the_qr_code_is_a_picture_of_the_households_address(visit, office):
    response = visit.get(office.clerk_here, url("household_qr", office.household()))
    assert response["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")


def test_a_household_is_registered_and_a_number_given_twice_is_refused(visit, office):
    add = reverse("console:household_add")
    given = {"number": "N1", "head_name": "赵四", "kind": "family", "grid": office[CELL].pk, "address": "一组1号"}
    assert visit.post(office.clerk_here, add, given).status_code == 302
    response = visit.post(office.clerk_here, add, {**given, "head_name": "钱五"})
    assert response.status_code == 422
    assert "户编号已由赵*户（N1）使用" in said(response)
    assert "钱五" in response.content.decode()
    assert Household.objects.get().head_name == "赵四"


def test_a_household_is_not_registered_in_another_town(visit, office):
    given = {"number": "N1", "head_name": "赵四", "kind": "family", "grid": office[FAR_CELL].pk}
    assert visit.post(office.clerk_here, reverse("console:household_add"), given).status_code == 422
    assert not Household.objects.exists()


def test_a_household_moves_closes_and_wears_tags(visit, office):
    home = office.household()
    clerk = office.clerk_here
    assert visit.post(clerk, url("household_move", home), {"grid": office[OTHER_CELL].pk}).status_code == 302
    assert visit.post(clerk, url("tag", home), {"tag": "low_income"}).status_code == 302
    assert "低保" in visit(clerk, url("household", home))
    untag = reverse("console:untag", args=[home.pk, "low_income"])
    assert visit.post(clerk, untag).status_code == 302
    assert visit.get(clerk, untag).status_code == 404
    assert visit.post(clerk, url("household_close", home), {"on": TODAY, "reason": "迁走"}).status_code == 302
    home.refresh_from_db()
    assert (home.grid, home.closed_on) == (office[OTHER_CELL], TODAY)


def test_a_hardship_makes_the_visit_due_at_once(visit, office):
    pairing = paired(office)
    link = url("trigger", pairing.household)
    assert visit.post(office.clerk_here, link, {"kind": "hardship", "note": "突发重病"}).status_code == 302
    assert VisitTrigger.objects.get().household == pairing.household
    assert "有困难必访" in visit(office.clerk_here, url("household", pairing.household))


# Pairings


def test_the_gap_list_offers_a_member_and_the_pair_leaves_it(visit, office):
    home, member = office.household(), office.member()
    gaps = reverse("console:gaps")
    assert url("pair", home) in visit(office.clerk_here, gaps)
    given = {"member": member.pk, "on": TODAY, "reason": "同组近邻"}
    assert visit.post(office.clerk_here, url("pair", home), given).status_code == 302
    pairing = Pairing.objects.get()
    assert (pairing.member, pairing.household, pairing.made_by, pairing.reason) == (
        member,
        home,
        office.clerk_here,
        "同组近邻",
    )
    assert "没有缺口" in visit(office.clerk_here, gaps)


def test_candidates_come_nearest_first_with_their_load(visit, office):
    home = office.household(lat=26.70, lng=117.40)
    for name, lat in (("远处", 26.80), ("近处", 26.71)):
        member = office.member(name)
        Member.objects.filter(pk=member.pk).update(lat=lat, lng=117.40)
    busy = office.member("满员", capacity_min=0, capacity_max=1)
    paired(office, member=busy)
    listed = visit.get(office.clerk_here, url("pair", home)).context["candidates"]
    assert [one.member.name for one in listed] == ["近处", "远处", "满员"]
    assert [one.distance for one in listed] == ["1.1公里", "11.1公里", "同网格"]
    assert [(one.load, one.full) for one in listed][-1] == (1, True)


def test_a_full_member_is_refused_with_a_sentence(visit, office):
    busy = office.member("满员", capacity_min=0, capacity_max=1)
    paired(office, member=busy)
    response = visit.post(office.clerk_here, url("pair", office.household()), {"member": busy.pk, "on": TODAY})
    assert response.status_code == 422
    assert "达到上限1户" in said(response)


def test_without_a_member_chosen_the_form_asks_for_one(visit, office):
    response = visit.post(office.clerk_here, url("pair", office.household()), {"on": TODAY, "reason": "近"})
    assert response.status_code == 422
    assert "请在名单里选一名党员" in said(response)
    assert ">近<" in response.content.decode().replace("\n", "")


def test_the_same_pair_sent_twice_makes_one_and_says_who_it_is(visit, office):
    home, given = office.household(), {"member": office.member().pk, "on": TODAY}
    visit.post(office.clerk_here, url("pair", home), given)
    response = visit.post(office.clerk_here, url("pair", home), given)
    assert "已由黄春荣联系" in said(response)
    assert Pairing.objects.count() == 1


def test_a_hand_over_needs_a_reason_and_keeps_the_history(visit, office):
    pairing, other = paired(office), office.member("接手人")
    link = url("hand_over", pairing)
    assert visit.post(office.clerk_here, link, {"member": other.pk, "on": TODAY}).status_code == 422
    assert (
        visit.post(office.clerk_here, link, {"member": other.pk, "on": TODAY, "reason": "外出务工"}).status_code == 302
    )
    assert Pairing.objects.current(TODAY).get().member == other
    shown = visit(office.clerk_here, url("household", pairing.household))
    assert "以前的结对" in shown
    assert "外出务工" in shown


def test_an_ended_pairing_puts_the_household_on_the_gap_list(visit, office):
    pairing = paired(office)
    assert (
        visit.post(office.clerk_here, url("pairing_end", pairing), {"on": TODAY, "reason": "去世"}).status_code == 302
    )
    assert url("pair", pairing.household) in visit(office.clerk_here, reverse("console:gaps"))


def test_pairings_are_listed_by_household_or_member_and_late_ones_apart(visit, office):
    pairing = paired(office)
    link = reverse("console:pairings")
    for asked in ({}, {"q": "水根"}, {"q": "春荣"}, {"origin": "hand"}):
        assert [one.pk for one in visit.get(office.clerk_here, link, **asked).context["page"]] == [pairing.pk]
    for asked in ({"q": "无此人"}, {"late": "on"}, {"stranded": "on"}):
        assert len(visit.get(office.clerk_here, link, **asked).context["page"]) == 0
    assert visit.get(office.other_clerk, url("hand_over", pairing)).status_code == 404


# Visits


def visit_form(made_for, **more):
    return {
        "client_id": uuid4(),
        "pairing": made_for.pk,
        "visited_at": (NOON - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        "outcome": "met",
        "trigger": "regular",
        "family": "两人在家",
        **more,
    }


def test_a_clerk_types_in_the_visit_of_somebody_else(visit, office):
    pairing = paired(office)
    given = visit_form(pairing)
    link = url("visit_record", pairing.household)
    assert visit.post(office.clerk_here, link, given).status_code == 302
    made = Visit.objects.get()
    assert (made.done_by, made.entered_by) == (pairing.member, office.clerk_here)
    assert "两人在家" in visit(office.clerk_here, url("visit", made))
    assert visit.get(office.other_clerk, url("visit", made)).status_code == 404


def test_the_same_visit_sent_twice_is_saved_once(visit, office):
    pairing = paired(office)
    given = visit_form(pairing)
    for _ in range(2):
        assert visit.post(office.clerk_here, url("visit_record", pairing.household), given).status_code == 302
    assert Visit.objects.count() == 1
    assert "没有重复保存" in visit(office.clerk_here, url("household", pairing.household))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"visited_at": "2026-11-25T09:00"}, "还没有到"),
        ({"visited_at": "2020-01-01T09:00"}, "早于结对日期"),
        ({"visited_at": "昨天"}, "请填写日期和时间"),
        ({"outcome": ""}, "结果"),
        ({"pairing": ""}, "请选择哪一对结对"),
    ],
)
def test_a_visit_with_a_mistake_is_refused_and_kept_on_the_form(visit, office, wrong, sentence):
    pairing = paired(office)
    response = visit.post(office.clerk_here, url("visit_record", pairing.household), visit_form(pairing, **wrong))
    assert response.status_code == 422
    assert sentence in said(response)
    assert "两人在家" in response.content.decode()
    assert not Visit.objects.exists()


def test_more_visits_than_the_page_shows_are_one_click_away(visit, office):
    pairs = [paired(office), paired(office, office.member("陈二"), office.household("王大山"))]
    for pair, often in zip(pairs, (12, 1), strict=True):
        went = {"done_by": pair.member, "entered_by": office.clerk_here, "outcome": Visit.Outcome.MET}
        for number in range(often):
            at = NOON - timedelta(days=number)
            Visit.objects.create(
                pairing=pair, household=pair.household, at=at, recorded_at=NOON, **went, **pair.scope()
            )
    home = pairs[0].household
    assert "全部12次走访" in visit(office.clerk_here, url("household", home))
    listed = visit.get(office.clerk_here, reverse("console:visits"), household=home.pk).context["page"]
    assert listed.counted == 12


def test_visits_are_listed_by_day_and_outcome(visit, office):
    pairing = paired(office)
    visit.post(office.clerk_here, url("visit_record", pairing.household), visit_form(pairing))
    link = reverse("console:visits")
    day = (NOON - timedelta(days=1)).date()
    for asked, number in (
        ({}, 1),
        ({"since": day, "until": day}, 1),
        ({"since": TODAY}, 0),
        ({"outcome": "refused"}, 0),
    ):
        assert len(visit.get(office.clerk_here, link, **asked).context["page"]) == number
    assert len(visit.get(office.other_clerk, link).context["page"]) == 0


# Members


def test_members_are_listed_with_their_load_and_who_has_too_few_or_too_many(visit, office):
    member = paired(office).member
    idle = office.member("空闲")
    link = reverse("console:members")
    rows = {one.pk: one.load for one in visit.get(office.clerk_here, link).context["page"]}
    assert rows == {member.pk: 1, idle.pk: 0}
    Member.objects.filter(pk=member.pk).update(capacity_min=0, capacity_max=0)
    assert [one.pk for one in visit.get(office.clerk_here, link, load="over").context["page"]] == [member.pk]
    assert [one.pk for one in visit.get(office.clerk_here, link, load="under").context["page"]] == [idle.pk]


def test_a_member_is_registered_limited_exempted_brought_back_and_retired(visit, office):
    clerk = office.clerk_here
    given = {
        "number": "D99",
        "name": "新党员",
        "sex": "1",
        "branch": office.branch.pk,
        "grid": office[CELL].pk,
        "cadre": "village_member",
        "abilities": ["farming"],
        "capacity_min": 5,
        "capacity_max": 12,
    }
    assert visit.post(clerk, reverse("console:member_add"), given).status_code == 302
    one = Member.objects.get(number="D99")
    assert "农技" in visit(clerk, url("member", one))
    steps = [
        ("member_capacity", {"capacity_min": 3, "capacity_max": 8}),
        ("member_exempt", {"reason": "ill", "since": TODAY}),
        ("member_end_exemption", {}),
        ("member_retire", {"on": TODAY}),
    ]
    for name, entered in steps:
        assert visit.post(clerk, url(name, one), entered).status_code == 302, name
    one.refresh_from_db()
    assert (one.capacity_max, one.left_on) == (8, TODAY)


def test_limits_that_make_no_sense_are_refused(visit, office):
    response = visit.post(
        office.clerk_here, url("member_capacity", office.member()), {"capacity_min": 9, "capacity_max": 3}
    )
    assert response.status_code == 422
    assert "应满足" in said(response)


def test_an_account_for_a_member_shows_its_first_password_once(visit, office):
    one = office.member()
    response = visit.post(office.clerk_here, url("member_account", one))
    first = visit(office.clerk_here, response.url)
    assert "初始密码" in first
    assert "初始密码" not in visit(office.clerk_here, response.url)
    one.refresh_from_db()
    assert one.user.must_change


def test_a_member_of_another_town_is_not_there(visit, office):
    far = office.member(cell=FAR_CELL)
    for name in ("member", "member_capacity", "member_retire"):
        assert visit.get(office.clerk_here, url(name, far)).status_code == 404
