"""政务钉钉 (专有钉钉, 浙政钉): scan, then gettoken.json and getuserinfo_bycode.json, signed with HMAC-SHA256.

https://openplatform-portal.dg-work.cn/portal/#/helpdoc (扫码登录). The answer names the person within their tenant and
carries no mobile, so an account is linked by its owner, once.
"""

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from accounts.errors import Refused
from accounts.identities.provider import Expired, External, Unreachable, asked

LABEL = "政务钉钉"
TOKEN, PERSON = "/gettoken.json", "/rpc/oauth2/getuserinfo_bycode.json"
VOID_CODE, TOKEN_ENDED = "240111", "240133"
BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Account:
    key: str
    secret: str
    url: str
    login_url: str


class DingTalkGov:
    name = "dingtalk"
    label = LABEL

    def __init__(self, account: Account) -> None:
        self.account = account
        self._token = ""

    def address(self, *, back: str, state: str, inside: bool) -> str:
        given = {
            "response_type": "code",
            "client_id": self.account.key,
            "redirect_uri": back,
            "scope": "get_user_info",
            "authType": "QRCODE",
            "state": state,
        }
        return f"{self.account.login_url}/oauth2/auth.htm?{urlencode(given)}"

    def who(self, *, code: str) -> External:
        """With the token we have; when it has ended, once more with a new one."""
        for fresh in (False, True):
            try:
                seen = self._ask("POST", PERSON, access_token=self._access_token(fresh=fresh), code=code)
            except Expired:
                continue
            person = seen.get("tenantUserId")
            if not person:
                raise Unreachable(LABEL, "没有说您是谁")
            return External(str(person))
        raise Unreachable(LABEL, "不认我们的凭证")

    def _access_token(self, *, fresh: bool) -> str:
        if fresh or not self._token:
            answer = self._ask("GET", TOKEN, appkey=self.account.key, appsecret=self.account.secret)
            self._token = str(answer.get("accessToken", ""))
        return self._token

    def _ask(self, method: str, path: str, **given: str) -> dict[str, Any]:
        where = {"params": given} if method == "GET" else {"data": given}
        headers = self._signed(method, path, given)
        answer = asked(LABEL, method, f"{self.account.url}{path}", headers=headers, **where)
        content = answer.get("content") or {}
        if answer.get("success") and content.get("success"):
            found: dict[str, Any] = content.get("data") or {}
            return found
        raise self._fault(str(content.get("responseCode") or answer.get("errorCode") or answer.get("Code") or ""))

    def _fault(self, code: str) -> Exception:
        if code == TOKEN_ENDED:
            return Expired()
        if code == VOID_CODE:
            return Refused("这次扫码已经用过或过期了，请重新扫码。")
        return Unreachable(LABEL, f"没有受理（{code or '未说明原因'}），请告诉系统管理员")

    def _signed(self, method: str, path: str, given: dict[str, str]) -> dict[str, str]:
        at = datetime.now(BEIJING).isoformat(timespec="milliseconds")
        nonce = uuid.uuid4().hex
        return {
            "apiKey": self.account.key,
            "X-Hmac-Auth-Timestamp": at,
            "X-Hmac-Auth-Version": "1.0",
            "X-Hmac-Auth-Nonce": nonce,
            "X-Hmac-Auth-Signature": signature_of(method, at, nonce, path, given, self.account.secret),
        }


def signature_of(method: str, at: str, nonce: str, path: str, given: dict[str, str], secret: str) -> str:
    """Base64 of HMAC-SHA256 over method, time, nonce, path and the sorted parameters, a line each."""
    params = "&".join(f"{name}={given[name]}" for name in sorted(given))
    said = "\n".join([method, at, nonce, path, *([params] if params else [])])
    return base64.b64encode(hmac.digest(secret.encode(), said.encode(), hashlib.sha256)).decode()
