"""A round as a question to the matching engine, and the engine's words as ours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from households.matching import Helper, Home, Problem, Reach, Reason, Solution, Within, explain, metres, sentence
from households.matching import Tie as Bond
from households.models import (
    LIAISON,
    ChoiceRound,
    Pairing,
    ProposedPair,
    RoundHousehold,
    RoundMember,
    Ruling,
    Tie,
)
from households.rounds.contradictions import in_words
from households.rounds.own import own_homes
from households.rounds.standing import standing_wishes
from households.rounds.weights import weights_of
from members.models import Ability, Member

HARDSHIP, OLD_MEMBER = "hardship", "old_member"
LEADERS: dict[str, Within] = {Member.Cadre.LEADER: Within("county", frozenset({HARDSHIP, OLD_MEMBER}))}
"""诸城: leaders look after hardship households and old members only."""
VILLAGERS = (Member.Cadre.VILLAGE_MEMBER, Member.Cadre.VILLAGE_CADRE, Member.Cadre.HEART_LINK)
ANYWHERE = Within("county")
LONGEST = 200


@dataclass(frozen=True)
class Question:
    """What is asked, whom it is about, and what the engine does not know.

    `by_duty`: households that somebody outside the round takes on. `duties`: the sentence of every duty. `in_force`:
    the pairings of today, which a re-run's present pairs need not be.
    """

    problem: Problem
    names: Mapping[int, str]
    by_duty: Mapping[int, int]
    duties: Mapping[int, str]
    in_force: Mapping[int, int]

    def why(self, solution: Solution, home: int) -> Reason:
        reason = explain(solution, home)
        return reason._replace(present=reason.helper is not None and self.in_force.get(home) == reason.helper)

    def said(self, reason: Reason) -> str:
        """The pair's one sentence."""
        return self.duties.get(reason.home) or sentence(reason, self.names)[:LONGEST]


def question(round: ChoiceRound, present: Mapping[int, int], on: date) -> Question:
    """`present`: household -> member as they are now; the engine keeps them unless something weighs more.

    Raises Refused where limits, weights and rulings cannot all hold."""
    seats = list(RoundMember.objects.taking_part().filter(round=round).select_related("member"))
    rows = RoundHousehold.objects.filter(round=round, household__closed_on=None).select_related("household")
    here = {seat.member_id for seat in seats}
    pins, forbids = _ruled(round)
    by_duty = {home: member for home, member in pins.items() if member not in here}
    homes = [row for row in rows if row.household_id not in by_duty]
    origin = _origin(homes)
    inside = {row.household_id for row in homes}
    members = [seat.member for seat in seats]
    with in_words():
        problem = Problem(
            homes=[_home(round, row, origin) for row in homes],
            helpers=[_helper(seat, origin) for seat in seats],
            ties=_bonds(round, inside, here),
            present={home: member for home, member in present.items() if home in inside and member in here},
            pins={home: member for home, member in pins.items() if home in inside},
            forbids={
                (home, member)
                for home, member in [*forbids, *((home, member) for member, home in own_homes(members, inside))]
                if home in inside and member in here
            },
            weights=weights_of(round),
            reach=reach_of(round),
        )
    return Question(problem, _names(round), by_duty, duties_of(round), pairs_in_force(round, on))


def present_pairs(round: ChoiceRound, on: date) -> dict[int, int]:
    """Household -> member: as the last proposal has it, else as the pairings in force have it."""
    proposed = ProposedPair.objects.filter(round=round, member__isnull=False)
    if proposed.exists():
        return dict(proposed.values_list("household_id", "member_id"))
    return pairs_in_force(round, on)


def pairs_in_force(round: ChoiceRound, on: date) -> dict[int, int]:
    homes = RoundHousehold.objects.filter(round=round).values("household")
    rows = Pairing.objects.current(on).filter(programme=round.programme_id, contact_type=LIAISON, household__in=homes)
    return dict(rows.values_list("household_id", "member_id"))


def reach_of(round: ChoiceRound) -> Reach:
    """Everybody of the round; across a county the villagers keep to their town."""
    if round.reach != ChoiceRound.Reach.COUNTY:
        return Reach(LEADERS, default=ANYWHERE)
    return Reach({**LEADERS, **dict.fromkeys(VILLAGERS, Within("town"))}, default=ANYWHERE)


def labels(abilities: Iterable[str]) -> frozenset[str]:
    """As the sentences say them."""
    return frozenset(Ability(ability).label for ability in abilities)


def _origin(rows: list[RoundHousehold]) -> tuple[float, float]:
    """Where the plane is laid on: the first household whose place is known."""
    homes = (row.household for row in rows)
    return next(((home.lat, home.lng) for home in homes if home.lat is not None and home.lng is not None), (0.0, 0.0))


def _home(round: ChoiceRound, row: RoundHousehold, origin: tuple[float, float]) -> Home:
    home = row.household
    classes = {name for name, given in ((HARDSHIP, row.hardship), (OLD_MEMBER, row.old_member)) if given}
    place = metres(home.lat, home.lng, *origin)
    return Home(home.pk, *place, home.village_id, home.grid_id, home.town_id, labels(row.needs), frozenset(classes))


def _helper(seat: RoundMember, origin: tuple[float, float]) -> Helper:
    member = seat.member
    place = metres(member.lat, member.lng, *origin)
    return Helper(
        member.pk,
        *place,
        member.village_id,
        member.grid_id,
        member.town_id,
        labels(seat.abilities),
        seat.least,
        seat.target,
        seat.most,
        member.cadre,
    )


def _ruled(round: ChoiceRound) -> tuple[dict[int, int], list[tuple[int, int]]]:
    pins: dict[int, int] = {}
    forbids: list[tuple[int, int]] = []
    for kind, home, member in (
        Ruling.objects.standing().filter(round=round).values_list("kind", "household_id", "member_id")
    ):
        if kind == Ruling.Kind.FORBID:
            forbids.append((home, member))
        else:
            pins[home] = member
    return pins, forbids


def duties_of(round: ChoiceRound) -> dict[int, str]:
    """Household -> the sentence of the duty that stands for it."""
    rows = Ruling.objects.standing().filter(round=round, kind=Ruling.Kind.DUTY)
    return {row.household_id: f"{row.get_kind_display()}：{row.reason}"[:LONGEST] for row in rows}


def _bonds(round: ChoiceRound, homes: set[int], members: set[int]) -> list[Bond]:
    """Wishes and ties of those who take part, one row per pair."""
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for wish in standing_wishes(round):
        side = "home_rank" if wish.ballot.household_id else "helper_rank"
        found[wish.household_id, wish.member_id][side] = wish.rank or 1
    ties = Tie.objects.filter(dropped_at=None, household__in=homes, member__in=members)
    for home, member, kind in ties.values_list("household_id", "member_id", "kind"):
        found[home, member]["kin" if kind == Tie.Kind.KIN else "familiar"] = 1
    return [
        Bond(
            home,
            member,
            kin=bool(said.get("kin")),
            familiar=bool(said.get("familiar")),
            home_rank=said.get("home_rank", 0),
            helper_rank=said.get("helper_rank", 0),
        )
        for (home, member), said in found.items()
        if home in homes and member in members
    ]


def _names(round: ChoiceRound) -> dict[int, str]:
    rows = Member.objects.filter(rounds__round=round).values_list("pk", "name")
    return dict(rows)
