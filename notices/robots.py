"""Group robots of WeCom 企业微信 and DingTalk 钉钉, through apprise.

Two things of apprise 2.2.0 are done here instead. Both services answer every request with HTTP 200 and an `errcode`
that apprise does not read, so a refused message would count as sent. And it encodes DingTalk's signature twice, which
DingTalk refuses. Hence the request is ours; addresses, their checks and signing are apprise's.

A robot cannot recognise a message it had before: after a try that did not end, nobody sends again but a person.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot
from urllib3.exceptions import NewConnectionError

from accounts.errors import Refused
from notices.drivers import NotSent, Outgoing, Rejected

TIMEOUT = (3, 5)
"""Seconds to connect, and to wait for an answer."""
FINAL = {93000: "企业微信不认识这个机器人，请核对地址", 300001: "钉钉不认识这个机器人，请核对地址"}
REASONS = {
    45009: "群机器人限流，稍后自动重试",
    130101: "群机器人限流，稍后自动重试",
    310000: "钉钉安全设置没有放行，请核对加签密钥或关键词（联户通）",
}
HELP = (
    "请粘贴群机器人的地址：企业微信 https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…，"
    "或钉钉 https://oapi.dingtalk.com/robot/send?access_token=…（有加签密钥的在后面加 &secret=SEC…）。"
)


class WeCom(NotifyWeComBot):
    def target(self) -> str:
        return str(self.api_url)


class DingTalk(NotifyDingTalk):
    def target(self) -> str:
        url = str(self.notify_url.format(token=self.token))
        if not self.secret:
            return url
        timestamp, signature = self.get_signature()
        return f"{url}&timestamp={timestamp}&sign={signature}"


Robot = WeCom | DingTalk


def robot_at(address: str) -> Robot:
    """The robot behind the address its group shows. Refused when it is no address of the two services."""
    parts = urlsplit(address.strip())
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    try:
        if (parts.scheme, parts.hostname) == ("https", "qyapi.weixin.qq.com"):
            return WeCom(key=asked.get("key", ""))
        if (parts.scheme, parts.hostname) == ("https", "oapi.dingtalk.com"):
            return DingTalk(token=asked.get("access_token", ""), secret=asked.get("secret") or None)
    except AppriseImproperlyConfigured as error:
        raise Refused(HELP, field="address") from error
    raise Refused(HELP, field="address")


def kind_of(address: str) -> str:
    """What a list calls the robot, without its key."""
    return "钉钉" if "dingtalk" in address else "企业微信"


class RobotDriver:
    def send(self, message: Outgoing) -> str:
        if message.unsure:
            raise Rejected("上次发送中断，不知是否已发到群里；请到群里看看，需要时再重发")
        try:
            robot = robot_at(message.address)
        except Refused as refused:
            raise Rejected("群机器人的地址不对，请重新登记") from refused
        _accepted(_answer(robot, message.text))
        return ""


def _answer(robot: Robot, text: str) -> Any:
    body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    try:
        response = requests.post(robot.target(), json=body, timeout=TIMEOUT, allow_redirects=False)
        return response.json()
    except (requests.Timeout, requests.ConnectionError) as error:
        if _never_left(error):
            raise NotSent("连不上群机器人，稍后自动重试") from error
        raise Rejected("群机器人没有及时应答，不知是否已发到群里；请到群里看看，需要时再重发") from error
    except (requests.RequestException, ValueError) as error:
        raise NotSent("群机器人的应答看不懂，稍后自动重试") from error


def _never_left(error: requests.RequestException) -> bool:
    """No connection came about, so nothing was said over it."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    never_connected = isinstance(cause, NewConnectionError)
    return never_connected or isinstance(error, (requests.ConnectTimeout, requests.exceptions.SSLError))


def _accepted(answer: Any) -> None:
    code: Any = answer.get("errcode") if isinstance(answer, dict) else None
    if code == 0:
        return
    if code in FINAL:
        raise Rejected(FINAL[code])
    raise NotSent(REASONS.get(code, f"群机器人没有受理（{code}），稍后自动重试"))
