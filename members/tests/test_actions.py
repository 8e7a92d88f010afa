from datetime import date, timedelta

import pytest

from accounts.errors import Outrun, Refused
from accounts.roles import Role
from grids.models import Posting
from grids.tests.trees import person
from members.actions import (
    account_for,
    add_unit,
    appoint_handler,
    end_exemption,
    exempt,
    retire,
    set_capacity,
)
from members.models import Member, UnitStaff
from members.tests.cast import CELL, TODAY, Branch

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def here() -> Branch:
    return Branch()


def test_a_member_carries_the_place_the_initials_and_a_searchable_phone(here):
    member = here.member("单建国", phone="139 0000-0001")
    member.refresh_from_db()
    assert (member.cell_id, member.county_id) == (here[CELL].pk, here[""].pk)
    assert (member.initials, member.phone, member.phone_tail) == ("sjg", "13900000001", "0001")
    assert Member.objects.get(phone_index=member.phone_index) == member


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"name": "  "}, "name", "请填写姓名"),
        ({"number": ""}, "number", "请填写党员编号"),
        ({"phone": "12345"}, "phone", "电话应为11位手机号"),
        ({"number": "D1"}, "number", "编号D1已由黄春荣使用"),
        ({"capacity_min": 9, "capacity_max": 8}, "capacity_max", "0 ≤ 下限 ≤ 上限"),
    ],
)
def test_a_wrong_entry_is_named_with_its_field(here, wrong, field, sentence):
    here.member("黄春荣")
    with pytest.raises(Refused, match=sentence) as refusal:
        here.member(**{"name": "林国强", **wrong})
    assert refusal.value.field == field
    assert Member.objects.count() == 1


def test_the_branch_and_the_department_are_of_the_same_county(here):
    there = Branch(2)
    with pytest.raises(Refused, match="不在本县"):
        here.member(branch=there.branch)
    with pytest.raises(Refused, match="不是本县的部门"):
        here.member(unit=add_unit(county=there[""], name="水利局", by=None))


def test_two_counties_may_use_the_same_number(here):
    here.member(number="D1")
    Branch(2).member(number="D1")
    assert Member.objects.filter(number="D1").count() == 2


def test_an_exempt_member_is_not_available_until_the_exemption_ends(here):
    member = here.member()
    exempt(member=member, reason=Member.Exemption.ILL, since=TODAY, until=TODAY + timedelta(days=30), by=here.clerk())
    assert not Member.objects.available(TODAY).exists()
    assert Member.objects.available(TODAY - timedelta(days=1)).exists()
    assert Member.objects.available(TODAY + timedelta(days=30)).exists()


def test_an_exemption_needs_a_reason_and_ends_after_it_begins(here):
    member, clerk = here.member(), here.clerk()
    with pytest.raises(Refused, match="请选择免联事由"):
        exempt(member=member, reason=Member.Exemption.NONE, since=TODAY, by=clerk)
    with pytest.raises(Refused, match="截止日期应晚于开始日期"):
        exempt(member=member, reason=Member.Exemption.AWAY, since=TODAY, until=TODAY, by=clerk)


def test_an_exemption_can_be_ended_early_and_only_while_it_lasts(here):
    member, clerk = here.member(), here.clerk()
    exempt(member=member, reason=Member.Exemption.AWAY, since=TODAY, by=clerk)
    end_exemption(member=member, on=TOMORROW, by=clerk)
    assert not Member.objects.available(TODAY).exists()
    assert Member.objects.available(TOMORROW).exists()
    with pytest.raises(Refused, match="现在没有免联"):
        end_exemption(member=member, on=TOMORROW, by=clerk)


def test_the_limits_of_a_member_can_be_changed_within_reason(here):
    member, clerk = here.member(), here.clerk()
    set_capacity(member=member, capacity_min=1, capacity_max=30, by=clerk)
    assert (member.capacity_min, member.capacity_max) == (1, 30)
    with pytest.raises(Refused, match="≤ 1000"):
        set_capacity(member=member, capacity_min=1, capacity_max=1001, by=clerk)


def test_who_leaves_loses_the_post_and_leaves_once(here):
    member, clerk = here.member(), here.clerk()
    account_for(member=member, on=date(2026, 1, 1), by=clerk)
    retire(member=member, on=TODAY, by=clerk)
    assert not Posting.objects.active(TODAY).filter(user=member.user).exists()
    with pytest.raises(Outrun, match="已经办理过转出"):
        retire(member=member, on=TODAY, by=clerk)
    with pytest.raises(Refused, match="已转出"):
        exempt(member=member, reason=Member.Exemption.ILL, since=TODAY, by=clerk)


def test_an_account_has_the_post_in_the_cell_and_a_password_to_change(here):
    member = here.member()
    user, password = account_for(member=member, on=TODAY, by=here.clerk())
    member.refresh_from_db()
    assert member.user == user
    assert user.check_password(password)
    assert user.must_change
    posting = Posting.objects.get(user=user)
    assert (posting.role, posting.grid_id) == (Role.LIAISON_MEMBER, here[CELL].pk)


def test_an_account_of_the_same_person_is_taken_over_without_a_new_password(here):
    member = here.member(phone="13900001111")
    known = person("黄春荣", "13900001111")
    assert account_for(member=member, on=TODAY, by=here.clerk()) == (known, "")


@pytest.mark.parametrize(("phone", "sentence"), [("", "没有登记手机"), ("13900001111", "手机尾号1111已是林国强的账号")])
def test_no_account_without_a_phone_of_ones_own(here, phone, sentence):
    person("林国强", "13900001111")
    with pytest.raises(Refused, match=sentence):
        account_for(member=here.member(phone=phone), on=TODAY, by=here.clerk())


def test_nobody_gets_two_accounts_and_no_account_serves_two(here):
    clerk, first = here.clerk(), here.member(phone="13900001111")
    account_for(member=first, on=TODAY, by=clerk)
    with pytest.raises(Refused, match="已有账号"):
        account_for(member=first, on=TODAY, by=clerk)
    with pytest.raises(Refused, match="另一名党员"):
        account_for(member=here.member(phone="13900001111"), on=TODAY, by=clerk)


def test_a_handler_gets_the_post_once_for_all_departments(here):
    clerk, handler = here.clerk(), person("水利", "13900002222")
    water, roads = (add_unit(county=here[""], name=name, by=clerk) for name in ("水利局", "交通运输局"))
    for unit in (water, roads):
        appoint_handler(user=handler, unit=unit, on=TODAY, by=clerk)
    assert UnitStaff.objects.filter(user=handler).count() == 2
    assert Posting.objects.get(user=handler).role == Role.UNIT_HANDLER
    with pytest.raises(Refused, match="已是水利局的承办人"):
        appoint_handler(user=handler, unit=water, on=TODAY, by=clerk)


def test_a_department_has_a_name_of_its_own(here):
    add_unit(county=here[""], name="水利局", by=None)
    for name, sentence in (("水利局", "已有水利局"), (" ", "请填写部门名称")):
        with pytest.raises(Refused, match=sentence):
            add_unit(county=here[""], name=name, by=None)


def test_the_history_keeps_the_verb_and_the_person(here):
    member, clerk = here.member(), here.clerk()
    set_capacity(member=member, capacity_min=1, capacity_max=2, by=clerk)
    kept = member.events.get().pgh_context.metadata
    assert kept == {"verb": "set_capacity", "by": clerk.pk}
