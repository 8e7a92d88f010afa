"""群众评价 by text message: what a reply says, and the verdict it gives.

    read_reply("260428000123 1")                          ("260428-000123", "satisfied")
    take_reply(phone=…, text=…, at=now())                 the verdict, as the household's own word (means=SMS)

Both raise Refused with a sentence the gateway may send back. The same reply delivered twice gives one verdict: the
second finds the matter no longer waiting and is refused.
"""

import re
from datetime import datetime

from accounts import crypto, normal
from accounts.errors import Refused
from issues import telling
from issues.actions import give_verdict
from issues.models import Issue, Status, Verdict

Value = Verdict.Value
ANSWERS = {"1": Value.SATISFIED, "2": Value.SOLVED, "3": Value.UNSOLVED, "4": Value.DISSATISFIED}
CHOICES = "1满意 2已解决 3未解决 4不满意"
"""The words of the notice that asks for a reply."""
WORDS = {
    "不满意": Value.DISSATISFIED,
    "没解决": Value.UNSOLVED,
    "未解决": Value.UNSOLVED,
    "没有解决": Value.UNSOLVED,
    "满意": Value.SATISFIED,
    "解决了": Value.SOLVED,
    "已解决": Value.SOLVED,
}
NUMBER = re.compile(r"(?<!\d)(\d{6})-?(\d{6})(?!\d)")
HOW = f"请回复“编号 数字”，例如“260428000123 1”（{CHOICES}）。"


def read_reply(text: str) -> tuple[str, str]:
    """Number ("" when the reply names none) and value of the verdict."""
    plain = normal.half_width(text)
    found = NUMBER.search(plain)
    number = f"{found[1]}-{found[2]}" if found else ""
    rest = re.sub(r"[\W_]", "", NUMBER.sub("", plain, count=1))
    value = ANSWERS.get(rest) or WORDS.get(rest)
    if value is None:
        raise Refused(f"没有看懂您的回复。{HOW}", field="text")
    return number, value.value


def take_reply(*, phone: str, text: str, at: datetime) -> Verdict:
    """The verdict of whoever sent the message: the petitioner, or the petitioner of an opinion merged into the matter.

    Without a number in the text it is about the one matter of this phone that waits for an answer.
    """
    number, value = read_reply(text)
    index = crypto.blind_index(normal.phone(phone))
    issue = _named(number, index) if number else _only(index)
    return give_verdict(issue=issue, by=None, at=at, value=value, means=Verdict.Means.SMS)


def _named(number: str, index: str) -> Issue:
    """Also by the number of a matter that goes on under another one."""
    issue = Issue.objects.filter(number=number).first()
    leading = issue and issue.leading
    if leading is None or index not in {one.phone_index for one in telling.family(leading)}:
        raise Refused(f"没有找到您反映的编号{number.replace('-', '')}的事项。{HOW}", field="text")
    return leading


def _only(index: str) -> Issue:
    mine = {one.leading for one in Issue.objects.filter(phone_index=index)} if index else set()
    waiting = [issue for issue in mine if issue.status == Status.CONFIRMING]
    if len(waiting) != 1:
        raise Refused(f"请写明是哪一件事。{HOW}", field="text")
    return waiting[0]
