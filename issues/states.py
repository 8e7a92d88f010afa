"""docs/issue-states.md, request-states.md and round-states.md: statuses and moves as diagrams and tables, drawn from
the code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from households.models import RoundStatus
from households.rounds import workflow as rounds
from issues import workflow
from issues.models import ENDED, STAGES, RequestStatus, Status
from issues.requests import workflow as requests


@dataclass(frozen=True)
class Machine:
    """A table of moves and the file that shows it. `ends` have an arrow out; `stages` name where a status stands."""

    file: str
    thing: str
    source: str
    table: Sequence[Any]
    statuses: Sequence[Any]
    ends: Sequence[Any]
    stages: Mapping[Any, str]


R = RequestStatus
ISSUES = Machine(
    "issue-states.md",
    "事项",
    "issues/workflow.py",
    workflow.TABLE,
    tuple(Status),
    [status for status in ENDED if status != Status.CLOSED],
    STAGES,
)
REQUESTS = Machine(
    "request-states.md",
    "点单",
    "issues/requests/workflow.py",
    requests.TABLE,
    tuple(RequestStatus),
    (R.RATED, R.DECLINED, R.CONVERTED),
    {R.REQUESTED: "居民点单", R.DISPATCHED: "支部下单", R.TAKEN: "党员接单", R.DONE: "完成", R.RATED: "评单"},
)
ROUNDS = Machine(
    "round-states.md",
    "互选",
    "households/rounds/workflow.py",
    rounds.TABLE,
    tuple(RoundStatus),
    (RoundStatus.IN_FORCE, RoundStatus.CANCELLED),
    {},
)
MACHINES = (ISSUES, REQUESTS, ROUNDS)


def document(machine: Machine) -> str:
    head = (
        f"# {machine.thing}的状态与流转\n\n"
        f"由 `manage.py issue_states` 从 `{machine.source}` 生成，请勿手改；`make check` 会核对。\n"
    )
    return "\n".join([head, _diagram(machine), "", _statuses(machine), "", _moves(machine), ""])


def _diagram(machine: Machine) -> str:
    arrows = [
        f"    {source} --> {target}: {move.label}"
        for move in machine.table
        for source in (move.sources or ("[*]",))
        for target in move.targets
    ]
    ends = [f"    {status} --> [*]" for status in machine.ends]
    names = [f'    state "{status.label}" as {status}' for status in machine.statuses]
    return "\n".join(["```mermaid", "stateDiagram-v2", *names, *arrows, *ends, "```"])


def _statuses(machine: Machine) -> str:
    rows = [f"| `{status}` | {status.label} | {machine.stages.get(status, '–')} |" for status in machine.statuses]
    return "\n".join(["## 状态", "", "| 标识 | 名称 | 阶段 |", "|---|---|---|", *rows])


def _moves(machine: Machine) -> str:
    head = ["## 操作", "", "| 标识 | 名称 | 从 | 到 | 由谁 | 须填 | 说明 |", "|---|---|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(machine, move) for move in machine.table)])


def _row(machine: Machine, move: Any) -> str:
    sources = "、".join(status.label for status in move.sources) or f"（新{machine.thing}）"
    targets = "、".join(status.label for status in move.targets) or "（不变）"
    asked = "、".join(field.label for field in move.fields if field.required) or "–"
    who = "、".join(move.who)
    return f"| `{move.name}` | {move.label} | {sources} | {targets} | {who} | {asked} | {move.hint or '–'} |"
