"""A service day: five steps in their order, each leaving a record; visits and names follow."""

from datetime import timedelta

import pytest
from django.db import InternalError, transaction

from accounts.errors import Outrun, Refused
from grids.tests.trees import at_once
from households.models import Resident
from visits.actions import (
    call_off_session,
    check_in,
    finish_home_service,
    give_feedback,
    join_session,
    publish_session,
    trigger_visit,
)
from visits.models import STEPS, ServiceSession, SessionStep, Step, Visit
from visits.service.gathering import households_visited
from visits.tests.service_cast import FIFTEENTH, NOON, TODAY, VILLAGE, Fair, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Fair:
    here = Fair()
    here.ruled()
    return here


def taken(session: ServiceSession) -> list[str]:
    return list(session.steps.order_by("pk").values_list("step", flat=True))


def test_the_five_steps_in_order_each_leave_who_when_and_what(here):
    session = here.today
    for step in STEPS:
        here.take(session, step)
    assert taken(session) == list(STEPS)
    session.refresh_from_db()
    assert (session.state(TODAY), session.organiser, session.next_step) == (("done", "已完成"), here.secretary, None)
    last = session.steps.get(step=Step.SUMMARY)
    assert (last.by, last.at, last.what) == (here.secretary, NOON, "开展顺利")


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_step_out_of_order_is_refused_and_names_the_one_to_take(here, step):
    with pytest.raises(Refused, match="请先做“报到”"):
        here.take(here.today, step)
    assert not SessionStep.objects.exists()


def test_a_step_taken_already_is_told_to_the_second(here):
    session = here.today
    here.take(session, Step.CHECK_IN)
    with pytest.raises(Outrun, match="“报到”已经有人记下了"):
        here.take(session, Step.CHECK_IN)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_one_step_one_is_told(here):
    session = here.today
    here.take(session, Step.CHECK_IN)

    def once(who):
        try:
            finish_home_service(session=ServiceSession.objects.get(pk=session.pk), note="雨", at=NOON, by=who)
        except Outrun:
            return "told"
        return "took"

    people = [here.secretary, here.clerk_user]
    assert sorted(at_once([lambda who=who: once(who) for who in people])) == ["told", "took"]
    assert taken(session) == [Step.CHECK_IN, Step.HOME_SERVICE]


def test_what_was_recorded_is_never_changed(here):
    session = here.today
    here.take(session, Step.CHECK_IN)
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        session.steps.update(what="改")


def test_nothing_is_recorded_before_its_day_and_all_may_be_the_next_morning(here):
    session = here.today
    with pytest.raises(Refused, match=r"服务日是11月20日（周五），还没有到"):
        here.take(session, Step.CHECK_IN, at(TODAY - timedelta(days=1)))
    here.take(session, Step.CHECK_IN)
    assert session.state(TODAY + timedelta(days=1)) == ("soon", "待入户服务")
    for step in STEPS[1:]:
        here.take(session, step, at(TODAY + timedelta(days=1)))
    assert taken(session) == list(STEPS)


def test_a_session_called_off_takes_no_step(here):
    session = here.today
    call_off_session(session=session, reason="大雨", by=here.secretary)
    with pytest.raises(Refused, match="已取消：大雨"):
        here.take(session, Step.CHECK_IN)


def test_the_service_day_of_a_holiday_is_held_where_the_rule_keeps_it(here):
    from workdays.models import CalendarDay

    CalendarDay.objects.create(date=TODAY, kind="holiday", name="县庆", county_id=here[""].pk)
    here.take(here.today, Step.CHECK_IN)
    assert here.today.step == Step.CHECK_IN


# Who takes part


def test_check_in_is_by_the_session_and_others_join_later(here):
    session, first, second = here.today, here.member(), here.member("林国强")
    with pytest.raises(Refused, match="还没有人报到"):
        join_session(session=session, member=second, at=NOON, by=here.secretary)
    check_in(session=session, members=[first], place="村部", at=NOON, by=here.secretary)
    for _ in range(2):
        join_session(session=session, member=second, at=NOON, by=here.secretary)
    assert {attendance.member for attendance in session.attendances.all()} == {first, second}
    assert ServiceSession.objects.get(pk=session.pk).place == "村部"


def test_somebody_takes_part_and_belongs_to_the_county(here):
    for members, sentence in (([], "至少选一名"), ([Fair(2).member("外县人")], "外县人不是本县党员")):
        with pytest.raises(Refused, match=sentence):
            check_in(session=here.today, members=members, at=NOON, by=here.secretary)
    assert here.today.step == ""


# Visits


def test_a_visit_while_the_day_is_under_way_belongs_to_it_and_nobody_is_asked(here):
    pairing, session = here.begun(), here.today
    here.take(session, Step.CHECK_IN, at(TODAY, 8))
    visit = here.visit(pairing, at(TODAY, 10)).visit
    assert (visit.session, visit.trigger) == (session, Visit.Trigger.SERVICE_DAY)


def test_visits_entered_before_anybody_checked_in_belong_to_it_too(here):
    visit = here.visit(here.begun(), at(TODAY, 8)).visit
    assert visit.session is None
    here.take(here.today, Step.CHECK_IN)
    visit.refresh_from_db()
    assert (visit.session, visit.trigger) == (here.today, Visit.Trigger.SERVICE_DAY)


def test_a_visit_elsewhere_or_on_another_day_or_after_the_summary_does_not(here):
    session = here.today
    elsewhere = here.begun(here.household(cell="甲镇/2村/一格"))
    pairing = here.begun()
    here.take(session, Step.CHECK_IN)
    assert here.visit(elsewhere, at(TODAY, 10)).visit.session is None
    assert here.visit(pairing, at(TODAY - timedelta(days=1), 10)).visit.session is None
    for step in STEPS[1:]:
        here.take(session, step)
    assert here.visit(pairing, at(TODAY, 11)).visit.session is None


def test_a_visit_of_the_next_morning_still_belongs_to_a_day_not_summed_up(here):
    here.take(here.today, Step.CHECK_IN)
    late, later = at(TODAY + timedelta(days=1), 8), at(TODAY + timedelta(days=2), 8)
    pairing = here.begun()
    assert here.visit(pairing, late, at=late).visit.session == here.today
    assert here.visit(pairing, later, at=later).visit.session is None


def test_a_visit_for_a_trigger_keeps_its_cause_on_a_service_day(here):
    pairing = here.begun()
    trigger_visit(household=pairing.household, kind=Visit.Trigger.DISPUTE, at=at(TODAY, 7), by=here.secretary)
    here.take(here.today, Step.CHECK_IN)
    visit = here.visit(pairing, at(TODAY, 10), trigger=Visit.Trigger.DISPUTE).visit
    assert (visit.session, visit.trigger) == (here.today, Visit.Trigger.DISPUTE)


def test_home_service_counts_households_and_without_any_wants_a_word_why(here):
    session, pairing = here.today, here.begun()
    here.take(session, Step.CHECK_IN)
    with pytest.raises(Refused, match="没有记下走访的户") as refusal:
        finish_home_service(session=session, at=NOON, by=here.secretary)
    assert refusal.value.field == "note"
    for hour in (9, 10):
        here.visit(pairing, at(TODAY, hour))
    assert households_visited(session) == 1
    assert finish_home_service(session=session, at=NOON, by=here.secretary).what == "走访1户。"


# Publicity


@pytest.fixture
def heard(here) -> ServiceSession:
    """A session up to its feedback, with one household visited."""
    session, home = here.today, here.household("李水根")
    Resident.objects.create(household=home, name="廖美兰", relation="1")
    here.take(session, Step.CHECK_IN)
    here.visit(here.begun(home), at(TODAY, 9))
    here.take(session, Step.HOME_SERVICE)
    give_feedback(session=session, heard="路灯不亮", at=NOON, by=here.secretary)
    return session


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("李水根家反映路灯不亮", "姓名“李水根”"),
        ("廖美兰反映路灯不亮", "姓名“廖美兰”"),
        ("请拨13812341234", "号码“13812341234”"),
        ("一户因癌症致困", "病情“癌”"),
        ("一户年收入低", "收入情况“年收入”"),
    ],
)
def test_a_notice_with_names_numbers_illness_or_income_is_refused(here, heard, text, what):
    with pytest.raises(Refused, match=what):
        publish_session(session=heard, text=text, at=NOON, by=here.secretary)
    assert here.today.step == Step.FEEDBACK


def test_a_masked_notice_is_published(here, heard):
    publish_session(session=heard, text="走访1户，收集意见1条：路灯。", at=NOON, by=here.secretary)
    [shown] = ServiceSession.objects.published()
    assert (shown.notice, shown.published_at) == ("走访1户，收集意见1条：路灯。", NOON)


# What is missing


def test_missed_and_unfinished_days_are_found(here):
    tomorrow = TODAY + timedelta(days=1)
    assert not ServiceSession.objects.missed(TODAY).exists()
    assert ServiceSession.objects.missed(tomorrow).count() == 4
    here.take(here.today, Step.CHECK_IN)
    assert (ServiceSession.objects.missed(tomorrow).count(), ServiceSession.objects.unfinished(tomorrow).count()) == (
        3,
        1,
    )
    assert here.today.state(tomorrow) == ("soon", "待入户服务")


# Who sees it


def test_people_of_the_village_see_its_sessions_and_others_do_not(here):
    from accounts.roles import Role

    seen = {
        "member": here.posted("党员", Role.LIAISON_MEMBER, "甲镇/1村/一格"),
        "leader": here.posted("格长", Role.GRID_LEADER, "甲镇/1村/一格"),
        "secretary": here.secretary,
        "clerk": here.posted("镇", Role.TOWN_CLERK, "甲镇"),
        "neighbour": here.posted("邻", Role.CHIEF_GRID_LEADER, "甲镇/2村"),
        "police": here.posted("警", Role.POLICE, VILLAGE),
        "elsewhere": Fair(2).secretary,
    }
    found = {name: here.today in ServiceSession.objects.visible_to(user) for name, user in seen.items()}
    assert found == {
        "member": True,
        "leader": True,
        "secretary": True,
        "clerk": True,
        "neighbour": False,
        "police": False,
        "elsewhere": False,
    }


def test_a_later_rule_of_the_same_month_does_not_disturb_today(here):
    here.ruled(FIFTEENTH)
    assert here.days() == "11-20 12-15 12-20 01-15"
