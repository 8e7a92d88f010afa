"""Residents, without an account and without JavaScript."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache

from accounts.privacy import Mask, mask
from grids.models import Absence
from households.models import Household, Pairing, Programme, Resident
from issues.models import Issue, Status, Verdict
from issues.tests import walk
from issues.tests.cast import *  # noqa: F403
from issues.tests.cast import SINCE
from members.models import Member, PartyOrg
from surfaces.public.limits import GUESSES, LOOKED_UP, RAISED

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def home(cast) -> Household:
    """The household of the cast, with its member and one more resident."""
    branch = PartyOrg.objects.create(name="水口村党支部", kind="branch", **cast.village.scope())
    known = {"number": "1", "name": "曾党员", "phone": "13900009999"}
    member = Member.objects.create(branch=branch, user=cast.member, **known, **cast.cell.scope())
    programme = Programme.objects.create(county=cast.county, code="liaison", name="党员联户")
    Pairing.objects.create(
        member=member, household=cast.household, programme=programme, since=SINCE, origin="hand", **cast.cell.scope()
    )
    Resident.objects.create(household=cast.household, name="黄小满", relation="2", id_number="441624201501010017")
    return cast.household


def page_of(home: Household) -> str:
    return f"/h/{home.public_code}/"


def sent(client, home, **typed):
    """The form as a browser sends it, hidden fields included."""
    drawn = client.get(f"{page_of(home)}raise/").content.decode()
    client_id = re.search(r'name="client_id" value="([0-9a-f-]+)"', drawn)[1]
    return client.post(f"{page_of(home)}raise/", {"client_id": client_id, **typed})


def test_a_household_finds_its_member_the_grid_leader_and_the_secretary(client, home):
    shown = client.get(page_of(home)).content.decode()
    for words in ("曾党员", "tel:13900009999", "罗网格", "黄支书"):
        assert words in shown


def test_who_stands_in_is_shown_instead_of_who_is_away(client, home, cast):
    Absence.objects.create(
        user=cast.grid_leader, substitute=cast.secretary, since=date(2020, 1, 1), until=date(2100, 1, 1)
    )
    assert "罗网格" not in client.get(page_of(home)).content.decode()


def test_the_page_shows_nothing_personal_of_the_household(client, home):
    shown = client.get(page_of(home)).content.decode()
    for secret in (home.head_name, "13812348000", "8000", "黄小满", "441624"):
        assert secret not in shown
    assert mask(home.head_name, Mask.NAME) in shown


@pytest.mark.parametrize("address", ["/h/unknown/", "/h/unknown/raise/", "/i/unknown/"])
def test_an_unknown_code_is_answered_in_plain_words(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "没有对应的内容" in answer.content.decode()


def test_a_household_that_moved_away_has_no_page(client, home):
    Household.objects.filter(pk=home.pk).update(closed_on=date(2026, 1, 2))
    assert client.get(page_of(home)).status_code == 404


def test_who_guesses_codes_is_stopped_even_before_a_right_one(client, home):
    for number in range(GUESSES.most):
        assert client.get(f"/h/guess{number}/").status_code == 404
    answer = client.get(page_of(home))
    assert answer.status_code == 429
    assert "10分钟后" in answer.content.decode()
    assert answer["Retry-After"] == "600"


def test_a_matter_is_raised_and_its_progress_shown(client, home):
    answer = sent(client, home, title="村口路灯不亮", text="坏了三盏")
    issue = Issue.objects.get()
    assert answer.status_code == 302
    assert answer.url == f"/i/{issue.code}/"
    assert (issue.household, issue.phone, issue.channel, issue.reporter) == (home, home.phone, "public", None)
    shown = client.get(answer.url).content.decode()
    assert "村口路灯不亮" in shown
    assert "已收到您反映的事" in shown
    assert "村口路灯不亮" in client.get(page_of(home)).content.decode()


def test_the_same_form_sent_twice_is_one_matter(client, home):
    form = {"client_id": "6a1f1f4e-3f0b-4b5e-9d2b-0d6f4d1a2b3c", "title": "路灯不亮"}
    first, second = (client.post(f"{page_of(home)}raise/", form) for _ in range(2))
    assert first.url == second.url
    assert Issue.objects.count() == 1


def test_a_wrong_phone_is_explained_and_what_was_typed_stays(client, home):
    answer = sent(client, home, title="路灯不亮", text="三盏", phone="12")
    assert answer.status_code == 422
    shown = answer.content.decode()
    for words in ("电话应为11位手机号", "路灯不亮", "三盏"):
        assert words in shown
    assert not Issue.objects.exists()


def test_an_empty_form_is_explained(client, home):
    assert "请写一句是什么事" in sent(client, home).content.decode()


def test_a_machine_that_fills_the_trap_raises_nothing(client, home):
    assert sent(client, home, title="广告", homepage="http://spam.example").status_code == 422
    assert not Issue.objects.exists()


def test_one_household_raises_only_so_many_matters_an_hour(client, home):
    for number in range(RAISED.most):
        assert sent(client, home, title=f"第{number}件事").status_code == 302
    assert sent(client, home, title="又一件").status_code == 429
    assert Issue.objects.count() == RAISED.most


def test_the_household_confirms_and_the_matter_is_closed(client, home, cast):
    issue = walk.confirming(cast)
    assert "请您确认" in client.get(page_of(home)).content.decode()
    answer = client.post(f"/i/{issue.code}/", {"value": "satisfied", "note": "水来了"})
    assert answer.status_code == 302
    issue.refresh_from_db()
    assert issue.status == Status.CLOSED
    assert Verdict.objects.get().means == "qr"
    assert "已销号" in client.get(answer.url).content.decode()


def test_not_solved_sends_it_back_to_be_handled(client, cast):
    issue = walk.confirming(cast)
    client.post(f"/i/{issue.code}/", {"value": "unsolved"})
    issue.refresh_from_db()
    assert (issue.status, issue.round) == (Status.ASSIGNED, 2)


def test_a_verdict_sent_twice_counts_once(client, cast):
    issue = walk.confirming(cast)
    for _ in range(2):
        client.post(f"/i/{issue.code}/", {"value": "satisfied"})
    assert Verdict.objects.count() == 1


def test_a_verdict_without_a_choice_is_explained(client, cast):
    issue = walk.confirming(cast)
    answer = client.post(f"/i/{issue.code}/", {"note": "水来了"})
    assert answer.status_code == 422
    assert "请选一项" in answer.content.decode()


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_page_that_names_no_staff(client, cast, status):
    issue = walk.TO[status](cast)
    shown = client.get(f"/i/{issue.code}/").content.decode()
    for person in cast.people.values():
        assert person.name not in shown
    assert issue.title in shown


def test_a_merged_opinion_shows_how_the_main_matter_goes(client, cast):
    issue = walk.merged(cast)
    shown = client.get(f"/i/{issue.code}/").content.decode()
    assert "一并办理" in shown
    assert Issue.objects.get(parent=None).number in shown


def test_a_sensitive_matter_does_not_stand_on_the_households_page(client, home, cast):
    issue = walk.collected(cast, sensitive=True, title="家里的难处")
    assert "家里的难处" not in client.get(page_of(home)).content.decode()
    assert client.get(f"/i/{issue.code}/").status_code == 200


def test_the_number_and_the_last_four_of_the_phone_find_the_matter(client, cast):
    issue = walk.registered(cast)
    digits = issue.number.replace("-", "")
    assert client.post("/find/", {"number": digits, "tail": "8000"}).url == f"/i/{issue.code}/"
    assert client.post("/find/", {"number": issue.number, "tail": "8000"}).url == f"/i/{issue.code}/"
    assert "没有找到" in client.post("/find/", {"number": digits, "tail": "1111"}).content.decode()


def test_the_last_four_are_not_to_be_tried_out(client, cast):
    issue = walk.registered(cast)
    for tail in range(LOOKED_UP.most):
        client.post("/find/", {"number": issue.number, "tail": f"{tail:04}"})
    assert client.post("/find/", {"number": issue.number, "tail": "8000"}).status_code == 429


def test_the_pages_are_light_and_need_no_script_or_network(client, home, cast):
    issue = walk.confirming(cast)
    for address in (page_of(home), f"{page_of(home)}raise/", f"/i/{issue.code}/", "/find/"):
        answer = client.get(address)
        assert len(answer.content) < 20_000
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.content.decode())


def test_late_is_said_openly(client, cast):
    issue = walk.assigned(cast)
    Issue.objects.filter(pk=issue.pk).update(due_at=issue.collected_at - timedelta(days=1))
    assert "已超过时限" in client.get(f"/i/{issue.code}/").content.decode()
