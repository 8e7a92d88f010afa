"""Members by what they can do, households by what they need: the table, and nothing else to know."""

from collections.abc import Iterable, Mapping

from households.models import HARDSHIP_TAGS, Household, Tag
from members.models import Ability

NEEDS: Mapping[str, tuple[Ability, ...]] = {
    Tag.LOW_INCOME: (Ability.POLICY, Ability.EMPLOYMENT),
    Tag.DESTITUTE: (Ability.POLICY, Ability.ERRANDS),
    Tag.MONITORED: (Ability.POLICY, Ability.FARMING, Ability.EMPLOYMENT),
    Tag.DISABLED: (Ability.MEDICAL, Ability.ERRANDS),
    Tag.LEFT_BEHIND: (Ability.SCHOOLING, Ability.ERRANDS),
    Tag.OLD_ALONE: (Ability.MEDICAL, Ability.ERRANDS),
    Tag.OLD_MEMBER: (Ability.POLICY, Ability.ERRANDS),
    Tag.VETERAN: (Ability.POLICY, Ability.EMPLOYMENT),
    Tag.PROSPEROUS: (Ability.FARMING, Ability.POLICY),
}
ENTERPRISE_NEEDS = (Ability.POLICY, Ability.EMPLOYMENT)


def needs(kind: str, tags: Iterable[str]) -> list[Ability]:
    """What a household of this kind with these tags needs, in the order of the abilities."""
    wanted = {ability for tag in tags for ability in NEEDS.get(tag, ())}
    if kind == Household.Kind.ENTERPRISE:
        wanted.update(ENTERPRISE_NEEDS)
    return [ability for ability in Ability if ability in wanted]


def in_hardship(tags: Iterable[str]) -> bool:
    return any(tag in HARDSHIP_TAGS for tag in tags)
