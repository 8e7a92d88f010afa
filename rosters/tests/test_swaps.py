"""换班: nothing changes before the colleague agrees; then both shifts at once, and one answer counts."""

from datetime import date, timedelta

import pytest

from accounts.errors import Forbidden, Outrun, Refused
from issues.tests.cast import MONDAY
from notices.models import Notice
from rosters.actions import agree, ask_swap, assign, decline, set_turns, withdraw
from rosters.generating import generate, lapse_swaps
from rosters.models import DutyShift, Swap

pytestmark = pytest.mark.django_db


def on(rota, day: int) -> DutyShift:
    return rota.shifts.get(day=date(2026, 11, day))


def asked(rota, cast, **known) -> Swap:
    """陈经办 (3 November) asks 朱镇长 (4 November)."""
    given = {"shift": on(rota, 3), "in_return": on(rota, 4), "asked_of": cast.town_leader} | known
    return ask_swap(by=cast.second_clerk, at=MONDAY, **given)


def test_both_shifts_change_hands_when_the_colleague_agrees(town_rota, cast):
    swap = asked(town_rota, cast, reason="孩子家长会")
    assert on(town_rota, 3).user == cast.second_clerk
    agree(swap=swap, by=cast.town_leader, at=MONDAY)
    assert (on(town_rota, 3).user, on(town_rota, 4).user) == (cast.town_leader, cast.second_clerk)
    texts = list(Notice.objects.order_by("pk").values_list("user__name", "text"))
    assert texts[0][0] == "朱镇长"
    assert "陈经办请您替班：11月3日（周二）17:30至次日08:00，上陵镇值班，换您的11月4日" in texts[0][1]
    assert texts[1] == ("陈经办", "朱镇长同意换班：11月3日（周二）17:30至次日08:00，上陵镇值班。")


def test_a_swap_changes_nobodys_turn(town_rota, cast):
    agree(swap=asked(town_rota, cast), by=cast.town_leader, at=MONDAY)
    generate(at=MONDAY + timedelta(days=7))
    assert [on(town_rota, day).user.name for day in (16, 17, 18)] == ["朱镇长", "叶经办", "陈经办"]


def test_a_colleague_may_take_a_shift_for_nothing(town_rota, cast):
    agree(swap=asked(town_rota, cast, in_return=None), by=cast.town_leader, at=MONDAY)
    assert (on(town_rota, 3).user, on(town_rota, 4).user) == (cast.town_leader, cast.town_leader)


def test_declined_or_withdrawn_changes_nothing(town_rota, cast):
    decline(swap=asked(town_rota, cast), by=cast.town_leader, at=MONDAY)
    withdraw(swap=asked(town_rota, cast), by=cast.second_clerk, at=MONDAY)
    assert (on(town_rota, 3).user, on(town_rota, 4).user) == (cast.second_clerk, cast.town_leader)
    assert [one.state for one in Swap.objects.order_by("pk")] == ["declined", "withdrawn"]


def test_one_answer_counts(town_rota, cast):
    swap = asked(town_rota, cast)
    same = Swap.objects.get(pk=swap.pk)
    agree(swap=swap, by=cast.town_leader, at=MONDAY)
    for answer, person in ((decline, cast.town_leader), (agree, cast.town_leader), (withdraw, cast.second_clerk)):
        with pytest.raises(Outrun, match="已经有了结果"):
            answer(swap=same, by=person, at=MONDAY)
    assert on(town_rota, 3).user == cast.town_leader


def test_only_who_was_asked_answers_and_only_who_asked_withdraws(town_rota, cast):
    swap = asked(town_rota, cast)
    for answer, person in ((agree, cast.clerk), (decline, cast.second_clerk), (withdraw, cast.town_leader)):
        with pytest.raises(Forbidden):
            answer(swap=swap, by=person, at=MONDAY)


def test_a_swap_dies_when_either_shift_went_to_somebody_else(town_rota, cast):
    swap = asked(town_rota, cast)
    assign(shift=on(town_rota, 4), person=cast.clerk, by=cast.clerk, at=MONDAY)
    with pytest.raises(Refused, match="您用来换的那一班已经不是您的了"):
        agree(swap=swap, by=cast.town_leader, at=MONDAY)
    swap.refresh_from_db()
    assert swap.state == "asked", "the refusal undid it"
    assign(shift=on(town_rota, 3), person=cast.town_leader, by=cast.clerk, at=MONDAY)
    with pytest.raises(Refused, match="已经不是陈经办的了"):
        agree(swap=swap, by=cast.town_leader, at=MONDAY)
    assert lapse_swaps(at=MONDAY) == 1
    assert lapse_swaps(at=MONDAY) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"shift": 2}, "这一班不是您的"),
        ({"in_return": 5}, "请选一班朱镇长自己的"),
        ({"asked_of": "secretary"}, "黄支书不参加这个值班"),
    ],
)
def test_what_cannot_be_swapped_is_refused_in_a_sentence(town_rota, cast, change, sentence):
    known = {
        name: cast.people[value] if isinstance(value, str) else on(town_rota, value) for name, value in change.items()
    }
    with pytest.raises(Refused, match=sentence):
        asked(town_rota, cast, **known)


def test_a_shift_is_offered_to_one_colleague_at_a_time(town_rota, cast):
    asked(town_rota, cast)
    with pytest.raises(Refused, match="已经提出过换班"):
        asked(town_rota, cast, asked_of=cast.clerk, in_return=None)


def test_what_has_begun_is_not_swapped_and_the_request_lapses(town_rota, cast):
    swap = asked(town_rota, cast)
    begun = MONDAY + timedelta(days=1, hours=8)
    with pytest.raises(Refused, match="已经开始"):
        agree(swap=swap, by=cast.town_leader, at=begun)
    assert lapse_swaps(at=begun) == 1
    swap.refresh_from_db()
    assert swap.state == "lapsed"


def test_who_no_longer_takes_part_cannot_be_asked(town_rota, cast):
    set_turns(rota=town_rota, people=[cast.clerk, cast.second_clerk], by=cast.clerk, at=MONDAY)
    mine = town_rota.shifts.filter(user=cast.second_clerk, starts_at__gt=MONDAY).first()
    with pytest.raises(Refused, match="朱镇长不参加"):
        asked(town_rota, cast, shift=mine, in_return=None)
