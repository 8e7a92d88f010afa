"""服务承诺 from the phone to the household's word, and its figures."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from issues.tests.cast import *  # noqa: F403
from surfaces.tests.browsing import said
from surfaces.tests.field_cast import Patch, entered, page
from visits.actions import make_pledge, publish_pledge, report_pledge
from visits.models import Pledge
from visits.tests.test_photos import picture
from workdays.now import now, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def patch(cast) -> Patch:
    return Patch(cast)


@pytest.fixture
def pledge(patch, cast) -> Pledge:
    """Of the member, published."""
    known = {"text": "修好便桥", "kind": Pledge.Kind.HELP, "due_on": today(), "at": now(), "by": cast.member}
    made = make_pledge(member=patch.member, **known)
    publish_pledge(pledge=made, at=now(), by=cast.secretary)
    return made


def reported(pledge, patch, cast):
    report_pledge(pledge=pledge, result="桥已修好", household=patch.mine, at=now(), by=cast.member)
    return pledge


def test_a_member_promises_and_the_secretary_publishes_it(client, patch, member, cast):
    typed = {"text": "帮三户收割晚稻", "kind": "help", "due_on": (today() + timedelta(days=5)).isoformat()}
    assert entered(client, member).post("/field/pledges/new/", typed).status_code == 302
    made = Pledge.objects.get()
    assert (made.member, made.status) == (patch.member, "draft")
    assert "帮三户收割晚稻" not in client.get(f"/v/{cast.village.code}/").content.decode()
    assert entered(client, member).get(f"/field/pledges/{made.pk}/publish/").status_code == 403
    assert entered(client, cast.secretary).post(f"/field/pledges/{made.pk}/publish/").status_code == 302
    shown = client.get(f"/v/{cast.village.code}/").content.decode()
    assert "帮三户收割晚稻" in shown
    assert "曾党员" in shown


def test_a_household_sees_it_on_its_page_and_says_so(client, pledge, patch, cast):
    reported(pledge, patch, cast)
    home = f"/h/{patch.mine.public_code}/"
    assert "请您见证" in client.get(home).content.decode()
    url = f"{home}pledges/{pledge.pk}/"
    assert "桥已修好" in client.get(url).content.decode()
    assert client.post(url, {"kept": ""}).status_code == 422
    assert client.post(url, {"kept": "yes"}).status_code == 302
    pledge.refresh_from_db()
    assert (pledge.status, pledge.means) == ("kept", "qr")
    assert "请您见证" not in client.get(home).content.decode()
    assert "现在不用您确认" in client.get(url).content.decode()


def test_another_household_cannot_speak_for_it(client, pledge, patch, cast):
    reported(pledge, patch, cast)
    url = f"/h/{patch.others.public_code}/pledges/{pledge.pk}/"
    assert client.get(url).status_code == 404
    assert client.post(url, {"kept": "yes"}).status_code == 404


def test_a_household_that_says_no_is_told_to_the_member(client, pledge, patch, cast):
    reported(pledge, patch, cast)
    client.post(f"/h/{patch.mine.public_code}/pledges/{pledge.pk}/", {"kept": "no"})
    assert "见证户说还没有兑现" in page(client, cast.member, f"/field/pledges/{pledge.pk}/")


def test_a_member_reports_with_a_photo_if_there_is_one(client, pledge, patch, member):
    shot = SimpleUploadedFile("桥.jpg", picture(), "image/jpeg")
    typed = {"result": "桥已修好", "household": patch.mine.pk, "evidence": shot}
    assert entered(client, member).post(f"/field/pledges/{pledge.pk}/report/", typed).status_code == 302
    answer = client.get(f"/pledges/{pledge.pk}/photo/")
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")


def test_only_households_the_member_looks_after_are_offered_and_masked(client, pledge, patch, member):
    form = entered(client, member).get(f"/field/pledges/{pledge.pk}/report/").context["form"]
    assert list(form.fields["household"].queryset) == [patch.mine]
    assert patch.mine.head_name not in str(form["household"])


def test_the_village_keys_in_a_witness_and_the_member_cannot(client, pledge, cast, member):
    typed = {"kept": "yes", "witness": "黄阿婆", "result": "桥修好了"}
    assert entered(client, member).post(f"/field/pledges/{pledge.pk}/witness/", typed).status_code == 403
    assert entered(client, cast.secretary).post(f"/field/pledges/{pledge.pk}/witness/", typed).status_code == 302
    pledge.refresh_from_db()
    assert (pledge.status, pledge.witness, pledge.closed_by) == ("kept", "黄阿婆", cast.secretary)


def test_not_kept_needs_a_reason(client, pledge, member):
    url = f"/field/pledges/{pledge.pk}/give_up/"
    assert entered(client, member).post(url, {}).status_code == 422
    assert client.post(url, {"reason": "资金没有到位"}).status_code == 302
    assert "资金没有到位" in page(client, member, f"/field/pledges/{pledge.pk}/")


def test_what_does_not_fit_now_is_refused_in_words(client, pledge, patch, cast):
    reported(pledge, patch, cast)
    answer = entered(client, cast.secretary).post(f"/field/pledges/{pledge.pk}/publish/")
    assert "正等见证户确认" in said(answer)
    assert client.get(f"/field/pledges/{pledge.pk}/dance/").status_code == 404


def test_the_desk_lists_what_is_due_and_overdue(client, pledge, clerk):
    assert "修好便桥" in page(client, clerk, "/console/pledges/?state=soon")
    Pledge.objects.update(due_on=today() - timedelta(days=1), year=(today() - timedelta(days=1)).year)
    assert "修好便桥" in page(client, clerk, "/console/pledges/?state=overdue")
    assert "到期未兑现" in page(client, clerk, "/console/pledges/")
    assert "没有这样的承诺" in page(client, clerk, "/console/pledges/?state=kept")


def test_a_branch_promises_at_the_desk(client, patch, clerk):
    typed = {"branch": patch.branch.pk, "text": "每月义诊一次", "kind": "help", "due_on": today().isoformat()}
    assert entered(client, clerk).post("/console/pledges/new/", typed).status_code == 302
    assert Pledge.objects.get().by_whom == "水口村党支部"


def test_neither_member_nor_branch_is_asked_for_in_words(client, patch, clerk):
    typed = {"text": "修路", "kind": "help", "due_on": today().isoformat()}
    answer = entered(client, clerk).post("/console/pledges/new/", typed)
    assert "请选择谁作的承诺" in said(answer)


def test_an_account_without_a_member_is_told_whom_to_ask(client, patch, cast):
    assert "账号还没有对应的党员" in page(client, cast.grid_leader, "/field/pledges/new/")


def test_the_county_counts_kept_out_of_all(client, pledge, patch, cast):
    reported(pledge, patch, cast)
    Pledge.objects.update(status="kept", closed_at=now())
    shown = page(client, cast.county_officer, "/county/service/")
    assert "承诺已兑现" in shown
    listed = page(client, cast.county_officer, "/county/list/pledges_kept/")
    assert "修好便桥" in listed


def test_the_api_reads_pledges_masked(client, pledge, clerk):
    Pledge.objects.update(witness="黄阿婆")
    answer = entered(client, clerk).get(f"/api/v1/pledges/{pledge.pk}/").json()
    assert (answer["text"], answer["witness"]) == ("修好便桥", "黄*婆")
    assert entered(client, clerk).get("/api/v1/pledges/?status=kept").json()["results"] == []
