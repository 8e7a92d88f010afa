"""Days of grace: a visit is overdue only when they are over, in every list and count, and drift knows them."""

import pytest

from households.models import Pairing, Tag
from visits.actions import change_rule, preview_rule, tag_household, trigger_visit
from visits.due import drifted
from visits.models import Visit
from visits.tests.cast import TODAY, Round, day, due_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Round:
    return Round()


def late(on=TODAY) -> list[int]:
    return list(Pairing.objects.late(on).values_list("pk", flat=True))


def graced(here: Round, days: int = 14, grace: int = 5, **more) -> None:
    change_rule(programme=here.programme, tag="", interval_days=days, grace_days=grace, on=TODAY, by=None, **more)


def test_a_visit_is_late_on_the_day_after_its_grace(here):
    pairing = here.begun()
    graced(here)
    assert due_on(pairing) == 15
    assert late(day(20).date()) == []
    assert late(day(21).date()) == [pairing.pk]


def test_without_grace_the_day_itself_is_the_last(here):
    pairing = here.begun()
    assert late(day(15).date()) == []
    assert late(day(16).date()) == [pairing.pk]


def test_a_kept_visit_moves_the_grace_with_the_day(here):
    pairing = here.begun()
    graced(here)
    here.visit(pairing, day(18))
    pairing.refresh_from_db()
    assert (pairing.next_due_on, pairing.grace_until) == (day(32).date(), day(37).date())
    assert drifted(here.programme, on=TODAY) == []


def test_three_musts_have_no_grace(here):
    pairing = here.begun()
    graced(here)
    trigger_visit(household=pairing.household, kind=Visit.Trigger.HARDSHIP, at=day(17), by=here.clerk_user)
    pairing.refresh_from_db()
    assert (due_on(pairing), pairing.grace_until) == (15, day(17).date())
    assert late(day(18).date()) == [pairing.pk]
    assert drifted(here.programme, on=TODAY) == []


def test_each_household_has_the_grace_of_its_own_rule(here):
    poor, other = here.begun(), here.begun()
    tag_household(household=poor.household, tag=Tag.LOW_INCOME, on=TODAY, by=None)
    graced(here)
    poor.refresh_from_db()
    other.refresh_from_db()
    assert (poor.grace_until, other.grace_until) == (None, day(20).date())


def test_the_preview_counts_as_overdue_only_what_is_past_its_grace(here):
    here.begun()
    late_already = preview_rule(programme=here.programme, tag="", interval_days=14, grace_days=5, on=TODAY)
    assert late_already.sentence == "保存后1户不再逾期。"
    graced(here)
    told = preview_rule(programme=here.programme, tag="", interval_days=10, grace_days=5, on=TODAY)
    assert told.sentence == "保存后1户的下次走访日期会变，新增1户逾期。"


def test_a_rule_taken_out_of_use_makes_nothing_due(here):
    pairing = here.begun()
    graced(here, in_use=False)
    pairing.refresh_from_db()
    assert (pairing.next_due_on, pairing.grace_until) == (None, None)


def test_a_failed_visit_under_no_rule_makes_nothing_due(here):
    pairing = here.begun()
    graced(here, in_use=False)
    here.visit(pairing, day(18), Visit.Outcome.NOT_HOME)
    assert drifted(here.programme, on=TODAY) == []
