"""A round comes into force: who begins, who hands over, who stays, and what becomes of visits and due dates."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from accounts.errors import Refused
from grids.tests.trees import at_once
from households.actions import close_household, pair
from households.models import ChoiceRound, Household, Pairing, RoundStatus
from households.rounds.actions import publish, rule, wish_as_household, wish_as_member
from households.tests.round_cast import AFTER, NOON, TODAY, Hamlet, adopted, day, pairs, proposed
from members.actions import retire
from visits.actions import change_rule, put_round_in_force, record_visit
from visits.due import drifted
from visits.models import Visit
from visits.round_sweep import put_rounds_in_force

pytestmark = pytest.mark.django_db
DAY = day(10)
THEN = NOON + timedelta(days=10)


@pytest.fixture
def here() -> Hamlet:
    hamlet = Hamlet()
    change_rule(programme=hamlet.programme, tag="", interval_days=14, on=TODAY, by=None)
    return hamlet


def published(here: Hamlet, round: ChoiceRound | None = None) -> ChoiceRound:
    round = adopted(round or proposed(here.opened()))
    publish(round=round, in_force_from=DAY, by=here.secretary, at=AFTER)
    return round


def test_every_household_is_covered_from_the_day_on_with_its_reason_and_due_date(here):
    round = published(here)
    wanted = pairs(round)
    assert put_rounds_in_force(at=THEN) == 1
    assert not Household.objects.uncovered(DAY).exists()
    assert Household.objects.uncovered(DAY - timedelta(days=1)).count() == 6
    made = Pairing.objects.current(DAY)
    assert {pairing.household: pairing.member for pairing in made} == wanted
    assert {(pairing.origin, pairing.since, pairing.made_by) for pairing in made} == {("choice", DAY, here.secretary)}
    assert {pairing.next_due_on for pairing in made} == {DAY + timedelta(days=14)}
    assert all(pairing.reason.startswith("就近") for pairing in made)
    assert drifted(here.programme, on=DAY) == []


def test_it_happens_on_the_day_and_once(here):
    round = published(here)
    assert put_rounds_in_force(at=THEN - timedelta(days=1)) == 0
    assert put_rounds_in_force(at=THEN) == 1
    assert put_rounds_in_force(at=THEN) == 0
    assert Pairing.objects.count() == 6
    with pytest.raises(Refused, match="现在是“已生效”"):
        put_round_in_force(round=ChoiceRound.objects.get(pk=round.pk), by=here.secretary, at=THEN)


def test_after_days_of_silence_it_holds_from_its_day(here):
    published(here)
    put_rounds_in_force(at=THEN + timedelta(days=3))
    assert set(Pairing.objects.values_list("since", flat=True)) == {DAY}


def test_not_before_its_day(here):
    round = published(here)
    with pytest.raises(Refused, match=f"本轮{DAY}起生效，还没到日子"):
        put_round_in_force(round=round, by=here.secretary, at=AFTER)


def test_pairs_that_stay_are_untouched_and_others_are_handed_over_with_their_visits(here):
    old = {
        home: pair(member=here.huang, household=home, programme=here.programme, on=TODAY, by=None)
        for home in here.homes[:4]
    }
    user = here.with_account(here.huang, 7)
    visited = old[here.homes[0]]
    went = NOON + timedelta(days=1)
    record_visit(pairing=visited, client_id=uuid4(), outcome=Visit.Outcome.MET, visited_at=went, at=went, by=user)
    round = here.opened()
    wish_as_household(round=round, household=here.homes[0], members=[here.lin], by=None, at=NOON)
    wish_as_member(round=round, member=here.lin, households=[here.homes[0]], by=None, at=NOON)
    published(here, proposed(round))
    put_rounds_in_force(at=THEN)
    new = Pairing.objects.get(household=here.homes[0], until=None)
    visited.refresh_from_db()
    assert (new.member, new.follows, new.since) == (here.lin, visited, DAY)
    assert (visited.until, visited.end_reason) == (DAY, "双向互选，改由林国强联系")
    assert new.reason.startswith("双向互选")
    assert new.next_due_on == day(1) + timedelta(days=14)
    assert Visit.objects.get().pairing == visited
    kept = old[here.homes[1]]
    before = (kept.since, kept.reason, kept.origin)
    kept.refresh_from_db()
    assert (kept.until, (kept.since, kept.reason, kept.origin)) == (None, before)
    told = ChoiceRound.objects.get().events.get(name="put_in_force").facts
    assert told == {"begun": 2, "handed_over": 1, "kept": 3, "left_out": []}


def test_the_figures_of_days_before_stay_true(here):
    first = pair(member=here.huang, household=here.homes[0], programme=here.programme, on=TODAY, by=None)
    round = proposed(here.opened())
    rule(round=round, kind="pin", household=here.homes[0], member=here.lin, reason="议定", by=None, at=AFTER)
    published(here, round)
    roster = partial(Pairing.objects.current, DAY - timedelta(days=1))
    before = list(roster().values_list("household", "member"))
    put_rounds_in_force(at=THEN)
    assert list(roster().values_list("household", "member")) == before == [(here.homes[0].pk, here.huang.pk)]
    assert list(roster()) == [first]


def test_duty_is_told_apart_from_choice(here):
    official = here.member("村主任")
    round = proposed(here.opened())
    rule(round=round, kind="duty", household=here.homes[0], member=official, reason="村委会兜底", by=None, at=AFTER)
    published(here, round)
    put_rounds_in_force(at=THEN)
    pairing = Pairing.objects.get(household=here.homes[0])
    assert (pairing.member, pairing.origin, pairing.reason) == (official, "duty", "兜底包联：村委会兜底")


def test_who_left_since_takes_nobody_and_a_household_that_is_no_more_is_passed_over(here):
    round = published(here)
    theirs = [home.pk for home, member in pairs(round).items() if member == here.lin]
    gone = next(home for home, member in pairs(round).items() if member == here.huang)
    retire(member=here.lin, on=day(8), by=None)
    close_household(household=gone, on=day(8), reason="迁出", by=None)
    put_rounds_in_force(at=THEN)
    round.refresh_from_db()
    assert round.status == RoundStatus.IN_FORCE
    assert round.events.get(name="put_in_force").facts["left_out"] == sorted(theirs)
    assert set(Household.objects.uncovered(DAY).values_list("pk", flat=True)) == set(theirs)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_each_pairing_once(here):
    published(here)
    outcomes = at_once([partial(put_rounds_in_force, at=THEN)] * 3)
    assert sum(outcomes) == 1
    assert Pairing.objects.count() == 6
