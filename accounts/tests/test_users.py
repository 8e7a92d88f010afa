"""Accounts are found by phone, whatever way it is typed."""

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError
from django.test import RequestFactory

from accounts import crypto
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return User.objects.create_user("+86 138-0013-8000", "黄大荣", "liaison-2026")


def test_the_phone_is_kept_normal_with_its_index_and_tail(user):
    assert (user.phone, user.phone_tail) == ("13800138000", "8000")
    assert user.phone_index == crypto.blind_index("13800138000")


@pytest.mark.parametrize("typed", ["13800138000", " 138 0013 8000 ", "+8613800138000", "１３８００１３８０００"])
def test_a_user_is_found_by_phone_in_any_spelling(user, typed):
    assert User.objects.get_by_natural_key(typed) == user


def test_a_user_is_found_by_the_index_that_sessions_and_locks_keep(user):
    assert User.objects.get_by_natural_key(user.phone_index) == user


@pytest.mark.parametrize("typed", ["13900139000", "", None, "abc"])
def test_nobody_else_is_found(user, typed):
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(typed)


def test_one_phone_is_one_account(user):
    with pytest.raises(IntegrityError):
        User.objects.create_user("13800138000", "别人")


def test_phone_and_password_are_recognised_together_only(user):
    request = RequestFactory().post("/login/")
    assert authenticate(request, phone_index=user.phone_index, password="liaison-2026") == user
    assert authenticate(request, phone_index=user.phone_index, password="liaison-2027") is None


def test_an_account_without_a_password_cannot_log_in():
    user = User.objects.create_user("13800138001", "无密码")
    assert not user.has_usable_password()
    assert authenticate(RequestFactory().post("/"), phone_index=user.phone_index, password="") is None


def test_the_password_is_hashed_with_argon2(user):
    assert user.password.startswith("argon2$argon2id$")
