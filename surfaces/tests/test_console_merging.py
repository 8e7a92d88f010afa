"""并案 in one go: what is ticked in the triage inbox becomes one matter, and everybody who reported it is told."""

import pytest
from django.urls import reverse

from issues import actions
from issues.models import Issue, Status
from issues.tests import walk
from issues.tests.cast import *  # noqa: F403
from issues.tests.walk import hours
from notices.models import Notice

pytestmark = pytest.mark.django_db
INBOX = "/console/opinions/"
MERGE = "/console/opinions/merge/"


@pytest.fixture
def heard(cast) -> list[Issue]:
    """Three neighbours about the same canal, each with a phone."""
    return [
        walk.collected(cast, title=f"水圳堵塞{number}", petitioner=f"村民{number}", phone=f"1390000{number:04d}")
        for number in (1, 2, 3)
    ]


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.clerk)
    return client


def address(issues) -> str:
    return MERGE + "?" + "&".join(f"issue={one.pk}" for one in issues)


def test_the_inbox_lets_one_tick_opinions(desk, heard):
    page = desk.get(INBOX).content.decode()
    assert all(f'name="issue" value="{one.pk}"' in page for one in heard)
    assert f'action="{MERGE}"' in page


def test_what_is_ticked_goes_on_as_one_and_all_reporters_hear_of_it(desk, heard, cast):
    assert "水圳堵塞1" in desk.get(address(heard)).content.decode()
    answer = desk.post(address(heard), {"parent": heard[0].pk, "note": "同一条水圳"})
    assert (answer.status_code, answer["Location"]) == (302, INBOX)
    assert [Issue.objects.get(pk=one.pk).status for one in heard] == [Status.COLLECTED, Status.MERGED, Status.MERGED]
    main = Issue.objects.get(pk=heard[0].pk)
    given = {"category": "infrastructure", "urgency": "normal"}
    actions.register(issue=main, by=cast.secretary, at=hours(2), **given)
    told = Notice.objects.filter(kind="registered", channel="sms")
    assert {notice.phone for notice in told} == {"13900000001", "13900000002", "13900000003"}


def test_they_may_also_join_a_matter_that_is_there_already(desk, heard, cast):
    main = walk.assigned(cast)
    assert main.number in desk.get(address(heard)).content.decode()
    desk.post(address(heard), {"parent": main.pk, "note": ""})
    assert Issue.objects.filter(parent=main, status=Status.MERGED).count() == 3


def test_one_alone_cannot_be_merged_into_itself(desk, heard):
    answer = desk.post(address(heard[:1]), {"parent": heard[0].pk, "note": ""})
    assert answer.status_code == 422
    assert "只选了一件" in answer.content.decode()


def test_all_or_none_and_the_one_in_the_way_is_named(desk, heard, cast):
    actions.ask_void(issue=heard[2], by=cast.secretary, at=hours(1), reason="重复登记了")
    answer = desk.post(address(heard), {"parent": heard[0].pk, "note": ""})
    assert answer.status_code == 422
    assert "“水圳堵塞3”：已有一项作废申请待答复" in answer.content.decode()
    assert not Issue.objects.filter(status=Status.MERGED).exists()


def test_nothing_ticked_leads_back_with_a_hint(desk, cast):
    answer = desk.get(MERGE, follow=True)
    assert "请先在列表里勾选" in answer.content.decode()


def test_opinions_of_elsewhere_are_not_there(client, cast, heard):
    client.force_login(cast.other_clerk)
    assert client.get(address(heard)).status_code == 404
    client.force_login(cast.grid_leader)
    assert client.get(address(heard)).status_code == 403


def test_the_page_is_found_under_its_name():
    assert reverse("console:merge") == MERGE
