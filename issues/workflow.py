"""Every move of the register, as data, and the one question whether somebody may make it now.

    refusal(issue, move, user)   a Chinese sentence, or None when the move is open
    open_moves(issue, user)      the moves to offer as buttons; each says by `fields` what its form asks for

Pages, API and actions all ask here. The picture is docs/issue-states.md (generated).
"""

from dataclasses import dataclass

from accounts.models import User
from grids.scope import Scope
from issues import fields as f
from issues import guards as g
from issues.case import Case, scope_on
from issues.fields import Field
from issues.grounds import GROUNDS, Who
from issues.guards import Guard
from issues.models import ENDED, IN_HAND, OPEN, Application, Issue, Status
from workdays.now import today

S = Status


@dataclass(frozen=True)
class Move:
    """One move: from which statuses to which, by whom, under which guards, and what its form asks for.

    `targets` empty: the status stays. More than one: what was entered decides. No `sources`: it begins an issue.
    """

    name: str
    label: str
    sources: tuple[Status, ...]
    targets: tuple[Status, ...]
    who: tuple[Who, ...]
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    hint: str = ""


NOT_ENDED = tuple(status for status in Status if status not in ENDED)
REGISTERING = (
    f.TITLE.needed,
    f.PETITIONER.needed,
    f.PHONE.needed,
    f.CATEGORY.needed,
    f.URGENCY.needed,
    f.GRADE,
    f.RECEIVER,
    f.SENSITIVE,
)

TABLE = (
    Move(
        "collect",
        "收集",
        (),
        (S.COLLECTED,),
        (Who.COLLECTOR,),
        (f.TITLE.needed, f.TEXT, f.CATEGORY, f.URGENCY, f.CHANNEL.needed, f.PETITIONER, f.PHONE, f.SENSITIVE),
        hint="先收进来，由村或乡镇梳理后再挂号",
    ),
    Move(
        "solve_on_spot",
        "当场办结",
        (S.COLLECTED,),
        (S.SOLVED_ON_SPOT,),
        (Who.REPORTER, Who.TRIAGE),
        (f.RESULT,),
        (g.nothing_pending,),
        hint="当面就解决了，不挂号，计入统计",
    ),
    Move(
        "merge",
        "并案",
        (S.COLLECTED, S.REGISTERED),
        (S.MERGED,),
        (Who.TRIAGE,),
        (f.PARENT, f.NOTE),
        (g.nothing_pending,),
        hint="与另一件是同一回事；反映人随主件收到告知",
    ),
    Move(
        "register",
        "挂号",
        (S.COLLECTED,),
        (S.REGISTERED,),
        (Who.TRIAGE,),
        REGISTERING,
        (g.nothing_pending,),
        hint="编号、定类别和紧急程度，五要素齐全",
    ),
    Move("decline", "不予受理", (S.COLLECTED,), (S.DECLINED,), (Who.TRIAGE,), (f.REASON,), (g.nothing_pending,)),
    Move(
        "transfer",
        "转出",
        (S.COLLECTED, S.REGISTERED),
        (S.TRANSFERRED,),
        (Who.TRIAGE,),
        (f.TRANSFERRED_TO, f.REASON),
        (g.nothing_pending,),
        hint="不属本县办理，转给别的单位",
    ),
    Move(
        "assign",
        "交办",
        (S.REGISTERED, S.ASSIGNED, S.PROCESSING),
        (S.ASSIGNED,),
        (Who.ASSIGN,),
        (f.HANDLER, f.UNIT, f.CO_HANDLERS, f.MINUTES, f.NOTE),
        (g.standing_reaches, g.nothing_pending),
        hint="一个问题一名干部负责；改派不改时限",
    ),
    Move("sign_for", "签收", (S.ASSIGNED,), (S.PROCESSING,), (Who.HANDLER,)),
    Move(
        "contact",
        "记录联系",
        (S.ASSIGNED, S.PROCESSING, S.ON_HOLD, S.CONFIRMING),
        (),
        (Who.HANDLER, Who.VERIFY),
        (f.REACHED, f.NOTE),
        hint="与反映人联系过一次",
    ),
    Move(
        "send_back",
        "退回",
        (S.ASSIGNED, S.PROCESSING),
        (S.REGISTERED,),
        (Who.HANDLER,),
        (f.REASON,),
        (g.first_return, g.nothing_pending),
        hint="每级只能退回一次，办理时限照计",
    ),
    Move(
        "ask_ruling",
        "提请裁决",
        (S.ASSIGNED, S.PROCESSING),
        (),
        (Who.HANDLER,),
        (f.REASON,),
        (g.no_return_left, g.nothing_pending),
        hint="再次退回须由指挥中心裁决；裁决前仍由您负责",
    ),
    Move(
        "rule",
        "裁决",
        (S.REGISTERED, S.ASSIGNED, S.PROCESSING),
        (S.ASSIGNED,),
        (Who.RULE,),
        (f.HANDLER, f.UNIT, f.LEVEL, f.REASON),
        (g.no_other_application,),
        hint="指定由谁、在哪一级办理；只有裁决能把事项下放",
    ),
    Move(
        "escalate",
        "上报",
        (S.REGISTERED, S.ASSIGNED, S.PROCESSING),
        (S.ASSIGNED,),
        (Who.HANDLER, Who.ASSIGN),
        (f.REASON,),
        (g.a_rung_above, g.standing_reaches, g.nothing_pending),
        hint="说明本级为什么解决不了；新的层级重新计时",
    ),
    Move(
        "report",
        "报结",
        (S.PROCESSING,),
        (S.REPORTED,),
        (Who.HANDLER,),
        (f.RESULT, f.EVIDENCE, f.CANNOT),
        (g.nothing_pending,),
    ),
    Move(
        "verify",
        "核查通过",
        (S.REPORTED,),
        (S.CONFIRMING,),
        (Who.VERIFY,),
        (f.NOTE,),
        (g.independent, g.reviewed_above),
    ),
    Move(
        "reject",
        "核查不通过",
        (S.REPORTED,),
        (S.PROCESSING,),
        (Who.VERIFY,),
        (f.REASON,),
        (g.independent,),
        hint="退给承办人继续办理，核查占用的时间不计",
    ),
    Move(
        "give_verdict",
        "群众评价",
        (S.CONFIRMING,),
        (S.CLOSED, S.PUBLICIZING, S.ASSIGNED),
        (Who.HOUSEHOLD, Who.HANDLER, Who.VERIFY),
        (f.VALUE, f.MEANS, f.PROOF, f.WITNESS, f.NOTE),
        hint="未解决或不满意的，进入下一轮重新办理",
    ),
    Move(
        "publicity_text",
        "修改公示内容",
        (S.PUBLICIZING,),
        (),
        (Who.VERIFY,),
        (f.PUBLIC_TEXT,),
        hint="公示栏上的文字；写进个人信息的不予通过",
    ),
    Move(
        "answer_objection",
        "答复异议",
        (S.PUBLICIZING,),
        (),
        (Who.VERIFY,),
        (f.OBJECTION, f.PUBLIC_ANSWER),
        (g.an_objection_waits, g.not_my_own),
        hint="异议不成立的，答复公布在公示栏",
    ),
    Move(
        "object_to",
        "异议成立",
        (S.PUBLICIZING,),
        (S.ASSIGNED,),
        (Who.VERIFY,),
        (f.REASON,),
        hint="撤下公示，进入下一轮重新办理",
    ),
    Move(
        "close",
        "销号",
        (S.PUBLICIZING,),
        (S.CLOSED,),
        (Who.VERIFY,),
        (f.NOTE,),
        (g.publicity_over, g.no_objection_waits),
    ),
    Move(
        "force_close",
        "强制销号",
        IN_HAND,
        (S.CLOSED,),
        (Who.COUNTY,),
        (f.REASON, f.EVIDENCE),
        (g.force_close_allowed, g.not_my_own, g.nothing_pending),
        hint="不经群众评价结束；单独统计，每份报表都会列出",
    ),
    Move(
        "reopen",
        "复号",
        (S.CLOSED,),
        (S.ASSIGNED,),
        (Who.TRIAGE,),
        (f.REASON,),
        (g.still_reopenable,),
    ),
    Move(
        "ask_hold",
        "申请挂账",
        (S.PROCESSING,),
        (),
        (Who.HANDLER,),
        (f.REASON, f.PLAN, f.MILESTONES, f.REVIEW_ON),
        (g.nothing_pending,),
        hint="一时办不了、但有计划的；上一级批准后暂停计时",
    ),
    Move(
        "hold",
        "批准挂账",
        (S.PROCESSING,),
        (S.ON_HOLD,),
        (Who.ABOVE,),
        (f.NOTE,),
        (g.pending(Application.Kind.HOLD), g.another_person_asked),
    ),
    Move(
        "milestone",
        "节点完成",
        (S.ON_HOLD,),
        (),
        (Who.HANDLER,),
        (f.MILESTONE, f.NOTE),
        (g.a_milestone_left,),
        hint="挂账计划里的一个时间节点完成了",
    ),
    Move(
        "review_hold",
        "复核挂账",
        (S.ON_HOLD,),
        (),
        (Who.ABOVE,),
        (f.REVIEW_ON, f.REASON),
        (g.nothing_pending,),
        hint="计划仍在推进的，继续挂账到新的复核日期",
    ),
    Move(
        "resume",
        "恢复办理",
        (S.ON_HOLD,),
        (S.PROCESSING,),
        (Who.HANDLER, Who.ABOVE),
        (f.NOTE,),
        (g.nothing_pending,),
    ),
    Move(
        "ask_extension",
        "申请延期",
        (S.PROCESSING,),
        (),
        (Who.HANDLER,),
        (f.EXTEND_TO, f.REASON),
        (g.before_due, g.extensions_left, g.nothing_pending),
    ),
    Move(
        "extend",
        "批准延期",
        (S.PROCESSING,),
        (),
        (Who.ABOVE,),
        (f.NOTE,),
        (g.pending(Application.Kind.EXTENSION), g.another_person_asked),
        hint="原定时限保留在记录里",
    ),
    Move(
        "ask_void",
        "申请作废",
        (S.COLLECTED, S.REGISTERED, S.ASSIGNED, S.PROCESSING, S.ON_HOLD),
        (),
        (Who.TRIAGE, Who.HANDLER),
        (f.REASON,),
        (g.nothing_pending,),
        hint="登记有误或重复；须由另一人批准",
    ),
    Move(
        "void",
        "批准作废",
        (S.COLLECTED, S.REGISTERED, S.ASSIGNED, S.PROCESSING, S.ON_HOLD),
        (S.VOIDED,),
        (Who.TRIAGE,),
        (f.NOTE,),
        (g.pending(Application.Kind.VOID), g.another_person_asked),
    ),
    Move(
        "deny",
        "不同意申请",
        (S.COLLECTED, S.REGISTERED, S.ASSIGNED, S.PROCESSING, S.ON_HOLD),
        (),
        (Who.ABOVE, Who.TRIAGE),
        (f.REASON,),
        (g.a_decision_waits, g.may_decide, g.another_person_asked),
    ),
    Move(
        "issue_order",
        "发督办单",
        (S.REGISTERED, S.ASSIGNED, S.PROCESSING, S.ON_HOLD),
        (),
        (Who.ABOVE, Who.RULE),
        (f.COLOUR, f.REASON),
        (g.somebody_else,),
        hint="发给责任人并抄送其上一级，责任人须按时回复",
    ),
    Move(
        "answer_order",
        "回复督办单",
        OPEN,
        (),
        (Who.ADDRESSEE,),
        (f.ANSWER,),
        hint="这件事项要您回复的督办单，一次回复全部",
    ),
    Move("comment", "补充说明", NOT_ENDED, (), (Who.READER,), (f.NOTE.needed,), hint="只作记录，不改变时限"),
)
MOVES: dict[str, Move] = {move.name: move for move in TABLE}


def refusal(issue: Issue, move: Move | str, user: User | None, scope: Scope | None = None) -> str | None:
    """Why this person cannot make this move now, or None. `user` None: the household, behind its code.

    `scope` fixes the day on which rights and dates are judged; without one it is today.
    """
    return refusal_of(Case(issue, user, scope or _todays(user)), _named(move))


def refusal_of(case: Case, move: Move) -> str | None:
    return missing_right(case, move) or _wrong_status(case, move) or _guarded(case, move)


def open_moves(issue: Issue, user: User | None, scope: Scope | None = None) -> list[Move]:
    """The moves this person may make now, in the order of the table."""
    case = Case(issue, user, scope or _todays(user))
    standing_here = [move for move in TABLE if _wrong_status(case, move) is None]
    return [move for move in standing_here if refusal_of(case, move) is None]


def missing_right(case: Case, move: Move) -> str | None:
    """A sentence when the person has none of the grounds of the move, whatever the status."""
    if any(GROUNDS[who](case) for who in move.who):
        return None
    return f"您没有“{move.label}”这件事项的权限，该操作由{'、'.join(move.who)}办理。"


def _wrong_status(case: Case, move: Move) -> str | None:
    if case.status in move.sources:
        return None
    return f"事项现在是“{case.status.label}”，不能“{move.label}”。"


def _guarded(case: Case, move: Move) -> str | None:
    return next((sentence for guard in move.guards if (sentence := guard(case))), None)


def _named(move: Move | str) -> Move:
    return move if isinstance(move, Move) else MOVES[move]


def _todays(user: User | None) -> Scope:
    return Scope.of(user) if user is not None else scope_on(None, today())
