"""Background work of the register. A task calls one function; rows say what is due, so a lost run loses nothing."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from workdays.now import now

logger = logging.getLogger(__name__)


@shared_task(name="issues.escalate_overdue")
def escalate_overdue() -> None:
    """Orders first: what is late and goes up in the same minute still leaves its order with who was late."""
    from issues import sweep
    from issues.supervision.sweep import supervise

    at = now()
    try:
        supervise(at=at)
    finally:
        sweep.escalate_overdue(at=at)


@shared_task(name="issues.remind")
def remind() -> None:
    from issues import reminding

    reminding.remind(at=now())


@shared_task(name="issues.tell_evening")
def tell_evening() -> None:
    from issues import evenings

    evenings.remind(at=now())


@shared_task(name="issues.follow_calendars")
def follow_calendars(everything: bool = False) -> None:
    from issues import recomputing

    recomputing.follow_calendars(at=now(), everything=everything)


def follow_soon() -> None:
    """Asks a worker to recompute now. Redis may be down: beat asks every minute."""
    try:
        follow_calendars.apply_async(retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("no nudge to follow the calendar, the next run does: %s", error)


@shared_task(name="issues.post_group_digests")
def post_group_digests() -> None:
    from issues import robots

    robots.post_group_digests(at=now())


@shared_task(name="issues.return_untaken")
def return_untaken() -> None:
    from issues.requests import sweep

    sweep.return_untaken(at=now())
