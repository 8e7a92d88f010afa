"""Issues supervision orders: the orders, the colour of their issues, clocks, events and notices, written together.

By hand it is one order, the sweep issues a thousand; there is no second way to do it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from accounts.models import User
from accounts.roles import Role
from issues.escalation import Ladder, Spot
from issues.models import SupervisionOrder
from issues.rules import CountyRules
from notices.actions import Message, post_all
from workdays.arithmetic import ZONE, spell

ORDER_LINK = "/orders/{pk}/"
"""Leads to the order on the surface of whoever opens it."""


class Sheet(NamedTuple):
    """An order to be issued. Nothing happens when the issue is no longer of this version.

    `supervision` is the colour the issue has from now on, `supervise_at` when its clock is looked at again.
    """

    issue_id: int
    version: int
    clock_id: int | None
    colour: str
    cause: str
    copied_to: int | None
    answer_due_at: datetime
    supervision: str
    supervise_at: datetime | None


class Issued(NamedTuple):
    """An order that went out, with what its notices say."""

    order_id: int
    number: str
    colour: str
    cause: str
    addressee: int
    copied_to: int | None
    answer_due_at: datetime
    issue_number: str
    title: str
    issue_id: int
    county_id: int


def issue(
    sheets: Sequence[Sheet],
    rules: CountyRules,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> list[Issued]:
    """Issues orders in one county. Returns those whose issue still was as claimed."""
    first = take_numbers(at.astimezone(ZONE).year, len(sheets))
    columns = [list(column) for column in zip(*sheets, strict=True)]
    names = (f"sheet_{name}" for name in Sheet._fields)
    given = dict(zip(names, columns, strict=True)) | {
        "at": at,
        "year": at.astimezone(ZONE).year,
        "first": first,
        "by": by.pk if by else None,
        "event": "issue_order" if by else "supervise",
        "reason": reason,
    }
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, given)
        issued = [Issued._make(row) for row in cursor.fetchall()]
    _tell(issued, rules, at)
    return issued


def take_numbers(year: int, count: int) -> int:
    """The first of so many numbers, taken under a row lock so that nobody gets them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO issues_orderseries AS series (year, last) VALUES (%(year)s, %(count)s) "
            "ON CONFLICT (year) DO UPDATE SET last = series.last + %(count)s RETURNING last",
            {"year": year, "count": count},
        )
        last: int = cursor.fetchone()[0]
    return last - count + 1


def copied_to(spot: Spot, addressee: int | None, ladder: Ladder) -> int | None:
    """Who stands one rung above: the next filled post, past vacancies and absences; at the top the county leader."""
    for rung in ladder.rules.chain.above(spot.level, spot.grade):
        person = ladder.posts.holder(rung, spot)
        if person is not None and person != addressee:
            return person
    leader = ladder.posts.acting(spot.county_id, Role.COUNTY_LEADER)
    return leader if leader != addressee else None


def answer_due(rules: CountyRules, at: datetime) -> datetime:
    return rules.calendar.due(at, rules.switches.order_answer_days, "workday").at


def _tell(issued: Sequence[Issued], rules: CountyRules, at: datetime) -> None:
    people = User.objects.in_bulk({pk for one in issued for pk in (one.addressee, one.copied_to) if pk})
    messages = []
    for one in issued:
        label = rules.switches.order_label(one.colour)
        why = SupervisionOrder.Cause(one.cause).label
        about = f"事项{one.issue_number}“{one.title}”{'' if one.cause == 'hand' else why}，"
        last = spell(one.answer_due_at.astimezone(ZONE).date())
        theirs = f"{about}现发{label}{one.number}，请于{last}前回复。"
        messages.append(_message(one, "supervised", theirs, people[one.addressee]))
        if one.copied_to:
            copy = f"{about}已向{people[one.addressee].name}发出{label}{one.number}，抄送您知悉。"
            messages.append(_message(one, "supervised_copy", copy, people[one.copied_to]))
    post_all(messages, at=at)


def _message(one: Issued, kind: str, text: str, to: User) -> Message:
    return Message(f"{kind}:{one.order_id}:u{to.pk}", kind, text, user=to, link=ORDER_LINK.format(pk=one.order_id))


STATEMENT = """
WITH now AS (SELECT %(at)s::timestamptz AS at),
sheet AS (
    SELECT *, '督' || %(year)s || '-' || lpad((%(first)s + place - 1)::text, 6, '0') AS order_number FROM unnest(
        %(sheet_issue_id)s::bigint[], %(sheet_version)s::int[], %(sheet_clock_id)s::bigint[], %(sheet_colour)s::text[],
        %(sheet_cause)s::text[], %(sheet_copied_to)s::bigint[], %(sheet_answer_due_at)s::timestamptz[],
        %(sheet_supervision)s::text[], %(sheet_supervise_at)s::timestamptz[]
    ) WITH ORDINALITY AS sheet (issue_id, version, clock_id, colour, cause, copied_to, answer_due_at, supervision,
                                supervise_at, place)
),
marked AS (
    UPDATE issues_issue AS issue SET supervision = sheet.supervision, version = issue.version + 1
    FROM sheet WHERE issue.id = sheet.issue_id AND issue.version = sheet.version
    RETURNING issue.*, sheet.clock_id, sheet.colour, sheet.cause, sheet.copied_to, sheet.answer_due_at,
              sheet.supervise_at, sheet.order_number
),
looked_at AS (
    UPDATE issues_clock AS clock SET supervise_at = marked.supervise_at FROM marked WHERE clock.id = marked.clock_id
),
issued AS (
    INSERT INTO issues_supervisionorder
        (number, issue_id, grid_id, county_id, town_id, village_id, cell_id, colour, cause, reason, level, round,
         clock_id, issued_at, issued_by_id, addressee_id, copied_to_id, answer_due_at, answer)
    SELECT order_number, id, grid_id, county_id, town_id, village_id, cell_id, colour, cause, %(reason)s, level,
           round, clock_id, now.at, %(by)s, handler_id, copied_to, answer_due_at, ''
    FROM marked, now ORDER BY order_number
    RETURNING id, number, colour, cause, addressee_id, copied_to_id, answer_due_at, issue_id
),
recorded AS (
    INSERT INTO issues_issueevent (issue_id, seq, at, by_id, name, changes, facts, note, prev_hash, hash)
    SELECT id, 0, now.at, %(by)s, %(event)s, jsonb_build_object('supervision', supervision, 'version', version),
           jsonb_build_object('order', order_number, 'colour', colour, 'cause', cause), %(reason)s, '', ''
    FROM marked, now
)
SELECT issued.id, issued.number, issued.colour, issued.cause, addressee_id, copied_to_id, issued.answer_due_at,
       marked.number, title, issue_id, county_id
FROM issued JOIN marked ON marked.id = issue_id ORDER BY issued.number
"""
