"""Every move of a request, as data, and the one question whether somebody may make it now.

    refusal(request, move, user)   a Chinese sentence, or None when the move is open
    open_moves(request, user)      the moves to offer as buttons

Pages, API and actions all ask here. The picture is docs/request-states.md (generated).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from issues.case import scope_on
from issues.fields import Field
from issues.models import RequestStatus, ServiceRequest
from issues.requests import fields as f
from issues.requests.case import Case
from workdays.now import today

S = RequestStatus
Guard = Callable[[Case], str | None]


class Who(StrEnum):
    """On what ground a person may make a move. The text says it on the screen."""

    COLLECTOR = "群众本人或能收集诉求的人"
    BRANCH = "村党支部（或上级）"
    POOL = "本村可接单的党员"
    HOLDER = "接单人"
    REQUESTER = "代为点单的人"
    HOUSEHOLD = "群众本人"
    CLOCK = "系统到期自动"


GROUNDS: dict[Who, Callable[[Case], bool]] = {
    Who.COLLECTOR: lambda case: (
        case.is_household or (case.user is not None and case.scope.may(Permission.ISSUE_COLLECT))
    ),
    Who.BRANCH: lambda case: case.covers(Permission.ISSUE_ASSIGN),
    Who.POOL: lambda case: case.may_take,
    Who.HOLDER: lambda case: case.is_holder,
    Who.REQUESTER: lambda case: case.is_requester,
    Who.HOUSEHOLD: lambda case: case.is_household,
    Who.CLOCK: lambda case: case.by_clock,
}


def not_the_taker(case: Case) -> str | None:
    if case.user is not None and case.is_holder:
        return "接单人不能登记自己这一单的评价，请由另一人登记，或请群众扫码评单。"
    return None


@dataclass(frozen=True)
class Move:
    """As in issues.workflow: more than one target means that what was entered decides; no sources begins a request."""

    name: str
    label: str
    sources: tuple[RequestStatus, ...]
    targets: tuple[RequestStatus, ...]
    who: tuple[Who, ...]
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    hint: str = ""


TABLE = (
    Move(
        "place",
        "点单",
        (),
        (S.REQUESTED,),
        (Who.COLLECTOR,),
        (f.KIND, f.TITLE, f.TEXT, f.WANTED_ON, f.PETITIONER, f.PHONE),
        hint="送到村党支部，由支部下单给党员",
    ),
    Move(
        "dispatch",
        "下单",
        (S.REQUESTED, S.DISPATCHED),
        (S.DISPATCHED,),
        (Who.BRANCH,),
        (f.ADDRESSEE, f.NOTE),
        hint="不指定人，本村党员谁先接归谁；到期没人接，退回支部重新下单",
    ),
    Move("take", "接单", (S.DISPATCHED,), (S.TAKEN,), (Who.POOL,), hint="先接先得；接单后能看到具体情况和联系方式"),
    Move(
        "give_back",
        "退单",
        (S.DISPATCHED, S.TAKEN),
        (S.REQUESTED,),
        (Who.HOLDER,),
        (f.REASON,),
        hint="说明为什么办不了，由支部重新下单",
    ),
    Move(
        "recall",
        "收回",
        (S.DISPATCHED, S.TAKEN),
        (S.REQUESTED,),
        (Who.BRANCH,),
        (f.REASON,),
        hint="收回支部，重新下单",
    ),
    Move("untaken", "无人接单退回", (S.DISPATCHED,), (S.REQUESTED,), (Who.CLOCK,)),
    Move(
        "done",
        "完成",
        (S.TAKEN,),
        (S.DONE,),
        (Who.HOLDER,),
        (f.RESULT, f.PHOTOS),
        hint="写清楚办了什么；照片不是必须的",
    ),
    Move(
        "rate",
        "评单",
        (S.DONE,),
        (S.RATED, S.REQUESTED, S.CONVERTED),
        (Who.HOUSEHOLD, Who.BRANCH, Who.REQUESTER),
        (f.VALUE, f.MEANS, f.PROOF, f.RATING_NOTE),
        (not_the_taker,),
        hint="不满意的退回支部再办一次；再次不满意的，转为诉求办理",
    ),
    Move(
        "decline",
        "不予受理",
        (S.REQUESTED,),
        (S.DECLINED,),
        (Who.BRANCH,),
        (f.REASON_TOLD,),
        hint="理由会告诉群众",
    ),
    Move(
        "raise_issue",
        "转为诉求",
        (S.REQUESTED, S.DISPATCHED, S.TAKEN),
        (S.CONVERTED,),
        (Who.BRANCH,),
        (f.CATEGORY, f.NOTE),
        hint="党员办不了、要部门办的，转入待梳理",
    ),
)
MOVES: dict[str, Move] = {move.name: move for move in TABLE}


def refusal(request: ServiceRequest, move: Move | str, user: User | None, scope: Scope | None = None) -> str | None:
    """Why this person cannot make this move now, or None. `user` None: the household, behind its code."""
    chosen = move if isinstance(move, Move) else MOVES[move]
    return refusal_of(Case(request, user, scope or scope_on(user, today())), chosen)


def open_moves(request: ServiceRequest, user: User | None, scope: Scope | None = None) -> list[Move]:
    """The moves this person may make now, in the order of the table."""
    case = Case(request, user, scope or scope_on(user, today()))
    return [move for move in TABLE if refusal_of(case, move) is None]


def refusal_of(case: Case, move: Move) -> str | None:
    return missing_right(case, move) or _wrong_status(case, move) or _guarded(case, move)


def missing_right(case: Case, move: Move) -> str | None:
    """A sentence when the person has none of the grounds of the move, whatever the status."""
    if any(GROUNDS[who](case) for who in move.who):
        return None
    return f"您没有“{move.label}”这一单的权限，该操作由{'、'.join(move.who)}办理。"


def _wrong_status(case: Case, move: Move) -> str | None:
    if case.status in move.sources:
        return None
    return f"这一单现在是“{case.status.label}”，不能“{move.label}”。"


def _guarded(case: Case, move: Move) -> str | None:
    return next((sentence for guard in move.guards if (sentence := guard(case))), None)
