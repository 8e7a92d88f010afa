"""Whatever people do in whatever order, and whenever the sweep runs: the invariants of domain.md §5 hold."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from issues.clocks import moved
from issues.models import Clock
from issues.tests.cast import MONDAY, people_a_county
from issues.tests.machine import Crowd, Register, settle
from issues.tests.typed import BUILDERS
from issues.tests.watching import Watch
from issues.workflow import MOVES
from workdays.arithmetic import ZONE
from workdays.models import calendar_for

COUNTIES = ("heping", "jiangle", "zhucheng", "zunyi", "pingxiang", "wanzhou")
RUNS, STEPS = 335, 8
PROVEN = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],  # a found case is told as it is: shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow],  # a run is a day of a county, not a function call
)


def test_every_move_of_the_table_has_somebody_who_types_it():
    assert MOVES.keys() - BUILDERS.keys() == set()


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(len(COUNTIES)), ids=COUNTIES)
def test_nothing_people_do_breaks_the_invariants(number):
    """The seed is the county's place in the list, so that every machine tries the same runs."""
    with time_machine.travel(MONDAY, tick=False):
        crowd = Crowd(people_a_county(COUNTIES[number]))
        settle(crowd)
        settled = Watch(crowd.cast)
    machine = seed(number)(type("Run", (Register,), {"crowd": crowd, "settled": settled}))
    run_state_machine_as_test(machine, settings=PROVEN)


MOMENTS = st.integers(0, 300 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)


@pytest.mark.django_db
@settings(max_examples=300, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    started=MOMENTS,
    amount=st.integers(0, 20),
    unit=st.sampled_from(["workday", "hour"]),
    wait=st.integers(0, 60 * 24 * 40),
    pause=st.integers(0, 60 * 24 * 40),
)
def test_time_that_stood_still_neither_cures_nor_causes_a_breach(calendar, started, amount, unit, wait, pause):
    """I6. Overdue after the pause exactly when it was overdue before; never due earlier."""
    due = calendar.due(started, amount, unit)
    clock = Clock(unit=unit, due_at=due.at, sentence=due.sentence, started_at=started)
    paused = started + timedelta(minutes=wait)
    resumed = paused + timedelta(minutes=pause)
    later = moved(clock, paused, resumed, calendar)
    assert later.at >= due.at
    if unit == "hour":
        assert later.at - resumed == due.at - paused
    else:
        assert over(paused, due.at, calendar) == over(resumed, later.at, calendar)
        assert later.at.time() == time(18)


def over(moment: datetime, due_at: datetime, calendar) -> bool:
    """Overdue in working time: no working hour is left between the moment and the due."""
    days = calendar.workdays_between(moment.date(), due_at.astimezone(ZONE).date())
    today_counts = moment.time() < time(18) and calendar.is_workday(moment.date())
    return days + today_counts <= 0


@pytest.fixture
def calendar(cast):
    return calendar_for(cast.county.pk)
