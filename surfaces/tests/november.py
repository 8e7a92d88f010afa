"""A county on the evening of 18 November 2026, when every figure of a dashboard has something to count."""

from datetime import date, datetime, timedelta

import time_machine

from accounts.roles import Role
from issues.models import Verdict
from tallies.recount import recount
from tallies.tests import cast
from visits.due import restate
from visits.models import VisitRule
from visits.rules import Interval
from workdays.arithmetic import ZONE

DAY = date(2026, 11, 18)
EVENING = datetime(2026, 11, 18, 23, 59, 59, tzinfo=ZONE)


def build() -> cast.County:
    """On the evening of the day: every figure has something to count."""
    made = cast.build()
    made.user("组工", Role.COUNTY_CLERK, "county")
    rule = VisitRule.objects.create(programme=made.pairings["far_cell"].programme, interval_days=14)
    early = EVENING - timedelta(days=9)
    for number, place in enumerate(("sub_cell", "far_cell", "other_village")):
        handed = {"handler": made.people[0], "category": "dispute"}
        late = made.register(place, early, number, due_at=early + timedelta(days=2 + 3 * number, hours=-1), **handed)
        cast.order(late, made.people[0], early + timedelta(days=3), answered=None)
        made.collect(place, early)
        closed = made.register(place, early, number + 100, due_at=EVENING + timedelta(days=2), **handed)
        cast.close(closed, early + timedelta(days=4))
        cast.verdict(closed, early + timedelta(days=4), list(Verdict.Value)[number])
        cast.contact_clock(late, early, answered=number == 0)
        made.visit(place, early - timedelta(days=number * 9))
    restate(rule.programme, [Interval("", 14, 0)], on=DAY)
    with time_machine.travel(EVENING, tick=False):
        recount(EVENING)
    return made
