"""Takes waiting notices out of the outbox. Safe to run twice, twice at once, and after a kill -9 at any point.

A claim is a lease: it counts an attempt and hides the row until its retry time. Whoever dies holding it loses it by
time; the next deliverer sends the same id again and the driver recognises it.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from accounts import crypto
from notices.actions import push
from notices.drivers import Driver, NotSent, Outgoing, Rejected, robot_driver, sms_driver
from notices.incoming import reference
from notices.models import Notice, NoticeQuerySet
from workdays.arithmetic import ZONE

logger = logging.getLogger(__name__)

BATCH = 5
"""So few that a batch of messages which each time out is done before its lease ends and another deliverer takes it."""
MOST_ATTEMPTS = 5
PAUSES = [timedelta(minutes=minutes) for minutes in (2, 5, 15, 60)]
"""How long a row rests after its first, second, … attempt before it may be claimed again; later the last one."""
BROKEN = "发送程序出错，请联系系统管理员查看日志"

CLAIM = f"""
    WITH free AS MATERIALIZED (
        SELECT id, claimed_at AS tried_at, error AS last_error FROM notices_notice
        WHERE state = 'waiting' AND channel <> 'inbox' AND (not_before IS NULL OR not_before <= %(at)s)
        AND NOT COALESCE(CASE
            WHEN quiet_from <= quiet_until THEN %(hour)s >= quiet_from AND %(hour)s < quiet_until
            ELSE %(hour)s >= quiet_from OR %(hour)s < quiet_until END, false)
        AND (
            claimed_at IS NULL
            OR claimed_at + (%(pauses)s::interval[])[least(attempts, {len(PAUSES)})] <= %(at)s
        )
        ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    )
    UPDATE notices_notice AS notice SET claimed_at = %(at)s, attempts = attempts + 1, error = ''
    FROM free WHERE notice.id = free.id
    RETURNING notice.id, channel, turn, phone, address, text, template, params, attempts, tried_at, last_error
"""

INBOX = """
    WITH mine AS MATERIALIZED (
        SELECT id FROM notices_notice WHERE state = 'waiting' AND channel = 'inbox' ORDER BY id FOR UPDATE SKIP LOCKED
    ),
    delivered AS (
        UPDATE notices_notice AS notice SET state = 'sent', sent_at = %(at)s, claimed_at = %(at)s, attempts = 1
        FROM mine WHERE notice.id = mine.id RETURNING notice.id, urgent
    )
    SELECT count(*), array_agg(id) FILTER (WHERE urgent) FROM delivered
"""


class Claimed(NamedTuple):
    """A row in our hands for as long as its lease runs. An error is kept only of a try that ended."""

    pk: int
    channel: str
    turn: int
    phone: str
    address: str
    text: str
    template: str
    params: str
    attempts: int
    tried_at: datetime | None
    last_error: str

    def outgoing(self, at: datetime) -> Outgoing:
        return Outgoing(
            reference=reference(self.pk, self.turn),
            text=self.text,
            phone=crypto.decrypt(self.phone) if self.phone else "",
            address=crypto.decrypt(self.address) if self.address else "",
            template=self.template,
            params=json.loads(self.params),
            now=at,
            tried_at=self.tried_at,
            unsure=self.tried_at is not None and not self.last_error,
        )


@dataclass(frozen=True)
class Delivered:
    """What one run did: inbox rows, messages sent, messages to be tried again, messages given up."""

    inbox: int = 0
    sent: int = 0
    postponed: int = 0
    failed: int = 0


def deliver_waiting(*, at: datetime, driver: Driver | None = None, robots: Driver | None = None) -> Delivered:
    """Delivers everything that is waiting, may leave at this hour, and is not resting after a failure."""
    drivers = {Notice.Channel.SMS: driver or sms_driver(), Notice.Channel.ROBOT: robots or robot_driver()}
    inbox = _deliver_inbox(at)
    outcomes: list[str] = []
    while batch := _claim(at):
        outcomes += [_deliver(drivers[Notice.Channel(one.channel)], one, at) for one in batch]
    return Delivered(
        inbox=inbox,
        sent=outcomes.count(Notice.State.SENT),
        postponed=outcomes.count(Notice.State.WAITING),
        failed=outcomes.count(Notice.State.FAILED),
    )


@transaction.atomic
def _deliver_inbox(at: datetime) -> int:
    """Inbox rows are read where they lie: nothing leaves the house but a copy of what is urgent."""
    with connection.cursor() as cursor:
        cursor.execute(INBOX, {"at": at})
        count, urgent = cursor.fetchone()
    if urgent:
        push(list(Notice.objects.filter(pk__in=urgent)), at)
    return int(count)


def _claim(at: datetime) -> list[Claimed]:
    hour = at.astimezone(ZONE).hour
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "hour": hour, "pauses": PAUSES, "batch": BATCH})
        return [Claimed._make(row) for row in cursor.fetchall()]


def _deliver(driver: Driver, claimed: Claimed, at: datetime) -> Notice.State:
    try:
        gateway_id = driver.send(claimed.outgoing(at))
    except NotSent as error:
        final = isinstance(error, Rejected) or claimed.attempts >= MOST_ATTEMPTS
        return _note_failure(claimed, final, str(error))
    except Exception:
        logger.exception("notice %s: the driver broke", claimed.pk)
        return _note_failure(claimed, claimed.attempts >= MOST_ATTEMPTS, BROKEN)
    _waiting(claimed.pk).update(state=Notice.State.SENT, sent_at=at, gateway_id=gateway_id[:64], error="")
    return Notice.State.SENT


def _note_failure(claimed: Claimed, final: bool, sentence: str) -> Notice.State:
    """Only whoever holds the lease says that the try failed; another may have taken it over."""
    state = Notice.State.FAILED if final else Notice.State.WAITING
    _waiting(claimed.pk).filter(attempts=claimed.attempts).update(state=state, error=sentence[:200])
    return state


def _waiting(pk: int) -> NoticeQuerySet:
    return Notice.objects.filter(pk=pk, state=Notice.State.WAITING)
