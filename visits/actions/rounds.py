"""A choice round in force: the pairings change over, and the first visits are due by the rules."""

from datetime import datetime

from accounts.models import User
from accounts.verbs import verb
from households.models import ChoiceRound, Pairing
from households.rounds import actions as rounds
from visits.due import restate_each
from workdays.arithmetic import ZONE


@verb
def put_round_in_force(*, round: ChoiceRound, by: User | None, at: datetime) -> rounds.InForce:
    """households.rounds.actions.put_in_force, with due dates in the same transaction: what surfaces and beat call."""
    done = rounds.put_in_force(round=round, by=by, at=at)
    fresh = [pairing.pk for pairing in (*done.begun, *done.handed_over)]
    restate_each(Pairing.objects.filter(pk__in=fresh), at.astimezone(ZONE).date())
    return done
