"""One master secret; every key is derived from it by name, so none can be confused with another."""

import hashlib
import hmac
import os
from pathlib import Path
from secrets import token_urlsafe
from typing import TypedDict

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 32
CIPHERS = ("aes", "sm4")


def master_secret(home: Path) -> str:
    """The secret of LIAISON_SECRET, else one kept in `home`/secret (mode 0600), made on first use."""
    given = os.environ.get("LIAISON_SECRET")
    if given is None:
        return _kept_secret(home / "secret")
    if len(given) < SHORTEST:
        raise ImproperlyConfigured(
            f"LIAISON_SECRET has {len(given)} characters; give at least {SHORTEST}, "
            "for example the output of: openssl rand -base64 48"
        )
    return given


def _kept_secret(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(token_urlsafe(48))
    return path.read_text()


def derive(master: str, purpose: str) -> bytes:
    """32 bytes for one purpose (HMAC-SHA-256 as in HKDF-Expand, RFC 5869)."""
    return hmac.new(master.encode(), f"liaison/{purpose}\x01".encode(), hashlib.sha256).digest()


class FieldKeys(TypedDict):
    """Keys for encrypted fields: the cipher and key id that new values get, keys by id, the blind index's key."""

    cipher: str
    active: str
    ciphers: dict[str, bytes]
    index: bytes


def field_keys(master: str) -> FieldKeys:
    """Derived from the master secret; LIAISON_CIPHER chooses aes (default) or sm4 for new values."""
    cipher = os.environ.get("LIAISON_CIPHER", "aes")
    if cipher not in CIPHERS:
        raise ImproperlyConfigured(f"LIAISON_CIPHER is {cipher!r}; give one of {', '.join(CIPHERS)}")
    return {
        "cipher": cipher,
        "active": "k1",
        "ciphers": {"k1": derive(master, "field/k1")},
        "index": derive(master, "blind-index"),
    }
