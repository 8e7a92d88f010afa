"""Households, the people in them, their pairings, and the choice rounds that make them."""

from households.models.household import (
    HARDSHIP_TAGS,
    Characters,
    Household,
    HouseholdQuerySet,
    HouseholdTag,
    HouseholdTagQuerySet,
    Resident,
    Tag,
    public_code,
)
from households.models.pairing import LIAISON, ContactType, Pairing, PairingQuerySet, Programme, Quota
from households.models.proposals import PairChange, ProposalRun, ProposedPair, Ruling
from households.models.rounds import (
    LIVE_ROUNDS,
    READABLE_ROUNDS,
    ChoiceRound,
    ChoiceRoundQuerySet,
    RoundBatch,
    RoundEvent,
    RoundHousehold,
    RoundMember,
    RoundStatus,
)
from households.models.wishes import Ballot, Tie, Wish

__all__ = [
    "HARDSHIP_TAGS",
    "LIAISON",
    "LIVE_ROUNDS",
    "READABLE_ROUNDS",
    "Ballot",
    "Characters",
    "ChoiceRound",
    "ChoiceRoundQuerySet",
    "ContactType",
    "Household",
    "HouseholdQuerySet",
    "HouseholdTag",
    "HouseholdTagQuerySet",
    "PairChange",
    "Pairing",
    "PairingQuerySet",
    "Programme",
    "ProposalRun",
    "ProposedPair",
    "Quota",
    "Resident",
    "RoundBatch",
    "RoundEvent",
    "RoundHousehold",
    "RoundMember",
    "RoundStatus",
    "Ruling",
    "Tag",
    "Tie",
    "Wish",
    "public_code",
]
