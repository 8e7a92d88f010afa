"""Which types, targets, members and pairings a person decides about."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.roles import GRANTS, Permission, Role
from grids.models import Grid
from grids.scope import Scope
from households.missing_contacts import free_targets, of_quota, short_of_contacts, without_contact
from households.models import ContactType, Pairing, PairingQuerySet, Programme, Quota
from surfaces.console.places import inside

RIGHT = Permission.PAIRING_EDIT
Target = ContactType.Target
Rows = Any
"""A queryset of households, groups, members or pairings, as the type wants it."""


class Reach:
    """One person on one day, perhaps looking at one place of theirs."""

    def __init__(self, user: Any, on: date, place: Grid | None = None) -> None:
        self.scope = Scope.of(user)
        self.on = on
        self.place = place

    @property
    def programmes(self) -> QuerySet[Programme]:
        """Of the counties in which this person pairs."""
        mine = {post.county_id for post in self.scope.postings if RIGHT in GRANTS[Role(post.role)].area}
        return Programme.objects.filter(county__in=mine).order_by("county", "pk")

    @property
    def kinds(self) -> QuerySet[ContactType]:
        rows = ContactType.objects.filter(programme__in=self.programmes)
        return rows.select_related("programme").order_by("programme", "pk")

    @property
    def quotas(self) -> QuerySet[Quota]:
        rows = Quota.objects.filter(programme__in=self.programmes)
        return rows.select_related("programme").order_by("programme", "contact_type", "pk")

    def missing(self, kind: ContactType) -> Rows:
        return self._targets(kind, without_contact(kind, self.on))

    def free(self, kind: ContactType) -> Rows:
        return self._targets(kind, free_targets(kind, self.on))

    def short(self, kind: ContactType) -> Rows:
        return self._here(short_of_contacts(kind, self.on))

    def held(self, quota: Quota) -> Rows:
        return self._here(of_quota(quota, self.on))

    def pairings(self, kind: ContactType) -> PairingQuerySet:
        """Those in force and those that ended."""
        rows = Pairing.objects.filter(programme=kind.programme_id, contact_type=kind.code)
        found: PairingQuerySet = self._here(rows)
        return found

    def _targets(self, kind: ContactType, rows: Rows) -> Rows:
        if kind.target != Target.GROUP:
            return self._here(rows)
        mine = rows.filter(self.scope.grid_q(RIGHT))
        return mine.filter(pk__in=Grid.objects.under(self.place).values("pk")) if self.place else mine

    def _here(self, rows: Any) -> Any:
        mine = rows.filter(self.scope.q(RIGHT))
        return mine.filter(inside(self.place)) if self.place else mine


def found(rows: QuerySet[Any], pk: int) -> Any:
    """The row of this key. Raises Http404."""
    one = rows.filter(pk=pk).first()
    if one is None:
        raise Http404
    return one
