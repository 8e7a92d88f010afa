"""Rotas and the shifts that come of them."""

from datetime import date, datetime, time, timedelta

import pytest

from accounts.errors import Forbidden, Outrun, Refused
from grids.actions import merge_grids
from issues.tests.cast import MONDAY, TOWN
from rosters.actions import assign, cancel_shift, change_rota, close_rota, open_rota, set_turns, vacate, write_log
from rosters.generating import generate
from rosters.models import DutyShift, RosterRules
from rosters.tests.conftest import DAY, NIGHT
from workdays.arithmetic import ZONE

pytestmark = pytest.mark.django_db


def names(rota) -> list[str]:
    return [str(one.user or one.member or "") for one in rota.shifts.order_by("day")]


def rows(rota) -> list[tuple]:
    return list(rota.shifts.order_by("day").values_list("pk", "day", "starts_at", "user_id", "state", "version"))


def rule(rota, **changed):
    kept = ("place", "phone", "days", "numbers", "starts", "ends", "pace")
    return {name: getattr(rota, name) for name in kept} | changed


def test_a_new_rota_has_its_shifts_of_fourteen_days_in_turn(town_rota):
    shifts = list(town_rota.shifts.order_by("day"))
    assert [one.day for one in shifts] == [date(2026, 11, 2) + timedelta(days=n) for n in range(14)]
    assert names(town_rota)[:4] == ["叶经办", "陈经办", "朱镇长", "叶经办"]
    assert shifts[0].ends_at == datetime(2026, 11, 3, 8, tzinfo=ZONE)


def test_generating_twice_gives_the_same_rows(town_rota, village_rota):
    before = rows(town_rota), rows(village_rota)
    assert generate(at=MONDAY) == 0
    assert generate(at=MONDAY + timedelta(hours=3)) == 0
    assert (rows(town_rota), rows(village_rota)) == before


def test_the_order_goes_on_where_it_was_however_long_nobody_generated(town_rota):
    assert generate(at=MONDAY + timedelta(days=16)) == 14
    last_of_the_first, first_after = names(town_rota)[13:15]
    assert (last_of_the_first, first_after) == ("陈经办", "朱镇长")


def test_a_lost_shift_in_the_middle_comes_back_with_whose_turn_it_was(town_rota):
    before = names(town_rota)
    town_rota.shifts.filter(day=date(2026, 11, 5)).delete()
    assert generate(at=MONDAY) == 1
    assert names(town_rota) == before


def test_holidays_come_from_the_calendar(cast):
    """National Day 2026: 1–7 October off, Saturday 10 October worked."""
    at = datetime(2026, 9, 28, 9, tzinfo=ZONE)
    known = {"kind": "after_hours", "place": "值班室", "days": "off", "people": [cast.clerk]}
    rota = open_rota(grid=cast.grids[TOWN], by=cast.clerk, at=at, **known, **NIGHT)
    assert [one.day.day for one in rota.shifts.order_by("day")] == [1, 2, 3, 4, 5, 6, 7, 11]


def test_a_changed_rule_draws_anew_what_nobody_touched(town_rota, cast):
    kept, lost = town_rota.shifts.order_by("day")[1], town_rota.shifts.get(day=date(2026, 11, 7))
    for shift in (kept, lost):
        assign(shift=shift, person=cast.town_leader, by=cast.clerk, at=MONDAY)
    change_rota(rota=town_rota, by=cast.clerk, at=MONDAY, **rule(town_rota, days="workday", starts=time(18)))
    kept.refresh_from_db()
    assert (kept.user, kept.starts_at) == (cast.town_leader, datetime(2026, 11, 3, 18, tzinfo=ZONE))
    assert not DutyShift.objects.filter(pk=lost.pk).exists()
    assert {one.day.isoweekday() for one in town_rota.shifts.all()} == {1, 2, 3, 4, 5}


def test_a_changed_order_leaves_what_has_begun(town_rota, cast):
    evening = MONDAY + timedelta(hours=10)
    set_turns(rota=town_rota, people=[cast.town_leader, cast.second_clerk], by=cast.clerk, at=evening)
    assert names(town_rota)[:4] == ["叶经办", "朱镇长", "陈经办", "朱镇长"]


def test_a_closed_rota_has_no_shift_ahead_and_keeps_those_behind(town_rota, cast):
    later = MONDAY + timedelta(days=3)
    close_rota(rota=town_rota, by=cast.clerk, at=later)
    assert town_rota.shifts.count() == 3
    assert generate(at=later) == 0
    with pytest.raises(Outrun):
        close_rota(rota=town_rota, by=cast.clerk, at=later)


def test_each_kind_has_its_level_and_its_people(cast):
    known = {"place": "村部", "by": cast.clerk, "at": MONDAY}
    with pytest.raises(Refused, match="“村干部轮值”安排在村"):
        open_rota(grid=cast.grids[TOWN], kind="village", **known, **DAY)
    with pytest.raises(Refused, match="路人不在水口村可以排班的人里"):
        open_rota(grid=cast.village, kind="village", people=[cast.nobody], **known, **DAY)
    with pytest.raises(Refused, match="有人排了两次"):
        open_rota(grid=cast.village, kind="village", people=[cast.secretary] * 2, **known, **DAY)
    with pytest.raises(Refused, match="请选择逢几"):
        open_rota(grid=cast.village, kind="village", days="lunar", **known, **DAY)


def test_a_mobile_is_no_duty_phone_unless_the_county_says_so(cast):
    known = {"grid": cast.village, "kind": "village", "place": "村部", "phone": "138 0000 0001"}
    with pytest.raises(Refused, match="请填办公电话"):
        open_rota(by=cast.clerk, at=MONDAY, **known, **DAY)
    RosterRules.objects.update_or_create(county=cast.county, defaults={"mobiles": True})
    assert open_rota(by=cast.clerk, at=MONDAY, **known, **DAY).phone == "138 0000 0001"


def test_only_whoever_holds_the_area_arranges_its_duty(town_rota, village_rota, cast):
    for person in (cast.neighbour, cast.other_clerk, cast.grid_leader, cast.auditor):
        with pytest.raises(Forbidden):
            close_rota(rota=village_rota, by=person, at=MONDAY)
    with pytest.raises(Forbidden):
        set_turns(rota=town_rota, people=[], by=cast.secretary, at=MONDAY)
    shift = village_rota.shifts.first()
    with pytest.raises(Forbidden):
        assign(shift=shift, person=cast.secretary, by=cast.neighbour, at=MONDAY)


def test_shifts_show_in_their_area_and_to_whoever_lives_under_that_office(town_rota, village_rota, cast):
    seen = {name: DutyShift.objects.visible_to(cast.people[name]).count() for name in cast.people}
    assert (seen["clerk"], seen["secretary"], seen["neighbour"]) == (28, 28, 14)
    assert (seen["member"], seen["other_clerk"], seen["nobody"], seen["handler"]) == (28, 0, 0, 0)
    assert seen["county_officer"] == 28


def test_nobody_is_on_duty_at_two_places_at_once(town_rota, cast):
    tomorrow = town_rota.shifts.order_by("day")[1]
    desk = open_rota(grid=cast.grids[TOWN], kind="market", place="农贸市场", by=cast.clerk, at=MONDAY, people=[], **DAY)
    assign(shift=tomorrow, person=cast.clerk, by=cast.clerk, at=MONDAY)
    market = desk.shifts.get(day=date(2026, 11, 3))
    with pytest.raises(Refused, match="叶经办这段时间已经在值班（11月3日"):
        assign(shift=market, person=cast.clerk, by=cast.clerk, at=MONDAY)
    assign(shift=market, person=cast.second_clerk, by=cast.clerk, at=MONDAY)
    assert market.state == DutyShift.State.PLANNED


def test_two_who_assign_at_once_do_not_undo_each_other(town_rota, cast):
    shift = town_rota.shifts.order_by("day")[5]
    same = DutyShift.objects.get(pk=shift.pk)
    assign(shift=shift, person=cast.clerk, by=cast.clerk, at=MONDAY)
    with pytest.raises(Outrun):
        vacate(shift=same, by=cast.second_clerk, at=MONDAY)


def test_what_is_over_or_cancelled_is_not_assigned(town_rota, cast):
    shift = town_rota.shifts.order_by("day")[0]
    with pytest.raises(Refused, match="已经结束"):
        assign(shift=shift, person=cast.clerk, by=cast.clerk, at=MONDAY + timedelta(days=1))
    with pytest.raises(Refused, match="为什么取消"):
        cancel_shift(shift=shift, reason=" ", by=cast.clerk, at=MONDAY)
    cancel_shift(shift=shift, reason="台风，统一值守", by=cast.clerk, at=MONDAY)
    with pytest.raises(Refused, match="已经取消"):
        assign(shift=shift, person=cast.clerk, by=cast.clerk, at=MONDAY)


def test_the_log_is_written_by_whoever_is_on_duty_and_never_changed(village_rota, cast):
    from django.db import InternalError, transaction

    today, tomorrow = village_rota.shifts.order_by("day")[:2]
    entry = write_log(shift=today, text=" 接待群众3人 ", by=cast.secretary, at=MONDAY)
    assert entry.text == "接待群众3人"
    with pytest.raises(Forbidden):
        write_log(shift=today, text="路过", by=cast.neighbour, at=MONDAY)
    with pytest.raises(Refused, match="还没有开始"):
        write_log(shift=tomorrow, text="早", by=cast.grid_leader, at=MONDAY)
    with pytest.raises(Refused, match="请写明"):
        write_log(shift=today, text=" ", by=cast.secretary, at=MONDAY)
    for change in (lambda row: row.update(matter=7), lambda row: row.delete()):
        with pytest.raises(InternalError), transaction.atomic():
            change(type(entry).objects.filter(pk=entry.pk))


def test_a_rota_follows_its_village_into_a_merger_with_what_lies_ahead(village_rota, cast):
    into = cast.grids["990001101202"]
    write_log(shift=village_rota.shifts.order_by("day")[0], text="接待1人", by=cast.secretary, at=MONDAY)
    merge_grids(source=cast.village, into=into, by=cast.county_officer, on=MONDAY.date())
    generate(at=MONDAY)
    village_rota.refresh_from_db()
    assert village_rota.grid == into
    assert set(village_rota.shifts.filter(starts_at__gt=MONDAY).values_list("village_id", flat=True)) == {into.pk}
