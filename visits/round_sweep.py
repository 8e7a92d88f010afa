"""Published rounds come into force on their day: once, however many sweeps run, and a bad one blocks no other."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from accounts.errors import Refused
from households.models import ChoiceRound, RoundStatus
from visits.actions.rounds import put_round_in_force
from workdays.arithmetic import ZONE

log = logging.getLogger(__name__)


def put_rounds_in_force(*, at: datetime) -> int:
    """Every published round whose day has come. Returns how many came into force now."""
    due = ChoiceRound.objects.filter(status=RoundStatus.PUBLISHED, in_force_from__lte=at.astimezone(ZONE).date())
    return sum(_put(pk, at) for pk in due.order_by("in_force_from", "pk").values_list("pk", flat=True))


def _put(pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            rows = ChoiceRound.objects.filter(pk=pk, status=RoundStatus.PUBLISHED)
            round = rows.select_for_update(skip_locked=True, no_key=True).first()
            if round is None:
                return False
            put_round_in_force(round=round, by=None, at=at)
    except (Refused, DatabaseError):
        log.exception("round %s cannot come into force", pk)
        return False
    return True
