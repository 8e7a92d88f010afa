"""Every move of a choice round, as data, and the one question whether somebody may make it now.

    refusal(round, move, user)   a Chinese sentence, or None when the move is open
    open_moves(round, user)      the moves to offer as buttons

Pages, API and verbs all ask here. The picture is docs/round-states.md (generated).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from accounts.models import User
from households.models import LIVE_ROUNDS, ChoiceRound, RoundHousehold, RoundMember, RoundStatus
from households.rounds.case import Case
from workdays.now import today

S = RoundStatus
Guard = Callable[[Case], str | None]
NAMED_AT_MOST = 5


class Who(StrEnum):
    """On what ground a person may make a move. The text says it on the screen."""

    BRANCH = "村党支部（或上级）"
    CLOCK = "系统"


GROUNDS: dict[Who, Callable[[Case], bool]] = {
    Who.BRANCH: lambda case: case.is_branch,
    Who.CLOCK: lambda case: case.is_installation,
}


@dataclass(frozen=True)
class Field:
    """What a move asks for."""

    name: str
    label: str
    required: bool = True


@dataclass(frozen=True)
class Move:
    """No targets: the status stays. More than one: what happened decides. No sources begins a round."""

    name: str
    label: str
    sources: tuple[RoundStatus, ...]
    targets: tuple[RoundStatus, ...]
    who: tuple[Who, ...] = (Who.BRANCH,)
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    hint: str = ""


def window_over(case: Case) -> str | None:
    until = case.round.wishes_until
    if case.status == S.WISHING and case.on <= until:
        return f"志愿征集到{until}（含）为止，之后再生成方案；要提前结束，请先改征集日期。"
    return None


def has_people(case: Case) -> str | None:
    if not RoundHousehold.objects.filter(round=case.round).exists():
        return "本轮没有住户，不能生成方案：请核对支部所在的村有没有登记住户。"
    if not RoundMember.objects.taking_part().filter(round=case.round).exists():
        return "本轮没有可联户的党员：请核对免联名单，或向邻近支部借党员。"
    return None


def everybody_covered(case: Case) -> str | None:
    homes = case.uncovered
    if homes:
        more = f"等{len(homes)}户" if len(homes) > NAMED_AT_MOST else ""
        return f"还有{'、'.join(homes[:NAMED_AT_MOST])}{more}没有人联系，请用“兜底包联”逐户落实后再表决。"
    return None


def not_stale(case: Case) -> str | None:
    return "生成方案以后，参加的党员、联户数或权重有变动，请重新生成方案再表决。" if case.is_stale else None


def day_has_come(case: Case) -> str | None:
    day = case.round.in_force_from
    return f"本轮{day}起生效，还没到日子。" if day and case.on < day else None


REASON = Field("reason", "原因")
TABLE = (
    Move(
        "open",
        "开启互选",
        (),
        (S.WISHING,),
        fields=(Field("wishes_from", "志愿征集自"), Field("wishes_until", "志愿征集至")),
        hint="按能力给党员、按需求给住户分类，通知双方填志愿",
    ),
    Move(
        "set_window",
        "改征集日期",
        (S.WISHING,),
        (S.WISHING,),
        fields=(Field("wishes_from", "志愿征集自"), Field("wishes_until", "志愿征集至")),
    ),
    Move("refresh", "更新名单", (S.WISHING, S.DECIDING), (), hint="按今天的党员和住户重新登记，已填的志愿保留"),
    Move("set_places", "改联户数", (S.WISHING, S.DECIDING), (), fields=(Field("most", "上限"),)),
    Move("borrow", "外借党员", (S.WISHING, S.DECIDING), (), fields=(Field("member", "党员"), REASON)),
    Move("excuse", "本轮不联户", (S.WISHING, S.DECIDING), (), fields=(REASON,)),
    Move("take_in", "恢复联户", (S.WISHING, S.DECIDING), ()),
    Move("set_weights", "改权重", (S.WISHING, S.DECIDING), ()),
    Move(
        "propose",
        "生成方案",
        (S.WISHING, S.DECIDING),
        (S.PROPOSING,),
        guards=(window_over, has_people),
        hint="就近、就亲、就熟，能力对需求，双方互选的优先；再次生成时尽量不动已有的结对",
    ),
    Move("proposed", "方案已生成", (S.PROPOSING,), (S.DECIDING,), (Who.CLOCK,)),
    Move("failed", "方案未能生成", (S.PROPOSING,), (S.WISHING, S.DECIDING), (Who.CLOCK,)),
    Move(
        "rule",
        "支部决定",
        (S.DECIDING,),
        (),
        fields=(Field("household", "住户"), Field("member", "党员"), REASON),
        hint="锁定、排除、调整或兜底包联，当场看到影响哪几户",
    ),
    Move("undo", "撤回决定", (S.DECIDING,), ()),
    Move("comment", "留言", LIVE_ROUNDS, (), fields=(Field("text", "内容"),)),
    Move(
        "adopt",
        "表决通过",
        (S.DECIDING,),
        (S.ADOPTED,),
        fields=(Field("met_on", "会议日期"), Field("present", "到会情况"), Field("minutes", "会议记录")),
        guards=(not_stale, everybody_covered),
    ),
    Move(
        "publish",
        "公示",
        (S.ADOPTED,),
        (S.PUBLISHED,),
        fields=(Field("in_force_from", "生效日期"),),
        hint="到生效日期自动生效",
    ),
    Move(
        "reconsider",
        "退回商议",
        (S.ADOPTED, S.PUBLISHED),
        (S.DECIDING,),
        fields=(REASON,),
        hint="公示期有异议时退回支部",
    ),
    Move("put_in_force", "生效", (S.PUBLISHED,), (S.IN_FORCE,), guards=(day_has_come,)),
    Move(
        "cancel",
        "取消本轮",
        (S.WISHING, S.DECIDING, S.ADOPTED, S.PUBLISHED),
        (S.CANCELLED,),
        fields=(REASON,),
        hint="已有的结对不受影响",
    ),
)
MOVES: dict[str, Move] = {move.name: move for move in TABLE}


def refusal(round: ChoiceRound, move: Move | str, user: User | None, on: date | None = None) -> str | None:
    """Why this person cannot make this move now, or None. `user` None: the installation itself."""
    chosen = move if isinstance(move, Move) else MOVES[move]
    return refusal_of(Case(round, user, on or today()), chosen)


def open_moves(round: ChoiceRound, user: User | None, on: date | None = None) -> list[Move]:
    """The moves this person may make now, in the order of the table."""
    case = Case(round, user, on or today())
    return [move for move in TABLE if move.sources and refusal_of(case, move) is None]


def refusal_of(case: Case, move: Move) -> str | None:
    return missing_right(case, move) or _wrong_status(case, move) or _guarded(case, move)


def missing_right(case: Case, move: Move) -> str | None:
    """A sentence when the person has none of the grounds of the move, whatever the status."""
    if any(GROUNDS[who](case) for who in move.who):
        return None
    return f"您没有“{move.label}”的权限，该操作由{'、'.join(move.who)}办理。"


def _wrong_status(case: Case, move: Move) -> str | None:
    if case.status in move.sources:
        return None
    return f"本轮互选现在是“{case.status.label}”，不能“{move.label}”。"


def _guarded(case: Case, move: Move) -> str | None:
    return next((sentence for guard in move.guards if (sentence := guard(case))), None)
