"""How long things may take: the table of limits, the other clocks, and when an overdue matter goes up by itself."""

import re

from yaml.nodes import MappingNode, Node

from profiles import terms
from profiles.nodes import entries, fault, is_null, items, shown, whole
from profiles.profile import Span

HOURS_A_DAY = 24


def limits(node: Node) -> dict[str, dict[str, dict[str, Span | None]]]:
    found = entries(node, "limits（办理时限）", required=terms.CATEGORIES)
    return {category: _limits_by_urgency(found[category], category) for category in terms.CATEGORIES}


def _limits_by_urgency(node: Node, category: str) -> dict[str, dict[str, Span | None]]:
    found = entries(node, f"类别 {category} 的时限", required=terms.URGENCIES)
    return {urgency: _limit_row(found[urgency]) for urgency in terms.URGENCIES}


def _limit_row(node: Node) -> dict[str, Span | None]:
    """[2h, 4h, 1, 2] for cell, village, town, county; null for a level, or for the whole row."""
    if is_null(node):
        return dict.fromkeys(terms.COLUMNS)
    cells = items(node, "一行时限")
    if len(cells) != len(terms.COLUMNS):
        raise fault(node, f"一行时限应有4格（网格、村、乡镇、县），这里有{len(cells)}格")
    return {column: None if is_null(cell) else _span(cell) for column, cell in zip(terms.COLUMNS, cells, strict=True)}


def _span(node: Node) -> Span:
    """5 is workdays, 2h natural hours, 30d natural days (kept as hours)."""
    match = re.fullmatch(r"(\d{1,3})([hd]?)", shown(node))
    if match is None or int(match[1]) > 365 or (match[2] and int(match[1]) == 0):
        raise fault(node, f"时限“{shown(node)}”不对，应写成 5（工作日）、2h（小时）或 30d（自然日），最长365")
    amount = int(match[1])
    if not match[2]:
        return Span(amount, "workday")
    return Span(amount * HOURS_A_DAY if match[2] == "d" else amount, "hour")


def clocks(node: Node) -> dict[str, dict[str, Span]]:
    found = entries(node, "clocks（其他时限）", required=terms.CLOCKS)
    return {kind: _by_urgency(found[kind], kind) for kind in terms.CLOCKS}


def _by_urgency(node: Node, kind: str) -> dict[str, Span]:
    """One span for all, or one for each urgency."""
    if not isinstance(node, MappingNode):
        return dict.fromkeys(terms.URGENCIES, _span(node))
    found = entries(node, f"时限 {kind}", required=terms.URGENCIES)
    return {urgency: _span(found[urgency]) for urgency in terms.URGENCIES}


def publicity_clock(days: int) -> dict[str, dict[str, Span]]:
    return {"publicity": dict.fromkeys(terms.URGENCIES, Span(days, "workday"))}


def escalate_after(node: Node) -> dict[str, int]:
    found = entries(node, "escalate_after（逾期后自动上报）", required=terms.URGENCIES)
    return {urgency: whole(found[urgency], f"{urgency} 的工作日数", 0, 60) for urgency in terms.URGENCIES}
