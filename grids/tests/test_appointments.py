"""Taking up a post, leaving it, and being away from it."""

from datetime import date, timedelta
from functools import partial

import pytest

from accounts.errors import Outrun, Refused
from accounts.roles import Role
from grids.actions import appoint, dismiss, set_absence
from grids.models import Absence, Posting
from grids.posts import acting, postings_of, stood_in_for, substitutes
from grids.tests.trees import DAY, START, County, at_once, person

pytestmark = pytest.mark.django_db

NEXT = DAY + timedelta(days=1)
WEEK = DAY + timedelta(days=7)


@pytest.fixture
def county():
    return County()


@pytest.fixture
def people():
    return [person(name, f"1380000000{number}") for number, name in enumerate("甲乙丙丁")]


def refusal(verb, **given):
    with pytest.raises(Refused) as refused:
        verb(**{"by": None, **given})
    return refused.value.sentence


class TestAppointing:
    def test_a_post_begins_on_its_day_in_its_place(self, county, people):
        cell = county["甲镇/1村/一格"]
        post = appoint(user=people[0], grid=cell, role=Role.GRID_LEADER, on=DAY, by=people[1])
        assert {name: getattr(post, name) for name in cell.scope()} == cell.scope()
        assert (post.since, post.until) == (DAY, None)

    def test_a_cell_has_one_leader_and_the_refusal_names_them(self, county, people):
        given = {"grid": county["甲镇/1村/一格"], "role": Role.GRID_LEADER, "on": DAY}
        appoint(user=people[0], by=None, **given)
        assert refusal(appoint, user=people[1], **given) == "一格已有网格长甲，请先办理离任。"

    def test_a_post_is_not_held_twice_but_two_people_may_hold_it(self, county, people):
        given = {"grid": county["甲镇"], "role": Role.TOWN_CLERK, "on": DAY}
        appoint(user=people[0], by=None, **given)
        appoint(user=people[1], by=None, **given)
        assert "已有乡镇经办甲" in refusal(appoint, user=people[0], **given)

    def test_nobody_appoints_themselves(self, county, people):
        given = {"user": people[0], "grid": county["甲镇"], "role": Role.TOWN_LEADER, "on": DAY, "by": people[0]}
        assert "不能给自己任职" in refusal(appoint, **given)

    def test_a_role_is_held_at_its_own_level(self, county, people):
        given = {"user": people[0], "grid": county["甲镇/1村"], "role": Role.TOWN_CLERK, "on": DAY}
        assert "乡镇经办不能设在村（社区）一级" in refusal(appoint, **given)

    @pytest.mark.parametrize("first", [Role.AUDITOR, Role.SYSTEM_ADMIN])
    def test_an_auditor_holds_nothing_else(self, county, people, first):
        second = Role.SYSTEM_ADMIN if first == Role.AUDITOR else Role.AUDITOR
        appoint(user=people[0], grid=county[""], role=first, on=DAY, by=None)
        assert "审计员不能兼任" in refusal(appoint, user=people[0], grid=county[""], role=second, on=DAY)

    def test_a_former_auditor_may_take_another_post(self, county, people):
        post = appoint(user=people[0], grid=county[""], role=Role.AUDITOR, on=START, by=None)
        dismiss(posting=post, on=DAY, by=None)
        appoint(user=people[0], grid=county[""], role=Role.COUNTY_CLERK, on=DAY, by=None)


@pytest.mark.django_db(transaction=True)
def test_of_two_leaders_appointed_at_once_one_is_refused():
    county = County()
    cell, people = county["甲镇/1村/一格"], [person("甲", "13800000001"), person("乙", "13800000002")]

    def take(user):
        try:
            return appoint(user=user, grid=cell, role=Role.GRID_LEADER, on=DAY, by=None)
        except Refused as refused:
            return refused.sentence

    results = at_once([partial(take, user) for user in people])
    assert sum(isinstance(result, Posting) for result in results) == 1


class TestLeaving:
    def test_a_post_ends_before_the_day_named(self, county, people):
        post = appoint(user=people[0], grid=county["甲镇"], role=Role.TOWN_CLERK, on=START, by=None)
        dismiss(posting=post, on=DAY, by=None)
        assert Posting.objects.active(DAY - timedelta(days=1)).exists()
        assert not Posting.objects.active(DAY).exists()

    def test_a_post_given_by_mistake_today_is_taken_back_whole(self, county, people):
        post = appoint(user=people[0], grid=county["甲镇"], role=Role.TOWN_CLERK, on=DAY, by=None)
        dismiss(posting=post, on=DAY, by=None)
        assert not Posting.objects.exists()

    def test_who_left_cannot_leave_again(self, county, people):
        post = appoint(user=people[0], grid=county["甲镇"], role=Role.TOWN_CLERK, on=START, by=None)
        dismiss(posting=post, on=DAY, by=None)
        with pytest.raises(Outrun):
            dismiss(posting=post, on=DAY, by=None)


def away(user, substitute, since=DAY, until=NEXT):
    return Absence.objects.create(user=user, substitute=substitute, since=since, until=until)


class TestStandingIn:
    def test_the_substitute_acts_in_all_posts_while_the_absence_lasts(self, county, people):
        post = appoint(user=people[0], grid=county["甲镇"], role=Role.TOWN_CLERK, on=START, by=None)
        set_absence(user=people[0], substitute=people[1], since=DAY, until=NEXT, by=None)
        assert postings_of(people[1], DAY) == [post]
        assert postings_of(people[1], NEXT) == []
        assert postings_of(people[1], DAY - timedelta(days=1)) == []

    def test_a_substitutes_substitute_acts(self, county, people):
        post = appoint(user=people[0], grid=county["甲镇"], role=Role.TOWN_CLERK, on=START, by=None)
        away(people[0], people[1])
        away(people[1], people[2])
        assert postings_of(people[2], DAY) == [post]
        assert stood_in_for(people[2].pk, substitutes(DAY)) == [person.pk for person in (people[2], *people[:2])]

    def test_a_circle_of_substitutes_ends_in_nobody(self, people):
        one, two, three, _ = (person.pk for person in people)
        circle = {one: two, two: three, three: one}
        assert [acting(person, circle) for person in circle] == [None, None, None]

    def test_a_chain_without_end_ends_in_nobody(self, people):
        assert acting(people[0].pk, {people[0].pk: people[1].pk, people[1].pk: None}) is None
        assert acting(people[2].pk, {people[0].pk: people[1].pk}) == people[2].pk

    def test_who_is_away_may_still_look_in(self, county, people):
        post = appoint(user=people[0], grid=county["甲镇"], role=Role.TOWN_CLERK, on=START, by=None)
        away(people[0], people[1])
        assert postings_of(people[0], DAY) == [post]

    def test_an_auditors_post_never_mixes_with_others_by_standing_in(self, county, people):
        auditor, clerk, idle = people[:3]
        audit = appoint(user=auditor, grid=county[""], role=Role.AUDITOR, on=START, by=None)
        own = appoint(user=clerk, grid=county["甲镇"], role=Role.TOWN_CLERK, on=START, by=None)
        away(auditor, clerk)
        assert postings_of(clerk, DAY) == [own]
        Absence.objects.update(substitute=idle)
        assert postings_of(idle, DAY) == [audit]
        away(clerk, idle)
        assert postings_of(idle, DAY) == [own]


class TestRegisteringAnAbsence:
    def test_the_end_comes_after_the_beginning(self, people):
        given = {"user": people[0], "substitute": people[1], "since": DAY, "until": DAY}
        assert "结束日期应晚于开始日期" in refusal(set_absence, **given)

    def test_nobody_stands_in_for_themselves(self, people):
        given = {"user": people[0], "substitute": people[0], "since": DAY, "until": NEXT}
        assert "代理人不能是本人" in refusal(set_absence, **given)

    def test_one_absence_at_a_time(self, people):
        set_absence(user=people[0], substitute=None, since=DAY, until=WEEK, by=None)
        given = {"user": people[0], "substitute": people[1], "since": NEXT, "until": WEEK}
        assert "已登记不在岗" in refusal(set_absence, **given)
        set_absence(user=people[0], substitute=None, since=WEEK, until=WEEK + timedelta(days=1), by=None)

    def test_two_people_cannot_stand_in_for_each_other_on_the_same_day(self, people):
        set_absence(user=people[1], substitute=people[0], since=NEXT, until=WEEK, by=None)
        given = {"user": people[0], "substitute": people[1], "since": DAY, "until": WEEK}
        assert refusal(set_absence, **given).startswith("代理人乙11月22日也不在岗且无人可代")
        set_absence(user=people[0], substitute=people[1], since=DAY, until=NEXT, by=None)

    def test_a_substitute_who_is_away_but_well_represented_will_do(self, people):
        set_absence(user=people[1], substitute=people[2], since=DAY, until=WEEK, by=None)
        set_absence(user=people[0], substitute=people[1], since=DAY, until=WEEK, by=None)

    def test_an_auditor_is_represented_by_an_auditor_only(self, county, people):
        appoint(user=people[0], grid=county[""], role=Role.AUDITOR, on=START, by=None)
        appoint(user=people[1], grid=county["甲镇"], role=Role.TOWN_CLERK, on=START, by=None)
        given = {"user": people[0], "substitute": people[1], "since": DAY, "until": date(2026, 12, 1)}
        assert "不能代理" in refusal(set_absence, **given)
