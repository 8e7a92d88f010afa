"""What a move asks for, as data. Console, phone, public page and API build their forms from it.

A surface renders one input per Field, in order, and hands what was typed to `issues.inputs.parse`, which returns the
keyword arguments of the verb or refuses with the field's name. `options` in the same module lists what a `user`,
`unit`, `issue` or open `choice` field may hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from issues.models import Category, Channel, Colour, Grade, Urgency, Verdict

Kind = Literal["text", "long_text", "phone", "choice", "user", "users", "unit", "issue", "files", "date", "checkbox"]
"""text and phone: one line. users: several people. issue: another issue. files: any number of files."""


@dataclass(frozen=True)
class Field:
    """One input. `choices` are (value, label); an empty tuple on a `choice` means: ask `options`."""

    name: str
    label: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    longest: int = 500
    help: str = ""
    initial: str = ""
    """Attribute of the issue that fills the input beforehand."""

    @property
    def needed(self) -> "Field":
        return replace(self, required=True)


def _pairs(choices: Iterable[tuple[object, object]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in choices)


TITLE = Field("title", "事项", longest=60, initial="title", help="一句话，不写姓名、电话和病情")
TEXT = Field("text", "具体情况", "long_text", longest=2000, initial="text")
PETITIONER = Field("petitioner", "反映人", longest=30, initial="petitioner")
PHONE = Field("phone", "联系电话", "phone", longest=20, initial="phone")
CHANNEL = Field("channel", "来源", "choice", choices=_pairs(Channel.choices), initial="channel")
CATEGORY = Field("category", "类别", "choice", choices=_pairs(Category.choices), initial="category")
URGENCY = Field("urgency", "紧急程度", "choice", choices=_pairs(Urgency.choices), initial="urgency")
GRADE = Field("grade", "事项等级", "choice", choices=_pairs(Grade.choices), initial="grade")
SENSITIVE = Field("sensitive", "敏感事项", "checkbox", help="群众信息不出现在公示中", initial="sensitive")
PARENT = Field("parent", "并入", "issue", required=True)
RECEIVER = Field("receiver", "首接责任人", "user", help="不选就是本人")
HANDLER = Field("handler", "承办人", "user", help="只能有一名承办人；交给部门时可以不选")
UNIT = Field("unit", "承办单位", "unit")
CO_HANDLERS = Field("co_handlers", "协办人", "users")
MINUTES = Field("minutes", "会议纪要", "files", help="重大事项须附会议纪要")
REASON = Field("reason", "理由", "long_text", required=True)
NOTE = Field("note", "说明", "long_text")
RESULT = Field("result", "办理结果", "long_text", required=True, longest=2000)
EVIDENCE = Field("files", "佐证材料", "files", required=True, help="照片、回执、协议等，至少一份")
CANNOT = Field("cannot_be_done", "属于解释说明、客观上无法解决", "checkbox", help="由上一级复核，单独统计")
VALUE = Field("value", "群众评价", "choice", required=True, choices=_pairs(Verdict.Value.choices))
MEANS = Field("means", "确认方式", "choice", required=True, choices=_pairs(Verdict.Means.choices))
PROOF = Field("files", "签字照片或通话录音", "files", help="签字须附照片")
WITNESS = Field("witness", "见证人", longest=30, help="联系不上时由村里见证")
REACHED = Field("reached", "联系上了本人", "checkbox", help="没联系上就不勾，次数会记下来")
TRANSFERRED_TO = Field("transferred_to", "转往单位", required=True, longest=60)
COLOUR = Field("colour", "督办单", "choice", required=True, choices=_pairs(Colour.choices))
ANSWER = Field("answer", "回复", "long_text", required=True, help="为什么没有办结，打算什么时候办结")
LEVEL = Field("level", "办理层级", "choice", help="不选就留在本级")
PLAN = Field("plan", "办理计划", "long_text", required=True, longest=2000)
MILESTONES = Field("milestones", "时间节点", "long_text", required=True, help="每行一个，如：2026-12-01 完成招标")
MILESTONE = Field("milestone", "完成的节点", "choice", required=True)
PUBLIC_TEXT = Field(
    "text",
    "公示内容",
    "long_text",
    required=True,
    longest=1000,
    initial="public_text",
    help="不写姓名、电话、门牌、病情和收入",
)
OBJECTION = Field("objection", "异议", "choice", required=True)
PUBLIC_ANSWER = Field("answer", "答复", "long_text", required=True, help="会公布在公示栏，不写姓名、电话和病情")
REVIEW_ON = Field("until", "复核日期", "date", required=True, help="最长90天")
EXTEND_TO = Field("until", "延期至", "date", required=True)
