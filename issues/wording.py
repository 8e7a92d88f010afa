"""What the three notices say: a text per kind and recipient with gaps like {编号}, the county's own or the default.

An SMS to a petitioner has to fit 70 characters with its signature, or it is sent and paid for in pieces of 67. When
what fills the gaps is too long for that, the telephone goes first, then the end of the handler's name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.errors import Refused
from accounts.models import User
from grids.models import Grid
from issues.models import RegisterRules, Wording

LONGEST_SMS = 70
SEGMENT = 67
"""Characters of each piece of a longer SMS."""
FORBIDDEN = ("党政", "党委", "评价", "调解", "维稳", "上访", "信访", "考核", "打分")
"""Not neutral: what a resident reads on a phone must not say more than it has to (萍乡)."""
GAP = re.compile(r"\{([^{}]*)\}")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
PETITIONER, HANDLER, REPORTER = Wording.Recipient.PETITIONER, Wording.Recipient.HANDLER, Wording.Recipient.REPORTER


@dataclass(frozen=True)
class Gap:
    """`code` is its name in a gateway's template."""

    name: str
    code: str
    meaning: str
    sample: str


NUMBER = Gap("编号", "number", "事项编号，短信里只有数字", "260428000123")
TITLE = Gap("事项", "title", "事项的名称", "水圳堵塞，田里进不了水")
WHO = Gap("承办", "who", "承办单位，没有单位时为承办人", "水利局")
UNTIL = Gap("时限", "until", "办理时限那一天", "11月20日（周五）")
PHONE = Gap("电话", "phone", "承办单位的办公电话，没有就不写", "办公电话0762-5631234。")
HOW = Gap("答复方式", "how", "群众怎样说满意不满意：能收短信时回复数字，否则扫码", "")
BY_SMS, BY_CODE = "请回复1满意 2已解决 3未解决 4不满意", "请扫您家联系卡上的二维码告诉我们"
GAPS = {gap.name: gap for gap in (NUMBER, TITLE, WHO, UNTIL, PHONE, HOW)}


@dataclass(frozen=True)
class Letter:
    """One notice to one kind of recipient: its default text, and which gaps it may have."""

    kind: str
    recipient: Wording.Recipient
    label: str
    text: str
    gaps: tuple[Gap, ...]

    @property
    def by_sms(self) -> bool:
        return self.recipient == PETITIONER


INSIDE = (NUMBER, TITLE, WHO, UNTIL)
LETTERS = {
    (letter.kind, letter.recipient): letter
    for letter in (
        Letter(
            "registered",
            PETITIONER,
            "一告知：已登记",
            "您反映的事项已登记，编号{编号}，我们会尽快办理并告知您。",
            (NUMBER,),
        ),
        Letter(
            "assigned",
            PETITIONER,
            "二告知：谁来办、何时答复",
            "您反映的事项（编号{编号}）由{承办}办理，预计{时限}前答复。{电话}",
            (NUMBER, WHO, UNTIL, PHONE),
        ),
        Letter(
            "result",
            PETITIONER,
            "三告知：结果与是否满意",
            "您反映的事项（编号{编号}）已有办理结果，是否满意，{答复方式}。",
            (NUMBER, WHO, HOW),
        ),
        Letter("registered", HANDLER, "已挂号", "事项{编号}“{事项}”已挂号。", (NUMBER, TITLE)),
        Letter("assigned", HANDLER, "已交办", "事项{编号}“{事项}”已交由您办理，{时限}前办结，请签收。", INSIDE),
        Letter("result", HANDLER, "已核查", "事项{编号}“{事项}”已通过核查，待群众确认。", INSIDE),
        Letter("registered", REPORTER, "已挂号", "事项{编号}“{事项}”已挂号。", (NUMBER, TITLE)),
        Letter("assigned", REPORTER, "已交办", "您收集的事项{编号}“{事项}”已交{承办}办理。", INSIDE),
        Letter("result", REPORTER, "已核查", "事项{编号}“{事项}”已通过核查，待群众确认。", INSIDE),
    )
}
KINDS = {letter.kind: letter.label for letter in LETTERS.values() if letter.by_sms}


class Wordings:
    """A county's texts, read once."""

    def __init__(self, switches: RegisterRules) -> None:
        self.switches = switches
        rows = Wording.objects.filter(county=switches.county_id)
        self._own = {(row.kind, row.recipient): row for row in rows}

    def own(self, letter: Letter) -> Wording | None:
        return self._own.get((letter.kind, letter.recipient))

    def text(self, letter: Letter) -> str:
        row = self.own(letter)
        return row.text if row else letter.text

    def template(self, letter: Letter) -> str:
        row = self.own(letter)
        return row.template_code if row else ""

    def said(self, letter: Letter, values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """The whole message, and what fills its gaps by their codes."""
        text = self.text(letter)
        head = signature(self.switches) if letter.by_sms else ""
        fitting = fitted(text, values, LONGEST_SMS - len(head)) if letter.by_sms else dict(values)
        gaps = {gap.code: fitting.get(gap.name, "") for gap in letter.gaps}
        return head + filled(text, fitting), gaps


def signature(switches: RegisterRules) -> str:
    return f"【{switches.sms_signature}】"


def answered_how() -> str:
    """Replies reach us only when the gateway knows our door."""
    return BY_SMS if settings.SMS_DOOR else BY_CODE


def samples() -> dict[str, str]:
    return {gap.name: gap.sample for gap in GAPS.values()} | {HOW.name: answered_how()}


def filled(text: str, values: Mapping[str, str]) -> str:
    return GAP.sub(lambda gap: values.get(gap[1], ""), text)


def fitted(text: str, values: Mapping[str, str], room: int) -> dict[str, str]:
    """The values, without the telephone and with a shorter name when the text would be too long with them."""
    fitting = dict(values)
    if len(filled(text, fitting)) > room:
        fitting[PHONE.name] = ""
    over = len(filled(text, fitting)) - room
    if over > 0:
        name = fitting.get(WHO.name, "")
        fitting[WHO.name] = name[: max(len(name) - over, 0)]
    return fitting


def segments(text: str) -> int:
    """How many pieces an SMS is sent and paid as; characters are counted as the networks do (UCS-2)."""
    length = len(text.encode("utf-16-be")) // 2
    return 1 if length <= LONGEST_SMS else -(-length // SEGMENT)


def refusal(letter: Letter, text: str, switches: RegisterRules) -> str | None:
    """Why this text cannot be used, or None."""
    known = {gap.name for gap in letter.gaps}
    unknown = [name for name in GAP.findall(text) if name not in known]
    if unknown or re.search(r"[{}]", GAP.sub("", text)):
        wrong = f"“{{{unknown[0]}}}”" if unknown else "单独的花括号"
        return f"{wrong}填不上，这里能用的是：{' '.join(f'{{{gap.name}}}' for gap in letter.gaps)}。"
    if not letter.by_sms:
        return None
    word = next((word for word in FORBIDDEN if word in text), None)
    if word:
        return f"短信里不写“{word}”，请用中性的说法，例如“事项”“办理”“是否满意”。"
    if MOBILE.search(text):
        return "短信里不写手机号，请写办公电话，或用{电话}。"
    length = len(signature(switches) + filled(text, samples() | {PHONE.name: ""}))
    if length > LONGEST_SMS:
        return f"连同签名共{length}个字，超过{LONGEST_SMS}个字会拆成几条发，请再短{length - LONGEST_SMS}个字。"
    return None


@transaction.atomic
def reword(
    *, county: Grid, letter: Letter, text: str, template_code: str, by: User, at: datetime, switches: RegisterRules
) -> None:
    """The county's own text from now on; what was posted before stays as it is."""
    text, template_code = text.strip(), template_code.strip()
    if not text:
        raise Refused("请写明告知的内容；不要自己的写法时，请用“恢复默认”。", field="text")
    wrong = refusal(letter, text, switches)
    if wrong:
        raise Refused(wrong, field="text")
    if template_code and not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", template_code):
        raise Refused("模板编号是短信平台给的，例如 SMS_154950909。", field="template_code")
    Wording.objects.update_or_create(
        county=county,
        kind=letter.kind,
        recipient=letter.recipient,
        defaults={"text": text, "template_code": template_code, "changed_at": at, "changed_by": by},
    )


@transaction.atomic
def back_to_default(*, county: Grid, letter: Letter, by: User, at: datetime) -> None:
    """The default text again; the county's own stays in the history, with who dropped it."""
    own = Wording.objects.filter(county=county, kind=letter.kind, recipient=letter.recipient)
    own.update(changed_at=at, changed_by=by)
    own.delete()
