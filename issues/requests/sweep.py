"""What nobody took in time goes back to the branch: once, however many sweeps run, and a bad row blocks nobody.

Safe to run twice, twice at once, and after silence: each row is claimed with SKIP LOCKED in a transaction of its own,
and a returned row is no longer dispatched.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, transaction

from accounts.errors import Refused
from issues.models import RequestStatus, ServiceRequest
from issues.requests.actions import untaken

log = logging.getLogger(__name__)
Place = tuple[datetime, int]


@dataclass
class Swept:
    """What one run did. `stuck` are the ids of requests that could not be sent back, with the reason."""

    returned: int = 0
    stuck: dict[int, str] = field(default_factory=dict)


def return_untaken(*, at: datetime) -> Swept:
    """Sends back every request that should have been taken by `at`."""
    swept = Swept()
    after: Place | None = None
    while True:
        try:
            with transaction.atomic():
                row = _claimed(at, after)
                if row is None:
                    break
                assert row.due_at is not None
                after = (row.due_at, row.pk)
                untaken(request=row, at=at)
        except (Refused, DatabaseError, ValueError) as error:
            if after is None:
                raise
            swept.stuck[after[1]] = str(error)
        else:
            swept.returned += 1
    if swept.stuck:
        log.warning("%d requests cannot go back, e.g. %s", len(swept.stuck), next(iter(swept.stuck.items())))
    return swept


def _claimed(at: datetime, after: Place | None) -> ServiceRequest | None:
    """Locks the next row due; those that another worker holds are left to it."""
    rows = ServiceRequest.objects.filter(status=RequestStatus.DISPATCHED, due_at__lte=at).order_by("due_at", "id")
    if after:
        rows = rows.filter(due_at__gte=after[0]).exclude(due_at=after[0], pk__lte=after[1])
    return rows.select_for_update(skip_locked=True).first()
