"""A round before one person on one day: what the table of moves looks at, each thing fetched once."""

from datetime import date
from functools import cached_property

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from households.models import ChoiceRound, RoundEvent, RoundStatus
from households.rounds import standing

UNSETTLING = ("set_places", "borrow", "excuse", "take_in", "refresh", "set_weights")
"""Events after which the proposal no longer follows from the round."""


class Case:
    """`user` None is the installation itself: seeding, tasks."""

    def __init__(self, round: ChoiceRound, user: User | None, on: date) -> None:
        self.round = round
        self.user = user
        self.on = on

    @property
    def status(self) -> RoundStatus:
        return RoundStatus(self.round.status)

    @property
    def is_installation(self) -> bool:
        return self.user is None

    @cached_property
    def is_branch(self) -> bool:
        return self.user is None or Scope.on_day(self.user, self.on).covers(Permission.PAIRING_EDIT, self.round)

    @cached_property
    def is_stale(self) -> bool:
        """Somebody changed who takes part, or the weights, after the last proposal."""
        events = RoundEvent.objects.filter(round=self.round).order_by("-pk")
        last = events.filter(name__in=[*UNSETTLING, "proposed"]).first()
        return last is not None and last.name != "proposed"

    @cached_property
    def uncovered(self) -> list[str]:
        """The round's households that no member looks after yet, as sentences name them."""
        return standing.uncovered(self.round)
