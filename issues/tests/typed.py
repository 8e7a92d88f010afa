"""What somebody might enter for each move: mostly sensible, now and then refused, which is as good a test."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from issues.models import Channel, Issue, Milestone, Objection, Verdict
from issues.tests.cast import Cast
from issues.tests.walk import photo

Means = Verdict.Means


@dataclass(frozen=True)
class Scene:
    """Who is about to make a move on what, when; `variant` 0 to 3 varies what they enter."""

    cast: Cast
    issue: Issue
    by: User | None
    at: datetime
    variant: int

    def one_of(self, *four: Any) -> Any:
        return four[self.variant]

    @property
    def someone(self) -> User:
        return self.one_of(self.cast.grid_leader, self.cast.secretary, self.cast.clerk, self.cast.handler)

    @property
    def soon(self) -> date:
        return (self.at + timedelta(days=self.one_of(14, 1, 40, 95))).date()


def _nothing(scene: Scene) -> dict[str, Any]:
    return {}


def _reason(scene: Scene) -> dict[str, Any]:
    return {"reason": scene.one_of("有正当理由", "情况确实如此", "已当面说明", "难")}


def _register(scene: Scene) -> dict[str, Any]:
    return {
        "category": scene.one_of("infrastructure", "dispute", "livelihood", "opinion"),
        "urgency": scene.one_of("normal", "hard", "critical", "urgent"),
        "grade": scene.one_of("general", "general", "general", "major"),
        "receiver": scene.one_of(None, scene.cast.secretary, None, None),
        "phone": scene.issue.phone or "13812348001",
        "petitioner": scene.issue.petitioner or "黄来访",
    }


def _merge(scene: Scene) -> dict[str, Any]:
    others = Issue.objects.exclude(pk=scene.issue.pk).order_by("-live_grid_id", "pk")
    return {"parent": others[scene.variant]}


def _assign(scene: Scene) -> dict[str, Any]:
    to = {"unit": scene.cast.unit} if scene.variant == 3 else {"handler": scene.someone}
    helpers = [scene.cast.member] if scene.variant == 1 else []
    return {**to, "co_handlers": helpers, "minutes": [photo("minutes.pdf")] if scene.variant != 2 else []}


def _rule(scene: Scene) -> dict[str, Any]:
    return {**_reason(scene), "handler": scene.someone, "level": scene.variant or None}


def _report(scene: Scene) -> dict[str, Any]:
    files = scene.one_of([photo()], [photo()], [], [photo()])
    return {"result": "已清淤，水到田头", "files": files, "cannot_be_done": scene.variant == 3}


def _verdict(scene: Scene) -> dict[str, Any]:
    if scene.by is None:
        return {"value": scene.one_of("satisfied", "solved", "dissatisfied", "unsolved"), "means": Means.QR}
    return {
        "value": scene.one_of("satisfied", "solved", "dissatisfied", "unconfirmed"),
        "means": scene.one_of(Means.SIGNATURE, Means.CALL, Means.CALL, Means.WITNESS),
        "files": scene.one_of([photo("signed.jpg")], [], [], []),
        "note": scene.one_of("", "接了电话，说水来了", "接了电话，说没用", ""),
        "witness": "罗见证",
    }


def _hold(scene: Scene) -> dict[str, Any]:
    milestones = f"{(scene.at + timedelta(days=scene.one_of(5, 1, 9, 0))).date()} 完成设计"
    return {**_reason(scene), "plan": "分三步走", "milestones": milestones, "until": scene.soon}


def _milestone(scene: Scene) -> dict[str, Any]:
    first = Milestone.objects.filter(issue=scene.issue).order_by("pk").first()
    return {"milestone": first.pk if first else 0}


def _answer_objection(scene: Scene) -> dict[str, Any]:
    waiting = Objection.objects.filter(notice__issue=scene.issue).order_by("pk").last()
    return {"objection": waiting.pk if waiting else 0, "answer": "已现场核实，水已经到田头"}


BUILDERS: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "collect": lambda scene: {"title": "路灯不亮", "channel": Channel.VISIT, "household": scene.cast.household},
    "solve_on_spot": lambda scene: {"result": "当场解决"},
    "merge": _merge,
    "register": _register,
    "decline": _reason,
    "transfer": lambda scene: {**_reason(scene), "transferred_to": "邻县"},
    "assign": _assign,
    "sign_for": _nothing,
    "contact": lambda scene: {"reached": scene.variant == 3},
    "send_back": _reason,
    "ask_ruling": _reason,
    "rule": _rule,
    "escalate": _reason,
    "report": _report,
    "verify": _nothing,
    "reject": _reason,
    "give_verdict": _verdict,
    "object_to": _reason,
    "close": _nothing,
    "reopen": _reason,
    "ask_hold": _hold,
    "hold": _nothing,
    "resume": _nothing,
    "ask_extension": lambda scene: {**_reason(scene), "until": scene.soon},
    "extend": _nothing,
    "ask_void": _reason,
    "void": _nothing,
    "deny": _reason,
    "milestone": _milestone,
    "review_hold": lambda scene: {**_reason(scene), "until": scene.soon},
    "publicity_text": lambda scene: {
        "text": scene.one_of("水渠已修好", "路灯已更换", "", f"已告知{scene.issue.petitioner}")
    },
    "answer_objection": _answer_objection,
    "force_close": lambda scene: {**_reason(scene), "files": [photo("minutes.pdf")] if scene.variant != 2 else []},
    "issue_order": lambda scene: {**_reason(scene), "colour": scene.one_of("blue", "orange", "red", "red")},
    "answer_order": lambda scene: {"answer": scene.one_of("已安排人员处理", "正在处理", "明天办好", "难")},
    "comment": lambda scene: {"note": "补充一句"},
}
"""Written by hand, one per move of issues.workflow; a move without its line fails test_properties."""


def typed(move: str, scene: Scene) -> dict[str, Any]:
    return BUILDERS[move](scene)
