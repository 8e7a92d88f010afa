"""What a provider of identities is, and how one asks it."""

from dataclasses import dataclass
from typing import Any, Protocol

import requests

from accounts.errors import Refused

TIMEOUT = 5
"""Seconds to connect, and as long again for the answer."""


@dataclass(frozen=True)
class External:
    """Whom the provider saw. `subject` names the account there, for good; `mobile` only when it was verified there."""

    subject: str
    mobile: str = ""


class IdentityProvider(Protocol):
    name: str
    """In addresses and rows: wecom."""
    label: str
    """On buttons and in sentences: 企业微信."""

    def address(self, *, back: str, state: str, inside: bool) -> str:
        """Where to send the person; they return to `back` with `code` and `state`. `inside`: in the provider's app."""

    def who(self, *, code: str) -> External:
        """Exchanges the code, from server to server. Refused: the code is void, the person no member, or the provider
        cannot be reached; the sentence says which."""


class Unreachable(Refused):
    """The provider did not answer, or not in a way we understand: nothing was done, the password still serves."""

    def __init__(self, label: str, why: str) -> None:
        super().__init__(f"{label}{why}，请稍后再试，或用手机号和密码登录。")


class Expired(Exception):
    """The access token we keep is no longer taken; a new one is."""


def asked(label: str, method: str, url: str, **given: Any) -> dict[str, Any]:
    """The provider's answer, a JSON object. Raises Unreachable."""
    try:
        response = requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, **given)
        answer = response.json()
    except requests.Timeout as error:
        raise Unreachable(label, "没有及时应答") from error
    except requests.ConnectionError as error:
        raise Unreachable(label, "现在连不上") from error
    except (requests.RequestException, ValueError) as error:
        raise Unreachable(label, "的应答看不懂") from error
    if not isinstance(answer, dict):
        raise Unreachable(label, "的应答看不懂")
    return answer
