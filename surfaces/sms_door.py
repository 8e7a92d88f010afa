"""Where the SMS gateway reports: what arrived, and what people answered (Aliyun's SmsReport and SmsUp, pushed as JSON).

Aliyun does not sign what it pushes, so a secret word in the address (LIAISON_SMS_DOOR) is the key. Whatever is sent
here, the answer is never an error page; a push we could not read is answered with a code, and the gateway repeats it.
"""

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from issues.hearing import hear
from notices.incoming import take_report
from surfaces.doors import address
from surfaces.public.limits import Limit
from workdays.arithmetic import ZONE
from workdays.now import now

GUESSED = Limit("sms-word", 10, 600)
PUSHED = Limit("sms-push", 1200, 60)
MOST_AT_ONCE = 1000
log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def reports(request: HttpRequest, word: str) -> JsonResponse:
    """[{"out_id": …, "success": true, "err_msg": …, "report_time": …}, …]"""
    return _taken(request, word, _report)


@csrf_exempt
@require_POST
def replies(request: HttpRequest, word: str) -> JsonResponse:
    """[{"phone_number": …, "content": …, "sign_name": …, "sequence_id": …, "send_time": …}, …]"""
    return _taken(request, word, _reply)


def _taken(request: HttpRequest, word: str, take: Callable[[dict[str, Any], datetime], None]) -> JsonResponse:
    who, at = address(request) or "", now()
    if not _known(word):
        return _too_many() if _used_up(GUESSED, who) else _answer(404, "没有这个地址")
    if _used_up(PUSHED, who):
        return _too_many()
    lines = _lines(request)
    if lines is None:
        return _answer(400, "内容应为JSON数组")
    failed = 0
    for line in lines:
        try:
            take(line, at)
        except Exception:
            failed += 1
            log.exception("a push of the SMS gateway could not be taken")
    return _answer(503, "部分内容未能处理，请重推") if failed else _answer(200, "接收成功")


def _known(word: str) -> bool:
    """Compared in constant time; without a word set, nobody knows it."""
    return bool(settings.SMS_DOOR) and hmac.compare_digest(word.encode(), settings.SMS_DOOR.encode())


def _used_up(limit: Limit, who: str) -> bool:
    """Counts; while Redis is away nobody is held up."""
    with suppress(RedisError, OSError):
        limit.count(who)
        return limit.used_up(who)
    return False


def _lines(request: HttpRequest) -> list[dict[str, Any]] | None:
    try:
        pushed = json.loads(request.body)
    except (ValueError, RecursionError, RequestDataTooBig):
        return None
    lines = pushed if isinstance(pushed, list) else [pushed]
    if len(lines) > MOST_AT_ONCE or not all(isinstance(line, dict) for line in lines):
        return None
    return lines


def _answer(status: int, said: str) -> JsonResponse:
    return JsonResponse({"code": 0 if status == 200 else status, "msg": said}, status=status)


def _too_many() -> JsonResponse:
    answer = _answer(429, "太频繁了，请稍后再推")
    answer["Retry-After"] = "60"
    return answer


def _report(line: dict[str, Any], at: datetime) -> None:
    said = _text(line, "err_msg") or _text(line, "err_code")
    take_report(
        reference=_text(line, "out_id"),
        delivered=line.get("success") in (True, "true"),
        error=f"运营商未送达：{said}" if said else "运营商未送达",
        at=_moment(line, "report_time", at),
    )


def _reply(line: dict[str, Any], at: datetime) -> None:
    phone, text = _text(line, "phone_number"), _text(line, "content")
    if not phone:
        return
    same = "|".join((phone, text, _text(line, "send_time")))
    own = hashlib.sha256(same.encode(errors="replace")).hexdigest()[:40]
    hear(
        reference=_text(line, "sequence_id") or own,
        phone=phone,
        text=text,
        signature=_text(line, "sign_name"),
        sent_at=_moment(line, "send_time", at),
        at=at,
    )


def _text(line: dict[str, Any], name: str) -> str:
    """What PostgreSQL can keep of a value."""
    value = line.get(name)
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).replace("\x00", "").encode(errors="ignore").decode().strip()


def _moment(line: dict[str, Any], name: str, at: datetime) -> datetime:
    """2017-01-01 00:00:00 and 20170101000000, China time; `at` for what is neither, or lies ahead."""
    digits = re.sub(r"\D", "", _text(line, name))
    with suppress(ValueError):
        return min(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=ZONE), at)
    return at
