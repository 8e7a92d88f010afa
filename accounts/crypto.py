"""Ciphers for personal fields, behind one interface so that a hardware module can stand in.

A stored value reads `<cipher>.<key id>.<base64 of nonce+ciphertext+tag>`: cipher and key can be changed while old
values stay readable. Equality search goes through `blind_index`, a keyed hash that never leaves the database.
"""

import base64
import hmac
import os
from binascii import b2a_base64
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12
TAG = 16


class FieldCipher(Protocol):
    """Authenticated encryption of one short value."""

    def encrypt(self, plain: bytes) -> bytes: ...
    def decrypt(self, sealed: bytes) -> bytes: ...


class Aes256Gcm:
    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def encrypt(self, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._aead.encrypt(nonce, plain, None)

    def decrypt(self, sealed: bytes) -> bytes:
        return self._aead.decrypt(sealed[:NONCE], sealed[NONCE:], None)


class Sm4Gcm:
    """GB/T 32907 SM4 in GCM mode (128-bit key: the first half of the derived key)."""

    def __init__(self, key: bytes) -> None:
        self._key = key[:16]

    def encrypt(self, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        sealer = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        return nonce + sealer.update(plain) + sealer.finalize() + sealer.tag

    def decrypt(self, sealed: bytes) -> bytes:
        nonce, body, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
        opener = Cipher(algorithms.SM4(self._key), modes.GCM(nonce, tag)).decryptor()
        return opener.update(body) + opener.finalize()


CIPHERS: dict[str, type] = {"aes": Aes256Gcm, "sm4": Sm4Gcm}


def phone_key(person: int) -> bytes:
    """What a person's data on their phone is sealed with: 32 bytes, the same on every day and every phone of theirs."""
    return hmac.new(settings.PHONE_KEY, f"person/{person}".encode(), "sha256").digest()


@lru_cache(maxsize=16)
def _cipher(name: str, key: bytes) -> FieldCipher:
    cipher: FieldCipher = CIPHERS[name](key)
    return cipher


def encrypt(value: str) -> str:
    """Seal one value with the active cipher and key."""
    return encrypt_all([value])[0]


def encrypt_all(values: Sequence[str]) -> list[str]:
    """Seal many values; looking up cipher and key once halves the cost of each."""
    keys = settings.FIELD_KEYS
    seal = _cipher(keys["cipher"], keys["ciphers"][keys["active"]]).encrypt
    prefix = f"{keys['cipher']}.{keys['active']}."
    return [prefix + b2a_base64(seal(value.encode()), newline=False).decode() for value in values]


def decrypt(stored: str) -> str:
    """Open a stored value with the cipher and key it names.

    Raises ValueError when the key is unknown, cryptography's InvalidTag when the value was tampered with.
    """
    name, key_id, body = stored.split(".", 2)
    key = settings.FIELD_KEYS["ciphers"].get(key_id)
    if key is None or name not in CIPHERS:
        raise ValueError(f"no key {name}.{key_id} to open a personal field; restore it in LIAISON_SECRET")
    return _cipher(name, key).decrypt(base64.b64decode(body)).decode()


def blind_index(value: str) -> str:
    """32 hex digits that equal values share; empty for an empty value. The caller normalises first."""
    return blind_indexes([value])[0]


def blind_indexes(values: Sequence[str]) -> list[str]:
    """The blind index of each value, in order."""
    keyed = hmac.new(settings.FIELD_KEYS["index"], digestmod="sha256")
    return [_finished(keyed.copy(), value) if value else "" for value in values]


def _finished(keyed: hmac.HMAC, value: str) -> str:
    keyed.update(value.encode())
    return keyed.hexdigest()[:32]
