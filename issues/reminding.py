"""提醒: word to whoever must act, before a clock is due and when it has run out, so that no breach is silent.

Rows are the queue: `Clock.remind_at` is the next occasion, `due_soon` when 80 % of the time is gone, then `overdue`.
Safe to run twice, twice at once and after silence: clocks are claimed with SKIP LOCKED, each chunk is one transaction,
and the notice's key names clock and person. After a silence beyond the due only `overdue` is said, which is then true.

Where a county's supervision orders are automatic they are the word on handling and assigning (issues.supervision goes
by `Clock.supervise_at`), and no second one is sent.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from accounts.models import User
from accounts.roles import GRANTS, Permission, Role
from grids.posts import acting, substitutes
from issues.chain import ancestor
from issues.clocks import SENDING_UP
from issues.escalation import Ladder
from issues.models import ClockKind, IssueEvent, Rung
from issues.rules import CountyRules
from issues.telling import STAFF_LINK
from notices.actions import Message, post_all
from workdays.arithmetic import ZONE, spell

CHUNK = 1000
log = logging.getLogger(__name__)


class Ringing(NamedTuple):
    """A claimed clock, with what of its issue decides whom to tell."""

    clock_id: int
    kind: str
    remind_at: datetime
    due_at: datetime
    issue_id: int
    number: str | None
    title: str
    level: int
    handler_id: int | None
    county_id: int
    town_id: int
    village_id: int
    cell_id: int
    grid_id: int


CLAIM = """
    SELECT clock.id, clock.kind, clock.remind_at, clock.due_at, issue.id, issue.number, issue.title, issue.level,
           issue.handler_id, issue.county_id, issue.town_id, issue.village_id, issue.cell_id, issue.grid_id
    FROM issues_clock clock JOIN issues_issue issue ON issue.id = clock.issue_id
    WHERE clock.remind_at <= %(at)s AND (clock.remind_at, clock.id) > (%(after)s, %(after_id)s)
    ORDER BY clock.remind_at, clock.id LIMIT %(limit)s
    FOR NO KEY UPDATE SKIP LOCKED
"""
NEXT = """
    UPDATE issues_clock SET remind_at = CASE WHEN due_at > %(at)s THEN due_at END WHERE id = ANY(%(ids)s)
"""
SOON = {
    ClockKind.HANDLE: "事项{number}“{title}”将于{due}到期，请抓紧办理。",
    ClockKind.REVIEW: "事项{number}“{title}”挂账至{due}，请准备复核。",
}
OVER = {
    ClockKind.TRIAGE: "诉求“{title}”已超过梳理时限（{due}），请尽快梳理。",
    ClockKind.ASSIGN: "事项{number}“{title}”已超过交办时限（{due}），请尽快交办。",
    ClockKind.FIRST_CONTACT: "事项{number}“{title}”已超过首次联系时限（{due}），请尽快联系反映人。",
    ClockKind.HANDLE: "事项{number}“{title}”已逾期（{due}到期），请尽快办结。",
    ClockKind.VERIFY: "事项{number}“{title}”已超过核查时限（{due}），请尽快核查。",
    ClockKind.CALLBACK: "事项{number}“{title}”已超过回访时限（{due}），请联系群众确认结果。",
    ClockKind.PUBLICITY: "事项{number}“{title}”公示已于{due}期满，请办理销号。",
    ClockKind.REVIEW: "事项{number}“{title}”挂账已到复核时间（{due}），请恢复办理。",
}


def remind(*, at: datetime) -> Counter[str]:
    """Tells everybody who must act on what rang by `at`. Returns how many clocks were `due_soon`, `overdue`, left to
    `orders`, or had `nobody` to tell: these stay in the queue until a post is filled."""
    told: Counter[str] = Counter()
    after: tuple[datetime | str, int] = ("-infinity", 0)
    people = Addressees(at)
    while True:
        with transaction.atomic():
            rows = claimed(at, after, CHUNK)
            if not rows:
                break
            told += _tell(rows, people, at)
        after = (rows[-1].remind_at, rows[-1].clock_id)
    if told["nobody"]:
        log.warning("%d clocks ran out with nobody to tell", told["nobody"])
    return told


def claimed(at: datetime, after: tuple[datetime | str, int], limit: int) -> list[Ringing]:
    """Locks the next clocks that ring, and their issues; those that somebody else holds are left for the next run."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "after": after[0], "after_id": after[1], "limit": limit})
        return [Ringing._make(row) for row in cursor.fetchall()]


def _tell(rows: Sequence[Ringing], people: "Addressees", at: datetime) -> Counter[str]:
    ordered = [row for row in rows if people.get_an_order(row)]
    rows = [row for row in rows if not people.get_an_order(row)]
    found = list(zip(rows, people.of(rows), strict=True))
    post_all([_message(row, user, at) for row, user in found if user], at=at)
    told = [row for row, user in found if user]
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"at": at, "ids": [row.clock_id for row in (*told, *ordered)]})
    return Counter(_occasion(row, at) for row in told) + Counter(orders=len(ordered), nobody=len(rows) - len(told))


def _occasion(row: Ringing, at: datetime) -> str:
    return "overdue" if row.due_at <= at else "due_soon"


def _message(row: Ringing, user: User, at: datetime) -> Message:
    occasion = _occasion(row, at)
    words = (OVER if occasion == "overdue" else SOON)[ClockKind(row.kind)]
    due = row.due_at.astimezone(ZONE)
    text = words.format(number=row.number or "", title=row.title, due=f"{spell(due.date())}{due:%H:%M}")
    key = f"{occasion}:{row.clock_id}:u{user.pk}"
    link = STAFF_LINK.format(pk=row.issue_id)
    return Message(key, occasion, text, user=user, link=link, matter=row.issue_id)


class Addressees:
    """Whoever must act on a clock, substitutes followed; the posts of a county are read once per run."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._ladders: dict[int, Ladder] = {}
        self._away = substitutes(at.astimezone(ZONE).date())

    def get_an_order(self, row: Ringing) -> bool:
        """Is a supervision order the word on this clock?"""
        return row.kind in SENDING_UP and self._ladder(row).rules.switches.automatic_orders

    def of(self, rows: Sequence[Ringing]) -> list[User | None]:
        """One person for each row; None where every post that could act is vacant."""
        verifiers = _verifiers(row.issue_id for row in rows if row.kind in (ClockKind.CALLBACK, ClockKind.PUBLICITY))
        ids = [self._one(row, verifiers.get(row.issue_id)) for row in rows]
        users = User.objects.in_bulk({pk for pk in ids if pk})
        return [users.get(pk) if pk else None for pk in ids]

    def _one(self, row: Ringing, verifier: int | None) -> int | None:
        if row.kind == ClockKind.TRIAGE:
            found = self._holding(row, Permission.ISSUE_TRIAGE, above=0)
        elif row.kind in (ClockKind.VERIFY, ClockKind.CALLBACK, ClockKind.PUBLICITY):
            found = self._acting(verifier) or self._holding(row, Permission.ISSUE_VERIFY, above=row.level)
        else:
            found = self._acting(row.handler_id)
        return found or self._ladder(row).posts.acting(row.county_id, Role.COUNTY_LEADER)

    def _acting(self, user_id: int | None) -> int | None:
        return acting(user_id, self._away) if user_id else None

    def _holding(self, row: Ringing, right: Permission, above: int) -> int | None:
        """The next post up the chain, from the level above on, that gives the right; else one of the level itself.
        Never the handler."""
        chain, posts = self._ladder(row).rules.chain, self._ladder(row).posts
        rungs = [*chain.above(above), *(rung for rung in chain.rungs if rung.order == above)]
        people = (posts.acting(ancestor(row, rung.at), role) for rung, role in _giving(rungs, right))
        return next((person for person in people if person not in (None, row.handler_id)), None)

    def _ladder(self, row: Ringing) -> Ladder:
        if row.county_id not in self._ladders:
            self._ladders[row.county_id] = Ladder.of(CountyRules(row.county_id), self.at)
        return self._ladders[row.county_id]


def _giving(rungs: Iterable[Rung], right: Permission) -> Iterator[tuple[Rung, str]]:
    return ((rung, role) for rung in rungs for role in rung.roles if right in GRANTS[Role(role)].area)


def _verifiers(issue_ids: Iterable[int]) -> dict[int, int | None]:
    """Who last verified each of these issues."""
    events = IssueEvent.objects.filter(issue__in=list(issue_ids), name="verify").order_by("issue", "-seq")
    return dict(events.distinct("issue").values_list("issue_id", "by_id"))
