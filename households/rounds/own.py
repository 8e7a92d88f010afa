"""Members do not look after their own household. Told by the phone, or by name and year of birth within it."""

from collections.abc import Iterable

from households.models import Household, Resident
from members.models import Member


def lives_in(member: Member, household: Household) -> bool:
    return (member.pk, household.pk) in own_homes([member], [household.pk])


def own_homes(members: Iterable[Member], households: Iterable[int]) -> set[tuple[int, int]]:
    """(member, household) of every member who lives in one of the households."""
    people, homes = list(members), list(households)
    return _by_phone(people, homes) | _by_name(people, homes)


def _by_phone(people: list[Member], homes: list[int]) -> set[tuple[int, int]]:
    owners = {member.phone_index: member.pk for member in people if member.phone_index}
    rows = Household.objects.filter(pk__in=homes, phone_index__in=owners).values_list("phone_index", "pk")
    return {(owners[index], pk) for index, pk in rows}


def _by_name(people: list[Member], homes: list[int]) -> set[tuple[int, int]]:
    """Same name and year of birth; a namesake of another age is somebody else."""
    named: dict[str, list[Member]] = {}
    for member in people:
        if member.birth_year:
            named.setdefault(member.name, []).append(member)
    rows = Resident.objects.filter(household__in=homes, left_on=None, name__in=named).exclude(id_index="")
    return {
        (member.pk, resident.household_id)
        for resident in rows.only("name", "id_number", "household_id")
        for member in named[resident.name]
        if str(member.birth_year) == str(resident.id_number)[6:10]
    }
