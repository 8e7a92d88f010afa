"""Who takes part in a round, written down as of a day: members with their places, households with their needs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from households.models import (
    LIAISON,
    ChoiceRound,
    Household,
    HouseholdTag,
    Pairing,
    Quota,
    RoundHousehold,
    RoundMember,
    Tag,
)
from households.rounds.area import households_of, members_of
from households.rounds.classify import in_hardship, needs
from members.models import Member

BATCH = 5000


@dataclass(frozen=True)
class Places:
    """How few, about how many and how many at most."""

    least: int
    target: int
    most: int

    def less(self, taken: int) -> "Places":
        """What is left when some are taken by households outside the round."""
        return Places(max(self.least - taken, 0), max(self.target - taken, 0), max(self.most - taken, 0))


def enrol(round: ChoiceRound, on: date) -> tuple[int, int]:
    """Writes the participants as they are on the day. What a branch changed by hand (places, borrowed and excused
    members) is the caller's to keep. Returns how many members take part and how many households."""
    homes = {household.pk: household for household in households_of(round).only("pk", "kind")}
    _write_households(round, homes, on)
    members = list(members_of(round))
    _write_members(round, members, homes, on)
    return RoundMember.objects.filter(round=round).taking_part().count(), len(homes)


def _write_households(round: ChoiceRound, homes: Mapping[int, Household], on: date) -> None:
    tags: dict[int, list[str]] = defaultdict(list)
    for household, tag in HouseholdTag.objects.borne(on).filter(household__in=homes).values_list("household_id", "tag"):
        tags[household].append(tag)
    rows = [
        RoundHousehold(
            round=round,
            household=home,
            needs=needs(home.kind, tags[pk]),
            hardship=in_hardship(tags[pk]),
            old_member=Tag.OLD_MEMBER in tags[pk],
        )
        for pk, home in homes.items()
    ]
    RoundHousehold.objects.filter(round=round).exclude(household__in=homes).delete()
    RoundHousehold.objects.bulk_create(
        rows,
        BATCH,
        update_conflicts=True,
        unique_fields=["round", "household"],
        update_fields=["needs", "hardship", "old_member"],
    )


def _write_members(round: ChoiceRound, members: list[Member], homes: Iterable[int], on: date) -> None:
    known = {row.member_id: row for row in RoundMember.objects.filter(round=round)}
    gone = [pk for pk, row in known.items() if not row.borrowed and pk not in {member.pk for member in members}]
    RoundMember.objects.filter(round=round, member__in=gone).delete()
    fresh = [member for member in members if member.pk not in known]
    RoundMember.objects.bulk_create(seats(round, fresh, homes, on), BATCH)
    _restate_known(round, [member for member in members if member.pk in known], known, on)


def _restate_known(round: ChoiceRound, members: list[Member], known: Mapping[int, RoundMember], on: date) -> None:
    changed = []
    for member in members:
        row = known[member.pk]
        exempt = exemption(member, on)
        if (row.abilities, bool(row.exempt)) != (member.abilities, bool(exempt)) and not _excused(row):
            row.abilities, row.exempt = member.abilities, exempt
            changed.append(row)
    RoundMember.objects.bulk_update(changed, ["abilities", "exempt"], BATCH)


EXCUSED = "本轮不联户"


def _excused(row: RoundMember) -> bool:
    return row.exempt.startswith(EXCUSED)


def seats(
    round: ChoiceRound, members: list[Member], homes: Iterable[int], on: date, *, borrowed: bool = False
) -> list[RoundMember]:
    """Rows to be for these members."""
    usual, taken = usual_places(round), _taken_elsewhere(round, members, homes, on)
    share = _share(members, homes, on)
    rows = []
    for member in members:
        places = usual.get(member.cadre) or of_member(member, share)
        left = places.less(taken[member.pk])
        rows.append(
            RoundMember(
                round=round,
                member=member,
                least=left.least,
                target=left.target,
                most=left.most,
                abilities=member.abilities,
                exempt=exemption(member, on),
                borrowed=borrowed,
            )
        )
    return rows


def usual_places(round: ChoiceRound) -> dict[str, Places]:
    """The programme's quota by cadre type (诸城 30/10/8)."""
    quotas = Quota.objects.filter(programme=round.programme, contact_type=LIAISON)
    return {quota.cadre: Places(quota.least, quota.target, quota.most) for quota in quotas}


def of_member(member: Member, share: int) -> Places:
    """The member's own limits; the target is an even share of the households, within them."""
    return Places(member.capacity_min, min(max(share, member.capacity_min), member.capacity_max), member.capacity_max)


def _share(members: list[Member], homes: Iterable[int], on: date) -> int:
    able = sum(not exemption(member, on) for member in members)
    return -(-len(list(homes)) // able) if able else 0


def _taken_elsewhere(round: ChoiceRound, members: list[Member], homes: Iterable[int], on: date) -> Counter[int]:
    """Households outside the round that a member looks after in the programme: they take up room."""
    theirs = Pairing.objects.current(on).filter(
        programme=round.programme_id, contact_type=LIAISON, member__in=[member.pk for member in members]
    )
    inside = set(homes)
    return Counter(pk for pk, home in theirs.values_list("member_id", "household_id") if home not in inside)


def exemption(member: Member, on: date) -> str:
    """Why the member takes nobody on the day; empty when able."""
    if not member.exempt_reason or (member.exempt_since and member.exempt_since > on):
        return ""
    if member.exempt_until and member.exempt_until <= on:
        return ""
    until = f"（至{member.exempt_until}）" if member.exempt_until else ""
    return f"{member.get_exempt_reason_display()}{until}"
