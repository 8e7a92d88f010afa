"""Every model declares each of its fields personal or plain; phones and ID numbers are ciphertext at rest."""

import pytest
from django.apps import apps
from django.db import connection

from accounts.fields import EncryptedField
from accounts.privacy import Mask, mask, personal_fields, plain_fields
from liaison.tests.test_layers import ORDER

OURS = [model for model in apps.get_models() if model._meta.app_label in ORDER]
HISTORY = [model for model in OURS if hasattr(model, "pgh_tracked_model")]
DECLARED = [model for model in OURS if model not in HISTORY]


def fields_of(model) -> set[str]:
    return {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}


@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model._meta.label)
def test_each_field_is_declared_once(model):
    personal, plain = set(personal_fields(model)), plain_fields(model)
    assert fields_of(model) - personal - plain == set(), "declare these in PERSONAL or PLAIN"
    assert (personal | plain) - fields_of(model) == set(), "declared, but no such field"
    assert personal & plain == set(), "declared twice"


@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model._meta.label)
def test_phones_and_id_numbers_are_encrypted(model):
    for name, kind in personal_fields(model).items():
        if kind in (Mask.PHONE, Mask.ID_NUMBER):
            assert isinstance(model._meta.get_field(name), EncryptedField), name


@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model._meta.label)
def test_history_keeps_ciphertext_as_ciphertext(model):
    for field in model.pgh_tracked_model._meta.concrete_fields:
        if isinstance(field, EncryptedField) and field.name in fields_of(model):
            assert isinstance(model._meta.get_field(field.name), EncryptedField), field.name


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_database_names_are_at_most_30_characters(model):
    names = [model._meta.db_table, *(field.column for field in model._meta.concrete_fields)]
    names += [thing.name for thing in (*model._meta.indexes, *model._meta.constraints)]
    assert [name for name in names if len(name) > 30] == []


@pytest.mark.django_db
def test_the_database_never_holds_a_phone_in_clear():
    from accounts.models import User

    user = User.objects.create_user(phone="139 0000 0001", name="测试")
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_user::text FROM accounts_user WHERE id = %s", [user.pk])
        row = cursor.fetchone()[0]
    assert "13900000001" not in row
    user.refresh_from_db()
    assert user.phone == "13900000001"


def test_masks_show_the_shapes_of_the_domain():
    assert mask("13812348000", Mask.PHONE) == "138****8000"
    assert mask("441624199001010123", Mask.ID_NUMBER) == "4416**********0123"
    assert mask("黄耀荣", Mask.NAME) == "黄*荣"
    assert mask("黄荣", Mask.NAME) == "黄*"
    assert mask("在家养病", Mask.TEXT) == "●●●"
