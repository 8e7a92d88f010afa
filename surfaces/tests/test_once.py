"""What one page sent and was led on by is not done a second time."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Arrival
from households.models import Household
from issues.models import IssueEvent
from issues.tests import walk
from surfaces.once import AGAIN
from surfaces.tests.field_cast import BACKEND
from workdays.now import now

pytestmark = pytest.mark.django_db


class Desk:
    """A browser without scripts, whose forms carry what their pages gave them."""

    def __init__(self, user) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(user, BACKEND)

    def page(self, url: str) -> dict[str, str]:
        """What the page puts into its form by itself."""
        drawn = self.client.get(url).content.decode()
        return {"csrfmiddlewaretoken": re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', drawn)[-1]}

    def send(self, url: str, page: dict[str, str], **typed):
        return self.client.post(url, {**page, **typed})


@pytest.fixture
def desk(cast) -> Desk:
    return Desk(cast.clerk)


def comment(issue) -> str:
    return reverse("console:move", args=[issue.pk, "comment"])


def comments() -> int:
    return IssueEvent.objects.filter(name="comment").count()


def test_a_form_sent_again_acts_once_leads_to_the_same_page_and_says_so(desk, cast):
    url = comment(walk.registered(cast))
    page = desk.page(url)
    first, again = (desk.send(url, page, note="已到现场看过") for _ in range(2))
    assert (first.status_code, again.status_code, first["Location"]) == (302, 302, again["Location"])
    assert comments() == 1
    assert AGAIN in desk.client.get(again["Location"]).content.decode()


def test_other_words_from_the_same_page_are_another_sending(desk, cast):
    url = comment(walk.registered(cast))
    page = desk.page(url)
    for note in ("已到现场看过", "约好周三再去"):
        desk.send(url, page, note=note)
    assert comments() == 2


def test_the_same_words_from_a_page_opened_anew_are_another_sending(desk, cast):
    url = comment(walk.registered(cast))
    for _ in range(2):
        desk.send(url, desk.page(url), note="又去看过一次")
    assert comments() == 2


def test_a_form_with_mistakes_may_come_again(desk, cast):
    url = reverse("console:household_add")
    page = desk.page(url)
    typed = {"number": "N1", "head_name": "赵四", "kind": "family", "grid": "0"}
    assert [desk.send(url, page, **typed).status_code for _ in range(2)] == [422, 422]
    assert desk.send(url, page, **{**typed, "grid": cast.cell.pk}).status_code == 302
    assert Household.objects.filter(number="N1").count() == 1
    assert Arrival.objects.count() == 1


def test_a_refusal_keeps_nothing(desk, cast):
    issue = walk.registered(cast)
    url = reverse("console:move", args=[issue.pk, "close"])
    assert desk.send(url, desk.page(comment(issue)), seen="0").status_code in (403, 409, 422)
    assert not Arrival.objects.exists()


def test_one_of_two_people_with_the_same_page_does_not_stop_the_other(desk, cast):
    """As on a desk that is shared: who is signed in counts."""
    issue = walk.registered(cast)
    url, other = comment(issue), Desk(cast.secretary)
    page = desk.page(url)
    other.client.cookies["csrftoken"] = desk.client.cookies["csrftoken"].value
    for one in (desk, other):
        assert one.send(url, page, note="看过了").status_code == 302
    assert comments() == 2


def test_htmx_is_led_on_in_its_own_way(desk, cast):
    issue = walk.registered(cast)
    url = comment(issue)
    page = {**desk.page(url), "note": "看过了"}
    first, again = (desk.client.post(url, page, headers={"HX-Request": "true"}) for _ in range(2))
    assert (again.status_code, again["HX-Redirect"]) == (200, first["HX-Redirect"])
    assert comments() == 1


def test_a_name_that_was_looked_for_is_not_kept_with_the_address(desk, cast):
    url = comment(walk.registered(cast)) + "?back=/console/issues/%3Fq%3D%E9%BB%84"
    desk.send(url, desk.page(url), note="看过了")
    assert "q=" not in Arrival.objects.get().led_to


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_act_once(cast):
    url = comment(walk.registered(cast))
    desk = Desk(cast.clerk)
    page = desk.page(url)

    def press(_) -> int:
        try:
            return desk.send(url, page, note="已到现场看过").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as presses:
        assert list(presses.map(press, range(4))) == [302] * 4
    assert comments() == 1


def test_pages_without_an_account_act_once_as_well(cast):
    client, url = Client(enforce_csrf_checks=True), f"/h/{cast.household.public_code}/raise/"
    drawn = client.get(url).content.decode()
    given = dict(re.findall(r'name="(csrfmiddlewaretoken|client_id)" value="([\w-]+)"', drawn))
    typed = {**given, "title": "路灯不亮"}
    first, again = (client.post(url, typed) for _ in range(2))
    assert (first.status_code, first["Location"]) == (302, again["Location"])
    kept = Arrival.objects.get()
    assert (kept.user, now() - kept.at < timedelta(minutes=1)) == (None, True)
