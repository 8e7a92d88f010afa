"""Upcoming service days are rows, made as often as one likes and never on a day struck out."""

from datetime import date, timedelta

import pytest

from accounts.errors import Refused
from grids.tests.trees import at_once
from visits.actions import (
    add_session,
    call_off_session,
    drop_service_rule,
    preview_service_rule,
    shift_session,
    strike_day,
    unstrike_day,
)
from visits.models import ServiceDayOff, ServiceDayRule, ServiceSession, Step
from visits.service.planning import plan_everywhere, plan_sessions
from visits.tests.service_cast import EACH_20TH, FIFTEENTH, NOON, TODAY, VILLAGE, Fair
from workdays.models import CalendarDay
from workdays.recurring import Kind, Recurrence

pytestmark = pytest.mark.django_db
Holidays = ServiceDayRule.Holidays
NEW_YEAR = Recurrence(Kind.MONTHDAY, (1,))


@pytest.fixture
def here() -> Fair:
    return Fair()


def planned(here: Fair, on: date = TODAY):
    return plan_sessions(here[""], on=on)


def off(day: str, name: str = "元旦", county_id: int | None = None) -> None:
    CalendarDay.objects.create(date=day, kind="holiday", name=name, county_id=county_id)


def test_a_county_rule_plans_every_village_for_sixty_days(here):
    here.ruled(FIFTEENTH)
    assert {here.days(f"{town}镇/{village}村") for town in "甲乙" for village in (1, 2)} == {"12-15 01-15"}


def test_planning_again_and_at_the_same_time_changes_nothing(here):
    here.ruled(FIFTEENTH)
    before = list(ServiceSession.objects.order_by("pk").values())
    plan_everywhere(on=TODAY)
    assert planned(here).added == 0
    assert list(ServiceSession.objects.order_by("pk").values()) == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_planning_at_once_make_each_day_once(here):
    here.ruled(FIFTEENTH)
    ServiceSession.objects.all().delete()
    at_once([lambda: planned(here)] * 4)
    assert here.days() == "12-15 01-15"


def test_days_come_into_sight_as_time_goes_on(here):
    here.ruled(FIFTEENTH)
    planned(here, TODAY + timedelta(days=30))
    assert here.days() == "12-15 01-15 02-15"


def test_the_rules_of_a_village_stand_instead_of_those_from_above(here):
    here.ruled(FIFTEENTH)
    here.ruled(Recurrence(Kind.MONTHDAY, (5,)), "甲镇")
    here.ruled(Recurrence(Kind.MONTHDAY, (8,)), VILLAGE)
    assert (here.days(VILLAGE), here.days("甲镇/2村"), here.days("乙镇/1村")) == (
        "12-08 01-08",
        "12-05 01-05",
        "12-15 01-15",
    )


def test_market_days_follow_the_lunar_month(here):
    """冬月初一 is 9 December 2026, 腊月初一 8 January 2027."""
    here.ruled(Recurrence(Kind.MARKET, (1,), lunar=True))
    assert here.days() == "11-29 12-09 12-19 12-29 01-08 01-18"


@pytest.mark.parametrize(
    ("holidays", "days"), [(Holidays.KEEP, "12-01 01-01"), (Holidays.SKIP, "12-01"), (Holidays.NEXT, "12-01 01-04")]
)
def test_on_a_holiday_the_rule_says_whether_it_is_held_put_off_or_left_out(here, holidays, days):
    """1 January 2027 is a Friday."""
    off("2027-01-01")
    here.ruled(NEW_YEAR, holidays=holidays)
    assert here.days() == days


def test_a_session_put_off_behind_a_holiday_that_has_begun_is_still_planned(here):
    for day in ("2027-01-01", "2027-01-02", "2027-01-03"):
        off(day)
    here.ruled(NEW_YEAR, holidays=Holidays.NEXT, on=date(2027, 1, 2))
    assert here.days() == "01-04 02-01 03-01"


def test_a_holiday_that_becomes_known_later_moves_what_nobody_touched(here):
    here.ruled(NEW_YEAR, holidays=Holidays.NEXT)
    off("2027-01-01")
    assert planned(here).moved == 4
    assert here.days() == "12-01 01-04"
    assert (planned(here).moved, planned(here).dropped) == (0, 0)


def test_no_session_is_made_on_a_day_the_county_struck_out(here):
    strike_day(grid=here[""], day=date(2026, 12, 15), reason="防汛", on=TODAY, by=here.clerk_user)
    here.ruled(FIFTEENTH)
    assert here.days() == "01-15"


def test_striking_out_calls_off_what_was_planned_and_says_how_many(here):
    here.ruled(FIFTEENTH)
    assert strike_day(grid=here["甲镇"], day=date(2026, 12, 15), reason="防汛", on=TODAY, by=here.clerk_user) == 2
    planned(here)
    assert (here.days(), here.days("乙镇/1村")) == ("01-15", "12-15 01-15")
    with pytest.raises(Refused, match="已经列为不开展"):
        strike_day(grid=here["甲镇"], day=date(2026, 12, 15), reason="防汛", on=TODAY, by=here.clerk_user)
    unstrike_day(off=ServiceDayOff.objects.get(), on=TODAY, by=here.clerk_user)
    assert here.days() == "12-15 01-15"


def test_nothing_is_put_off_onto_a_day_struck_out(here):
    off("2027-01-01")
    strike_day(grid=here[""], day=date(2027, 1, 4), reason="年终总结", on=TODAY, by=here.clerk_user)
    here.ruled(NEW_YEAR, holidays=Holidays.NEXT)
    assert here.days() == "12-01"


def test_striking_out_needs_a_reason_and_a_day_to_come(here):
    with pytest.raises(Refused, match="原因"):
        strike_day(grid=here[""], day=TODAY, reason=" ", on=TODAY, by=here.clerk_user)
    with pytest.raises(Refused, match="已经过去"):
        strike_day(grid=here[""], day=TODAY - timedelta(days=1), reason="雨", on=TODAY, by=here.clerk_user)


def test_a_session_shifted_by_hand_stays_where_it_was_put(here):
    here.ruled(FIFTEENTH)
    session = ServiceSession.objects.get(grid=here[VILLAGE], day="2026-12-15")
    shift_session(session=session, day=date(2026, 12, 18), reason="村里办喜事", at=NOON, by=here.secretary)
    assert planned(here).added == 0
    assert (here.days(), session.reason) == ("12-18 01-15", "村里办喜事")


def test_a_session_called_off_by_hand_is_not_planned_again(here):
    here.ruled(FIFTEENTH)
    session = ServiceSession.objects.get(grid=here[VILLAGE], day="2026-12-15")
    call_off_session(session=session, reason="大雪封路", by=here.secretary)
    planned(here)
    assert here.days() == "01-15"
    with pytest.raises(Refused, match="已取消：大雪封路"):
        call_off_session(session=session, reason="再取消", by=here.secretary)


def test_a_shift_needs_a_reason_a_day_to_come_and_a_free_day(here):
    here.ruled(Recurrence(Kind.MONTHDAY, (15, 16)))
    session = ServiceSession.objects.get(grid=here[VILLAGE], day="2026-12-15")
    strike_day(grid=here[""], day=date(2026, 12, 20), reason="防汛", on=TODAY, by=here.clerk_user)
    for day, reason, sentence in (
        (date(2026, 12, 18), "", "原因"),
        (TODAY - timedelta(days=1), "雨", "已经过去"),
        (date(2026, 12, 16), "雨", "已经有服务日"),
        (date(2026, 12, 20), "雨", "不开展服务日：防汛"),
    ):
        with pytest.raises(Refused, match=sentence):
            shift_session(session=session, day=day, reason=reason, at=NOON, by=here.secretary)


def test_what_has_begun_is_neither_shifted_nor_called_off_nor_dropped(here):
    here.ruled()
    session = here.today
    here.take(session, Step.CHECK_IN)
    with pytest.raises(Refused, match="已经报到"):
        call_off_session(session=session, reason="雨", by=here.secretary)
    drop_service_rule(rule=here.rule, on=TODAY, by=here.clerk_user)
    assert (here.days(), here.days("甲镇/2村")) == ("11-20", "")


def test_a_dropped_rule_takes_what_nobody_touched_with_it_but_not_what_was_added_by_hand(here):
    here.ruled(FIFTEENTH)
    add_session(village=here[VILLAGE], programme=here.programme, day=date(2026, 12, 3), at=NOON, by=here.secretary)
    drop_service_rule(rule=here.rule, on=TODAY, by=here.clerk_user)
    assert (here.days(), here.days("甲镇/2村")) == ("12-03", "")


def test_an_added_day_is_of_a_village_of_the_county_and_free(here):
    here.ruled(FIFTEENTH)
    known = {"programme": here.programme, "at": NOON, "by": here.secretary}
    with pytest.raises(Refused, match="请选择一个村"):
        add_session(village=here["甲镇"], day=TODAY, **known)
    with pytest.raises(Refused, match="已经有服务日"):
        add_session(village=here[VILLAGE], day=date(2026, 12, 15), **known)
    with pytest.raises(Refused, match="不是本县"):
        add_session(village=Fair(2)[VILLAGE], day=TODAY, **known)


def test_a_preview_saves_nothing(here):
    off("2027-01-01")
    found = preview_service_rule(wanted=here.wanted(NEW_YEAR, holidays=Holidays.NEXT), on=TODAY)
    assert found == [(date(2026, 12, 1), date(2026, 12, 1)), (date(2027, 1, 1), date(2027, 1, 4))]
    assert not ServiceSession.objects.exists()


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Recurrence(Kind.MONTHDAY, (0,)), "1到31之间"),
        (Recurrence(Kind.MONTHDAY, ()), "1到31之间"),
        (Recurrence(Kind.MARKET, (11,)), "0到9之间"),
        (Recurrence(Kind.WEEKDAY, (6,), weekday=6), "1到5之间"),
        (Recurrence(Kind.WEEKDAY, (2,)), "请选择周几"),
        (Recurrence(Kind.WEEKDAY, (2,), weekday=6, lunar=True), "只能按公历"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_what_can(here, rule, sentence):
    with pytest.raises(Refused, match=sentence):
        here.ruled(rule)


def test_the_same_rule_twice_and_one_of_a_cell_are_refused(here):
    here.ruled(EACH_20TH)
    with pytest.raises(Refused, match="已经有了"):
        here.ruled(EACH_20TH)
    with pytest.raises(Refused, match="县、乡镇或村"):
        here.ruled(EACH_20TH, "甲镇/1村/一格")


def test_of_two_rules_that_meet_on_a_day_there_is_one_session(here):
    here.ruled(EACH_20TH)
    here.ruled(Recurrence(Kind.MONTHDAY, (20, 25)))
    assert here.days() == "11-20 11-25 12-20 12-25"
