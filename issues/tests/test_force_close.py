"""强制销号: only where the profile allows it, only by the county, with reason and evidence, and flagged for ever."""

from typing import Any

import pytest

from accounts.errors import Forbidden, Refused
from issues import actions
from issues.actions import closing_gap
from issues.case import scope_on
from issues.models import Issue, RegisterRules, Status
from issues.tests import walk
from issues.tests.cast import MONDAY
from issues.tests.walk import hours
from issues.workflow import refusal

pytestmark = pytest.mark.django_db


def force(cast, issue: Issue, by: str = "county_officer", **other: Any) -> None:
    given = {"reason": "反映人长期不接受已落实的结果", "files": [walk.photo("minutes.jpg")]}
    actions.force_close(**{"issue": issue, "by": cast.people[by], "at": hours(8), **given, **other})


def test_it_is_off_until_the_profile_says_otherwise(cast):
    issue = walk.confirming(cast)
    with pytest.raises(Refused, match="本县没有开启强制销号"):
        force(cast, issue)


@pytest.mark.parametrize("by", ["town_leader", "clerk", "secretary", "grid_leader", "handler", "auditor", "nobody"])
def test_nobody_below_the_county_may(cast, by):
    RegisterRules.objects.update(force_close=True)
    issue = walk.confirming(cast)
    with pytest.raises(Forbidden):
        force(cast, issue, by)


@pytest.mark.parametrize(("given", "field"), [({"reason": "烦"}, "reason"), ({"files": []}, "files")])
def test_it_needs_a_reason_and_evidence(cast, given, field):
    RegisterRules.objects.update(force_close=True)
    with pytest.raises(Refused) as refused:
        force(cast, walk.confirming(cast), **given)
    assert refused.value.field == field


@pytest.mark.parametrize("begin", [walk.assigned, walk.processing, walk.on_hold, walk.reported, walk.confirming])
def test_it_closes_without_a_verdict_and_says_so(cast, begin):
    RegisterRules.objects.update(force_close=True)
    issue = begin(cast)
    force(cast, issue, "leader")
    assert (issue.status, issue.forced, issue.closed_at) == (Status.CLOSED, True, hours(8))
    assert closing_gap(issue) is not None
    event = issue.events.get(name="force_close")
    assert (event.note, len(event.facts["evidence"])) == ("反映人长期不接受已落实的结果", 1)
    assert not issue.clocks.filter(stopped_at=None).exists()


def test_reopening_takes_the_mark_away(cast):
    RegisterRules.objects.update(force_close=True)
    issue = walk.confirming(cast)
    force(cast, issue)
    actions.reopen(issue=issue, by=cast.clerk, at=hours(30), reason="反映人拿出了新证据")
    assert (issue.status, issue.round, issue.forced) == (Status.ASSIGNED, 2, False)


def test_the_county_does_not_force_what_it_handles_itself(cast):
    RegisterRules.objects.update(force_close=True)
    issue = walk.registered(cast, by=cast.county_officer)
    actions.assign(issue=issue, by=cast.leader, at=hours(2), handler=cast.county_officer)
    said = refusal(issue, "force_close", cast.county_officer, scope_on(cast.county_officer, MONDAY.date()))
    assert said == "这件事项由您承办，请由另一人办理。"
