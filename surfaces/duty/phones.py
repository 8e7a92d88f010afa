"""Whose mobile somebody may ask for because that person is on duty: with a reason, logged, as every whole number."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from rosters.models import DutyShift, DutyTurn
from rosters.people import Staffed, staffed
from workdays.now import now


def may_ring(user: User, one: Staffed) -> bool:
    """Whoever sees to personal data there, and colleagues of the same rota; nobody needs it for themselves."""
    if not isinstance(one.person, User) or one.person == user:
        return False
    return Scope.of(user).covers(Permission.REVEAL, one.shift) or takes_part(user, one.shift)


def takes_part(user: User, shift: DutyShift) -> bool:
    return DutyTurn.objects.filter(rota=shift.rota_id, user=user, out=False).exists()


def people_on_duty(user: User) -> QuerySet[User]:
    """Who is on duty now within this person's sight; each knows by `on_shift` where."""
    running = staffed(DutyShift.objects.visible_to(user).running(now()).told())
    on = {one.person.pk: one.shift.pk for one in running if isinstance(one.person, User)}
    where = [When(pk=person, then=Value(shift)) for person, shift in on.items()]
    return User.objects.filter(pk__in=on).annotate(on_shift=Case(*where, output_field=IntegerField()))


def shift_of(person: User) -> DutyShift:
    return DutyShift.objects.get(pk=person.on_shift)  # type: ignore[attr-defined]
