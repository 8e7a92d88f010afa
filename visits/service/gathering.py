"""What a session gathered: the visits that belong to it, and the names its notice must not tell."""

from datetime import date, datetime, timedelta

from households.models import Pairing, Resident
from visits.models import LAST_STEP, ServiceSession, Visit
from workdays.arithmetic import ZONE

GOES_ON = timedelta(days=1)
"""A session that is not summed up goes on the next morning."""


def under_way(pairing: Pairing, day: date) -> ServiceSession | None:
    """The session to which a visit of the day belongs: begun in the household's village, and not summed up."""
    rows = ServiceSession.objects.standing().filter(
        village_id=pairing.village_id, programme=pairing.programme_id, day__range=(day - GOES_ON, day)
    )
    return rows.exclude(step__in=("", LAST_STEP)).order_by("-day").first() if pairing.village_id else None


def take_in(session: ServiceSession) -> int:
    """Visits of the day that were entered before anybody checked in belong to it too. Returns how many."""
    begins = datetime.combine(session.day, datetime.min.time(), ZONE)
    rows = Visit.objects.filter(
        village_id=session.village_id,
        pairing__programme=session.programme_id,
        at__gte=begins,
        at__lt=begins + timedelta(days=1),
        session=None,
    )
    rows.filter(trigger=Visit.Trigger.REGULAR).update(trigger=Visit.Trigger.SERVICE_DAY)
    return rows.update(session=session)


def households_visited(session: ServiceSession) -> int:
    return session.visits.values("household").distinct().count()


def names_around(session: ServiceSession) -> tuple[str, ...]:
    """Whoever lives in a household that was visited."""
    homes = session.visits.values("household")
    people = Resident.objects.filter(household__in=homes, left_on=None).values_list("name", flat=True)
    heads = session.visits.values_list("household__head_name", flat=True)
    return tuple({*people, *heads})
