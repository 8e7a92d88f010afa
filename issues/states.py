"""docs/issue-states.md: the register's statuses and moves as a diagram and tables, drawn from workflow.TABLE."""

from issues.models import ENDED, STAGES, Status
from issues.workflow import TABLE, Move

HEAD = """# 事项的状态与流转

由 `manage.py issue_states` 从 `issues/workflow.py` 生成,请勿手改;`make check` 会核对。
"""


def document() -> str:
    return "\n".join([HEAD, _diagram(), "", _statuses(), "", _moves(), ""])


def _diagram() -> str:
    arrows = [
        f"    {source} --> {target}: {move.label}"
        for move in TABLE
        for source in (move.sources or ("[*]",))
        for target in move.targets
    ]
    ends = [f"    {status} --> [*]" for status in ENDED if status != Status.CLOSED]
    names = [f'    state "{status.label}" as {status}' for status in Status]
    return "\n".join(["```mermaid", "stateDiagram-v2", *names, *arrows, *ends, "```"])


def _statuses() -> str:
    rows = [f"| `{status}` | {status.label} | {STAGES.get(status, '–')} |" for status in Status]
    return "\n".join(["## 状态", "", "| 标识 | 名称 | 阶段 |", "|---|---|---|", *rows])


def _moves() -> str:
    head = ["## 操作", "", "| 标识 | 名称 | 从 | 到 | 由谁 | 须填 | 说明 |", "|---|---|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(move) for move in TABLE)])


def _row(move: Move) -> str:
    sources = "、".join(status.label for status in move.sources) or "(新事项)"
    targets = "、".join(status.label for status in move.targets) or "(不变)"
    asked = "、".join(field.label for field in move.fields if field.required) or "–"
    who = "、".join(move.who)
    return f"| `{move.name}` | {move.label} | {sources} | {targets} | {who} | {asked} | {move.hint or '–'} |"
