"""Computing a proposal. The rows are the queue: a run that was killed runs again from the start, with the same result.

Progress is written outside the transaction of the result, so it shows while the run goes on. The last step writes
pairs, differences, the run's end and the round's status in one transaction, or nothing of it.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.errors import Refused
from households.matching import Reason, Solution, solve
from households.models import PairChange, ProposalRun, ProposedPair, RoundStatus
from households.rounds.changes import difference
from households.rounds.figures import advice, figures
from households.rounds.question import Question, present_pairs, question
from households.rounds.step import Step
from households.rounds.telling import tell_branch
from workdays.arithmetic import ZONE

logger = logging.getLogger(__name__)
RUN_LOCK = 0x6C697275
MOST_ATTEMPTS = 3
BATCH = 5000
BROKEN = "方案没有算出来，原来的内容没有改动。请稍后再试；仍不行请联系系统管理员。"
State = ProposalRun.State


def run(pk: int, *, at: datetime) -> None:
    """Computes the run unless it has ended or somebody else computes it. Safe to call any number of times."""
    with _locked(pk) as alone:
        row = ProposalRun.objects.select_related("round", "round__branch", "round__grid", "asked_by").get(pk=pk)
        if alone and row.state in ProposalRun.OPEN:
            _attempt(row, at)


def _attempt(row: ProposalRun, at: datetime) -> None:
    if row.attempts >= MOST_ATTEMPTS:
        _fail(row, BROKEN, at)
        return
    _note(row, state=State.RUNNING, attempts=row.attempts + 1, started_at=at, stage="读取名单和志愿", done=0)
    try:
        _compute(row, at)
    except Refused as refused:
        _fail(row, refused.sentence, at)
    except Exception:
        logger.exception("proposal run %s broke at attempt %s", row.pk, row.attempts)
        if row.attempts >= MOST_ATTEMPTS:
            _fail(row, BROKEN, at)


def _compute(row: ProposalRun, at: datetime) -> None:
    on = at.astimezone(ZONE).date()
    before = present_pairs(row.round, on)
    asked = question(row.round, before, on)
    _note(row, stage="计算", total=len(asked.problem.homes))
    solution = solve(asked.problem, progress=lambda done, _: _note(row, done=done))
    _note(row, stage="写明理由")
    reasons = {home.key: asked.why(solution, home.key) for home in asked.problem.homes}
    _note(row, stage="保存")
    with transaction.atomic():
        _store(row, asked, solution, reasons, before, at)


def _store(
    row: ProposalRun,
    asked: Question,
    solution: Solution,
    reasons: Mapping[int, Reason],
    before: Mapping[int, int],
    at: datetime,
) -> None:
    round = row.round
    step = Step(round, "proposed", by=None, at=at)
    moved = difference(before, {**solution.pairs, **asked.by_duty}, reasons, asked)
    ProposedPair.objects.filter(round=round).delete()
    ProposedPair.objects.bulk_create(pair_rows(round.pk, asked, reasons), BATCH)
    PairChange.objects.bulk_create(
        (
            PairChange(
                round=round,
                run=row,
                household_id=one.household,
                before_id=one.before,
                after_id=one.after,
                why=one.why,
                at=at,
            )
            for one in moved
        ),
        BATCH,
    )
    told = figures(round, solution, asked.by_duty)
    told["advice"] = advice(round, told)
    _note(
        row,
        state=State.DONE,
        ended_at=at,
        stage="",
        done=len(asked.problem.homes),
        cost=_whole(solution.cost),
        bound=_whole(solution.bound),
        gap=_whole(solution.gap),
        figures=told,
        changed=len(moved),
        message=_said(told, len(moved)),
    )
    step.facts = {"run": row.pk, "households": told["households"], "covered": told["covered"], "changed": len(moved)}
    step.finish(RoundStatus.DECIDING)
    tell_branch(round, "proposed", f"“{round}”的方案已生成：{row.message}", [row.asked_by], at)


def pair_rows(round_pk: int, asked: Question, reasons: Mapping[int, Reason]) -> list[ProposedPair]:
    """The pairs as the proposal's rows, those by duty among them."""
    rows = [
        ProposedPair(
            round_id=round_pk,
            household_id=home,
            member_id=reason.helper,
            sentence=asked.said(reason),
            parts=parts_of(reason),
            by_ruling=home in asked.problem.pins,
        )
        for home, reason in reasons.items()
    ]
    return rows + [
        ProposedPair(
            round_id=round_pk, household_id=home, member_id=member, sentence=asked.duties.get(home, ""), by_ruling=True
        )
        for home, member in asked.by_duty.items()
    ]


def parts_of(reason: Reason) -> dict[str, Any]:
    """The terms a page may show beside the sentence; what is empty is left out."""
    facts = reason._asdict()
    unmet = facts.pop("unmet")
    found = {name: value for name, value in facts.items() if value and name not in ("home", "helper")}
    return found | ({"unmet": unmet._asdict()} if unmet else {})


def _said(told: Mapping[str, Any], changed: int) -> str:
    said = [f"{told['households']}户中{told['covered']}户有人联系", f"双向互选{told['mutual_kept']}户"]
    said += [f"与原来不同{changed}户"]
    said += [f"缺{told['beyond']}个名额"] if told["beyond"] else []
    said += [f"{len(told['under'])}名党员不足下限"] if told["under"] else []
    return f"{'，'.join(said)}。"


def _fail(row: ProposalRun, message: str, at: datetime) -> None:
    """The round goes back to where it was; what the last proposal said still stands."""
    with transaction.atomic():
        _note(row, state=State.FAILED, ended_at=at, stage="", message=message)
        step = Step(row.round, "failed", by=None, at=at)
        proposed = ProposedPair.objects.filter(round=row.round).exists()
        step.finish(RoundStatus.DECIDING if proposed else RoundStatus.WISHING, note=message)
        tell_branch(row.round, "failed", f"“{row.round}”的方案没有生成：{message}", [row.asked_by], at)


def _note(row: ProposalRun, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    ProposalRun.objects.filter(pk=row.pk).update(**values)


def _whole(points: float) -> int:
    return int(points + 0.5) if points >= 0 else -int(-points + 0.5)


@contextmanager
def _locked(pk: int) -> Iterator[bool]:
    """Whether this session alone computes the run. A worker that dies loses the lock with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [RUN_LOCK, pk])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [RUN_LOCK, pk])
