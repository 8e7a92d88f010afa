"""A word before wishes are over. Safe to run twice: each notice has its key."""

from datetime import datetime, timedelta

from households.models import ChoiceRound, RoundStatus
from households.rounds.telling import tell_closing
from workdays.arithmetic import ZONE

DAYS_BEFORE = 2


def remind(*, at: datetime) -> int:
    """Tells those who have not answered in rounds that close within two days. Returns how many notices are new."""
    on = at.astimezone(ZONE).date()
    closing = ChoiceRound.objects.filter(
        status=RoundStatus.WISHING,
        wishes_from__lte=on,
        wishes_until__gte=on,
        wishes_until__lte=on + timedelta(days=DAYS_BEFORE),
    )
    return sum(tell_closing(round, at) for round in closing.select_related("opened_by"))
