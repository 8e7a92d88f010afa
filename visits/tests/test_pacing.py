"""Rules change, and due dates with them; the preview tells the truth."""

import pytest

from accounts.errors import Refused
from households.models import Pairing, Tag
from visits.actions import (
    change_rule,
    drop_rule,
    preview_rule,
    tag_household,
    trigger_visit,
    untag_household,
)
from visits.due import drifted
from visits.models import Visit, VisitRule
from visits.tests.cast import TODAY, Round, day, due_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Round:
    return Round()


def test_the_preview_counts_what_saving_then_does(here):
    late, soon, poor = here.begun(), here.begun(), here.begun()
    tag_household(household=poor.household, tag=Tag.LOW_INCOME, on=TODAY, by=None)
    for pairing in (late, soon, poor):
        here.visit(pairing, day(12 if pairing is late else 18))
    told = preview_rule(programme=here.programme, tag="", interval_days=7, on=TODAY)
    assert (told.moved, told.added, told.freed) == (2, 1, 0)
    assert told.sentence == "保存后2户的下次走访日期会变，新增1户逾期。"
    assert due_on(late) == 26
    assert change_rule(programme=here.programme, tag="", interval_days=7, on=TODAY, by=here.clerk_user) == told
    assert (due_on(late), due_on(soon), due_on(poor)) == (19, 25, 25)
    assert drifted(here.programme, on=TODAY) == []


def test_a_longer_interval_frees_households_and_says_so(here):
    pairing = here.begun()
    told = change_rule(programme=here.programme, tag="", interval_days=30, on=TODAY, by=None)
    assert told.sentence == "保存后1户的下次走访日期会变，1户不再逾期。"
    assert due_on(pairing) == 31


def test_a_rule_that_changes_nothing_says_so(here):
    here.begun()
    told = preview_rule(programme=here.programme, tag="veteran", interval_days=7, on=TODAY)
    assert told.sentence == "保存后没有户的下次走访日期变化。"


def test_a_changed_rule_keeps_the_next_attempt_and_an_open_trigger(here):
    tried, urgent = here.begun(), here.begun()
    here.visit(tried, day(19), Visit.Outcome.NOT_HOME)
    trigger_visit(household=urgent.household, kind=Visit.Trigger.HARDSHIP, at=day(20), by=here.clerk_user)
    change_rule(programme=here.programme, tag="", interval_days=20, on=TODAY, by=None)
    assert (due_on(tried), due_on(urgent)) == (22, 20)


def test_a_dropped_rule_leaves_its_households_to_the_general_one(here):
    pairing = here.begun()
    tag_household(household=pairing.household, tag=Tag.LOW_INCOME, on=TODAY, by=None)
    assert due_on(pairing) == 8
    drop_rule(programme=here.programme, tag="low_income", on=TODAY, by=None)
    assert due_on(pairing) == 15
    with pytest.raises(Refused, match="没有这条走访规则"):
        drop_rule(programme=here.programme, tag="low_income", on=TODAY, by=None)


def test_without_any_rule_nothing_is_due(here):
    pairing = here.begun()
    drop_rule(programme=here.programme, tag="", on=TODAY, by=None)
    pairing.refresh_from_db()
    assert pairing.next_due_on is None


def test_a_removed_tag_lengthens_the_interval_again(here):
    pairing = here.begun()
    tag_household(household=pairing.household, tag=Tag.LOW_INCOME, on=TODAY, by=None)
    untag_household(household=pairing.household, tag=Tag.LOW_INCOME, on=TODAY, by=None)
    assert due_on(pairing) == 15


def test_another_programmes_pairings_are_not_touched(here):
    there = Round(2)
    pairing = there.begun()
    change_rule(programme=here.programme, tag="", interval_days=3, on=TODAY, by=None)
    assert due_on(pairing) == 15


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"interval_days": 0}, "interval_days"),
        ({"interval_days": 367}, "interval_days"),
        ({"grace_days": -1}, "grace_days"),
        ({"tag": "rich"}, "tag"),
    ],
)
def test_a_senseless_rule_is_refused_with_its_field(here, wrong, field):
    with pytest.raises(Refused) as refusal:
        change_rule(**{"programme": here.programme, "tag": "", "interval_days": 9, "on": TODAY, "by": None, **wrong})
    assert refusal.value.field == field
    assert VisitRule.objects.filter(programme=here.programme).count() == 2


def test_the_drift_check_finds_a_date_that_was_tampered_with(here):
    pairing = here.begun()
    Pairing.objects.filter(pk=pairing.pk).update(next_due_on=TODAY)
    assert drifted(here.programme, on=TODAY) == [pairing.pk]


def test_a_pairing_begun_again_after_a_gap_counts_from_its_own_day(here):
    first = here.begun()
    here.visit(first, day(2))
    Pairing.objects.filter(pk=first.pk).update(until=day(3).date())
    again = here.begun(first.household, on=day(10).date())
    assert due_on(again) == 24
