"""One full value, for a reason, logged: who gets it and who does not."""

import pytest
from django.urls import reverse

from accounts.models import AccessLog
from accounts.roles import Role
from grids.models import Posting
from grids.tests.trees import START, County, person
from households.models import Household, Pairing, Programme, Resident
from issues.models import Channel, Issue
from members.models import Member, PartyOrg
from workdays.now import now, today

pytestmark = pytest.mark.django_db

REASON = "上门走访联系"


@pytest.fixture
def county():
    return County()


@pytest.fixture
def household(county):
    row = Household(number="H1", head_name="黄大荣", phone="13800138000", created_at=now())
    for name, value in county["甲镇/1村/一格"].scope().items():
        setattr(row, name, value)
    row.save()
    return row


@pytest.fixture
def officer(county):
    """Somebody with a role in a place; the next caller gets the next phone number."""
    numbers = iter(range(13900000000, 13900000100))

    def make(role, place):
        user = person("某某", str(next(numbers)))
        Posting.objects.create(user=user, role=role, since=START, **county[place].scope())
        return user

    return make


def member_paired_with(household, user, county):
    place = county["甲镇/1村"].scope()
    branch = PartyOrg.objects.create(name="1村党支部", kind="branch", **place)
    member = Member.objects.create(number="M1", name="陈秀英", phone="13700000000", user=user, branch=branch, **place)
    programme = Programme.objects.create(county=county[""], code="lh", name="党员联户")
    cell = household.grid.scope()
    Pairing.objects.create(member=member, household=household, programme=programme, since=START, origin="hand", **cell)
    return member


def ask(client, user, row, field="phone", reason=REASON):
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    url = reverse("reveal", args=[row._meta.label_lower, row.pk, field])
    return client.post(url, {"reason": reason})


def test_a_village_secretary_sees_a_phone_of_the_village_once_and_it_is_logged(client, county, household, officer):
    secretary = officer(Role.CHIEF_GRID_LEADER, "甲镇/1村")
    answer = ask(client, secretary, household)

    assert answer.status_code == 200
    assert "13800138000" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    log = AccessLog.objects.get(action="reveal")
    assert (log.user, log.target, log.target_id, log.field, log.reason, log.address) == (
        secretary,
        "households.Household",
        household.pk,
        "phone",
        REASON,
        "127.0.0.1",
    )


def test_a_grid_leader_sees_the_household_but_not_its_full_phone(client, household, officer):
    assert ask(client, officer(Role.GRID_LEADER, "甲镇/1村/一格"), household).status_code == 403
    assert not AccessLog.objects.exists()


def test_a_secretary_of_another_village_does_not_learn_that_the_household_exists(client, household, officer):
    assert ask(client, officer(Role.CHIEF_GRID_LEADER, "甲镇/2村"), household).status_code == 404


def test_a_liaison_member_may_read_the_phone_of_their_own_household(client, county, household, officer):
    user = officer(Role.LIAISON_MEMBER, "甲镇/1村")
    member_paired_with(household, user, county)
    assert ask(client, user, household).status_code == 200
    Pairing.objects.update(until=today())
    assert ask(client, user, household).status_code == 404


def test_a_resident_is_reached_through_the_household(client, county, household, officer):
    resident = Resident.objects.create(household=household, name="黄小荣", relation="2", id_number="44162420000101123X")
    assert "44162420000101123X" in ask(client, officer(Role.TOWN_CLERK, "甲镇"), resident, "id_number").content.decode()
    assert ask(client, officer(Role.TOWN_CLERK, "乙镇"), resident, "id_number").status_code == 404


def test_a_member_may_read_their_own_phone_and_the_town_may_too(client, county, household, officer):
    user = officer(Role.LIAISON_MEMBER, "甲镇/1村")
    member = member_paired_with(household, user, county)
    assert ask(client, user, member).status_code == 200
    assert ask(client, officer(Role.TOWN_CLERK, "甲镇"), member).status_code == 200
    assert ask(client, officer(Role.GRID_LEADER, "甲镇/1村/一格"), member).status_code == 404


def test_the_handler_of_an_issue_may_read_the_petitioners_phone_and_a_colleague_may_not(client, county, officer):
    handler, colleague = officer(Role.GRID_LEADER, "甲镇/1村/一格"), officer(Role.RESIDENT_TEAM, "甲镇/1村")
    cell = county["甲镇/1村/一格"]
    issue = Issue.objects.create(
        title="水渠淤塞",
        phone="13800138000",
        channel=Channel.VISIT,
        handler=handler,
        live_grid=cell,
        status_since=now(),
        collected_at=now(),
        **cell.scope(),
    )
    assert ask(client, handler, issue).status_code == 200
    assert ask(client, colleague, issue).status_code == 403


@pytest.mark.parametrize("reason", ["", "  ", "看看"])
def test_without_a_proper_reason_nothing_is_shown(client, household, officer, reason):
    answer = ask(client, officer(Role.TOWN_CLERK, "甲镇"), household, reason=reason)
    assert answer.status_code == 409
    assert "请写明查看事由" in answer.content.decode()
    assert "13800138000" not in answer.content.decode()
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("field", ["number", "phone_index", "public_code", "password", "nothing"])
def test_only_personal_fields_that_people_read_can_be_asked_for(client, household, officer, field):
    assert ask(client, officer(Role.TOWN_CLERK, "甲镇"), household, field).status_code == 404


def test_only_the_listed_models_can_be_asked_for(client, household, officer):
    clerk = officer(Role.COUNTY_CLERK, "")
    assert ask(client, clerk, clerk).status_code == 404


def test_it_takes_an_account_and_a_post(client, household):
    url = reverse("reveal", args=["households.household", household.pk, "phone"])
    assert client.get(url).status_code == 405
    assert client.post(url, {"reason": REASON}).url.startswith("/login/")
    assert ask(client, person("无岗位", "13911111111"), household).status_code == 403
