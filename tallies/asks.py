"""The figures by name: what each counts, out of what, and when it is coloured. Screens and papers ask by these."""

from tallies.figures import Ask
from tallies.support import LONG_OVERDUE

COVERED = Ask("结对覆盖", "covered", "households", "户")
UNCOVERED = Ask("没有党员联系", "uncovered", "", "户", "amber")
VISITED = Ask("走访到户", "visited", "covered", "户")
KEPT = Ask("有效走访", "visits_kept", "visits", "次")
LATE = Ask("走访逾期", "late", "pairings", "户", "amber")
WAITING = Ask("待梳理", "waiting", "", "件", "amber")
COLLECTED = Ask("收集", "collected")
REGISTERED = Ask("挂号", "registered")
CLOSED = Ask("销号", "closed")
OPEN = Ask("未销号", "open")
OVERDUE = Ask("逾期未办结", "overdue", "open", "件", "red")
DONE = Ask("挂号后已销号", "registered_closed", "registered")
SATISFIED = Ask("群众满意", "satisfied", "verdicts")
SOLVED = Ask("群众认可已解决", "solved", "verdicts")
REOPENED = Ask("复号", "reopened", "closed", "件", "amber")
UNCONFIRMED = Ask("未经群众确认", "unconfirmed", "", "件")
ON_SPOT = Ask("当场办结", "solved_on_spot", "collected")
ESCALATED = Ask("上报", "escalated", "", "次")
ORDERS_WAITING = Ask("待回复督办单", "orders_waiting", "", "张", "amber")
ORDERS_LATE = Ask("到期未回复", "orders_late", "orders_waiting", "张", "red")
ORDERS_ANSWERED = Ask("期内发出已回复", "orders_answered", "orders", "张")
VACANT = Ask("空岗", "vacant", "", "个网格", "amber")
UNATTENDED = Ask("不在岗无人代理", "unattended", "", "个岗位", "amber")
OVERDUE_LONG = Ask(f"逾期超过{LONG_OVERDUE.days}天", "overdue_long", "", "件", "red")
GAPS = (UNCOVERED, VACANT, UNATTENDED, OVERDUE_LONG)
"""Where support is needed."""
OVERVIEW = (
    COVERED,
    VISITED,
    LATE,
    WAITING,
    OPEN,
    OVERDUE,
    DONE,
    SATISFIED,
    REOPENED,
    ORDERS_WAITING,
    VACANT,
)
"""On the overview and the cockpit, beside the median time."""
STAGES = (
    ("收集", "collected"),
    ("挂号", "reached_register"),
    ("督办（已交办）", "reached_handler"),
    ("销号", "reached_close"),
)
"""收集→挂号→督办→销号: the words, and the list of how far what was collected in the period came."""
