"""Every move of a round in every status, written down by hand: what the table must say, not what it says."""

import pytest

from households.models import ChoiceRound, RoundStatus
from households.rounds.case import Case
from households.rounds.workflow import TABLE, refusal_of
from households.tests.round_cast import Hamlet, day

pytestmark = pytest.mark.django_db

WISHING, PROPOSING, DECIDING, ADOPTED, PUBLISHED, IN_FORCE, CANCELLED = RoundStatus
OPEN = {
    "open": set(),
    "set_window": {WISHING},
    "refresh": {WISHING, DECIDING},
    "set_places": {WISHING, DECIDING},
    "borrow": {WISHING, DECIDING},
    "excuse": {WISHING, DECIDING},
    "take_in": {WISHING, DECIDING},
    "set_weights": {WISHING, DECIDING},
    "propose": {WISHING, DECIDING},
    "proposed": {PROPOSING},
    "failed": {PROPOSING},
    "rule": {DECIDING},
    "undo": {DECIDING},
    "comment": {WISHING, PROPOSING, DECIDING, ADOPTED, PUBLISHED},
    "adopt": {DECIDING},
    "publish": {ADOPTED},
    "reconsider": {ADOPTED, PUBLISHED},
    "put_in_force": {PUBLISHED},
    "cancel": {WISHING, DECIDING, ADOPTED, PUBLISHED},
}
BY_CLOCK_ALONE = {"proposed", "failed"}


@pytest.fixture
def here() -> Hamlet:
    return Hamlet()


@pytest.fixture
def round(here) -> ChoiceRound:
    """Long past its window and its day, so that only the status decides."""
    found = here.opened()
    found.in_force_from = day(1)
    return found


def test_the_table_has_every_move_once():
    assert [move.name for move in TABLE] == list(OPEN)


def test_each_move_is_open_in_its_statuses_and_in_no_other(round, monkeypatch):
    monkeypatch.setattr(Case, "uncovered", [])
    for status in RoundStatus:
        round.status = status
        case = Case(round, None, day(30))
        found = {move.name for move in TABLE if refusal_of(case, move) is None}
        assert found == {name for name, statuses in OPEN.items() if status in statuses}, status


def test_the_branch_makes_every_move_but_those_of_the_clock_and_strangers_make_none(here, round, monkeypatch):
    monkeypatch.setattr(Case, "uncovered", [])
    for move in TABLE:
        for status in OPEN[move.name]:
            round.status = status
            branch, stranger = (Case(round, user, day(30)) for user in (here.secretary, here.neighbour))
            assert (refusal_of(branch, move) is None) == (move.name not in BY_CLOCK_ALONE), move.name
            assert refusal_of(stranger, move), move.name
