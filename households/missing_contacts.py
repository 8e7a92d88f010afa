"""Which typed contacts are missing: targets without one, and members below their least; and how full each cadre is."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from grids.models import Grid, Kind
from households.models import ContactType, Household, HouseholdTag, Pairing, Quota
from members.models import Member, MemberQuerySet

Target = ContactType.Target


def without_contact(kind: ContactType, on: date) -> QuerySet[Any]:
    """Groups (or households of the kind and tag) that should have a contact of this type and have none on the day."""
    return free_targets(kind, on) if kind.required else Household.objects.none()


def free_targets(kind: ContactType, on: date) -> QuerySet[Any]:
    """As `without_contact`, whether or not each of them should have one; persons are named, not listed."""
    taken = Pairing.objects.current(on).filter(programme=kind.programme_id, contact_type=kind.code)
    if kind.target == Target.PERSON:
        return Household.objects.none()
    if kind.target == Target.GROUP:
        groups = Grid.objects.current(on).filter(county_id=kind.programme.county_id, kind=Kind.CELL)
        return groups.filter(~Exists(taken.filter(group=OuterRef("pk")))).order_by("code")
    homes = Household.objects.living().filter(county_id=kind.programme.county_id, kind=kind.target)
    if kind.tag:
        tagged = HouseholdTag.objects.borne(on).filter(tag=kind.tag).values("household")
        homes = homes.filter(pk__in=tagged)
    return homes.filter(~Exists(taken.filter(household=OuterRef("pk")))).order_by("number")


def short_of_contacts(kind: ContactType, on: date) -> QuerySet[Any]:
    """Available members with fewer contacts of this type than the quota of their cadre asks, with `load` and
    `least`."""
    quotas = Quota.objects.filter(programme=kind.programme_id, contact_type=kind.code)
    least = quotas.filter(cadre=OuterRef("cadre")).values("least")
    members = Member.objects.filter(county_id=kind.programme.county_id, cadre__in=quotas.values("cadre"))
    return (
        with_contacts(members.available(on), kind.programme_id, kind.code, on)
        .annotate(least=Subquery(least[:1]))
        .filter(load__lt=F("least"))
        .order_by("branch", "pk")
    )


def of_quota(quota: Quota, on: date) -> QuerySet[Any]:
    """The available members a quota is for, with the `load` it counts."""
    members = Member.objects.filter(county_id=quota.programme.county_id, cadre=quota.cadre)
    return with_contacts(members.available(on), quota.programme_id, quota.contact_type, on)


def with_contacts(members: MemberQuerySet, programme_id: int, contact_type: str, on: date) -> QuerySet[Any]:
    """Members with `load`: their pairings of one programme and type in force on the day."""
    theirs = Pairing.objects.current(on).filter(
        member=OuterRef("pk"), programme=programme_id, contact_type=contact_type
    )
    counted = theirs.order_by().values("member").annotate(number=Count("pk")).values("number")
    return members.annotate(load=Coalesce(Subquery(counted), 0))
