"""Which household gets another member than before, and why: one short sentence each."""

from collections.abc import Mapping
from typing import NamedTuple

from households.matching import Reason
from households.rounds.question import Question


class Moved(NamedTuple):
    household: int
    before: int | None
    after: int | None
    why: str


def difference(
    before: Mapping[int, int], after: Mapping[int, int], reasons: Mapping[int, Reason], asked: Question
) -> list[Moved]:
    """Every household whose member differs, in the order of their ids."""
    homes = sorted({*before, *after})
    return [
        Moved(home, before.get(home), after.get(home), why(before.get(home), reasons.get(home), asked))
        for home in homes
        if before.get(home) != after.get(home)
    ]


def why(was: int | None, reason: Reason | None, asked: Question) -> str:
    """Why somebody else than `was`. No reason: the household left the round, or duty took it."""
    if reason is None or reason.helper is None:
        return "由支部兜底包联" if reason is None else "没有可选的党员"
    return _why_not(was, reason, asked) or _why_so(reason)


def _why_not(was: int | None, reason: Reason, asked: Question) -> str:
    if was is None:
        return "原来没有人联系"
    if (reason.home, was) in asked.problem.forbids:
        return f"支部排除了{asked.names.get(was, '原来的党员')}"
    if was not in {helper.key for helper in asked.problem.helpers}:
        return f"{asked.names.get(was, '原来的党员')}不再参加本轮"
    return ""


def _why_so(reason: Reason) -> str:
    grounds = (
        (reason.pinned, "支部指定"),
        (reason.mutual, "双向互选"),
        (reason.home_rank, f"住户第{reason.home_rank}志愿"),
        (reason.helper_rank, "党员主动认领"),
        (reason.kin, "就亲：有亲属关系"),
        (reason.familiar, "就熟：平时熟悉"),
    )
    return next((said for given, said in grounds if given), "让其他户的安排整体更合适（就近、均衡联户数）")
