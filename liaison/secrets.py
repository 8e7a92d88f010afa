"""One master secret; every key is derived from it by name, so none can be confused with another."""

import hashlib
import hmac
import os
from pathlib import Path
from secrets import token_urlsafe

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 32


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


def field_keys(master: str) -> dict[str, object]:
    """Keys for encrypted fields: `cipher` (LIAISON_CIPHER: aes or sm4), `active` key id, keys by id, `index` key."""
    return {
        "cipher": os.environ.get("LIAISON_CIPHER", "aes"),
        "active": "k1",
        "ciphers": {"k1": derive(master, "field/k1")},
        "index": derive(master, "blind-index"),
    }
