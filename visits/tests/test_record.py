"""A visit is recorded: once, believably, and the due date follows."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from accounts.errors import Refused
from grids.tests.trees import at_once
from households.actions import close_household, end_pairing, hand_over
from households.models import Pairing, Tag
from visits.actions import Answers, tag_household, trigger_visit
from visits.due import drifted
from visits.models import Visit, VisitTrigger
from visits.tests.cast import NOON, TODAY, Round, day, due_on

pytestmark = pytest.mark.django_db
NOT_HOME = Visit.Outcome.NOT_HOME
DISPUTE = Visit.Trigger.DISPUTE


@pytest.fixture
def here() -> Round:
    return Round()


def agrees(here: Round) -> bool:
    """Do the stored due dates say what the visits say?"""
    return drifted(here.programme, on=TODAY) == []


def test_the_first_visit_is_due_one_interval_after_the_pairing_begins(here):
    assert due_on(here.begun()) == 15
    assert agrees(here)


def test_a_kept_visit_moves_the_due_date_by_the_rule(here):
    pairing = here.begun()
    here.visit(pairing, day(10))
    assert due_on(pairing) == 24
    assert agrees(here)


def test_the_visit_keeps_place_person_answers_and_who_typed_it(here):
    pairing, other = here.begun(), here.member("林国强")
    visit, _ = here.visit(pairing, day(10), done_by=other, answers=Answers(difficulty=" 屋顶漏雨 "), witness="廖美兰")
    visit.refresh_from_db()
    assert (visit.done_by, visit.entered_by, visit.household) == (other, here.clerk_user, pairing.household)
    assert (visit.difficulty, visit.family, visit.witness) == ("屋顶漏雨", "", "廖美兰")
    assert (visit.at, visit.recorded_at, visit.cell_id) == (day(10), NOON, pairing.cell_id)


def test_nobody_home_leads_to_a_next_attempt_and_completes_nothing(here):
    pairing = here.begun()
    here.visit(pairing, day(15), NOT_HOME)
    assert due_on(pairing) == 18
    assert not Visit.objects.completed().exists()
    here.visit(pairing, day(16))
    assert due_on(pairing) == 30
    assert agrees(here)


def test_an_early_failed_attempt_does_not_bring_the_due_date_forward(here):
    pairing = here.begun()
    here.visit(pairing, day(2), NOT_HOME)
    assert due_on(pairing) == 15


def test_a_visit_entered_late_never_moves_the_due_date_back(here):
    pairing = here.begun()
    here.visit(pairing, day(18))
    here.visit(pairing, day(3))
    assert due_on(pairing) == 32
    assert agrees(here)


def test_a_tag_shortens_the_interval_from_the_day_it_is_borne(here):
    pairing = here.begun()
    here.visit(pairing, day(10))
    tag_household(household=pairing.household, tag=Tag.LOW_INCOME, on=TODAY, by=here.clerk_user)
    assert due_on(pairing) == 17
    here.visit(pairing, day(20, hour=9))
    assert due_on(pairing) == 27
    assert agrees(here)


def test_the_same_form_sent_twice_saves_once_and_gives_the_first_back(here):
    pairing, sent = here.begun(), uuid4()
    first = here.visit(pairing, day(10), client_id=sent, answers=Answers(opinion="路灯不亮"))
    again = here.visit(pairing, day(11), client_id=sent, answers=Answers(opinion="改过的"))
    assert (first.first, again.first) == (True, False)
    assert again.visit == first.visit
    assert Visit.objects.get().opinion == "路灯不亮"
    assert due_on(pairing) == 24


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_four_times_at_once_saves_once(here):
    pairing, sent = here.begun(), uuid4()
    results = at_once([lambda: here.visit(pairing, day(10), client_id=sent) for _ in range(4)])
    assert sum(recorded.first for recorded in results) == 1
    assert len({recorded.visit.pk for recorded in results}) == 1


@pytest.mark.django_db(transaction=True)
def test_visits_entered_at_once_leave_the_latest_due_date(here):
    pairing = here.begun()
    at_once([partial(here.visit, pairing, day(number)) for number in (4, 18, 9, 14)])
    assert due_on(pairing) == 32
    assert agrees(here)


def test_one_form_cannot_be_sent_for_two_households(here):
    sent = uuid4()
    here.visit(here.begun(), day(10), client_id=sent)
    with pytest.raises(Refused, match="已用在另一户"):
        here.visit(here.begun(), day(10), client_id=sent)


def test_a_visit_lies_in_the_pairing_and_not_in_the_future(here):
    pairing = here.begun()
    with pytest.raises(Refused, match="还没有到，请核对手机时间"):
        here.visit(pairing, NOON + timedelta(minutes=11))
    with pytest.raises(Refused, match="早于结对日期2026-11-01"):
        here.visit(pairing, day(0))
    assert here.visit(pairing, NOON + timedelta(minutes=9)).visit.at == NOON


def test_after_a_pairing_or_a_household_ended_only_the_past_can_still_be_entered(here):
    pairing, gone = here.begun(), here.begun()
    end_pairing(pairing=pairing, on=TODAY, reason="外出", by=here.clerk_user)
    close_household(household=gone.household, on=TODAY, reason="迁出", by=here.clerk_user)
    for ended, sentence in ((pairing, "已于2026-11-20结束"), (gone, "已于2026-11-20结束")):
        with pytest.raises(Refused, match=sentence):
            here.visit(ended, day(20))
        assert here.visit(ended, day(19)).first


def test_the_visitor_is_a_member_of_the_county(here):
    with pytest.raises(Refused, match="黄春荣不是本县党员"):
        here.visit(here.begun(), day(10), done_by=Round(2).member())


def test_an_endless_answer_is_refused_by_name(here):
    with pytest.raises(Refused, match="最多2000个字") as refusal:
        here.visit(here.begun(), day(10), answers=Answers(dispute="长" * 2001))
    assert refusal.value.field == "dispute"


def test_a_hand_over_keeps_the_due_date_and_late_entries_of_the_former_member_still_count(here):
    old = here.begun()
    here.visit(old, day(6))
    new = hand_over(pairing=old, to_member=here.member(), on=TODAY, reason="外出", by=here.clerk_user)
    assert due_on(new) == 20
    here.visit(old, day(19))
    assert due_on(new) == 33
    assert agrees(here)


def test_a_pairing_that_is_about_someone_else_than_a_household_takes_no_home_visit(here):
    pairing = here.begun()
    Pairing.objects.filter(pk=pairing.pk).update(household=None, person_name="某某")
    with pytest.raises(Refused, match="不是住户"):
        here.visit(pairing, day(10))


# 三必访


def test_a_trigger_makes_every_pairing_of_the_household_due_at_once(here):
    pairing = here.begun()
    other = here.begun(pairing.household, contact_type="destitute")
    trigger_visit(household=pairing.household, kind=DISPUTE, at=day(5), note="排水", by=here.clerk_user)
    assert (due_on(pairing), due_on(other)) == (5, 5)
    assert agrees(here)


def test_the_next_kept_visit_answers_a_trigger_and_an_attempt_does_not(here):
    pairing = here.begun()
    trigger = trigger_visit(household=pairing.household, kind=DISPUTE, at=day(5), by=here.clerk_user)
    here.visit(pairing, day(6), NOT_HOME)
    assert due_on(pairing) == 5
    assert agrees(here)
    visit = here.visit(pairing, day(7)).visit
    trigger.refresh_from_db()
    assert trigger.answered_by == visit
    assert due_on(pairing) == 21
    assert agrees(here)


def test_a_visit_made_before_the_trigger_and_entered_after_it_answers_nothing(here):
    pairing = here.begun()
    trigger_visit(household=pairing.household, kind=DISPUTE, at=day(8), by=here.clerk_user)
    here.visit(pairing, day(7))
    assert due_on(pairing) == 8
    assert VisitTrigger.objects.get().answered_by is None
    assert agrees(here)


def test_a_trigger_on_an_overdue_household_leaves_it_overdue_and_agrees(here):
    pairing = here.begun()
    trigger_visit(household=pairing.household, kind=DISPUTE, at=day(20, hour=8), by=here.clerk_user)
    assert due_on(pairing) == 15
    here.visit(pairing, day(20), NOT_HOME)
    assert agrees(here)


def test_only_the_three_kinds_trigger_and_only_for_a_living_household(here):
    home = here.household()
    with pytest.raises(Refused, match="请选择必访事由"):
        trigger_visit(household=home, kind=Visit.Trigger.REGULAR, at=NOON, by=here.clerk_user)
    close_household(household=home, on=TODAY, reason="迁出", by=here.clerk_user)
    with pytest.raises(Refused, match="已于2026-11-20销户"):
        trigger_visit(household=home, kind=DISPUTE, at=NOON, by=here.clerk_user)
