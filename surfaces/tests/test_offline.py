"""What the server gives a phone for a day without a signal, and how it takes what comes back: once, from its person."""

import base64
import json
import re
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.actions import forget_arrivals
from accounts.crypto import phone_key
from accounts.models import Arrival
from households.models import Household, Pairing
from issues.models import Evidence, Issue
from issues.tests.walk import photo
from surfaces.field import offline
from surfaces.tests.field_cast import Patch, entered, page, visit_form
from visits.models import Visit, VisitTrigger
from workdays.now import now

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def patch(cast):
    return Patch(cast)


def day(client, user):
    return entered(client, user).get("/field/offline/day/").json()


def urls(client, user):
    return [one["url"] for one in day(client, user)["pages"]]


def queued(user, ago=timedelta(), key=None, **more):
    """The headers of a form that was filled in `ago` before it is sent."""
    sent = int(now().timestamp() * 1000)
    done = sent - int(ago.total_seconds() * 1000)
    named = {"key": str(key or uuid4()), "person": str(user.pk), "done": str(done), "sent": str(sent), **more}
    return {f"X-Queue-{name}": value for name, value in named.items()}


def visit_url(household):
    return f"/field/households/{household.pk}/visit/"


def test_the_worker_is_a_script_at_the_root_that_browsers_ask_for_anew(client):
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    text = answer.content.decode()
    assert f'const VERSION = "{offline.version()}"' in text
    assert 'importScripts("/static/vendor/idb/umd.js", "/static/js/offline-store.js")' in text


def test_the_worker_keeps_static_files_and_one_page_that_names_nobody(client):
    shell = json.loads(re.search(r"const SHELL = (\[.*\]);", client.get("/sw.js").content.decode())[1])
    assert [url for url in shell if not url.startswith("/static/")] == ["/field/offline/"]
    assert "没有信号" in client.get("/field/offline/").content.decode()


def test_every_script_and_style_of_a_field_page_is_kept_by_the_worker(client, patch, member):
    shell = client.get("/sw.js").content.decode()
    for url in ("/field/", visit_url(patch.mine), "/field/queue/"):
        asked = re.findall(r'(?:src|href)="(/static/[^"#]+\.(?:js|css|svg|png|webmanifest))', page(client, member, url))
        assert len(asked) > 10
        assert [one for one in asked if f'"{one}"' not in shell] == []


def test_a_change_of_any_kept_file_is_a_new_version(client, monkeypatch, tmp_path, settings):
    before = offline.version()
    changed = tmp_path / "css" / "field.css"
    changed.parent.mkdir()
    changed.write_text("body { color: black; }")
    settings.STATICFILES_DIRS = [tmp_path, *settings.STATICFILES_DIRS]
    finders = __import__("django.contrib.staticfiles.finders", fromlist=["get_finder"])
    finders.get_finder.cache_clear()
    offline.version.cache_clear()
    try:
        assert offline.version() != before
    finally:
        finders.get_finder.cache_clear()
        offline.version.cache_clear()


def test_the_policy_lets_our_own_worker_and_manifest_in_and_no_other(client, member):
    policy = entered(client, member).get("/field/")["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy


def test_the_day_is_my_lists_and_the_households_i_look_after(client, patch, member):
    listed = urls(client, member)
    assert listed[:3] == ["/field/", "/field/queue/", "/field/me/"]
    assert "/field/households/?list=mine" in listed
    for url in ("", "visit/", "trigger/"):
        assert f"/field/households/{patch.mine.pk}/{url}" in listed
    assert f"/field/issues/new/?household={patch.mine.pk}" in listed
    assert "/field/help/of/field:visit/" in listed
    assert not [url for url in listed if str(patch.others.pk) in re.findall(r"\d+", url)]


def test_a_household_of_my_area_is_not_kept_for_that(client, patch, grid_leader):
    assert page(client, grid_leader, f"/field/households/{patch.others.pk}/")
    assert not [url for url in urls(client, grid_leader) if re.search(r"\d", url)]


def test_the_first_due_are_kept_when_there_are_more_than_a_phone_takes(client, patch, member, settings):
    settings.OFFLINE_HOUSEHOLDS = 2
    homes = [patch.pair(patch.add_household(f"温{i}", patch.cast.cell), patch.member) for i in range(3)]
    for days, home in enumerate((homes[2], homes[0], patch.mine, homes[1])):
        patch.due_in(home, days)
    kept = {int(one) for url in urls(client, member) for one in re.findall(r"households/(\d+)/$", url)}
    assert kept == {homes[2].pk, homes[0].pk}


def test_the_key_is_the_same_tomorrow_and_another_for_everybody_else(client, patch, member, grid_leader):
    mine = day(client, member)
    assert mine["person"] == member.pk
    assert len(base64.b64decode(mine["key"])) == 32
    assert mine["key"] == day(client, member)["key"] == base64.b64encode(phone_key(member.pk)).decode()
    assert mine["key"] != day(client, grid_leader)["key"]


def test_the_key_is_in_nobodys_cache(client, member):
    assert "no-store" in entered(client, member).get("/field/offline/day/")["Cache-Control"]


def test_a_page_fetched_to_be_kept_leaves_out_what_is_of_others(client, patch, grid_leader):
    patch.due_in(patch.others, -3)
    assert "走访逾期" in page(client, grid_leader, "/field/")
    kept = client.get("/field/", headers={"X-Day-Pack": "1"}).content.decode()
    assert "赖*生" not in kept
    assert "赖*生" in page(client, grid_leader, "/field/")


def test_a_page_fetched_to_be_kept_takes_no_message_from_the_person(client, patch, member):
    entered(client, member).post(visit_url(patch.mine), visit_form(patch.mine))
    assert "走访已保存" not in client.get("/field/", headers={"X-Day-Pack": "1"}).content.decode()
    assert "走访已保存" in client.get("/field/").content.decode()


def test_a_form_out_of_the_queue_is_answered_with_where_it_led_to(client, patch, member):
    answer = entered(client, member).post(visit_url(patch.mine), visit_form(patch.mine), headers=queued(member))
    visit = Visit.objects.get()
    assert answer.status_code == 200
    assert answer.json()["url"] == f"/field/visits/{visit.pk}/"
    assert answer.json()["said"].startswith("走访已保存")
    assert "走访已保存" not in client.get("/field/").content.decode()


def test_sent_again_it_is_told_that_it_is_saved_already(client, patch, member):
    headers, form = queued(member), visit_form(patch.mine)
    first, second = (entered(client, member).post(visit_url(patch.mine), form, headers=headers) for _ in range(2))
    assert (first.json()["again"], second.json()["again"]) == (False, True)
    assert second.json()["url"] == first.json()["url"]
    assert "没有重复" in second.json()["said"]
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("name", ["trigger", "correct"])
def test_a_form_without_a_number_of_its_own_is_saved_once_as_well(client, patch, member, name):
    seen = TestCorrection().seen(client, member, patch.mine)
    form, headers = {"kind": "hardship", "phone": "13900001111", **seen}, queued(member)
    answers = [client.post(f"/field/households/{patch.mine.pk}/{name}/", form, headers=headers) for _ in range(2)]
    assert [one.json()["again"] for one in answers] == [False, True]
    assert VisitTrigger.objects.count() + Household.objects.filter(phone_tail="1111").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_by_two_pages_at_once_is_saved_once(patch, member):
    headers, form, start, answers = queued(member), visit_form(patch.mine, title="水渠漏水"), Barrier(2), []

    def send():
        try:
            one = entered(Client(), member)
            start.wait()
            answers.append(one.post(visit_url(patch.mine), form, headers=headers).json())
        finally:
            connection.close()

    senders = [Thread(target=send) for _ in range(2)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert sorted(one["again"] for one in answers) == [False, True]
    assert (Visit.objects.count(), Issue.objects.count()) == (1, 1)


def test_a_form_with_mistakes_leaves_no_trace_and_may_come_again_corrected(client, patch, member):
    headers = queued(member)
    entered(client, member)
    wrong = client.post(visit_url(patch.mine), visit_form(patch.mine, outcome=""), headers=headers)
    assert wrong.status_code == 422
    assert "请选择见到人没有" in wrong.content.decode()
    assert not Arrival.objects.exists()
    assert client.post(visit_url(patch.mine), visit_form(patch.mine), headers=headers).json()["state"] == "saved"


def test_what_was_saved_half_is_not_saved_when_the_photo_is_none(client, patch, member):
    form = visit_form(patch.mine, title="水渠漏水", photo=photo("坏的.jpg"))
    form["photo"].file.truncate(20)
    answer = entered(client, member).post(visit_url(patch.mine), form, headers=queued(member))
    assert answer.status_code == 422
    assert (Visit.objects.count(), Issue.objects.count(), Arrival.objects.count()) == (0, 0, 0)


def test_a_form_of_somebody_else_is_not_taken_under_my_name(client, patch, member, grid_leader):
    answer = entered(client, member).post(visit_url(patch.mine), visit_form(patch.mine), headers=queued(grid_leader))
    assert answer.status_code == 401
    assert not Visit.objects.exists()


def test_a_form_sent_after_the_session_ended_is_asked_to_sign_in(client, patch, member):
    answer = client.post(visit_url(patch.mine), visit_form(patch.mine), headers=queued(member))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/")


def test_a_number_that_is_none_is_refused(client, patch, member):
    answer = entered(client, member).post(visit_url(patch.mine), {}, headers=queued(member, key="seven"))
    assert answer.status_code == 400


def test_a_visit_was_made_when_the_button_was_pressed(client, patch, member):
    ago = timedelta(hours=7)
    entered(client, member).post(visit_url(patch.mine), visit_form(patch.mine), headers=queued(member, ago))
    visit = Visit.objects.get()
    assert abs(visit.recorded_at - visit.at - ago) < SECOND


def test_a_phone_whose_clock_is_wrong_by_a_year_tells_the_right_time_all_the_same(client, patch, member):
    ago, wrong = timedelta(hours=2), 365 * 24 * 3600 * 1000
    headers = queued(member, ago)
    for name in ("X-Queue-done", "X-Queue-sent"):
        headers[name] = str(int(headers[name]) + wrong)
    entered(client, member).post(visit_url(patch.mine), visit_form(patch.mine), headers=headers)
    visit = Visit.objects.get()
    assert abs(visit.recorded_at - visit.at - ago) < SECOND


@pytest.mark.parametrize(("ago", "kept"), [(-3 * HOUR, 0 * HOUR), (90 * 24 * HOUR, 30 * 24 * HOUR)])
def test_a_time_nobody_can_believe_is_cut(client, patch, member, ago, kept):
    entered(client, member).post(visit_url(patch.mine), visit_form(patch.mine), headers=queued(member, ago))
    visit = Visit.objects.get()
    assert abs(visit.recorded_at - visit.at - kept) < SECOND


def test_a_time_that_is_none_counts_as_now(client, patch, member):
    entered(client, member).post(visit_url(patch.mine), visit_form(patch.mine), headers=queued(member, done="soon"))
    visit = Visit.objects.get()
    assert visit.at == visit.recorded_at


def test_an_opinion_with_photos_of_the_place_is_taken_once(client, patch, member):
    url, headers = f"/field/issues/new/?household={patch.mine.pk}", queued(member)
    for _ in range(2):
        form = {"client_id": headers["X-Queue-key"], "title": "路灯不亮", "channel": "visit", "urgency": "normal"}
        answer = entered(client, member).post(url, form | {"photos": [photo("a.jpg"), photo("b.jpg")]}, headers=headers)
        assert answer.json()["state"] == "saved", answer.content.decode()
    issue = Issue.objects.get()
    assert [one.kind for one in issue.evidence.all()] == [Evidence.Kind.BEFORE] * 2
    assert issue.events.get().facts["evidence"] == [one.sha256 for one in issue.evidence.order_by("id")]


def test_a_photo_that_is_none_keeps_the_opinion_out_and_says_why(client, patch, member):
    form = {"client_id": str(uuid4()), "title": "路灯不亮", "channel": "visit", "urgency": "normal"}
    wrong = photo("名单.exe")
    answer = entered(client, member).post(f"/field/issues/new/?household={patch.mine.pk}", form | {"photos": wrong})
    assert answer.status_code == 422
    assert "不是照片" in answer.content.decode()
    assert not Issue.objects.exists()


def test_numbers_of_forms_are_forgotten_after_their_time(client, patch, member):
    entered(client, member).post(visit_url(patch.mine), visit_form(patch.mine), headers=queued(member))
    assert forget_arrivals(before=now() - timedelta(days=90)) == 0
    assert forget_arrivals(before=now() + SECOND) == 1


class TestCorrection:
    def send(self, client, user, household, **given):
        return entered(client, user).post(f"/field/households/{household.pk}/correct/", given)

    def seen(self, client, user, household):
        shown = page(client, user, f"/field/households/{household.pk}/")
        return dict(re.findall(r'name="(seen_\w+)" value="([^"]*)"', shown))

    def test_a_number_found_wrong_at_the_door_is_mended_and_who_did_it_is_kept(self, client, patch, member):
        seen = self.seen(client, member, patch.mine)
        answer = self.send(client, member, patch.mine, phone="139 0000 1111", **seen)
        assert answer.status_code == 302
        home = Household.objects.get(pk=patch.mine.pk)
        assert (home.phone, home.phone_tail) == ("13900001111", "1111")
        event = apps.get_model("households", "HouseholdEvent").objects.select_related("pgh_context").get(pgh_obj=home)
        metadata = event.pgh_context.metadata
        assert (metadata["verb"], metadata["by"]) == ("correct_household", member.pk)

    def test_an_entry_left_empty_stays(self, client, patch, member):
        self.send(client, member, patch.mine, address="塘背路99号", **self.seen(client, member, patch.mine))
        home = Household.objects.get(pk=patch.mine.pk)
        assert (home.phone, home.address) == (patch.mine.phone, "塘背路99号")

    def test_over_somebody_elses_change_both_values_are_shown_and_nothing_is_saved(self, client, patch, member):
        seen = self.seen(client, member, patch.mine)
        Household.objects.filter(pk=patch.mine.pk).update(phone="13700002222")
        answer = self.send(client, member, patch.mine, phone="13900001111", **seen)
        assert answer.status_code == 422
        said = answer.content.decode()
        assert "刚刚被别人改成137****2222，您填的是13900001111。" in said
        assert Household.objects.get(pk=patch.mine.pk).phone == "13700002222"
        chosen = dict(re.findall(r'name="(seen_\w+)" value="([^"]*)"', said))
        assert self.send(client, member, patch.mine, phone="13900001111", **chosen).status_code == 302
        assert Household.objects.get(pk=patch.mine.pk).phone == "13900001111"

    def test_another_entry_that_changed_is_no_matter(self, client, patch, member):
        seen = self.seen(client, member, patch.mine)
        Household.objects.filter(pk=patch.mine.pk).update(address="新村1号")
        assert self.send(client, member, patch.mine, phone="13900001111", **seen).status_code == 302
        assert Household.objects.get(pk=patch.mine.pk).address == "新村1号"

    def test_the_same_change_made_twice_is_none(self, client, patch, member):
        seen = self.seen(client, member, patch.mine)
        Household.objects.filter(pk=patch.mine.pk).update(phone="13900001111")
        assert self.send(client, member, patch.mine, phone="13900001111", **seen).status_code == 302

    @pytest.mark.parametrize(("given", "said"), [({"phone": "12"}, "电话应为11位手机号"), ({}, "没有要改的")])
    def test_what_is_no_number_and_what_changes_nothing_is_said(self, client, patch, member, given, said):
        answer = self.send(client, member, patch.mine, **given, **self.seen(client, member, patch.mine))
        assert answer.status_code == 422
        assert said in answer.content.decode()

    def test_who_no_longer_looks_after_the_household_may_not(self, client, patch, member):
        seen = self.seen(client, member, patch.mine)
        Pairing.objects.filter(household=patch.mine).update(until=now().date())
        assert self.send(client, member, patch.mine, phone="13900001111", **seen).status_code == 404
