"""响应率, 解决率, 满意率, 销号率, 复号率: always out of how many; and the ways of ending that are counted apart."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from tallies import lists
from tallies.area import Area, Period
from tallies.figures import Ask, Counting, Figure

RATES = (
    Ask("响应率", "answered", "answerable", "次"),
    Ask("解决率", "solved", "verdicts"),
    Ask("满意率", "satisfied", "verdicts"),
    Ask("销号率", "registered_closed", "registered"),
    Ask("复号率", "reopened", "closed"),
)
APART = (
    Ask("当场办结", "solved_on_spot", "collected"),
    Ask("客观上无法解决", "cannot_be_done", "closed"),
    Ask("未经群众确认", "unconfirmed", "closed"),
    Ask("强制销号", "forced", "closed"),
)
EVERY = (*RATES, *APART)
MEANINGS = (
    ("响应率", "交办后按时签收或联系上反映人的次数，占已到时限或已响应的次数"),
    ("解决率", "群众评价“已解决”或“满意”的，占全部群众评价；联系不上由村见证的不算在内"),
    ("满意率", "群众评价“已解决，满意”的，占全部群众评价"),
    ("销号率", "期内挂号的事项里已经销号的"),
    ("复号率", "期内复号，占期内销号"),
    ("单列", "当场办结占收集；客观上无法解决、未经群众确认、强制销号占销号"),
)


class Month(NamedTuple):
    """One calendar month of a period, cut to its ends."""

    period: Period
    figures: list[Figure]


def by_category(area: Area, asks: Sequence[Ask]) -> dict[str, list[Figure]]:
    """The figures of each category."""
    whats = {what for ask in asks for what in (ask.what, ask.whole)}
    counts = {what: lists.counts(area, what, "category") for what in whats}
    categories = {category for found in counts.values() for category in found}
    return {
        category: [_figure(ask, counts[ask.what].get(category, 0), counts[ask.whole].get(category, 0)) for ask in asks]
        for category in categories
    }


def by_month(area: Area, asks: Sequence[Ask]) -> list[Month]:
    """Month by month; nothing where the period lies within one."""
    periods = list(months(area.period))
    if len(periods) < 2:
        return []
    return [Month(each, _of(replace(area, period=each), asks)) for each in periods]


def months(period: Period) -> Iterator[Period]:
    since = period.since
    while since <= period.until:
        following = (since.replace(day=28) + timedelta(days=4)).replace(day=1)
        yield Period(since, min(following - timedelta(days=1), period.until))
        since = following


def _of(area: Area, asks: Sequence[Ask]) -> list[Figure]:
    counting = Counting(area)
    return [counting.figure(ask) for ask in asks]


def _figure(ask: Ask, value: int, whole: int) -> Figure:
    return Figure(ask.label, value, ask.what, whole, ask.whole, ask.unit)
