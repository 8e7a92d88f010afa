"""How a round stands: who has answered, what is wished, who looks after whom so far."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from households.models import Ballot, ChoiceRound, Household, ProposedPair, RoundHousehold, RoundMember, Wish
from members.models import Member


@dataclass(frozen=True)
class Answered:
    """How many of each side have answered, out of how many."""

    members: int
    of_members: int
    households: int
    of_households: int


def answered(round: ChoiceRound) -> Answered:
    ballots = Ballot.objects.standing().filter(round=round)
    members = RoundMember.objects.taking_part().filter(round=round)
    return Answered(
        members=ballots.filter(member__in=members.values("member")).count(),
        of_members=members.count(),
        households=ballots.filter(household__in=_homes(round).values("household")).count(),
        of_households=_homes(round).count(),
    )


def silent_members(round: ChoiceRound) -> QuerySet[Member]:
    """Members who take part and have not answered yet."""
    able = RoundMember.objects.taking_part().filter(round=round).values("member")
    answer = Ballot.objects.standing().filter(round=round, member=OuterRef("pk"))
    return Member.objects.filter(~Exists(answer), pk__in=able).order_by("grid_id", "pk")


def silent_households(round: ChoiceRound) -> QuerySet[Household]:
    answer = Ballot.objects.standing().filter(round=round, household=OuterRef("pk"))
    return Household.objects.filter(~Exists(answer), pk__in=_homes(round).values("household")).order_by("number")


def standing_wishes(round: ChoiceRound) -> QuerySet[Wish]:
    """The wishes of both sides as they stand, those of one ballot together."""
    rows = Wish.objects.filter(ballot__round=round, ballot__replaced_at=None)
    return rows.select_related("ballot").order_by("ballot_id", "rank", "pk")


def ballot_of(round: ChoiceRound, chooser: Member | Household) -> Ballot | None:
    """The last word of a member or a household, with its wishes."""
    side = {"member": chooser} if isinstance(chooser, Member) else {"household": chooser}
    return Ballot.objects.standing().filter(round=round, **side).prefetch_related("wishes").first()


def uncovered(round: ChoiceRound) -> list[str]:
    """The round's households that nobody is to look after yet, as sentences name them."""
    covered = ProposedPair.objects.filter(round=round, household=OuterRef("household"), member__isnull=False)
    rows = _homes(round).filter(~Exists(covered), household__closed_on=None).order_by("household__number")
    return [row.household.called for row in rows.select_related("household")]


def live_round_of(chooser: Member | Household) -> ChoiceRound | None:
    """The live round in which a member or household takes part; of several the newest."""
    rows = ChoiceRound.objects.live()
    if isinstance(chooser, Member):
        return rows.filter(members__member=chooser).order_by("-pk").first()
    return rows.filter(households__household=chooser).order_by("-pk").first()


def _homes(round: ChoiceRound) -> QuerySet[RoundHousehold]:
    return RoundHousehold.objects.filter(round=round)
