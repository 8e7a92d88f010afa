"""What a supervision order says, the same on screen and on paper."""

from datetime import datetime

from issues.models import SupervisionOrder
from workdays.arithmetic import ZONE, spell

Cause = SupervisionOrder.Cause
WHY = {
    Cause.WARNED: "这件事项即将到期",
    Cause.OVERDUE: "这件事项已经逾期",
    Cause.LATE: "这件事项逾期满三个工作日仍未办结",
    Cause.UNANSWERED: "这件事项的督办单到期没有回复",
}


def demand(order: SupervisionOrder) -> str:
    """Why it was issued and what is to be done by when, in one or two sentences."""
    last = spell(order.answer_due_at.astimezone(ZONE).date())
    if order.cause == Cause.HAND:
        return f"{order.reason.rstrip('。')}。请于{last}前回复。"
    due = f"（时限{spell(order.clock.due_at.astimezone(ZONE).date())}）" if order.clock else ""
    return f"{WHY[Cause(order.cause)]}{due}。请抓紧办理，并于{last}前回复办理情况和办结时间。"


def state(order: SupervisionOrder, at: datetime) -> tuple[str, str]:
    """A badge's word and what it says."""
    if order.answered_at:
        return "ok", "已回复"
    if order.lapsed_at:
        return "ended", "事项已办结，不再回复"
    return ("overdue", "到期未回复") if order.answer_due_at < at else ("waiting", "待回复")
