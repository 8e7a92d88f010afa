"""Takes waiting notices out of the outbox. Safe to run twice, twice at once, and after a kill -9 at any point.

A claim is a lease: it counts an attempt and hides the row until its retry time. Whoever dies holding it loses it by
time; the next deliverer sends the same id again and the driver recognises it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts import crypto
from notices.drivers import Driver, NotSent, sms_driver
from notices.models import Notice, NoticeQuerySet

logger = logging.getLogger(__name__)

BATCH = 20
MOST_ATTEMPTS = 5
PAUSES = [timedelta(minutes=minutes) for minutes in (2, 5, 15, 60)]
"""How long a row rests after its first, second, … attempt before it may be claimed again; later the last one."""

CLAIM = f"""
    WITH free AS MATERIALIZED (
        SELECT id FROM notices_notice
        WHERE state = 'waiting' AND channel = 'sms' AND (
            claimed_at IS NULL
            OR claimed_at + (%(pauses)s::interval[])[least(attempts, {len(PAUSES)})] <= %(at)s
        )
        ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    )
    UPDATE notices_notice AS notice SET claimed_at = %(at)s, attempts = attempts + 1
    FROM free WHERE notice.id = free.id
    RETURNING notice.id, phone, text, attempts
"""


@dataclass(frozen=True)
class Delivered:
    """What one run did: inbox rows, messages sent, messages to be tried again, messages given up."""

    inbox: int = 0
    sent: int = 0
    postponed: int = 0
    failed: int = 0


def deliver_waiting(*, at: datetime, driver: Driver | None = None) -> Delivered:
    """Delivers everything that is waiting and not resting after a failure."""
    driver = driver or sms_driver()
    inbox = _deliver_inbox(at)
    outcomes: list[str] = []
    while batch := _claim(at):
        outcomes += [_deliver(driver, *claimed, at=at) for claimed in batch]
    return Delivered(
        inbox=inbox,
        sent=outcomes.count(Notice.State.SENT),
        postponed=outcomes.count(Notice.State.WAITING),
        failed=outcomes.count(Notice.State.FAILED),
    )


@transaction.atomic
def _deliver_inbox(at: datetime) -> int:
    """Inbox rows are read where they lie: nothing leaves the house."""
    waiting = Notice.objects.filter(state=Notice.State.WAITING, channel=Notice.Channel.INBOX)
    mine = waiting.order_by("pk").select_for_update(skip_locked=True).values("pk")
    return Notice.objects.filter(pk__in=mine).update(state=Notice.State.SENT, sent_at=at, claimed_at=at, attempts=1)


def _claim(at: datetime) -> list[tuple[int, str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "pauses": PAUSES, "batch": BATCH})
        claimed: list[tuple[int, str, str, int]] = cursor.fetchall()
    return claimed


def _deliver(driver: Driver, pk: int, phone: str, text: str, attempts: int, *, at: datetime) -> Notice.State:
    try:
        driver.send(pk, crypto.decrypt(phone), text)
    except NotSent as error:
        return _note_failure(pk, attempts, str(error))
    except Exception:
        logger.exception("notice %s: the SMS driver broke", pk)
        return _note_failure(pk, attempts, "短信通道程序出错,请联系系统管理员查看日志")
    _waiting(pk).update(state=Notice.State.SENT, sent_at=at, error="")
    return Notice.State.SENT


def _note_failure(pk: int, attempts: int, sentence: str) -> Notice.State:
    state = Notice.State.FAILED if attempts >= MOST_ATTEMPTS else Notice.State.WAITING
    _waiting(pk).update(state=state, error=sentence[:200])
    return state


def _waiting(pk: int) -> NoticeQuerySet:
    return Notice.objects.filter(pk=pk, state=Notice.State.WAITING)
