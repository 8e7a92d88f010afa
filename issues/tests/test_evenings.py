"""当日梳理清零: what lay untriaged at 18:00 of any day, and that village and town hear of it once."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db.models import Q

from grids.models import Absence, Posting
from issues import actions
from issues.evenings import closing, remind, untriaged
from issues.models import Issue, IssueEvent
from issues.rules import load_register_rules
from issues.tests import walk
from issues.tests.cast import MONDAY, SINCE
from notices.models import Notice
from profiles.reader import read

EVENING = closing(MONDAY.date())
AFTER = EVENING + timedelta(minutes=3)


@pytest.fixture
def zunyi(cast):
    """The same day is the limit here."""
    load_register_rules(cast.county, read("zunyi"))
    return cast


def told() -> dict[str, str]:
    return dict(Notice.objects.filter(kind="untriaged").values_list("user__name", "text"))


def left(day: int = 0) -> int:
    return untriaged(Issue.objects.all(), EVENING + timedelta(days=day)).count()


def test_what_was_collected_today_and_not_triaged_by_six_is_left_where_the_same_day_is_the_limit(zunyi):
    walk.registered(zunyi)
    walk.collected(zunyi)
    assert left() == 1


def test_elsewhere_the_limit_is_the_next_working_day(cast):
    walk.collected(cast)
    assert [left(day) for day in (0, 1, 2)] == [0, 1, 1]


def test_what_is_collected_after_six_counts_for_the_next_day(zunyi):
    walk.collected(zunyi, at=EVENING + timedelta(minutes=1))
    assert [left(day) for day in (0, 1)] == [0, 1]


@pytest.mark.parametrize("end", ["solved_on_spot", "merged", "declined", "transferred", "voided", "registered"])
def test_whatever_ends_triage_empties_the_inbox(zunyi, end):
    getattr(walk, end)(zunyi)
    assert left() == 0


def test_a_past_evening_is_what_the_events_say_of_it(zunyi):
    """Brute force: replay the statuses, and look which opinions were due."""
    issues = [walk.collected(zunyi, at=walk.hours(6 * number)) for number in range(12)]
    for number, issue in enumerate(issues):
        if number % 3:
            given = {"issue": issue, "by": zunyi.secretary, "result": "当场疏通"}
            actions.solve_on_spot(at=issue.collected_at + timedelta(hours=11 * number), **given)
    for day in range(8):
        evening = EVENING + timedelta(days=day)
        assert left(day) == len([issue for issue in issues if _waited(issue, evening)]), day


def _waited(issue: Issue, evening: datetime) -> bool:
    past = IssueEvent.objects.filter(Q(changes__has_key="status"), issue=issue, at__lte=evening).order_by("seq").last()
    due = IssueEvent.objects.get(issue=issue, name="collect").changes["due_at"]
    return past is not None and past.changes["status"] == "collected" and datetime.fromisoformat(due) <= evening


def test_village_and_town_hear_of_it_once_a_day_however_often_the_task_runs(zunyi):
    walk.collected(zunyi)
    walk.collected(zunyi)
    assert [remind(at=at) for at in (EVENING - timedelta(minutes=1), AFTER, AFTER, AFTER + timedelta(hours=1))] == [
        *(0, 2, 0, 0)
    ]
    assert told() == {
        "黄支书": "今天18:00，水口村2件到期诉求还没有梳理，请尽快梳理，做到当日清零。",
        "叶经办": "今天18:00，上陵镇2件到期诉求还没有梳理，请尽快梳理，做到当日清零。",
    }
    assert remind(at=AFTER + timedelta(days=1)) == 2


def test_an_empty_inbox_troubles_nobody(zunyi):
    walk.registered(zunyi)
    assert remind(at=AFTER) == 0


def test_a_task_that_missed_its_hour_still_tells_the_truth_of_six_o_clock(zunyi):
    issue = walk.collected(zunyi)
    actions.decline(issue=issue, by=zunyi.secretary, at=AFTER, reason="已进入诉讼程序")
    assert remind(at=AFTER + timedelta(hours=2)) == 2


def test_on_a_day_off_nobody_is_told(zunyi):
    walk.collected(zunyi)
    saturday = AFTER + timedelta(days=5)
    assert (left(5), remind(at=saturday)) == (1, 0)


def test_who_is_away_is_stood_in_for_and_a_vacant_post_is_passed_over(zunyi):
    walk.collected(zunyi)
    on = MONDAY.date()
    Absence.objects.create(user=zunyi.secretary, substitute=zunyi.member, since=on, until=on + timedelta(days=2))
    Posting.objects.filter(user__in=[zunyi.clerk, zunyi.second_clerk, zunyi.town_leader]).update(until=on)
    with time_machine.travel(AFTER, tick=False):
        remind(at=AFTER)
    assert set(told()) == {"曾党员"}


def test_who_answers_for_two_villages_gets_one_message(zunyi):
    other = zunyi.grids["990001101202"]
    Posting.objects.filter(user=zunyi.neighbour).delete()
    role = Posting.objects.get(user=zunyi.secretary).role
    Posting.objects.create(user=zunyi.secretary, role=role, since=SINCE, **other.scope())
    walk.collected(zunyi)
    walk.collected(zunyi, household=None, grid=other, by=zunyi.clerk)
    remind(at=AFTER)
    assert told()["黄支书"].startswith("今天18:00，")
    assert "水口村1件" in told()["黄支书"]
    assert "下洞村1件" in told()["黄支书"]
