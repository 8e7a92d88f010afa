"""Work on the tree that runs by the clock."""

import logging

from celery import shared_task

from grids.actions import carry_out_due
from grids.check import check_grids
from workdays.now import now

log = logging.getLogger(__name__)
MOST_NAMED = 20


@shared_task(name="grids.check")
def check() -> None:
    """Nightly: says in the log what is wrong with the tree; mending is a person's decision (check_grids --fix)."""
    count, wrong = check_grids()
    for one in wrong[:MOST_NAMED]:
        log.error("%s", one)
    if wrong:
        log.error("%s个网格中有%s处不符，请运行 manage.py check_grids --fix", count, len(wrong))


@shared_task(name="grids.carry_out")
def carry_out() -> None:
    """Hourly: structural changes whose day has come."""
    moment = now()
    carry_out_due(on=moment.date(), at=moment)
