"""Background work on roll-ups."""

from celery import shared_task

from tallies.recount import recount
from workdays.now import now


@shared_task(name="tallies.recount")
def recount_task() -> None:
    recount(now())
