"""Codes of the second step: those an authenticator shows (TOTP, RFC 6238) and those on paper."""

import base64
import hmac
import os
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from django_otp.oath import hotp

from accounts import crypto
from accounts.normal import half_width

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1
"""Steps an authenticator's clock may be off, either way."""
SECRET_BYTES = 20
ISSUER = "联户通"
BACKUP_CODES = 10
BACKUP_LENGTH = 10
READABLE = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that is misread from paper: no 0, 1, i, l, o."""


def new_secret() -> str:
    """20 random bytes in base32, as authenticators take them."""
    return base64.b32encode(os.urandom(SECRET_BYTES)).decode()


def in_fours(secret: str) -> str:
    """The secret as a person types it off the screen."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def address(secret: str, label: str) -> str:
    """What the QR code says to an authenticator."""
    return f"otpauth://totp/{quote(f'{ISSUER}:{label}')}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: str, step: int) -> str:
    return f"{hotp(base64.b32decode(secret), step, DIGITS):0{DIGITS}}"


def matching_step(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """The time step this code belongs to, within the drift and later than the step `after`; None for a wrong code."""
    here = step_of(at)
    for step in range(max(here - DRIFT, after + 1), here + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step), code):
            return step
    return None


def cleaned(typed: str) -> str:
    """As typed off a phone or off paper: without blanks and hyphens, in small letters."""
    return "".join(sign for sign in half_width(typed).lower() if sign.isascii() and sign.isalnum())


def new_backup_codes() -> list[str]:
    """Ten different codes of 49 bits each, in two halves: k7m2p-x9qrt."""
    found: set[str] = set()
    while len(found) < BACKUP_CODES:
        found.add("".join(secrets.choice(READABLE) for _ in range(BACKUP_LENGTH)))
    return [f"{code[:5]}-{code[5:]}" for code in sorted(found)]


def digest(user_id: int, code: str) -> str:
    """What is kept of a backup code: keyed, and different for each person."""
    return crypto.blind_index(f"backup:{user_id}:{cleaned(code)}")
