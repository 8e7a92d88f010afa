"""Background work of choice rounds. A task calls one function; rows say what is due, so a lost run loses nothing."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from workdays.now import now

logger = logging.getLogger(__name__)


@shared_task(name="households.run_proposal")
def run_proposal(pk: int) -> None:
    from households.rounds import running

    running.run(pk, at=now())


@shared_task(name="households.run_open_proposals")
def run_open_proposals() -> None:
    """Sends what was never computed or never ended: Redis was down, a worker died."""
    from households.models import ProposalRun

    for pk in ProposalRun.objects.filter(ended_at=None).order_by("pk").values_list("pk", flat=True):
        send_proposal(pk)


@shared_task(name="households.remind_rounds")
def remind_rounds() -> None:
    from households.rounds import sweep

    sweep.remind(at=now())


def send_proposal(pk: int) -> None:
    """Asks a worker now. Redis may be down: the sweep finds the row."""
    try:
        run_proposal.apply_async((pk,), retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("proposal %s not sent, the next sweep runs it: %s", pk, error)
