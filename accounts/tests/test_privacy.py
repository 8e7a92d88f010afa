"""What a list may show of a person, and the log of who saw more."""

from datetime import UTC, datetime

import pytest
from django.db import Error, transaction

from accounts.actions import log_access, reveal
from accounts.errors import Refused
from accounts.models import AccessLog, User
from accounts.privacy import Mask, mask, personal_fields, plain_fields

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("黄大荣", Mask.NAME, "黄*荣"),
        ("黄荣", Mask.NAME, "黄*"),
        ("欧阳大荣", Mask.NAME, "欧**荣"),
        ("黄", Mask.NAME, "黄"),
        ("13800138000", Mask.PHONE, "138****8000"),
        ("05982322001", Mask.PHONE, "059****2001"),
        ("12345", Mask.PHONE, "*****"),
        ("441624200001010123", Mask.ID_NUMBER, "4416**********0123"),
        ("123", Mask.ID_NUMBER, "***"),
        ("水口村三组十二号", Mask.ADDRESS, "水口村三组十…"),
        ("糖尿病", Mask.TEXT, "●●●"),
        ("visits/1.jpg", Mask.FILE, "●●●"),
        ("8000", Mask.KEYED, "●●●"),
        ("", Mask.PHONE, ""),
        (None, Mask.PHONE, ""),
    ],
)
def test_each_kind_of_value_has_its_mask(value, kind, shown):
    assert mask(value, kind) == shown


def test_a_model_knows_its_personal_and_its_plain_fields():
    assert personal_fields(User)["phone"] == Mask.PHONE
    assert "is_active" in plain_fields(User)


@pytest.fixture
def people(db):
    return [User.objects.create_user(f"1380000000{number}", name) for number, name in enumerate("甲乙")]


class TestRevealing:
    def test_the_full_value_is_given_and_the_reading_is_logged(self, people):
        reader, other = people
        value = reveal(row=other, field="phone", reason=" 上门走访 ", by=reader, at=AT, address="10.0.0.1")
        assert value == "13800000001"
        log = AccessLog.objects.get()
        assert (log.user, log.at, log.action, log.target, log.target_id) == (
            reader,
            AT,
            "reveal",
            "accounts.User",
            other.pk,
        )
        assert (log.field, log.reason, log.address) == ("phone", "上门走访", "10.0.0.1")

    @pytest.mark.parametrize("reason", ["", "   ", "看看", "abc"])
    def test_without_a_reason_nothing_is_given_or_logged(self, people, reason):
        with pytest.raises(Refused, match="请写明查看事由"):
            reveal(row=people[1], field="phone", reason=reason, by=people[0], at=AT)
        assert not AccessLog.objects.exists()

    @pytest.mark.parametrize("field", ["password", "phone_index", "is_active", "nothing"])
    def test_keys_plain_fields_and_unknown_ones_cannot_be_asked_for(self, people, field):
        with pytest.raises(Refused, match="没有这一项"):
            reveal(row=people[1], field=field, reason="上门走访", by=people[0], at=AT)


class TestTheAccessLog:
    @pytest.fixture(autouse=True)
    def row(self, people):
        log_access(action=AccessLog.Action.LOGIN, by=people[0], at=AT)

    @pytest.mark.parametrize(
        "change",
        [
            lambda: AccessLog.objects.update(reason="没有看过"),
            lambda: AccessLog.objects.all().delete(),
            lambda: AccessLog.objects.get().delete(),
            lambda: AccessLog.objects.get().save(),
        ],
    )
    def test_the_database_itself_refuses_to_change_or_delete_a_row(self, change):
        with pytest.raises(Error, match="Cannot update or delete rows from accounts_accesslog"), transaction.atomic():
            change()
        assert AccessLog.objects.count() == 1

    def test_who_is_in_the_log_cannot_be_deleted(self, people):
        with pytest.raises(Error), transaction.atomic():
            people[0].delete()
