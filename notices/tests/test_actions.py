"""What goes into the outbox, once, and who reads it."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from notices import actions
from notices.actions import Message, mark_read, post, post_all
from notices.models import Notice
from notices.tests.cast import NOON, person

pytestmark = pytest.mark.django_db


def test_a_message_to_a_user_goes_into_their_inbox():
    clerk = person("clerk")
    assert post(kind="registered", key="registered:1:1:clerk", text="事项已挂号", at=NOON, user=clerk, link="/i/1")
    notice = Notice.objects.get()
    assert (notice.channel, notice.user, notice.phone) == ("inbox", clerk, "")
    assert (notice.state, notice.created_at, notice.link) == ("waiting", NOON, "/i/1")


def test_a_message_to_a_phone_goes_by_sms_and_the_phone_is_ciphertext_in_the_database():
    assert post(kind="registered", key="registered:1:1:petitioner", text="已受理", at=NOON, phone="138 0013 8000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM notices_notice")
        assert cursor.fetchone()[0].startswith("aes.k1.")
    assert Notice.objects.get().phone == "13800138000"


def test_the_same_key_is_posted_once_for_ever():
    clerk = person("clerk")
    assert post(kind="urged", key="k", text="第一次", at=NOON, user=clerk)
    assert not post(kind="urged", key="k", text="第二次", at=NOON, user=clerk)
    assert [notice.text for notice in Notice.objects.all()] == ["第一次"]


def test_the_same_key_twice_in_one_batch_is_posted_once():
    clerk = person("clerk")
    messages = [
        Message("a", "urged", "甲", clerk),
        Message("a", "urged", "乙", clerk),
        Message("b", "urged", "丙", clerk),
    ]
    assert post_all(messages, at=NOON) == {"a", "b"}
    assert Notice.objects.count() == 2


def test_with_nobody_to_tell_nothing_is_posted():
    assert not post(kind="registered", key="k", text="已受理", at=NOON)
    assert not Notice.objects.exists()


def test_a_long_text_ends_in_an_ellipsis_instead_of_breaking_the_move_that_posts_it():
    post(kind="registered", key="k", text="长" * 300, at=NOON, phone="13800138000")
    assert Notice.objects.get().text == "长" * 199 + "…"


def test_one_nudge_per_transaction_that_posts_something(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        post_all([Message("a", "urged", "甲", phone="1"), Message("b", "urged", "乙", phone="2")], at=NOON)
    assert callbacks == [actions.nudge]
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        post(kind="urged", key="a", text="甲", at=NOON, phone="1")
    assert callbacks == []


def test_i_see_only_what_is_addressed_to_me_newest_first():
    clerk, neighbour = person("clerk"), person("neighbour")
    post(kind="urged", key="old", text="旧", at=NOON, user=clerk)
    post(kind="urged", key="new", text="新", at=NOON + timedelta(hours=1), user=clerk)
    post(kind="urged", key="theirs", text="别人的", at=NOON, user=neighbour)
    assert [notice.text for notice in Notice.objects.visible_to(clerk)] == ["新", "旧"]


def test_reading_one_leaves_the_others_unread_and_the_first_reading_counts():
    clerk = person("clerk")
    for key in "abc":
        post(kind="urged", key=key, text=key, at=NOON, user=clerk)
    first = Notice.objects.get(key="a")
    assert mark_read(by=clerk, at=NOON, pk=first.pk) == 1
    assert mark_read(by=clerk, at=NOON + timedelta(hours=1), pk=first.pk) == 0
    assert Notice.objects.get(key="a").read_at == NOON
    assert Notice.objects.visible_to(clerk).unread().count() == 2
    assert mark_read(by=clerk, at=NOON) == 2


def test_nobody_marks_what_is_not_theirs():
    clerk, neighbour = person("clerk"), person("neighbour")
    post(kind="urged", key="a", text="甲", at=NOON, user=clerk)
    assert mark_read(by=neighbour, at=NOON, pk=Notice.objects.get().pk) == 0
    assert Notice.objects.visible_to(clerk).unread().count() == 1
