"""The progress of a matter as the household is told it: plain words, offices instead of names."""

from datetime import datetime
from typing import Any

from issues.models import Issue, IssueEvent, Status

STAGE = {
    Status.COLLECTED: "收集",
    Status.SOLVED_ON_SPOT: "销号",
    Status.REGISTERED: "挂号",
    Status.CLOSED: "销号",
}
TOLD = {
    "collect": "已收到您反映的事",
    "solve_on_spot": "已当场办好",
    "merge": "与邻里反映的同一件事一并办理",
    "register": "已登记编号",
    "assign": "已交办到人",
    "sign_for": "承办人已签收，正在办理",
    "escalate": "已报上一级继续办理",
    "hold": "列入办理计划，到期复核",
    "milestone": "办理计划又完成一步",
    "review_hold": "按计划继续办理，到期再复核",
    "resume": "恢复办理",
    "extend": "办理时间经批准延长",
    "report": "承办人报告已办好，正在核查",
    "reject": "核查没有通过，继续办理",
    "verify": "核查通过，请您确认",
    "give_verdict": "已记下您的评价",
    "objected": "公示收到意见，正在核实",
    "object_to": "公示的意见属实，重新办理",
    "close": "已办结",
    "force_close": "经县里批准，结束办理",
    "reopen": "重新办理",
    "decline": "不属于受理范围",
    "transfer": "已转给有关单位",
    "void": "已作废",
}
"""What the household hears of each event; the others are ours alone."""


def stage(issue: Issue) -> str:
    """One of 收集 挂号 督办 销号."""
    if issue.status in STAGE:
        return STAGE[Status(issue.status)]
    return "督办" if issue.number else "收集"


def history(issue: Issue) -> list[dict[str, Any]]:
    """Newest first. Names and remarks of staff stay inside."""
    events = IssueEvent.objects.filter(issue=issue, name__in=TOLD).order_by("-seq")
    return [{"at": event.at, "who": "", "what": TOLD[event.name]} for event in events]


def office(issue: Issue) -> str:
    """Who is on it, as an office: the department, else the village or town."""
    if issue.handler_id is None:
        return ""
    return issue.unit.name if issue.unit else f"{issue.grid.full_name}工作人员"


def overdue(issue: Issue, at: datetime) -> bool:
    return bool(issue.due_at and issue.due_at < at and issue.status not in (Status.CLOSED, Status.CONFIRMING))
