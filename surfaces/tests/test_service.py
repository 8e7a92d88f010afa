"""服务日 on phone, desk and the village's public page."""

import re
from datetime import timedelta

import pytest

from accounts.roles import Role
from grids.models import Posting
from households.models import Household, Pairing
from issues.tests.cast import *  # noqa: F403
from issues.tests.cast import SINCE
from members.models import Member
from surfaces.tests.browsing import said
from surfaces.tests.field_cast import Patch, entered, page, visit_form
from visits.actions import add_session, check_in
from visits.models import ServiceDayOff, ServiceDayRule, ServiceSession, SessionStep, Step, Visit
from workdays.now import now, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def patch(cast) -> Patch:
    return Patch(cast)


@pytest.fixture
def today_session(patch, cast) -> ServiceSession:
    known = {"village": cast.village, "programme": patch.programme, "at": now(), "by": cast.secretary}
    return add_session(day=today(), **known)


def step_url(session, step, surface="field"):
    return f"/{surface}/service/{session.pk}/steps/{step}/"


def take(client, person, session, step, **typed):
    return entered(client, person).post(step_url(session, step), typed)


def begun(session, patch, by):
    check_in(session=session, members=[patch.member, patch.other_member], at=now(), by=by)
    session.refresh_from_db()
    return session


def went(client, person, household, **typed):
    """A visit recorded on the phone."""
    return entered(client, person).post(f"/field/households/{household.pk}/visit/", visit_form(household, **typed))


# The phone


def test_todays_session_stands_at_home_with_its_next_step(client, today_session, cast):
    shown = page(client, cast.secretary, "/field/")
    assert "下一步：报到" in shown
    assert f"/field/service/{today_session.pk}/" in shown


def test_the_secretary_goes_through_the_five_steps_on_the_phone(client, today_session, patch, cast):
    people = [patch.member.pk, patch.other_member.pk]
    typed = {
        Step.CHECK_IN: {"members": people, "place": "村部"},
        Step.HOME_SERVICE: {"note": "雨大，改为电话联系"},
        Step.FEEDBACK: {"heard": "路灯不亮"},
        Step.PUBLICITY: {"text": "走访农户，路灯已报修。"},
        Step.SUMMARY: {"sentence": "开展顺利"},
    }
    for step, given in typed.items():
        answer = take(client, cast.secretary, today_session, step, **given)
        assert (answer.status_code, answer.get("Location")) == (302, f"/field/service/{today_session.pk}/"), said(
            answer
        )
    shown = page(client, cast.secretary, f"/field/service/{today_session.pk}/")
    assert "已完成" in shown
    assert "下一步" not in shown


def test_a_visit_on_the_phone_belongs_to_the_day_without_being_asked(client, today_session, patch, member, cast):
    begun(today_session, patch, cast.secretary)
    went(client, member, patch.mine, title="路灯不亮")
    assert Visit.objects.get().session == today_session
    shown = page(client, cast.secretary, step_url(today_session, Step.FEEDBACK))
    assert "登记诉求1条（未分类1条）" in shown
    shown = page(client, cast.secretary, f"/field/service/{today_session.pk}/")
    assert "路灯不亮" in shown


def test_a_member_joins_with_one_tap_and_the_list_of_households_is_at_hand(client, today_session, patch, member, cast):
    check_in(session=today_session, members=[patch.other_member], at=now(), by=member)
    url = f"/field/service/{today_session.pk}/"
    assert "我也参加" in page(client, member, url)
    entered(client, member).post(f"{url}join/")
    shown = page(client, member, url)
    assert "曾党员" in shown
    assert "我也参加" not in shown
    assert "我联系的住户" in shown


def test_whoever_began_the_day_goes_on_and_another_member_is_told_who_does(client, today_session, patch, member, cast):
    begun(today_session, patch, cast.secretary)
    shown = page(client, member, f"/field/service/{today_session.pk}/")
    assert "由组织人或村里记" in shown
    assert take(client, member, today_session, Step.HOME_SERVICE, note="雨").status_code == 403
    assert take(client, cast.secretary, today_session, Step.HOME_SERVICE, note="雨").status_code == 302


def test_a_step_out_of_order_is_refused_in_words(client, today_session, cast):
    answer = take(client, cast.secretary, today_session, Step.SUMMARY, sentence="好")
    assert answer.status_code == 422
    assert "请先做“报到”，再做“总结”" in said(answer)
    assert entered(client, cast.secretary).get(step_url(today_session, "dance")).status_code == 404


def test_a_notice_that_names_somebody_comes_back_with_what_to_mend(client, today_session, patch, cast):
    begun(today_session, patch, cast.secretary)
    entered(client, cast.secretary).post(
        f"/field/households/{patch.mine.pk}/visit/", visit_form(patch.mine, done_by=patch.member.pk)
    )
    take(client, cast.secretary, today_session, Step.HOME_SERVICE)
    take(client, cast.secretary, today_session, Step.FEEDBACK, heard="无")
    name = patch.mine.head_name
    answer = take(client, cast.secretary, today_session, Step.PUBLICITY, text=f"{name}家反映路灯不亮")
    assert answer.status_code == 422
    assert f"公示内容里有姓名“{name}”" in said(answer)


def test_the_drafts_of_feedback_and_notice_pass_as_they_stand(client, today_session, patch, cast):
    begun(today_session, patch, cast.secretary)
    entered(client, cast.member).post(
        f"/field/households/{patch.mine.pk}/visit/", visit_form(patch.mine, title="路灯", category="livelihood")
    )
    take(client, cast.secretary, today_session, Step.HOME_SERVICE)
    for step in (Step.FEEDBACK, Step.PUBLICITY):
        form = entered(client, cast.secretary).get(step_url(today_session, step)).context["form"]
        field = next(iter(form.fields))
        assert take(client, cast.secretary, today_session, step, **{field: form.initial[field]}).status_code == 302
    today_session.refresh_from_db()
    assert "走访1户，收集诉求1条（生活保障1条）" in today_session.notice


def test_without_any_day_the_page_says_whom_to_ask(client, patch, member):
    assert "还没有安排服务日" in page(client, member, "/field/service/")


def test_the_next_morning_the_day_not_summed_up_is_still_at_home(client, today_session, patch, cast, time_machine):
    begun(today_session, patch, cast.secretary)
    time_machine.move_to(now() + timedelta(days=1))
    assert "待入户服务" in page(client, cast.secretary, "/field/")


# The desk


def test_the_calendar_has_tabs_for_what_is_missing(client, today_session, patch, clerk, cast):
    known = {"programme": patch.programme, "grid": cast.village}
    late = today() - timedelta(days=3)
    ServiceSession.objects.filter(pk=today_session.pk).update(day=late, planned_on=late)
    assert "没有开展" in page(client, clerk, "/console/service/?state=missed")
    assert ServiceSession.objects.filter(**known).count() == 1
    begun(today_session, patch, cast.secretary)
    shown = page(client, clerk, "/console/service/?state=unfinished")
    assert "待入户服务" in shown


def test_a_clerk_shifts_calls_off_and_adds_a_day_with_a_reason(client, today_session, patch, clerk, cast):
    url = f"/console/service/{today_session.pk}/"
    desk = entered(client, clerk)
    later = today() + timedelta(days=2)
    assert desk.post(f"{url}shift/", {"day": later.isoformat(), "reason": "村里办喜事"}).status_code == 302
    assert "村里办喜事" in page(client, clerk, url)
    assert desk.post(f"{url}call-off/", {"reason": "大雪"}).status_code == 302
    today_session.refresh_from_db()
    assert (today_session.day, today_session.called_off) == (later, True)
    typed = {
        "village": cast.village.pk,
        "programme": patch.programme.pk,
        "day": (later + timedelta(days=1)).isoformat(),
    }
    assert desk.post("/console/service/new/", typed).status_code == 302
    assert ServiceSession.objects.standing().count() == 1


def rule(cast, patch, **more):
    known = {"grid": cast.grids["990001101000"].pk, "programme": patch.programme.pk, "kind": "monthday"}
    return {**known, "numbers": "15，16", "weekday": "0", "holidays": "keep", **more}


def test_a_rule_is_tried_before_it_is_saved(client, patch, clerk, cast):
    desk = entered(client, clerk)
    answer = desk.post("/console/service/rules/preview/", rule(cast, patch))
    assert "每月15、16日" in said(answer)
    assert not ServiceDayRule.objects.exists()
    assert desk.post("/console/service/rules/new/", rule(cast, patch)).status_code == 302
    assert ServiceDayRule.objects.get().numbers == [15, 16]
    assert ServiceSession.objects.exists()
    assert "每月15、16日" in page(client, clerk, "/console/service/rules/")


def test_market_days_are_previewed_with_their_lunar_names(client, patch, clerk, cast):
    typed = rule(cast, patch, kind="market", numbers="1 4 7", lunar="on")
    shown = said(entered(client, clerk).post("/console/service/rules/preview/", typed))
    assert "农历逢1、4、7" in shown
    assert "初一" in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"numbers": "初一"}, "只填数字"),
        ({"numbers": "40"}, "1到31之间"),
        ({"kind": "weekday", "numbers": "2"}, "请选择周几"),
    ],
)
def test_a_rule_that_cannot_be_is_mended_in_its_form(client, patch, clerk, cast, typed, sentence):
    answer = entered(client, clerk).post("/console/service/rules/new/", rule(cast, patch, **typed))
    assert answer.status_code == 422
    assert sentence in said(answer)


def test_a_rule_is_dropped_and_a_day_struck_out_and_given_back(client, patch, clerk, cast):
    desk = entered(client, clerk)
    desk.post("/console/service/rules/new/", rule(cast, patch))
    day = ServiceSession.objects.order_by("day")[0].day.isoformat()
    town = cast.grids["990001101000"].pk
    assert desk.post("/console/service/off/new/", {"grid": town, "day": day, "reason": "防汛"}).status_code == 302
    assert not ServiceSession.objects.standing().filter(day=day).exists()
    assert "防汛" in page(client, clerk, "/console/service/rules/")
    desk.post(f"/console/service/off/{ServiceDayOff.objects.get().pk}/drop/")
    assert ServiceSession.objects.standing().filter(day=day).exists()
    desk.post(f"/console/service/rules/{ServiceDayRule.objects.get().pk}/drop/")
    assert not ServiceSession.objects.exists()


def test_a_session_is_printed(client, today_session, patch, clerk, cast):
    begun(today_session, patch, cast.secretary)
    answer = entered(client, clerk).get(f"/sessions/{today_session.pk}/sheet.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_the_list_asks_no_more_for_many_days_than_for_one(
    client, today_session, patch, clerk, cast, django_assert_max_num_queries
):
    for days in range(1, 12):
        known = {"village": today_session.grid, "programme": patch.programme, "at": now(), "by": clerk}
        add_session(day=today() + timedelta(days=days), **known)
    entered(client, clerk)
    with django_assert_max_num_queries(24):
        client.get("/console/service/")


# The public page


def test_the_village_reads_its_days_and_what_was_published(client, today_session, patch, cast):
    shown = client.get(f"/v/{cast.village.code}/").content.decode()
    assert "今天" in shown
    assert "还没有。服务日结束后在这里公布" in shown
    ServiceSession.objects.update(notice="走访18户，路灯已报修。", published_at=now())
    shown = client.get(f"/v/{cast.village.code}/").content.decode()
    assert "走访18户，路灯已报修。" in shown
    assert len(shown.encode()) < 60_000


def test_a_code_of_no_village_is_unknown(client, cast):
    assert client.get("/v/990001101000/").status_code == 404


def test_somebody_with_a_post_that_visits_nobody_has_no_part_in_it(client, today_session, cast):
    police = Posting.objects.create(user=cast.nobody, role=Role.POLICE, since=SINCE, **cast.village.scope()).user
    assert entered(client, police).get(f"/field/service/{today_session.pk}/").status_code == 403


def test_only_members_of_the_village_are_offered(client, today_session, patch, cast):
    Member.objects.filter(pk=patch.other_member.pk).update(village_id=0, cell_id=0, grid_id=cast.county.pk, town_id=0)
    Pairing.objects.filter(member=patch.other_member).delete()
    form = entered(client, cast.secretary).get(step_url(today_session, Step.CHECK_IN)).context["form"]
    assert list(form.fields["members"].queryset) == [patch.member]


def test_the_county_of_a_past_day_tells_the_steps_taken_by_then(client, patch, cast):
    days = [now() - timedelta(days=ago) for ago in (4, 2)]
    known = {"village": cast.village, "programme": patch.programme, "by": cast.secretary, "at": days[0]}
    session = add_session(day=days[0].date(), **known)
    for at, step in zip(days, (Step.CHECK_IN, Step.SUMMARY), strict=True):
        SessionStep.objects.create(session=session, step=step, at=at, by=cast.secretary)
    ServiceSession.objects.filter(pk=session.pk).update(step=Step.SUMMARY)
    Household.objects.update(created_at=days[0] - timedelta(days=30))
    for at, complete, told in ((days[0], 0, "报到"), (days[1], 1, "总结")):
        asked = f"?since={days[0]:%Y-%m-%d}&as_of={at:%Y-%m-%d}"
        assert listed(client, cast, f"sessions_held/{asked}") == (1, told)
        assert listed(client, cast, f"sessions_complete/{asked}")[0] == complete


def listed(client, cast, what) -> tuple[int, str]:
    """How many rows the list behind a figure has, and how far the first of them is."""
    shown = page(client, cast.county_officer, f"/county/list/{what}")
    return shown.count('data-label="服务日"'), (re.findall(r'data-label="进度">([^<]*)<', shown) or [""])[0]
