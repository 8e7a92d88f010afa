"""Recording a visit on the phone: one form, saved once, all of it or nothing."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from households.models import Pairing
from issues.models import Issue
from surfaces.tests.field_cast import Patch, entered, page, visit_form
from surfaces.words import day
from visits.models import Visit, VisitPhoto, VisitTrigger
from workdays.now import now, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def patch(cast):
    return Patch(cast)


def url(household):
    return f"/field/households/{household.pk}/visit/"


def send(client, person, household, **typed):
    return entered(client, person).post(url(household), visit_form(household, **typed))


def after(client, answer):
    """The page after saving."""
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer.url).content.decode()


def picture(name="门口.jpg"):
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def test_a_visit_is_saved_by_one_choice_and_the_next_day_is_said(client, patch, member):
    shown = after(client, send(client, member, patch.mine))
    visit = Visit.objects.get()
    assert (visit.household, visit.done_by, visit.entered_by, visit.outcome) == (
        patch.mine,
        patch.member,
        member,
        "met",
    )
    assert abs(visit.at - now()) < timedelta(minutes=1)
    assert f"走访已保存。下次走访：{day(today() + timedelta(days=14))}。" in shown


def test_nobody_at_home_is_no_visit_kept_and_says_when_to_try_again(client, patch, member):
    patch.due_in(patch.mine, -5)
    shown = after(client, send(client, member, patch.mine, outcome="not_home"))
    assert f"不在家，没有算作完成。下次上门：{day(today() + timedelta(days=3))}。" in shown


def test_what_was_asked_is_kept_and_nothing_of_it_is_compulsory(client, patch, member):
    after(client, send(client, member, patch.mine, difficulty="屋顶漏雨", opinion=""))
    visit = Visit.objects.get()
    assert (visit.difficulty, visit.opinion) == ("屋顶漏雨", "")


def test_the_same_form_sent_twice_saves_once(client, patch, member):
    typed = visit_form(patch.mine, title="路灯坏了", text="两盏", photo=[picture()])
    first = entered(client, member).post(url(patch.mine), typed)
    second = client.post(url(patch.mine), typed | {"photo": [picture()]})
    assert first.url == second.url
    assert "没有重复记" in after(client, second)
    assert (Visit.objects.count(), Issue.objects.count(), VisitPhoto.objects.count()) == (1, 1, 1)


def test_a_matter_heard_on_the_visit_is_collected_with_it(client, patch, member):
    typed = {"title": "路灯坏了", "text": "村口两盏", "category": "infrastructure", "urgency": "urgent"}
    shown = after(client, send(client, member, patch.mine, **typed))
    issue = Issue.objects.get()
    assert (issue.visit, issue.household, issue.reporter) == (Visit.objects.get(), patch.mine, member)
    assert (issue.channel, issue.category, issue.urgency, issue.text) == (
        "visit",
        "infrastructure",
        "urgent",
        "村口两盏",
    )
    assert "路灯坏了" in shown


def test_a_matter_without_a_title_saves_nothing_and_keeps_what_was_typed(client, patch, member):
    answer = send(client, member, patch.mine, text="村口两盏路灯", difficulty="屋顶漏雨")
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "请用一句话写明是什么事" in shown
    assert "村口两盏路灯" in shown
    assert "屋顶漏雨" in shown
    assert not Visit.objects.exists()


def test_a_picture_that_is_none_undoes_the_visit_and_keeps_what_was_typed(client, patch, member):
    fake = SimpleUploadedFile("假的.jpg", b"not a picture", "image/jpeg")
    answer = send(client, member, patch.mine, difficulty="屋顶漏雨", title="路灯坏了", photo=[fake])
    assert answer.status_code == 422
    assert "认不出这张照片" in answer.content.decode()
    assert "屋顶漏雨" in answer.content.decode()
    assert not Visit.objects.exists()
    assert not Issue.objects.exists()


def test_without_an_outcome_the_form_asks_for_it(client, patch, member):
    answer = send(client, member, patch.mine, outcome="", difficulty="屋顶漏雨")
    assert answer.status_code == 422
    assert "请选择见到人没有" in answer.content.decode()
    assert "屋顶漏雨" in answer.content.decode()


def test_a_visit_of_this_morning_keeps_its_time_and_one_of_tomorrow_is_refused(client, patch, member):
    then = now() - timedelta(hours=20)
    after(client, send(client, member, patch.mine, visited_at=then.strftime("%Y-%m-%dT%H:%M")))
    assert abs(Visit.objects.get().at - then) < timedelta(minutes=1)
    ahead = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = send(client, member, patch.mine, visited_at=ahead)
    assert "请核对手机时间" in answer.content.decode()


def test_a_photo_is_shown_to_whoever_may_see_the_visit_and_to_nobody_else(client, patch, member, neighbour):
    after(client, send(client, member, patch.mine, photo=[picture(), picture("厨房.jpg")]))
    photo = VisitPhoto.objects.earliest("pk")
    address = f"/field/visits/{photo.visit_id}/photos/{photo.pk}/"
    answer = client.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content)
    assert entered(client, neighbour).get(address).status_code == 404


def test_the_visit_of_another_household_is_not_found(client, patch, member, grid_leader):
    after(client, send(client, grid_leader, patch.others, done_by=patch.other_member.pk))
    assert entered(client, member).get(f"/field/visits/{Visit.objects.get().pk}/").status_code == 404


def test_after_saving_the_next_household_of_my_list_is_the_next_tap(client, patch, member):
    second = patch.pair(patch.add_household("丘第二", patch.cast.cell), patch.member)
    patch.due_in(second, -3)
    patch.due_in(patch.mine, -9)
    shown = after(client, send(client, member, patch.mine))
    assert f'class="button primary" href="{url(second)}">下一户 丘*二' in shown


def test_when_nothing_is_left_the_next_tap_is_home(client, patch, member):
    shown = after(client, send(client, member, patch.mine))
    assert 'class="button primary" href="/field/">回今日' in shown


def test_a_leader_enters_the_visit_of_the_member_who_went(client, patch, grid_leader):
    shown = page(client, grid_leader, url(patch.others))
    assert "谁去的" in shown
    after(client, send(client, grid_leader, patch.others, done_by=patch.other_member.pk))
    visit = Visit.objects.get()
    assert (visit.done_by, visit.entered_by) == (patch.other_member, grid_leader)


def test_a_leader_who_is_a_member_goes_in_their_own_name(client, patch, grid_leader):
    leading = patch.add_member("罗网格", user=grid_leader)
    assert f'<option value="{leading.pk}" selected>' in page(client, grid_leader, url(patch.others))


def test_a_member_is_not_asked_who_went(client, patch, member):
    assert "谁去的" not in page(client, member, url(patch.mine))
    after(client, send(client, member, patch.mine, done_by=patch.other_member.pk))
    assert Visit.objects.get().done_by == patch.member


def test_nobody_can_be_sent_who_does_not_live_in_the_village(client, patch, grid_leader):
    stranger = patch.add_member("外乡人")
    type(stranger).objects.filter(pk=stranger.pk).update(**patch.cast.grids["990001101202"].scope())
    answer = send(client, grid_leader, patch.others, done_by=stranger.pk)
    assert answer.status_code == 422
    assert not Visit.objects.exists()


def test_the_pairing_of_another_household_cannot_be_slipped_in(client, patch, member):
    theirs = Pairing.objects.get(household=patch.others)
    assert send(client, member, patch.mine, pairing=theirs.pk).status_code == 422
    assert not Visit.objects.exists()


def test_a_household_nobody_looks_after_says_what_to_do_first(client, patch, neighbour):
    assert "还没有联户党员" in page(client, neighbour, url(patch.far))


def test_a_visit_for_a_dispute_answers_it_without_being_asked(client, patch, member):
    VisitTrigger.objects.create(household=patch.mine, kind="dispute", reported_at=now(), reported_by=member)
    after(client, send(client, member, patch.mine))
    assert Visit.objects.get().trigger == "dispute"
    assert VisitTrigger.objects.get().answered_by == Visit.objects.get()


def test_the_server_tells_the_phone_which_draft_has_arrived(client, patch, member):
    answer = send(client, member, patch.mine)
    assert answer.cookies["draft_done"].value == url(patch.mine)
    assert "draft_done" not in send(client, member, patch.mine, outcome="").cookies


def test_the_form_carries_a_number_of_its_own_made_when_it_is_drawn(client, patch, member):
    numbers = {client_id(page(client, member, url(patch.mine))) for _ in range(2)}
    assert len(numbers) == 2


def client_id(shown):
    return UUID(shown.split('name="client_id" value="')[1].split('"')[0])
