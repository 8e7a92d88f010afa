from datetime import date

import pytest

from visits.models import Visit
from visits.rules import Interval, interval_for, next_due

RULES = [Interval("", 30), Interval("low_income", 14), Interval("old_alone", 7), Interval("prosperous", 90)]


@pytest.mark.parametrize(
    ("tags", "days"),
    [
        ([], 30),
        (["veteran"], 30),
        (["low_income"], 14),
        (["low_income", "old_alone"], 7),
        (["prosperous"], 90),
        (["prosperous", "low_income"], 14),
    ],
)
def test_the_shortest_rule_that_names_a_tag_wins_and_everybody_else_has_the_general_one(tags, days):
    held = interval_for(RULES, tags)
    assert held is not None
    assert held.days == days


def test_without_a_rule_nothing_is_due():
    assert interval_for([], ["low_income"]) is None
    assert interval_for([Interval("low_income", 14)], ["veteran"]) is None


@pytest.mark.parametrize(
    ("outcome", "until"),
    [
        (Visit.Outcome.MET, 15),
        (Visit.Outcome.BY_PHONE, 15),
        (Visit.Outcome.NOT_HOME, 4),
        (Visit.Outcome.REFUSED, 4),
        (Visit.Outcome.MOVED, 4),
    ],
)
def test_a_kept_visit_waits_the_interval_and_any_other_three_days(outcome, until):
    assert next_due(date(2026, 11, 1), outcome, 14) == date(2026, 11, until)


def test_a_retry_never_waits_longer_than_the_rule():
    assert next_due(date(2026, 11, 1), Visit.Outcome.NOT_HOME, 2) == date(2026, 11, 3)
