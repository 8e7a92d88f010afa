"""The board of a round: what a ruling would cost and whom it would move, before and after it is made.

A request builds its own board from the saved pairs and rulings; present pairs stick, so few others move.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cached_property
from math import hypot
from typing import NamedTuple

from households.matching import Board, Change, Contradiction, Helper, Home, Reason
from households.models import ChoiceRound, Household, ProposedPair
from households.rounds.contradictions import in_words
from households.rounds.question import Question, duties_of, present_pairs, question
from members.models import Member


class Candidate(NamedTuple):
    """A member who could take the household on: what that costs the whole more, and how many others would move."""

    member: int
    cost: int
    moves: int
    metres: int | None
    load: int
    most: int


class Workbench:
    """`round` in the state of deciding, with its pairs as saved."""

    def __init__(self, round: ChoiceRound, on: date) -> None:
        self.round = round
        self.on = on

    @cached_property
    def present(self) -> dict[int, int]:
        return present_pairs(self.round, self.on)

    @cached_property
    def asked(self) -> Question:
        return question(self.round, self.present, self.on)

    @cached_property
    def board(self) -> Board:
        pairs = {home: member for home, member in self.present.items() if home not in self.asked.by_duty}
        return Board(self.asked.problem, pairs)

    def effect(self, edit: Callable[[Board], Change]) -> Change:
        """Raises Refused where the engine sees a contradiction."""
        with in_words():
            return edit(self.board)

    def preview(self, household: Household, member: Member) -> Change:
        """What pinning the pair would cost and move, without doing it."""
        return self.effect(lambda board: board.price(household.pk, member.pk))

    def candidates(self, household: Household, limit: int = 8) -> list[Candidate]:
        """Who could take the household on, the cheapest for the whole first; who has it now costs 0."""
        found = [self._candidate(household.pk, helper.key, helper.most) for helper in self.asked.problem.helpers]
        return sorted((one for one in found if one), key=lambda one: (one.cost, one.member))[:limit]

    def retell(self) -> None:
        """After a ruling was kept or undone: the sentences of duties are those that stand now."""
        self.__dict__["asked"] = replace(self.asked, duties=duties_of(self.round))

    def moved(self) -> list[tuple[int, int | None, int | None]]:
        """(household, member saved, member now) of all who differ from what is saved."""
        now = self.board.pairs
        homes = sorted({home.key for home in self.asked.problem.homes})
        return [
            (home, self.present.get(home), now.get(home)) for home in homes if self.present.get(home) != now.get(home)
        ]

    def reasons(self, homes: Iterable[int]) -> dict[int, Reason]:
        """Why each of these has the member it has, as the board stands."""
        solution = self.board.solution
        return {home: self.asked.why(solution, home) for home in homes}

    def _candidate(self, home: int, member: int, most: int) -> Candidate | None:
        try:
            change = self.board.price(home, member)
        except Contradiction:
            return None
        return Candidate(
            member,
            round(change.cost),
            sum(moved[0] != home for moved in change.moved),
            self._metres(home, member),
            self.board.loads[member],
            most,
        )

    def _metres(self, home: int, member: int) -> int | None:
        place, helper = self._homes.get(home), self._helpers[member]
        if place is None or place.x is None or place.y is None or helper.x is None or helper.y is None:
            return None
        return int(hypot(place.x - helper.x, place.y - helper.y) + 0.5)

    @cached_property
    def _homes(self) -> dict[int, Home]:
        return {home.key: home for home in self.asked.problem.homes}

    @cached_property
    def _helpers(self) -> dict[int, Helper]:
        return {helper.key: helper for helper in self.asked.problem.helpers}


def saved_pairs(round: ChoiceRound) -> dict[int, ProposedPair]:
    """Household -> row, as it stands."""
    rows = ProposedPair.objects.filter(round=round).select_related("household", "member")
    return {row.household_id: row for row in rows}
