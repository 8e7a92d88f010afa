"""Personal fields at rest: sealed, authenticated, and found only by a keyed hash."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError
from django.db import connection

from accounts import crypto
from accounts.models import User

KEYS = {"cipher": "aes", "active": "k1", "ciphers": {"k1": bytes(32), "k2": b"2" * 32}, "index": b"i" * 32}


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FIELD_KEYS = dict(KEYS)
    return settings.FIELD_KEYS


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
@pytest.mark.parametrize("value", ["13800138000", "黄大荣", "x" * 5000, "𠮷"])
def test_what_is_sealed_opens_to_the_same_value(keys, cipher, value):
    keys["cipher"] = cipher
    stored = crypto.encrypt(value)
    assert stored.startswith(f"{cipher}.k1.")
    assert value not in stored
    assert crypto.decrypt(stored) == value


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_the_same_value_is_never_stored_twice_alike(keys, cipher):
    keys["cipher"] = cipher
    assert crypto.encrypt("13800138000") != crypto.encrypt("13800138000")


def test_the_librarys_sm4_gcm_is_the_one_of_rfc_8998():
    """The vector of appendix A.1."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key, nonce = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), bytes.fromhex("00001234567800000000ABCD")
    sealer = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"))
    plain = bytes.fromhex("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD") + bytes.fromhex(
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    body = sealer.update(plain) + sealer.finalize()
    assert body.hex().upper().startswith("17F399F08C67D5EE19D0DC9969C4BB7D")
    assert sealer.tag.hex().upper() == "83DE3541E4C2B58177E065A9BF7B62EC"


def test_a_new_active_key_and_cipher_leave_old_values_readable(keys):
    old = crypto.encrypt("13800138000")
    keys.update(cipher="sm4", active="k2")
    assert crypto.encrypt("x").startswith("sm4.k2.")
    assert crypto.decrypt(old) == "13800138000"


@pytest.mark.parametrize("named", ["aes.k9", "rot13.k1"])
def test_an_unknown_key_or_cipher_is_said_by_name(named):
    body = crypto.encrypt("13800138000").split(".", 2)[2]
    with pytest.raises(ValueError, match=f"no key {named}"):
        crypto.decrypt(f"{named}.{body}")


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
@pytest.mark.parametrize("position", [0, 12, -1])
def test_a_changed_bit_anywhere_is_noticed(keys, cipher, position):
    keys["cipher"] = cipher
    head, body = crypto.encrypt("13800138000").rsplit(".", 1)
    sealed = bytearray(base64.b64decode(body))
    sealed[position] ^= 1
    with pytest.raises(InvalidTag):
        crypto.decrypt(f"{head}.{base64.b64encode(sealed).decode()}")


def test_a_value_does_not_open_with_another_key():
    _, _, body = crypto.encrypt("13800138000").split(".", 2)
    with pytest.raises(InvalidTag):
        crypto.decrypt(f"aes.k2.{body}")


def test_the_blind_index_is_the_same_for_the_same_value_and_depends_on_its_key(keys):
    index = crypto.blind_index("13800138000")
    assert (len(index), crypto.blind_index("13800138000")) == (32, index)
    assert crypto.blind_index("13800138001") != index
    keys["index"] = b"j" * 32
    assert crypto.blind_index("13800138000") != index
    assert crypto.blind_index("") == ""


@pytest.mark.django_db
class TestTheField:
    @pytest.fixture
    def user(self):
        return User.objects.create_user("13800138000", "黄大荣")

    def stored(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT phone FROM accounts_user")
            return cursor.fetchone()[0]

    def test_the_database_holds_ciphertext_and_python_the_value(self, user):
        assert self.stored().startswith("aes.k1.")
        assert User.objects.get().phone == "13800138000"
        assert User.objects.values_list("phone", flat=True).get() == "13800138000"

    def test_an_update_in_bulk_is_sealed_too(self, user):
        User.objects.update(phone="13900139000")
        assert "13900139000" not in self.stored()
        assert User.objects.get().phone == "13900139000"

    def test_an_empty_value_stays_empty(self, user):
        User.objects.update(phone="")
        assert self.stored() == ""
        assert User.objects.get().phone == ""

    @pytest.mark.parametrize("lookup", ["", "__in", "__contains", "__startswith", "__gt", "__iexact", "__regex"])
    def test_looking_for_a_value_is_refused_because_it_could_never_match(self, lookup):
        with pytest.raises(FieldError, match="look up its blind index"):
            User.objects.filter(**{f"phone{lookup}": ["1"] if lookup == "__in" else "1"}).exists()

    def test_asking_whether_there_is_one_is_allowed(self, user):
        assert User.objects.filter(phone__isnull=False).count() == 1
