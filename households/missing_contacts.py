"""Which typed contacts are missing: targets without one, and members below their least."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from grids.models import Grid, Kind
from households.models import ContactType, Household, HouseholdTag, Pairing, Quota
from members.models import Member

Target = ContactType.Target


def without_contact(kind: ContactType, on: date) -> QuerySet[Any]:
    """Groups (or households of the kind and tag) that should have a contact of this type and have none on the day."""
    taken = Pairing.objects.current(on).filter(programme=kind.programme_id, contact_type=kind.code)
    if kind.target == Target.PERSON or not kind.required:
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
    theirs = Pairing.objects.current(on).filter(
        member=OuterRef("pk"), programme=kind.programme_id, contact_type=kind.code
    )
    counted = theirs.order_by().values("member").annotate(number=Count("pk")).values("number")
    least = quotas.filter(cadre=OuterRef("cadre")).values("least")
    members = Member.objects.filter(Q(county_id=kind.programme.county_id), cadre__in=quotas.values("cadre"))
    return (
        members.available(on)
        .annotate(load=Coalesce(Subquery(counted), 0), least=Subquery(least[:1]))
        .filter(load__lt=F("least"))
        .order_by("branch", "pk")
    )
