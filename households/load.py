"""Who looks after how many, and who looks after somebody although they no longer should."""

from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from households.models import PairingQuerySet
from members.models import Member, MemberQuerySet


def with_load(members: MemberQuerySet, on: date) -> Any:
    """Members with `load`: their pairings in force on the day."""
    in_force = Q(pairings__since__lte=on) & (Q(pairings__until=None) | Q(pairings__until__gt=on))
    return members.annotate(load=Count("pairings", filter=in_force))


def under_loaded(members: MemberQuerySet, on: date) -> Any:
    """Members who could look after households and have fewer than their least."""
    return with_load(members.available(on), on).filter(load__lt=F("capacity_min"))


def over_loaded(members: MemberQuerySet, on: date) -> Any:
    """Members with more than their most: after an import or a lowered limit."""
    return with_load(members, on).filter(load__gt=F("capacity_max"))


def stranded(pairings: PairingQuerySet, on: date) -> PairingQuerySet:
    """Pairings in force whose member left or is exempt: to be handed over."""
    return pairings.current(on).exclude(member__in=Member.objects.available(on))
