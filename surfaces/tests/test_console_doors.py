"""Every address of the console before every kind of person. An address that is not listed here fails."""

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from exchange.models import Job
from grids.actions import appoint
from grids.models import Posting
from grids.tests.trees import START, person
from households.models import HouseholdTag, Pairing, Programme
from issues.models import Inquiry, SupervisionOrder
from issues.tests import request_walk, walk
from issues.tests.cast import MONDAY
from members.models import Member, PartyOrg
from notices.actions import Message, post, post_all
from notices.models import Notice, Reply
from surfaces.console.urls import urlpatterns
from visits.models import Visit

PEOPLE = ("clerk", "other_clerk", "member", "handler", "auditor", "guard", "nobody")
"""Town clerk, clerk of another town, liaison member, department handler, auditor, security administrator, nobody."""

OK, GONE, NO = 200, 404, 403
EVERYBODY = (OK, OK, OK, OK, OK, OK, NO)
AREA = (OK, OK, NO, NO, NO, NO, NO)
HERE = (OK, GONE, NO, NO, NO, NO, NO)
"""Rows of the clerk's town: the other clerk finds nothing, the others have not the right."""
OWN = (OK, OK, OK, NO, NO, NO, NO)
PLACE = (OK, OK, OK, NO, OK, OK, NO)
POSTS = (OK, OK, NO, NO, NO, OK, NO)

TABLE = {
    "home": EVERYBODY,
    "search": EVERYBODY,
    "inbox": EVERYBODY,
    "inbox_read": (405,) * 7,
    "notice": (405,) * 7,
    "inbox_choice": EVERYBODY,
    "tellings": AREA,
    "telling_resend": HERE,
    "answers": AREA,
    "answer_settle": HERE,
    "wordings": (NO,) * 7,
    "wording_edit": (NO,) * 7,
    "wording_sample": (405,) * 7,
    "wording_default": (NO,) * 7,
    "robots": (NO,) * 7,
    "robot_add": (NO,) * 7,
    "robot_try": (NO,) * 7,
    "robot_remove": (NO,) * 7,
    "issues": (OK, OK, OK, OK, NO, NO, NO),
    "opinions": AREA,
    "merge": (302, 302, NO, NO, NO, NO, NO),
    "collect": (OK, OK, OK, NO, NO, NO, NO),
    "ledgers": (OK, OK, OK, OK, NO, NO, NO),
    "ledger_export": (405,) * 7,
    "issue": (OK, GONE, OK, GONE, NO, NO, NO),
    "move": (OK, GONE, OK, GONE, NO, NO, NO),
    "orders": (OK, OK, OK, OK, NO, NO, NO),
    "order": (OK, GONE, GONE, GONE, NO, NO, NO),
    "inquiry": (GONE, GONE, OK, GONE, GONE, GONE, NO),
    "requests": (OK, OK, OK, OK, NO, NO, NO),
    "place": (OK, OK, OK, NO, NO, NO, NO),
    "request": (OK, GONE, OK, GONE, NO, NO, NO),
    "request_move": (OK, GONE, NO, GONE, NO, NO, NO),
    "households": OWN,
    "household_add": AREA,
    "household": (OK, GONE, OK, NO, NO, NO, NO),
    "household_qr": (OK, GONE, OK, NO, NO, NO, NO),
    "household_move": HERE,
    "household_close": HERE,
    "tag": HERE,
    "untag": HERE,
    "trigger": (OK, GONE, NO, NO, NO, NO, NO),
    "pair": HERE,
    "visit_record": (OK, GONE, NO, NO, NO, NO, NO),
    "gaps": AREA,
    "pairings": OWN,
    "hand_over": HERE,
    "pairing_end": HERE,
    "visits": OWN,
    "visit": (OK, GONE, OK, NO, NO, NO, NO),
    "members": AREA,
    "member_add": AREA,
    "member": HERE,
    "member_capacity": HERE,
    "member_exempt": HERE,
    "member_end_exemption": HERE,
    "member_retire": HERE,
    "member_account": HERE,
    "grids": PLACE,
    "grid": (OK, GONE, OK, NO, OK, OK, NO),
    "branch": (OK, GONE, OK, NO, OK, OK, NO),
    "grid_add": HERE,
    "grid_rename": HERE,
    "grid_move": HERE,
    "grid_merge": HERE,
    "grid_close": HERE,
    "appoint": (OK, GONE, NO, NO, NO, OK, NO),
    "postings": POSTS,
    "dismiss": (OK, GONE, NO, NO, NO, OK, NO),
    "absence": (OK, GONE, NO, NO, NO, OK, NO),
    "vacancies": POSTS,
    "imports": AREA,
    "import_new": AREA,
    "import_template": AREA,
    "import": HERE,
    "import_progress": HERE,
    "import_confirm": (405,) * 7,
    "import_result": (GONE, GONE, NO, NO, NO, NO, NO),
    "exports": AREA,
    "export_new": AREA,
    "export": HERE,
    "export_progress": HERE,
    "export_file": (GONE, GONE, NO, NO, NO, NO, NO),
    "calendar": (NO,) * 7,
    "calendar_import": (NO,) * 7,
    "calendar_progress": (NO,) * 7,
    "calendar_day": (NO,) * 7,
    "limits": (NO,) * 7,
    "limit_handle": (NO,) * 7,
    "limit_kind": (NO,) * 7,
    "audit": (NO, NO, NO, NO, OK, NO, NO),
    "audit_events": (NO, NO, NO, NO, OK, NO, NO),
    "audit_verify": (NO, NO, NO, NO, OK, NO, NO),
    "users": (NO, NO, NO, NO, NO, OK, NO),
    "user_reset": (NO, NO, NO, NO, NO, OK, NO),
    "user_switch": (NO, NO, NO, NO, NO, OK, NO),
}


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def people(cast):
    guard = person("安管", "13500000001")
    appoint(user=guard, grid=cast.county, role=Role.SECURITY_ADMIN, on=START, by=None)
    return {**cast.people, "guard": guard}


@pytest.fixture
def addresses(cast, people):
    """Every address, with rows of the clerk's town."""
    home, cell = cast.household, cast.cell
    branch = PartyOrg.objects.create(name="水口支部", kind=PartyOrg.Kind.BRANCH, **cell.scope())
    member = Member.objects.create(number="D1", name="曾党员", branch=branch, user=cast.member, **cell.scope())
    programme = Programme.objects.create(county=cast.county, code="liaison", name="党员联户")
    given = {"member": member, "household": home, "programme": programme, "origin": Pairing.Origin.HAND}
    pairing = Pairing.objects.create(since=START, **given, **cell.scope())
    HouseholdTag.objects.create(household=home, tag="low_income", since=START)
    seen = {"done_by": member, "entered_by": cast.member, "at": MONDAY, "recorded_at": MONDAY, "outcome": "met"}
    visit = Visit.objects.create(pairing=pairing, household=home, **seen, **cell.scope())
    issue = walk.collected(cast)
    request = request_walk.requested(cast)
    job = Job.objects.create(kind="households_in", user=cast.clerk, county=cast.county, created_at=MONDAY)
    export = Job.objects.create(kind="households_out", user=cast.clerk, county=cast.county, created_at=MONDAY)
    post(kind="test", key="k1", text="请看", at=MONDAY, user=cast.clerk)
    asked = {"asked_by": cast.county_officer, "asked_at": MONDAY, "due_on": MONDAY.date()}
    inquiry = Inquiry.objects.create(county=cast.county, year=2026, person=cast.member, question="为何未办结", **asked)
    posting = Posting.objects.get(user=cast.grid_leader)
    rows = {
        "household": [home.pk],
        "untag": [home.pk, "low_income"],
        "pairing": [pairing.pk],
        "visit": [visit.pk],
        "member": [member.pk],
        "grid": [cell.pk],
        "posting": [posting.pk],
        "issue": [issue.pk],
        "move": [issue.pk, "comment"],
        "request": [request.pk],
        "request_move": [request.pk, "dispatch"],
        "inquiry": [inquiry.pk],
        "order": [_pressed(issue, cast).pk],
        "calendar": ["2026-11-04"],
        "limit_handle": ["infrastructure", "normal"],
        "limit_kind": ["verify"],
        "import": [job.pk],
        "export": [export.pk],
        "import_template": ["members_in"],
        "user": [cast.grid_leader.pk],
        "notice": [Notice.objects.get(key="k1").pk],
        "telling": [_told(issue, cast).pk],
        "answer": [_answered(issue).pk],
        "wording": ["registered", "petitioner"],
        "robot": [7],
    }
    return {each.name: reverse(f"console:{each.name}", args=_arguments(each.pattern, rows)) for each in urlpatterns}


def _pressed(issue, cast):
    known = {"number": "督2026-000001", "colour": "blue", "cause": "hand", "level": 1, "round": 1}
    people = {"addressee": cast.secretary, "issued_by": cast.clerk, "issued_at": MONDAY, "answer_due_at": MONDAY}
    return SupervisionOrder.objects.create(issue=issue, **known, **people, **issue.scope())


def _told(issue, cast):
    message = Message("k2", "registered", "已登记", phone="13812348000", matter=issue.pk)
    post_all([message], at=MONDAY)
    return Notice.objects.get(key="k2")


def _answered(issue):
    given = {"phone": "13812348000", "text": "谢谢", "sent_at": MONDAY, "arrived_at": MONDAY}
    return Reply.objects.create(reference="r1", matter=issue.pk, **given)


def _arguments(pattern, rows):
    """By the noun the address begins with, unless it has arguments of its own."""
    route = str(pattern)
    if "<" not in route:
        return []
    if "<slug:tag>" in route:
        return rows["untag"]
    if route.startswith("limits/"):
        return rows["limit_handle" if "<slug:category>" in route else "limit_kind"]
    if "<slug:name>" in route:
        return rows["request_move" if route.startswith("requests/") else "move"]
    if "<slug:kind>" in route:
        return rows["import_template"]
    noun = route.partition("/")[0].removesuffix("s")
    return rows[{"inbox": "notice"}.get(noun, noun)]


def test_every_address_is_listed():
    assert {each.name for each in urlpatterns} == set(TABLE)


@pytest.mark.parametrize("place", range(len(PEOPLE)), ids=PEOPLE)
def test_every_address_opens_for_whom_it_should(visit, people, addresses, place):
    answers = {name: visit.get(people[PEOPLE[place]], address).status_code for name, address in addresses.items()}
    assert answers == {name: statuses[place] for name, statuses in TABLE.items()}


def test_a_stranger_is_sent_to_sign_in_from_every_page(client, addresses):
    for name, address in addresses.items():
        response = client.get(address)
        if TABLE[name][0] != 405:
            assert response.status_code == 302, name
            assert response.url.startswith(reverse("login")), name
