"""Ten thousand overdue issues, five hundred of which cannot go up: nobody waits for them."""

from datetime import datetime

import pytest

from issues import sweep
from issues.models import Category, Clock, Issue, IssueEvent, Limit
from issues.rules import load_register_rules
from issues.tests import walk
from issues.tests.clones import cloned
from notices.models import Notice
from profiles.reader import read
from workdays.arithmetic import ZONE

pytestmark = [pytest.mark.django_db, pytest.mark.stack]

BREACH = datetime(2026, 11, 11, 18, 0, tzinfo=ZONE)
FINE, WITHOUT_RULE, REFUSED = 9_500, 490, 10
"""Rows that climb, rows no rule says anything for, rows the database itself refuses."""


def test_five_hundred_that_cannot_go_up_block_none_of_ten_thousand(cast):
    ruleless = scattered(walk.processing(cast, category=Category.LIVELIHOOD), WITHOUT_RULE)
    refused = scattered(walk.processing(cast), REFUSED)
    scattered(walk.processing(cast), FINE)
    Limit.objects.filter(category=Category.LIVELIHOOD).delete()
    Clock.objects.filter(issue__in=refused, kind="handle").update(turn=32767, level=2)

    swept = sweep.escalate_overdue(at=BREACH)

    assert swept.climbed == FINE
    assert set(swept.stuck) == {*ruleless, *refused}
    assert Issue.objects.filter(level=2).count() == FINE
    assert IssueEvent.objects.filter(name="escalate").count() == FINE
    assert Notice.objects.filter(kind="escalated").count() == FINE

    load_register_rules(cast.county, read("heping"))
    again = sweep.escalate_overdue(at=BREACH)
    assert (again.climbed, set(again.stuck)) == (WITHOUT_RULE, set(refused))


def scattered(issue: Issue, count: int) -> list[int]:
    """An issue and its copies, due in turns with those of the other kinds."""
    return [issue.pk, *cloned(issue, count - 1)]
