"""Imports in the background. The job rows are the queue; a task sent at once only makes it sooner."""

import logging
from datetime import timedelta
from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError

from workdays.now import now

logger = logging.getLogger(__name__)

ARRIVALS_KEPT = timedelta(days=90)
"""A phone that was off for longer sends a form anew, and the form's own client_id still saves it once."""


@shared_task(name="exchange.run_job")
def run_job(pk: int) -> None:
    from exchange.run import run

    run(pk, at=now())


@shared_task(name="exchange.run_open")
def run_open() -> None:
    """Runs what was never started or never ended: Redis was down, a worker died."""
    from exchange.models import Job

    for pk in Job.objects.filter(state__in=Job.OPEN).order_by("pk").values_list("pk", flat=True):
        run_job(pk)


@shared_task(name="exchange.forget_files")
def forget_files() -> None:
    from exchange import actions

    actions.forget_files(at=now())


@shared_task(name="exchange.forget_arrivals")
def forget_arrivals() -> None:
    from accounts.actions import forget_arrivals

    forget_arrivals(before=now() - ARRIVALS_KEPT)


def send(task: Any, *arguments: object) -> None:
    """Asks a worker now. Redis may be down: the sweep finds the row."""
    try:
        task.apply_async(arguments, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("%s%s not sent, the next sweep runs it: %s", task.name, arguments, error)
