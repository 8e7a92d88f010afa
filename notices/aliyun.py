"""SMS by Aliyun 短信服务 (dysmsapi, 2017-05-25): SendSms and QuerySendDetails, signed with HMAC-SHA1 (version 1.0).

https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms

Aliyun sends only approved texts: a notice names its template (TemplateCode) and fills its gaps (TemplateParam).
It does not recognise a repeated OutId, so before a second try we ask it what it sent to that number.
"""

import base64
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notices.drivers import NotSent, Outgoing, Rejected
from workdays.arithmetic import ZONE

VERSION = "2017-05-25"
TIMEOUT = (3, 5)
"""Seconds to connect, and to wait for an answer."""
REASONS = {
    "isv.BUSINESS_LIMIT_CONTROL": "短信平台对这个号码限流，稍后自动重试",
    "Throttling.User": "短信平台限流，稍后自动重试",
    "isv.AMOUNT_NOT_ENOUGH": "短信平台余额不足，请充值",
    "isv.OUT_OF_SERVICE": "短信平台账户已停用，请联系系统管理员",
    "SignatureDoesNotMatch": "短信平台验签不通过，请系统管理员核对 LIAISON_ALIYUN_SECRET",
    "InvalidAccessKeyId.NotFound": "短信平台不认识账号，请系统管理员核对 LIAISON_ALIYUN_KEY",
}
FINAL = {
    "isv.MOBILE_NUMBER_ILLEGAL": "手机号码不对，短信平台不收，请核对反映人电话",
    "isv.MOBILE_COUNT_OVER_LIMIT": "手机号码不对，短信平台不收，请核对反映人电话",
    "isv.SMS_TEMPLATE_ILLEGAL": "短信平台没有这个模板编号，请在告知模板里核对后重发",
    "isv.SMS_SIGNATURE_ILLEGAL": "短信平台没有这个签名，请报备签名后重发",
    "isv.TEMPLATE_MISSING_PARAMETERS": "短信平台的模板与告知模板的占位不一致，请核对后重发",
    "isv.INVALID_PARAMETERS": "短信平台不收这条短信的内容，请核对告知模板后重发",
    "isv.PARAM_LENGTH_LIMIT": "短信内容超过短信平台的长度限制，请缩短告知模板后重发",
    "isv.BLACK_KEY_CONTROL_LIMIT": "短信内容含短信平台不允许的词，请修改告知模板后重发",
}
"""What trying again would not mend."""


@dataclass(frozen=True)
class Account:
    """`sign` and `template` serve notices that bring none of their own; the template has one gap, ${text}."""

    key: str
    secret: str
    url: str
    sign: str = ""
    template: str = ""


class AliyunDriver:
    def __init__(self, account: Account) -> None:
        self.account = account

    @classmethod
    def configured(cls) -> "AliyunDriver":
        given: dict[str, str] = settings.SMS_ALIYUN
        missing = [name for name in ("key", "secret") if not given[name]]
        if missing:
            names = " and ".join(f"LIAISON_ALIYUN_{name.upper()}" for name in missing)
            raise ImproperlyConfigured(f"LIAISON_SMS is 'aliyun'; set {names} as well")
        if not re.match(r"https?://", given["url"]):
            raise ImproperlyConfigured(f"LIAISON_ALIYUN_URL is {given['url']!r}; write it as https://host/")
        return cls(Account(**given))

    def send(self, message: Outgoing) -> str:
        if message.tried_at:
            known = self._sent_before(message, message.tried_at)
            if known is not None:
                return known
        signature, template, params = self._filled(message)
        answer = self._ask(
            "SendSms",
            PhoneNumbers=message.phone,
            SignName=signature,
            TemplateCode=template,
            TemplateParam=json.dumps(params, ensure_ascii=False),
            OutId=message.reference,
        )
        return str(answer.get("BizId", ""))

    def _filled(self, message: Outgoing) -> tuple[str, str, Mapping[str, str]]:
        """Signature, template and its gaps. 【…】 at the head of a text is its signature."""
        match = re.match(r"【(.+?)】", message.text)
        signature = match[1] if match else self.account.sign
        if not signature:
            raise Rejected("这条短信没有签名，请系统管理员设置 LIAISON_ALIYUN_SIGN")
        if message.template:
            return signature, message.template, message.params
        if not self.account.template:
            raise Rejected("这类短信没有短信平台的模板编号，请在告知模板里填写后重发")
        return signature, self.account.template, {"text": message.text[match.end() if match else 0 :]}

    def _sent_before(self, message: Outgoing, tried_at: datetime) -> str | None:
        """Aliyun's record of this reference on the days of the last try and of this one; "" when it has one."""
        days = {moment.astimezone(ZONE).strftime("%Y%m%d") for moment in (tried_at, message.now or tried_at)}
        for day in sorted(days):
            answer = self._ask(
                "QuerySendDetails", PhoneNumber=message.phone, SendDate=day, PageSize="50", CurrentPage="1"
            )
            rows = answer.get("SmsSendDetailDTOs", {}).get("SmsSendDetailDTO", [])
            if any(row.get("OutId") == message.reference for row in rows):
                return ""
        return None

    def _ask(self, action: str, **params: str) -> dict[str, Any]:
        everything = {**self._common(action), **params}
        everything["Signature"] = signature_of("POST", everything, self.account.secret)
        try:
            response = requests.post(self.account.url, data=everything, timeout=TIMEOUT, allow_redirects=False)
            answer: dict[str, Any] = response.json()
            code = str(answer.get("Code", ""))
        except requests.Timeout as error:
            raise NotSent("短信平台没有及时应答，稍后自动重试") from error
        except requests.ConnectionError as error:
            raise NotSent("连不上短信平台，稍后自动重试") from error
        except (requests.RequestException, ValueError, AttributeError) as error:
            raise NotSent("短信平台的应答看不懂，稍后自动重试") from error
        if code == "OK":
            return answer
        if code in FINAL:
            raise Rejected(FINAL[code])
        raise NotSent(REASONS.get(code, f"短信平台没有受理（{code or response.status_code}），稍后自动重试"))

    def _common(self, action: str) -> dict[str, str]:
        return {
            "AccessKeyId": self.account.key,
            "Action": action,
            "Format": "JSON",
            "RegionId": "cn-hangzhou",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": uuid.uuid4().hex,
            "SignatureVersion": "1.0",
            "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": VERSION,
        }


def signature_of(method: str, params: Mapping[str, str], secret: str) -> str:
    """Base64 of HMAC-SHA1 over the method and the sorted, percent-encoded parameters (without Signature)."""
    canonical = "&".join(f"{_encoded(name)}={_encoded(params[name])}" for name in sorted(params))
    said = f"{method}&{_encoded('/')}&{_encoded(canonical)}"
    digest = hmac.new(f"{secret}&".encode(), said.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _encoded(text: str) -> str:
    """Aliyun's percent-encoding: RFC 3986, a space is %20."""
    return quote(text, safe="-_.~")
