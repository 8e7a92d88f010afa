"""Visits wait while a household is away: by whom, until when, and what goes on afterwards."""

from datetime import timedelta

import pytest
import time_machine

from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Posting
from households.actions import hand_over
from households.tests.cast import CELL
from visits.actions import change_rule, end_pause, pause_visits, trigger_visit
from visits.due import drifted
from visits.models import Visit, VisitPause, VisitRule
from visits.tests.cast import NOON, SINCE, TODAY, Round, day, due_on

pytestmark = pytest.mark.django_db
AWAY = VisitPause.Reason.AWAY


class Pausing(Round):
    def __init__(self) -> None:
        super().__init__()
        VisitRule.objects.filter(programme=self.programme).update(excused_by=[Role.CHIEF_GRID_LEADER])
        self.pairing = self.begun()
        self.secretary = self.posted("刘书记", "13900000091", Role.CHIEF_GRID_LEADER)

    def posted(self, name: str, phone: str, role: Role) -> User:
        user = User.objects.create_user(phone, name)
        Posting.objects.create(user=user, role=role, since=SINCE, **self.village().scope())
        return user

    def village(self) -> Grid:
        return Grid.objects.get(pk=self[CELL].village_id)

    def pause(self, until: int = 30, by: User | None = None, **more) -> VisitPause:
        known = {"pairing": self.pairing, "reason": AWAY, "until": day(until).date(), "at": NOON}
        return pause_visits(**{**known, "by": by or self.secretary, **more})


@pytest.fixture
def here():
    with time_machine.travel(NOON, tick=False):
        yield Pausing()


def test_no_visit_is_due_until_the_household_is_back(here):
    assert due_on(here.pairing) == 15
    here.pause(until=30)
    assert due_on(here.pairing) == 30
    assert drifted(here.programme, on=TODAY) == []


def test_a_visit_made_meanwhile_counts_and_the_pause_still_holds(here):
    here.pause(until=50)
    here.visit(here.pairing, NOON)
    assert due_on(here.pairing) == 50
    assert drifted(here.programme, on=TODAY) == []


def test_after_an_answered_emergency_the_pause_still_holds(here):
    here.pause(until=50)
    trigger_visit(household=here.pairing.household, kind=Visit.Trigger.ACCIDENT, at=NOON, by=here.secretary)
    assert due_on(here.pairing) == 20, "an accident does not wait"
    here.visit(here.pairing, NOON)
    assert due_on(here.pairing) == 50
    assert drifted(here.programme, on=TODAY) == []


def test_ended_early_the_visit_is_due_today_and_the_history_says_who(here):
    pause = here.pause(until=50, at=NOON - timedelta(days=2))
    end_pause(pause=pause, at=NOON, by=here.secretary)
    assert due_on(here.pairing) == 20
    pause.refresh_from_db()
    assert (pause.until, pause.ended_by) == (TODAY, here.secretary)
    assert drifted(here.programme, on=TODAY) == []
    with pytest.raises(Refused, match="已经结束"):
        end_pause(pause=pause, at=NOON, by=here.secretary)


def test_a_pause_taken_back_on_its_first_day_counts_for_nothing(here):
    end_pause(pause=here.pause(until=50), at=NOON, by=here.secretary)
    assert due_on(here.pairing) == 15


def test_only_whom_the_rule_names_may_excuse(here):
    for user in (here.clerk_user, here.posted("温网格", "13900000092", Role.GRID_LEADER)):
        with pytest.raises(Forbidden, match="由总网格长准予"):
            here.pause(by=user)
    change_rule(programme=here.programme, tag="", interval_days=14, on=TODAY, by=None)
    with pytest.raises(Forbidden, match="没有定谁"):
        here.pause()


def test_a_secretary_of_another_village_may_not(here):
    there = Round(2)
    stranger = User.objects.create_user("13900000093", "外村书记")
    Posting.objects.create(
        user=stranger, role=Role.CHIEF_GRID_LEADER, since=SINCE, **Grid.objects.get(pk=there[CELL].village_id).scope()
    )
    with pytest.raises(Forbidden):
        here.pause(by=stranger)


def test_a_member_whom_the_rule_names_excuses_own_households_alone(here):
    change_rule(programme=here.programme, tag="", interval_days=14, excused_by=[Role.LIAISON_MEMBER], on=TODAY, by=None)
    member = here.posted("联系人", "13900000094", Role.LIAISON_MEMBER)
    with pytest.raises(Forbidden, match="由联户党员准予"):
        here.pause(by=member)
    type(here.pairing.member).objects.filter(pk=here.pairing.member_id).update(user=member)
    here.pause(by=member)
    assert due_on(here.pairing) == 30


def test_a_hand_over_keeps_the_pause(here):
    here.pause(until=50)
    heir = hand_over(pairing=here.pairing, to_member=here.member(), on=TODAY, reason="外出", by=here.clerk_user)
    assert due_on(heir) == 50
    assert drifted(here.programme, on=TODAY) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": 20}, "until"),
        ({"until": 240}, "until"),
        ({"reason": VisitPause.Reason.OTHER}, "note"),
    ],
)
def test_a_pause_says_until_when_and_why(here, wrong, field):
    with pytest.raises(Refused) as refusal:
        here.pause(**wrong)
    assert refusal.value.field == field


def test_one_pause_at_a_time(here):
    here.pause(until=30)
    with pytest.raises(Refused, match="已经暂停到"):
        here.pause(until=40)
