"""What may stand in the way of a move although its status and the person's right are in order.

Each guard answers with a Chinese sentence that says how to go on, or None. They read, they never write.
"""

from collections.abc import Callable
from datetime import timedelta

from accounts.roles import Permission
from issues.case import Case
from issues.grounds import GROUNDS, Who
from issues.models import Application
from workdays.arithmetic import ZONE, spell

Guard = Callable[[Case], str | None]
EXTENSIONS = {"hard": 2}
"""Extensions a level may get in one round: one, two for 疑难 (domain.md §5 rule 7)."""


def nothing_pending(case: Case) -> str | None:
    if case.pending is None:
        return None
    return f"已有一项{case.pending.get_kind_display()}申请待答复，答复后再办。"


def pending(kind: Application.Kind) -> Guard:
    def guard(case: Case) -> str | None:
        if case.pending and case.pending.kind == kind:
            return None
        return f"没有待答复的{kind.label}申请。"

    return guard


def a_decision_waits(case: Case) -> str | None:
    """Refusing an application: any kind but a ruling, which is answered by ruling."""
    if case.pending and case.pending.kind != Application.Kind.RULING:
        return None
    return "没有待答复的申请。"


def another_person_asked(case: Case) -> str | None:
    if case.pending and case.user and case.pending.asked_by_id == case.user.pk:
        return "不能批准自己提出的申请，请由另一人办理。"
    return None


def first_return(case: Case) -> str | None:
    if case.issue.sent_back:
        return "本级已经退回过一次，不能再退回；确有理由的，请用“提请裁决”。"
    if case.given_by is None:
        return "事项不是别人交办给您的，没有可退回的人；不该由您办理的，请用“提请裁决”。"
    return None


def no_return_left(case: Case) -> str | None:
    return None if first_return(case) else "请先用“退回”；再次退回时才需要裁决。"


def no_other_application(case: Case) -> str | None:
    """A ruling may answer the request for one, not pass over another application."""
    if case.pending is None or case.pending.kind == Application.Kind.RULING:
        return None
    return f"已有一项{case.pending.get_kind_display()}申请待答复，答复后再裁决。"


def may_decide(case: Case) -> str | None:
    """Voiding is decided among those who triage, the rest one level up."""
    if case.pending is None:
        return None
    decides = Who.TRIAGE if case.pending.kind == Application.Kind.VOID else Who.ABOVE
    return None if GROUNDS[decides](case) else f"这项申请由{decides}答复。"


def a_rung_above(case: Case) -> str | None:
    if not case.at_the_top:
        return None
    return "已在最高层级，不能再上报；请在本级协调办理。"


def somebody_else(case: Case) -> str | None:
    return "不能给自己发督办单，请由上级或指挥中心发出。" if case.is_handler else None


def standing_reaches(case: Case) -> str | None:
    """Once an issue has climbed, the levels below follow it up but no longer dispose of it."""
    if case.is_handler or case.standing(Permission.ISSUE_ASSIGN) >= case.issue.level:
        return None
    return f"事项已到“{case.rules.chain.name(case.issue.level)}”，由该级交办；您可以继续跟进。"


def independent(case: Case) -> str | None:
    """The verifier is neither the handler, nor who reported, nor a colleague or subordinate of the handler."""
    if case.is_handler or (case.user and case.user.pk == case.reported_by):
        return "承办人不能核查自己办理的事项，请由另一人核查。"
    if case.user and case.issue.co_handlers.filter(pk=case.user.pk).exists():
        return "协办人不能核查，请由未参与办理的人核查。"
    if case.shares_a_unit_with_the_handler:
        return "您与承办人同在一个单位，请由单位以外的人核查。"
    if case.my_rank < case.handler_rank:
        return "承办人在您的上一级，下级不能核查上级，请由同级或上级核查。"
    return None


def reviewed_above(case: Case) -> str | None:
    """ "Explained, cannot be done" needs review one level up; at the top by somebody with the right to rule."""
    if not case.issue.cannot_be_done:
        return None
    if case.at_the_top:
        allowed = case.covers(Permission.ISSUE_RULE)
    else:
        allowed = case.standing(Permission.ISSUE_VERIFY) > case.issue.level
    return None if allowed else "“无法解决”的事项须由上一级复核。"


def publicity_over(case: Case) -> str | None:
    if case.notice is None or case.on > case.notice.until:
        return None
    return f"公示到{spell(case.notice.until)}为止，期满后才能销号。"


def no_objection_waits(case: Case) -> str | None:
    return f"还有{case.objections}条公示异议没有答复，答复后才能销号。" if case.objections else None


def an_objection_waits(case: Case) -> str | None:
    return None if case.objections else "没有待答复的公示异议。"


def not_my_own(case: Case) -> str | None:
    """Somebody else decides on a matter that is in my own hands."""
    return "这件事项由您承办，请由另一人办理。" if case.is_handler else None


def a_milestone_left(case: Case) -> str | None:
    return None if case.milestones_left else "计划里的时间节点都已完成。"


def force_close_allowed(case: Case) -> str | None:
    if case.rules.switches.force_close:
        return None
    return "本县没有开启强制销号；请由群众评价，或按“属于解释说明、客观上无法解决”报结后由上一级复核。"


def still_reopenable(case: Case) -> str | None:
    closed = case.issue.closed_at
    days = case.rules.switches.reopen_days
    if closed is None or case.on <= closed.astimezone(ZONE).date() + timedelta(days=days):
        return None
    return f"销号已超过{days}天，不能复号；请作为新的诉求收集。"


def before_due(case: Case) -> str | None:
    due = case.issue.due_at
    if due is None or case.on <= due.astimezone(ZONE).date():
        return None
    return "已经逾期，不能再申请延期；请上报或尽快办结。"


def extensions_left(case: Case) -> str | None:
    issue = case.issue
    granted = Application.objects.filter(
        issue=issue, kind=Application.Kind.EXTENSION, round=issue.round, level=issue.level, granted=True
    ).count()
    most = EXTENSIONS.get(issue.urgency, 1)
    return None if granted < most else f"本级已经延期{granted}次，不能再延。"
