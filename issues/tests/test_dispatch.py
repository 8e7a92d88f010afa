"""交给部门: the territorial unit hears at once and sees it; helpers hear too; nobody twice."""

import pytest

from issues import actions
from issues.models import Issue
from issues.tests import walk
from issues.tests.walk import hours
from notices.models import Notice

pytestmark = pytest.mark.django_db


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__name", flat=True))


def test_village_and_town_hear_at_once_of_what_the_county_gives_to_a_department(cast):
    issue = walk.registered(cast, by=cast.county_officer)
    actions.assign(issue=issue, by=cast.county_officer, at=hours(2), unit=cast.unit)
    assert told("dispatched") == {"黄支书", "叶经办"}
    text = Notice.objects.filter(kind="dispatched").first().text
    assert text.endswith("已直接交水利局办理，11月30日（周一）前办结，请了解并配合。")
    for person in (cast.secretary, cast.clerk):
        assert Issue.objects.visible_to(person).filter(pk=issue.pk).exists()
    assert not Issue.objects.visible_to(cast.other_clerk).filter(pk=issue.pk).exists()


def test_whoever_gave_it_and_a_new_person_of_the_same_department_are_no_news(cast):
    issue = walk.registered(cast)
    actions.assign(issue=issue, by=cast.secretary, at=hours(2), unit=cast.unit)
    assert told("dispatched") == {"叶经办"}
    actions.assign(issue=issue, by=cast.secretary, at=hours(3), unit=cast.unit, handler=cast.colleague)
    assert Notice.objects.filter(kind="dispatched").count() == 1


def test_a_ruling_for_a_department_is_told_to_the_place_as_well(cast):
    issue = walk.processing(cast)
    actions.rule(issue=issue, by=cast.command_centre, at=hours(4), reason="归水利局管", unit=cast.unit)
    assert told("dispatched") == {"黄支书", "叶经办"}


def test_nothing_is_said_when_no_department_has_it(cast):
    walk.assigned(cast)
    assert told("dispatched") == set()


def test_who_helps_is_told_once_and_reads_it(cast):
    issue = walk.registered(cast)
    give = {"issue": issue, "by": cast.secretary}
    actions.assign(**give, at=hours(2), handler=cast.grid_leader, co_handlers=[cast.colleague])
    assert told("helping") == {"吴水利"}
    assert Issue.objects.visible_to(cast.colleague).filter(pk=issue.pk).exists()
    actions.assign(**give, at=hours(3), handler=cast.member, co_handlers=[cast.colleague, cast.neighbour])
    assert Notice.objects.filter(kind="helping").count() == 2
    assert told("helping") == {"吴水利", "何支书"}
