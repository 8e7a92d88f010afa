"""Who looks after how many, and who looks after somebody although they no longer should."""

from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from households.models import Pairing, PairingQuerySet
from members.models import Member, MemberQuerySet


def with_load(members: MemberQuerySet, on: date) -> MemberQuerySet:
    """Members with `load`: their pairings in force on the day, counted only for the rows that are read."""
    theirs = Pairing.objects.current(on).filter(member=OuterRef("pk")).order_by().values("member")
    return members.annotate(load=Coalesce(Subquery(theirs.annotate(number=Count("pk")).values("number")), 0))


def under_loaded(members: MemberQuerySet, on: date) -> Any:
    """Members who could look after households and have fewer than their least."""
    return with_load(members.available(on), on).filter(load__lt=F("capacity_min"))  # type: ignore[misc]


def over_loaded(members: MemberQuerySet, on: date) -> Any:
    """Members with more than their most: after an import or a lowered limit."""
    return with_load(members, on).filter(load__gt=F("capacity_max"))  # type: ignore[misc]


def stranded(pairings: PairingQuerySet, on: date) -> PairingQuerySet:
    """Pairings in force whose member left or is exempt: to be handed over."""
    return pairings.current(on).exclude(member__in=Member.objects.available(on))
