"""台账: at any moment, now or past, the ledgers hold what the events say, and add up to all open matters (I8)."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.errors import Refused
from issues import actions, sweep
from issues.case import scope_on
from issues.events import REPLAYED as TOLD
from issues.ledgers import REPLAYED, Balance, LedgerQuery
from issues.models import OPEN, Issue, IssueEvent, Ledger, RegisterRules, Status
from issues.tests import walk
from issues.tests.cast import MONDAY, Cast
from issues.tests.typed import Scene, typed
from issues.workflow import open_moves
from workdays.arithmetic import ZONE

TODAY = MONDAY + timedelta(days=60)
EVER = LedgerQuery(standing="all")

PEOPLE = (
    *("member", "grid_leader", "secretary", "clerk", "second_clerk", "town_leader"),
    *("county_officer", "leader", "handler", "household"),
)
STEP = st.tuples(st.sampled_from(PEOPLE), st.integers(0, 30), st.integers(0, 3), st.floats(0, 120))
"""Who acts, which of their open moves, which variant of its inputs, how many hours later."""


@pytest.fixture(autouse=True)
def _two_months_later():
    with time_machine.travel(TODAY, tick=False):
        yield


def night(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


def replayed(moment: datetime) -> dict[int, dict[str, Any]]:
    """The registered matters as event after event leaves them, in plain Python."""
    rows: dict[int, dict[str, Any]] = {}
    for event in IssueEvent.objects.filter(at__lt=moment).order_by("issue_id", "seq"):
        rows.setdefault(event.issue_id, {}).update(event.changes)
    return {
        pk: {column: TOLD[column].to_python(row[column]) for column in REPLAYED}
        for pk, row in rows.items()
        if row["registered_at"] is not None
    }


def then(query: LedgerQuery, who) -> dict[int, dict[str, Any]]:
    return {row.pk: {column: getattr(row, f"then_{column}") for column in REPLAYED} for row in query.rows(who, TODAY)}


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    steps=st.lists(STEP, min_size=4, max_size=20),
    publicity=st.booleans(),
    begin=st.sampled_from([s for s in walk.TO if s != Status.PUBLICIZING]),
)
def test_on_every_past_day_the_ledgers_are_what_the_events_leave_and_add_up(cast, steps, publicity, begin):
    with transaction.atomic():
        walk.registered(cast)
        issue = walk.TO[begin](cast)
        RegisterRules.objects.update(publicity=publicity)
        at = MONDAY + timedelta(hours=10)
        for part, choice, variant, hours in steps:
            at += timedelta(hours=hours)
            act(Issue.objects.get(pk=issue.pk), cast, part, choice, variant, at)
            sweep.escalate_overdue(at=at)
        day = (MONDAY - timedelta(days=1)).date()
        while day <= at.date():
            look(day, cast)
            day += timedelta(days=1)
        transaction.set_rollback(True)


def act(issue: Issue, cast: Cast, part: str, choice: int, variant: int, at: datetime) -> None:
    user = cast.people.get(part)
    offered = open_moves(issue, user, scope_on(user, at.date()))
    if offered:
        name = offered[choice % len(offered)].name
        with suppress(Refused), transaction.atomic():
            actions.perform(name, issue=issue, by=user, at=at, **typed(name, Scene(cast, issue, user, at, variant)))


def look(day: date, cast: Cast) -> None:
    expected = replayed(night(day))
    assert then(LedgerQuery(standing="all", as_of=day), cast.county_officer) == expected
    was_open = [row for row in expected.values() if row["status"] in OPEN]
    balance = LedgerQuery(as_of=day).balance(cast.county_officer, TODAY)
    assert balance.holds
    assert balance.open == len(was_open)
    for ledger in Ledger.values:
        held = len([row for row in was_open if row["ledger"] == ledger])
        assert getattr(balance, ledger) == held
        assert LedgerQuery(ledger=ledger, as_of=day).rows(cast.county_officer, TODAY).count() == held


def test_now_is_what_the_events_leave(cast):
    for make in walk.TO.values():
        make(cast)
    assert then(EVER, cast.county_officer) == replayed(TODAY)


def test_a_matter_wanders_from_ledger_to_ledger_and_each_past_day_still_shows_it_where_it_was(cast):
    issue = walk.processing(cast)
    first = issue.ledger
    actions.escalate(issue=issue, by=cast.grid_leader, at=MONDAY + timedelta(days=1), reason="本级没有资金")
    issue.refresh_from_db()
    actions.sign_for(issue=issue, by=issue.handler, at=MONDAY + timedelta(days=1, hours=1))
    actions.escalate(issue=issue, by=issue.handler, at=MONDAY + timedelta(days=2), reason="本级没有资金")
    on = [MONDAY.date() + timedelta(days=days) for days in (-1, 0, 2)]
    found = [LedgerQuery(as_of=day).balance(cast.county_officer, TODAY) for day in on]
    assert found == [Balance(0, 0, 0, 0), Balance(0, 1, 0, 1), Balance(0, 0, 1, 1)]
    assert first == Ledger.UNIT


def test_a_closed_matter_is_open_in_the_ledger_of_the_day_before(cast):
    issue = walk.confirming(cast)
    actions.give_verdict(issue=issue, by=None, at=MONDAY + timedelta(days=3), value="satisfied")
    day = MONDAY.date() + timedelta(days=2)
    who = cast.county_officer
    assert list(LedgerQuery(as_of=day).rows(who, TODAY)) == [issue]
    assert not LedgerQuery(as_of=day, standing="closed").rows(who, TODAY)
    assert list(LedgerQuery(standing="closed").rows(who, TODAY)) == [issue]
    assert not LedgerQuery().rows(who, TODAY)


def test_a_ledger_shows_only_what_the_person_may_see(cast):
    walk.processing(cast)
    shown = {part: LedgerQuery().rows(who, TODAY).count() for part, who in cast.people.items()}
    assert {part for part, number in shown.items() if number} == {
        *("member", "grid_leader", "secretary", "clerk", "second_clerk", "town_leader"),
        *("county_officer", "leader", "command_centre"),
    }


def test_late_on_a_past_day_is_what_was_past_its_deadline_then(cast):
    issue = walk.processing(cast)
    due = issue.due_at.date()
    for day, late in ((due - timedelta(days=1), 0), (due, 1)):
        assert LedgerQuery(as_of=day, overdue=True).rows(cast.clerk, TODAY).count() == late


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"category": "infrastructure"}, True),
        ({"category": "dispute"}, False),
        ({"urgency": "normal"}, True),
        ({"channel": "visit"}, True),
        ({"channel": "hotline"}, False),
        ({"supervision": "red"}, False),
        ({"person": "罗网"}, True),
        ({"person": "叶经"}, False),
        ({"since": MONDAY.date(), "until": MONDAY.date()}, True),
        ({"until": MONDAY.date() - timedelta(days=1)}, False),
        ({"standing": "processing"}, True),
        ({"standing": "assigned"}, False),
        ({"place": 0}, True),
        ({"place": 10**9}, False),
    ],
)
@pytest.mark.parametrize("as_of", [None, MONDAY.date()])
def test_a_ledger_is_narrowed_by_what_is_asked(cast, asked, found, as_of):
    walk.processing(cast)
    asked = {name: cast.village.pk if name == "place" and not value else value for name, value in asked.items()}
    assert bool(LedgerQuery(as_of=as_of, **asked).rows(cast.clerk, TODAY)) == found


def test_my_own_ledger_is_what_i_held_then(cast):
    issue = walk.processing(cast)
    actions.escalate(issue=issue, by=cast.grid_leader, at=MONDAY + timedelta(days=1), reason="本级没有资金")
    mine = [
        LedgerQuery(mine=True, as_of=as_of).rows(cast.grid_leader, TODAY).count() for as_of in (MONDAY.date(), None)
    ]
    assert mine == [1, 0]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"as_of": TODAY.date() + timedelta(days=1)}, "在今天之后"),
        ({"as_of": date(1066, 10, 14)}, "年份不对"),
        ({"since": date(2026, 5, 2), "until": date(2026, 5, 1)}, "请调换"),
    ],
)
def test_days_that_make_no_sense_are_refused(asked, sentence):
    with pytest.raises(Refused, match=sentence):
        LedgerQuery(**asked).check(TODAY.date())


def test_a_query_comes_back_from_json_as_it_went():
    query = LedgerQuery(ledger="unit", as_of=date(2026, 11, 2), overdue=True, place=7)
    assert LedgerQuery.of(query.told()) == query
    assert query.told() == {"ledger": "unit", "as_of": "2026-11-02", "standing": "open", "overdue": True, "place": 7}
