"""From what a form sends to what a verb takes."""

from inspect import signature

import pytest

from accounts.errors import Refused
from issues import actions, inputs
from issues import fields as f
from issues.actions import VERBS
from issues.models import Issue, Status
from issues.tests import walk
from issues.tests.cast import MONDAY
from issues.tests.walk import hours, photo
from issues.workflow import MOVES

pytestmark = pytest.mark.django_db
ON = MONDAY.date()


def parse(issue, move, data, files=None, by=None):
    return inputs.parse(issue, MOVES[move], data, files, by=by)


def test_every_field_of_a_move_is_an_argument_of_its_verb():
    for name, verb in VERBS.items():
        assert {field.name for field in MOVES[name].fields} <= set(signature(verb).parameters), name
    assert set(VERBS) == set(MOVES) - {"collect"}


def test_every_move_can_be_performed_from_what_a_form_sends(cast):
    issue = walk.registered(cast)
    sent = {"handler": "", "unit": str(cast.unit.pk), "co_handlers": [str(cast.clerk.pk)], "note": " 请尽快 "}
    actions.perform(
        "assign", issue=issue, by=cast.secretary, at=hours(2), **parse(issue, "assign", sent, by=cast.secretary)
    )
    assert (issue.handler, issue.unit, issue.events.last().note) == (cast.handler, cast.unit, "请尽快")
    actions.perform("sign_for", issue=issue, by=cast.handler, at=hours(3), **parse(issue, "sign_for", {}))
    files = {"files": [photo()]}
    sent = {"result": "已修复", "cannot_be_done": "on"}
    actions.perform("report", issue=issue, by=cast.handler, at=hours(4), **parse(issue, "report", sent, files))
    assert (issue.status, issue.cannot_be_done) == (Status.REPORTED, True)


@pytest.mark.parametrize(
    ("move", "data", "field"),
    [
        ("escalate", {"reason": "  "}, "reason"),
        ("report", {"result": "已修复"}, "files"),
        ("assign", {"handler": "999999"}, "handler"),
        ("assign", {"handler": "me"}, "handler"),
        ("register", {"title": "长" * 61}, "title"),
        ("ask_extension", {"until": "明天"}, "until"),
        ("give_verdict", {"value": "perfect", "means": "qr"}, "value"),
        ("merge", {"parent": "1000000"}, "parent"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_field(cast, move, data, field):
    issue = walk.processing(cast)
    with pytest.raises(Refused) as refused:
        parse(issue, move, data, by=cast.secretary)
    assert refused.value.field == field


def test_a_matter_of_another_village_is_no_choice_for_merging(cast):
    theirs = walk.collected(cast, by=cast.neighbour, household=None, grid=cast.grids["990001101202"])
    mine = walk.collected(cast)
    with pytest.raises(Refused, match="“并入”没有这一项"):
        parse(mine, "merge", {"parent": str(theirs.pk)}, by=cast.secretary)
    offered = inputs.options(mine, f.PARENT, on=ON, by=cast.clerk)
    assert offered == [(str(theirs.pk), f"未挂号 {theirs.title}")]


def test_the_people_offered_hold_posts_over_the_place_or_work_in_a_department(cast):
    issue = walk.registered(cast)
    offered = dict(inputs.options(issue, f.HANDLER, on=ON, by=cast.secretary))
    assert offered[str(cast.grid_leader.pk)] == "罗网格 一组网格长"
    assert offered[str(cast.handler.pk)].startswith("刘水利 ")
    assert str(cast.neighbour.pk) not in offered
    assert str(cast.nobody.pk) not in offered
    assert list(dict(inputs.options(issue, f.HANDLER, on=ON, by=cast.secretary, query="黄")).values()) == [
        "黄支书 水口村总网格长"
    ]


def test_units_levels_and_fixed_choices_are_offered_alike(cast):
    issue = walk.registered(cast)
    assert inputs.options(issue, f.UNIT, on=ON, by=cast.secretary) == [(str(cast.unit.pk), "水利局")]
    assert inputs.options(issue, f.LEVEL, on=ON, by=cast.secretary) == [("1", "村"), ("2", "镇"), ("3", "县")]
    assert ("hard", "疑难") in inputs.options(issue, f.URGENCY, on=ON, by=cast.secretary)
    assert parse(issue, "rule", {"level": "2", "reason": "由镇办理"}) == {"level": 2, "reason": "由镇办理"}


def test_an_initial_value_is_an_attribute_of_the_issue():
    names = {field.initial for move in MOVES.values() for field in move.fields if field.initial}
    assert all(hasattr(Issue, name) or Issue._meta.get_field(name) for name in names)
