"""Delivery in the background. The rows are the queue: beat asks every 20 seconds, a nudge only makes it sooner."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from workdays.now import now

logger = logging.getLogger(__name__)


@shared_task(name="notices.deliver")
def deliver() -> None:
    from notices.delivery import deliver_waiting

    deliver_waiting(at=now())


@shared_task(name="notices.post_digests")
def post_digests() -> None:
    from notices import digests

    digests.post_digests(at=now())


def nudge() -> None:
    """Asks a worker to deliver now. Redis may be down: the notices wait in their rows and the next sweep sends them."""
    try:
        deliver.apply_async(retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("no nudge for waiting notices, the next sweep sends them: %s", error)
