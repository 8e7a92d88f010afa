"""No empty slot goes unnoticed: vacant, absent without a substitute, left. The town hears of each once."""

from datetime import date, timedelta

import pytest

from grids.actions import dismiss, set_absence
from grids.models import Posting
from issues.tests.cast import MONDAY
from members.models import Member, PartyOrg
from notices.models import Notice
from rosters.actions import assign, cancel_shift, open_rota, vacate
from rosters.holes import by_town, holes, tell_holes
from rosters.models import DutyShift
from rosters.people import Why, staffed
from rosters.tests.conftest import DAY

pytestmark = pytest.mark.django_db

ALL = DutyShift.objects.all


def empty(at=MONDAY) -> list[tuple[int, Why | None]]:
    return [(one.shift.day.day, one.why) for one in holes(ALL(), at)]


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.filter(kind="duty_hole").order_by("pk").values_list("user__name", "text"))


def test_a_full_rota_has_no_empty_slot(town_rota, village_rota):
    assert empty() == []
    assert tell_holes(at=MONDAY) == 0


def test_a_rota_of_nobody_is_all_empty_slots(cast):
    open_rota(grid=cast.village, kind="village", place="村部", by=cast.secretary, at=MONDAY, **DAY)
    assert empty() == [(day, Why.VACANT) for day in range(2, 16)]


def test_whoever_is_away_without_a_substitute_leaves_a_hole(town_rota, cast):
    set_absence(
        user=cast.second_clerk, substitute=None, since=date(2026, 11, 3), until=date(2026, 11, 4), by=cast.clerk
    )
    assert empty() == [(3, Why.ABSENT)]


def test_a_substitute_and_the_substitutes_substitute_come_instead(town_rota, cast):
    away = {"since": date(2026, 11, 3), "until": date(2026, 11, 7), "by": cast.clerk}
    set_absence(user=cast.second_clerk, substitute=cast.town_leader, **away)
    set_absence(user=cast.town_leader, substitute=cast.clerk, **away)
    assert empty() == []
    [one] = staffed(ALL().told().filter(day=date(2026, 11, 3)))
    assert (one.person, one.instead, one.on_paper) == (cast.clerk, cast.second_clerk, cast.second_clerk)


def test_a_chain_that_ends_in_nobody_is_a_hole_on_those_days_only(town_rota, cast):
    set_absence(
        user=cast.second_clerk,
        substitute=cast.town_leader,
        since=date(2026, 11, 3),
        until=date(2026, 11, 10),
        by=cast.clerk,
    )
    set_absence(user=cast.town_leader, substitute=None, since=date(2026, 11, 6), until=date(2026, 11, 7), by=cast.clerk)
    assert empty() == [(6, Why.ABSENT)]


def test_whoever_lost_post_and_account_has_left(town_rota, cast):
    dismiss(posting=Posting.objects.get(user=cast.second_clerk), on=date(2026, 11, 5), by=cast.county_officer)
    assert empty() == [(6, Why.LEFT), (9, Why.LEFT), (12, Why.LEFT), (15, Why.LEFT)]
    cast.town_leader.is_active = False
    cast.town_leader.save()
    assert (4, Why.LEFT) in empty()


def test_a_member_without_an_account_serves_until_they_move_away(cast):
    branch = PartyOrg.objects.create(name="水口村党支部", kind="branch", **cast.village.scope())
    old = Member.objects.create(number="D1", name="温老党员", branch=branch, **cast.cell.scope())
    open_rota(
        grid=cast.village, kind="counsel", place="村部", people=[old], by=cast.secretary, at=MONDAY, days="weekly",
        numbers=[1], **DAY,
    )  # fmt: skip
    assert empty() == []
    Member.objects.filter(pk=old.pk).update(left_on=date(2026, 11, 5))
    assert empty() == [(9, Why.LEFT)]


def test_who_comes_is_told_in_as_many_queries_for_one_shift_as_for_many(
    town_rota, village_rota, django_assert_num_queries
):
    for rows in (ALL().filter(day=date(2026, 11, 3)), ALL()):
        with django_assert_num_queries(5):
            staffed(rows.told())


def test_the_town_is_told_once_and_again_only_of_what_is_new(town_rota, cast):
    third, fifth = town_rota.shifts.order_by("day")[2:4]
    vacate(shift=third, by=cast.clerk, at=MONDAY)
    assert tell_holes(at=MONDAY) == 2
    assert tell_holes(at=MONDAY) == 0
    assert tell_holes(at=MONDAY + timedelta(hours=5)) == 0
    words = "未来14天值班有1个空岗：11月4日（周三）上陵镇值班。请尽快安排人。"
    assert told() == [("叶经办", words), ("陈经办", words)]
    vacate(shift=fifth, by=cast.clerk, at=MONDAY)
    assert tell_holes(at=MONDAY + timedelta(hours=6)) == 2
    assert "11月5日" in told()[-1][1]


def test_a_slot_that_was_filled_and_is_empty_again_is_told_again(town_rota, cast):
    shift = town_rota.shifts.order_by("day")[2]
    vacate(shift=shift, by=cast.clerk, at=MONDAY)
    tell_holes(at=MONDAY)
    assign(shift=shift, person=cast.clerk, by=cast.clerk, at=MONDAY)
    vacate(shift=shift, by=cast.clerk, at=MONDAY)
    assert tell_holes(at=MONDAY + timedelta(hours=1)) == 2


def test_a_substitute_hears_of_it_instead_of_the_clerk_who_is_away(town_rota, cast):
    vacate(shift=town_rota.shifts.order_by("day")[9], by=cast.clerk, at=MONDAY)
    set_absence(
        user=cast.second_clerk,
        substitute=cast.town_leader,
        since=date(2026, 11, 2),
        until=date(2026, 11, 3),
        by=cast.clerk,
    )
    tell_holes(at=MONDAY)
    assert [name for name, _ in told()] == ["叶经办", "朱镇长"]


def test_what_is_over_or_cancelled_is_no_hole(town_rota, cast):
    first, second = town_rota.shifts.order_by("day")[:2]
    vacate(shift=first, by=cast.clerk, at=MONDAY)
    cancel_shift(shift=second, reason="停电", by=cast.clerk, at=MONDAY)
    assert empty() == [(2, Why.VACANT)]
    assert empty(MONDAY + timedelta(days=1)) == []


def test_the_county_sees_how_many_lie_ahead_in_each_town(town_rota, village_rota, cast):
    for shift in village_rota.shifts.order_by("day")[:3]:
        vacate(shift=shift, by=cast.secretary, at=MONDAY)
    assert [(town.name, number) for town, number in by_town(ALL(), MONDAY)] == [("上陵镇", 3)]
