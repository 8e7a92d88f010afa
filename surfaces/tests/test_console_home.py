"""What waits for me: every figure is the length of the list it opens."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from exchange.tests.cast import Office
from grids.actions import set_absence
from grids.models import Posting
from issues.tests import walk
from issues.tests.cast import MONDAY
from members.actions import exempt
from members.models import Member
from notices.actions import post
from notices.models import Notice
from visits.actions import begin_pairing, change_rule
from workdays.models import CalendarDay

HOME = reverse("console:home")
NOW = MONDAY + timedelta(days=40)


@pytest.fixture(autouse=True)
def _december():
    with time_machine.travel(NOW, tick=False):
        yield


def figures(response):
    return {card["label"]: card for _, cards in response.context["boards"] for card in cards}


def listed(visit, person, url):
    """How many rows the list behind a figure has."""
    return visit.get(person, url).context["page"].counted


def test_every_figure_of_every_person_is_the_length_of_its_list(visit, cast):
    for make in (walk.collected, walk.registered, walk.assigned, walk.processing, walk.reported, walk.confirming):
        make(cast)
    for person in (cast.clerk, cast.secretary, cast.town_leader, cast.county_officer, cast.handler, cast.other_clerk):
        for label, card in figures(visit.get(person, HOME)).items():
            assert card["number"] == listed(visit, person, card["url"]), label


def test_the_clerk_sees_what_waits_in_the_town(visit, cast):
    for make in (walk.collected, walk.registered, walk.processing, walk.reported):
        make(cast)
    cards = figures(visit.get(cast.clerk, HOME))
    assert [cards[label]["number"] for label in ("待梳理", "待交办", "待核查")] == [1, 1, 1]
    assert cards["逾期"]["number"] == 3
    assert cards["逾期"]["tone"] == "red"
    assert figures(visit.get(cast.other_clerk, HOME))["逾期"]["number"] == 0


def test_the_steps_that_ran_out_of_time_are_counted_apart(visit, cast):
    for make in (walk.collected, walk.registered, walk.reported, walk.confirming):
        make(cast)
    cards = figures(visit.get(cast.clerk, HOME))
    labels = ("梳理超期", "交办超期", "核查超期", "回访、公示超期")
    assert [(cards[label]["number"], cards[label]["tone"]) for label in labels] == [(1, "red")] * 4


def test_a_department_sees_what_it_holds(visit, cast):
    issue = walk.registered(cast)
    walk.actions.assign(issue=issue, by=cast.clerk, at=walk.hours(2), unit=cast.unit)
    cards = figures(visit.get(cast.handler, HOME))
    assert cards["待我签收"]["number"] == 1
    assert cards["本单位在办"]["number"] == 1
    assert "待梳理" not in cards
    assert figures(visit.get(cast.colleague, HOME))["本单位在办"]["number"] == 1


def test_the_next_deadlines_stand_on_the_page(visit, cast):
    issue = walk.processing(cast)
    assert [one.pk for one in visit.get(cast.clerk, HOME).context["next_due"]] == [issue.pk]


def test_who_waits_for_nothing_is_told_so(visit, cast):
    assert "没有要处理的事" in visit(cast.auditor, HOME)


def test_nobody_without_a_post_gets_in(visit, cast):
    assert visit.get(cast.nobody, HOME).status_code == 403


def test_a_year_without_holidays_is_flagged(visit, cast):
    assert "2027年放假安排尚未导入" in visit(cast.clerk, HOME)
    CalendarDay.objects.create(date=date(2027, 10, 1), kind=CalendarDay.Kind.HOLIDAY, name="国庆节")
    assert "2027年放假安排尚未导入" not in visit(cast.clerk, HOME)


def test_households_visits_and_posts_that_need_somebody_are_counted(visit, db):
    office = Office()
    rule = {"programme": office.programme, "tag": "", "interval_days": 14, "on": NOW.date(), "by": None}
    change_rule(**rule)
    paired, stranded, _ = (office.household(name) for name in ("李水根", "王大山", "陈秀英"))
    begun = {"programme": office.programme, "by": None, "on": NOW.date() - timedelta(days=30)}
    begin_pairing(member=office.member(), household=paired, **begun)
    away = office.member("张外出")
    begin_pairing(member=away, household=stranded, **begun)
    exempt(member=away, reason=Member.Exemption.AWAY, since=NOW.date(), by=None)
    cards = figures(visit.get(office.clerk_here, HOME))
    assert cards["走访逾期"]["number"] == 2
    assert cards["未结对住户"]["number"] == 1
    assert cards["待移交结对"]["number"] == 1
    for card in cards.values():
        assert card["number"] == listed(visit, office.clerk_here, card["url"])


def test_a_grid_without_its_leader_is_a_vacancy_until_somebody_is_appointed(visit, cast):
    cards = figures(visit.get(cast.clerk, HOME))
    empty = cards["岗位空缺"]["number"]
    assert empty == listed(visit, cast.clerk, cards["岗位空缺"]["url"])
    secretary = Posting.objects.get(user=cast.secretary)
    Posting.objects.filter(pk=secretary.pk).update(until=NOW.date())
    assert figures(visit.get(cast.clerk, HOME))["岗位空缺"]["number"] == empty + 1
    assert "水口村" in visit(cast.clerk, reverse("console:vacancies"))


def test_notices_are_read_by_opening_them(visit, cast):
    issue = walk.collected(cast)
    post(kind="test", key="k1", text="请看这件事", at=NOW, user=cast.clerk, link=f"/issues/{issue.pk}/")
    assert "请看这件事" in visit(cast.clerk, HOME)
    notice = Notice.objects.get(key="k1")
    response = visit.post(cast.clerk, reverse("console:notice", args=[notice.pk]))
    assert response.url == f"/issues/{issue.pk}/"
    assert "请看这件事" not in visit(cast.clerk, HOME)
    assert "请看这件事" in visit(cast.clerk, reverse("console:inbox"))


def test_a_notice_of_somebody_else_is_not_there(visit, cast):
    post(kind="test", key="k1", text="请看这件事", at=NOW, user=cast.clerk)
    url = reverse("console:notice", args=[Notice.objects.get(key="k1").pk])
    assert visit.post(cast.second_clerk, url).status_code == 404


def test_a_substitute_sees_what_waits_for_whom_they_stand_in(visit, cast):
    walk.collected(cast)
    absent = {"since": NOW.date(), "until": NOW.date() + timedelta(days=3), "by": None}
    set_absence(user=cast.clerk, substitute=cast.neighbour, **absent)
    assert figures(visit.get(cast.neighbour, HOME))["待梳理"]["number"] == 1
