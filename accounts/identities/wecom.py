"""企业微信 of one's own organisation (a self-built application).

In a desktop browser the person scans (企业微信Web登录, document/path/98151); inside the WeCom app they are sent
through 网页授权 (91022), which may also tell the mobile. `auth/getuserinfo` (91023) names the member,
`auth/getuserdetail` (95833) tells the mobile of whoever consented.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from accounts.errors import Refused
from accounts.identities.provider import Expired, External, Unreachable, asked

LABEL = "企业微信"
TOKEN_ENDED = {40014, 42001}
VOID_CODE = {40029, 40125, 40163, 42003}
WRONG_SETTINGS = {40001, 40013, 40056, 50001, 60020}
NO_MEMBER = {60111, 60011, 46004}


@dataclass(frozen=True)
class Account:
    corp: str
    agent: str
    secret: str
    url: str
    login_url: str
    inside_url: str


class WeCom:
    name = "wecom"
    label = LABEL

    def __init__(self, account: Account) -> None:
        self.account = account
        self._token = ""

    def address(self, *, back: str, state: str, inside: bool) -> str:
        account = self.account
        given = {"appid": account.corp, "agentid": account.agent, "redirect_uri": back, "state": state}
        if inside:
            given |= {"response_type": "code", "scope": "snsapi_privateinfo"}
            return f"{account.inside_url}/connect/oauth2/authorize?{urlencode(given)}#wechat_redirect"
        return f"{account.login_url}/wwlogin/sso/login?{urlencode({'login_type': 'CorpApp', **given})}"

    def who(self, *, code: str) -> External:
        seen = self._ask("GET", "auth/getuserinfo", code=code)
        member = seen.get("userid") or seen.get("UserId")
        if not member:
            raise Refused("您不是本单位企业微信的成员，请用手机号和密码登录。")
        return External(f"{self.account.corp}:{member}", self._mobile(seen.get("user_ticket")))

    def _mobile(self, ticket: str | None) -> str:
        """The mobile WeCom verified, where the person lets us have it; only a convenience, so no failure matters."""
        if not ticket:
            return ""
        try:
            return str(self._ask("POST", "auth/getuserdetail", body={"user_ticket": ticket}).get("mobile") or "")
        except Refused:
            return ""

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None, **query: str) -> dict[str, Any]:
        """With the token we have; when WeCom says that it has ended, once more with a new one."""
        for fresh in (False, True):
            token = self._access_token(fresh=fresh)
            url = f"{self.account.url}/cgi-bin/{path}"
            try:
                return self._sound(asked(LABEL, method, url, params={"access_token": token, **query}, json=body))
            except Expired:
                continue
        raise Unreachable(LABEL, "不认我们的凭证")

    def _access_token(self, *, fresh: bool) -> str:
        if fresh or not self._token:
            given = {"corpid": self.account.corp, "corpsecret": self.account.secret}
            answer = self._sound(asked(LABEL, "GET", f"{self.account.url}/cgi-bin/gettoken", params=given))
            self._token = str(answer.get("access_token", ""))
        return self._token

    def _sound(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer, when it is one; every answer is HTTP 200 with an errcode."""
        fault = answer.get("errcode", 0)
        if fault == 0:
            return answer
        if fault in TOKEN_ENDED:
            raise Expired
        if fault in VOID_CODE:
            raise Refused("这次扫码已经用过或过期了，请重新扫码。")
        if fault in NO_MEMBER:
            raise Refused("您不在本单位企业微信应用的可见范围内，请联系管理员，或用手机号和密码登录。")
        if fault in WRONG_SETTINGS:
            raise Unreachable(LABEL, f"登录没有配置好（{fault}），请告诉系统管理员")
        raise Unreachable(LABEL, f"没有受理（{fault}）")
