"""Collecting, registering, and what a matter needs before it has a number."""

import pytest

from accounts.errors import Forbidden, Refused
from issues import actions
from issues.models import Issue, NumberSeries, Status
from issues.tests import walk
from issues.tests.cast import MONDAY
from issues.tests.walk import hours

pytestmark = pytest.mark.django_db


def register(issue, by, **other):
    given = {"category": "dispute", "urgency": "normal"}
    actions.register(**{"issue": issue, "by": by, "at": hours(1), **given, **other})


def test_the_household_raises_a_matter_by_itself(cast):
    issue = walk.collected(cast, by=None, channel="public")
    assert (issue.reporter, issue.petitioner, issue.phone) == (None, "黄耀荣", "13812348000")
    assert len(issue.code) == 22
    assert issue.due_at.date() == MONDAY.date().replace(day=3)


def test_an_opinion_without_a_household_stands_in_its_grid(cast):
    issue = walk.collected(cast, by=cast.secretary, household=None, grid=cast.village)
    assert (issue.village_id, issue.cell_id, issue.phone, issue.petitioner) == (cast.village.pk, 0, "", "")


def test_who_has_no_post_here_collects_nothing_here(cast):
    for stranger in (cast.nobody, cast.neighbour, cast.other_clerk, cast.handler):
        with pytest.raises(Forbidden):
            walk.collected(cast, by=stranger)
    assert not Issue.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"channel": "gossip"}, "channel"),
        ({"category": "gossip"}, "category"),
        ({"phone": "12345"}, "phone"),
        ({"household": None}, "grid"),
    ],
)
def test_an_opinion_that_cannot_be_kept_names_its_field(cast, given, field):
    with pytest.raises(Refused) as refused:
        walk.collected(cast, **given)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"petitioner": " "}, "petitioner"),
        ({"phone": ""}, "phone"),
        ({"phone": "1381234"}, None),
        ({"category": "gossip"}, "category"),
        ({"urgency": "at once"}, "urgency"),
        ({"urgency": "critical", "category": "opinion"}, "urgency"),
    ],
)
def test_registering_needs_petitioner_matter_handler_contact_and_limit(cast, given, field):
    issue = walk.collected(cast, by=cast.secretary, household=None, grid=cast.cell)
    whole = {"petitioner": "黄耀荣", "phone": "13812348000", **given}
    if field is None:
        register(issue, cast.secretary, **whole)
        return
    with pytest.raises(Refused) as refused:
        register(issue, cast.secretary, **whole)
    assert refused.value.field == field
    assert not NumberSeries.objects.exists(), "no number is used up by a refusal"


def test_the_first_responsible_person_is_the_registrar_unless_another_is_named(cast):
    mine, theirs = walk.collected(cast), walk.collected(cast)
    register(mine, cast.secretary)
    register(theirs, cast.secretary, receiver=cast.grid_leader)
    assert (mine.handler, theirs.handler) == (cast.secretary, cast.grid_leader)


def test_a_county_without_rules_says_what_to_do(cast):
    cast.county.rungs.all().delete()
    with pytest.raises(Refused, match="请管理员先运行 load_profile"):
        register(walk.collected(cast), cast.secretary)


def test_numbers_start_anew_each_day_and_never_repeat(cast):
    first, second = walk.collected(cast), walk.collected(cast)
    register(first, cast.secretary)
    register(second, cast.secretary, at=hours(24))
    assert (first.number, second.number) == ("261102-000001", "261103-000001")


def test_an_opinion_merges_only_into_a_living_matter_of_its_county(cast):
    opinion, ended = walk.collected(cast), walk.declined(cast)
    for parent, said in ((opinion, "不能并入自己"), (ended, "主件现在是“不予受理”")):
        with pytest.raises(Refused, match=said):
            actions.merge(issue=opinion, by=cast.secretary, at=hours(1), parent=parent)
        opinion.refresh_from_db()
    assert opinion.status == Status.COLLECTED


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, "请选择承办人"),
        ({"handler": "neighbour"}, "何支书在这里没有岗位"),
        ({"handler": "nobody"}, "路人在这里没有岗位"),
        ({"handler": "secretary", "unit": True}, "黄支书不是水利局的承办人"),
    ],
)
def test_it_goes_to_one_person_who_belongs_here(cast, chosen, said):
    issue = walk.registered(cast)
    given = {
        "handler": cast.people.get(chosen.get("handler", "")),
        "unit": cast.unit if chosen.get("unit") else None,
    }
    with pytest.raises(Refused, match=said):
        actions.assign(issue=issue, by=cast.secretary, at=hours(2), **given)


def test_a_department_without_staff_cannot_take_it(cast):
    cast.unit.staff.all().delete()
    issue = walk.registered(cast)
    with pytest.raises(Refused, match="水利局还没有登记承办人"):
        actions.assign(issue=issue, by=cast.secretary, at=hours(2), unit=cast.unit)


def test_a_department_sees_what_is_dispatched_to_it_and_the_territory_sees_it_too(cast):
    issue = walk.registered(cast, by=cast.county_officer)
    assert not Issue.objects.visible_to(cast.colleague).exists()
    actions.assign(issue=issue, by=cast.county_officer, at=hours(2), unit=cast.unit)
    for reader in (cast.handler, cast.colleague, cast.clerk, cast.secretary):
        assert Issue.objects.visible_to(reader).get() == issue


def test_assigning_again_to_the_same_person_is_refused_and_to_another_keeps_the_due(cast):
    issue = walk.assigned(cast)
    due = issue.due_at
    with pytest.raises(Refused, match="已经交给罗网格办理"):
        actions.assign(issue=issue, by=cast.secretary, at=hours(30), handler=cast.grid_leader)
    issue.refresh_from_db()
    actions.assign(issue=issue, by=cast.secretary, at=hours(30), handler=cast.member)
    assert (issue.handler, issue.due_at) == (cast.member, due)
    assert issue.clocks.filter(kind="handle").count() == 1


def test_comments_move_nothing(cast):
    issue = walk.assigned(cast)
    before = (issue.status, issue.due_at, issue.status_since)
    actions.comment(issue=issue, by=cast.member, at=hours(4), note="村里已备好沙袋")
    assert (issue.status, issue.due_at, issue.status_since) == before
    assert issue.events.last().note == "村里已备好沙袋"
