"""Dashboards: every number opens the list behind it, every grid opens its own page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from issues.models import OPEN as OPEN_STATUSES
from surfaces import paging, words
from surfaces.county import boards
from surfaces.county.asking import any_day
from surfaces.county.frame import frame, path_of
from surfaces.county.rows import as_told, fetched, rows_asked
from surfaces.doors import Visitor
from surfaces.help.guides import to_show
from tallies import lists, months
from tallies.area import Area
from tallies.asks import (
    CLOSED,
    COLLECTED,
    COVERED,
    DONE,
    ESCALATED,
    KEPT,
    LATE,
    ON_SPOT,
    OPEN,
    ORDERS_ANSWERED,
    ORDERS_LATE,
    ORDERS_WAITING,
    OVERDUE,
    OVERVIEW,
    REGISTERED,
    REOPENED,
    SATISFIED,
    SOLVED,
    STAGES,
    UNCONFIRMED,
    UNCOVERED,
    VISITED,
)
from tallies.figures import Ask, Counting, median_time, trend
from tallies.models import DailyTally


@any_day
def home(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    return _page(
        request,
        area,
        "home",
        guide=to_show(request.user, "county"),
        cards=boards.cards(counting, OVERVIEW),
        median=median_of(counting),
        stages=stages_of(area),
        ages=boards.age_lines(area),
        month_trend=months_of(area),
        visit_trend=trend_of(area, "visits_kept"),
        **_categories(area),
        issue_trend=trend_of(area, "collected", "registered", "closed"),
        board=boards.board(counting, (COVERED, VISITED, LATE, REGISTERED, CLOSED, OPEN, OVERDUE, SATISFIED)),
    )


@any_day
def coverage(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    return _page(
        request,
        area,
        "coverage",
        cards=boards.cards(counting, (COVERED, UNCOVERED)),
        board=boards.board(counting, (COVERED, UNCOVERED)),
    )


@any_day
def visits(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    unvisited = Ask("没有走访到", "unvisited", "", "户")
    return _page(
        request,
        area,
        "visits",
        cards=boards.cards(counting, (KEPT, VISITED, unvisited, LATE)),
        visit_trend=trend_of(area, "visits", "visits_kept"),
        board=boards.board(counting, (KEPT, VISITED, unvisited, LATE)),
    )


@any_day
def funnel(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    return _page(
        request,
        area,
        "funnel",
        cards=boards.cards(counting, (ON_SPOT, DONE, SOLVED, SATISFIED, REOPENED, UNCONFIRMED, ESCALATED)),
        median=median_of(counting),
        stages=stages_of(area),
        statuses=boards.status_lines(area),
        **_categories(area),
        issue_trend=trend_of(area, "collected", "registered", "closed", "reopened"),
        board=boards.board(counting, (COLLECTED, REGISTERED, CLOSED, OPEN, OVERDUE, SATISFIED, REOPENED)),
    )


@any_day
def overdue(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    return _page(
        request,
        area,
        "overdue",
        cards=boards.cards(counting, (OVERDUE, LATE)),
        nothing=not counting.total("overdue"),
        ages=boards.age_lines(area),
        age_heads=[*(label for _, label, _ in lists.AGES), "合计"],
        age_board=boards.age_board(area),
        category_heads=["逾期", "未销号"],
        categories=boards.category_lines(area, ("overdue", "open")),
    )


@any_day
def orders(request: Visitor, area: Area) -> HttpResponse:
    """督办单: what was issued in the period, and whose answer waits, by colour and grid."""
    counting = Counting(area)
    shown = (ORDERS_WAITING, ORDERS_LATE, ORDERS_ANSWERED)
    return _page(
        request,
        area,
        "orders",
        cards=boards.cards(counting, shown),
        nothing=not (counting.total("orders") or counting.total("orders_waiting")),
        colour_heads=["待回复", "到期未回复", "期内发出", "其中已回复"],
        colours=boards.colour_lines(area, ("orders_waiting", "orders_late", "orders", "orders_answered")),
        board=boards.board(counting, shown),
    )


@any_day
def behind(request: Visitor, area: Area, what: str) -> HttpResponse:
    """The list behind a figure: names masked, paged by keyset."""
    listing = lists.LISTS.get(what)
    if listing is None:
        raise Http404
    found, narrowed = rows_asked(area, what, request.GET)
    page = paging.page(request, fetched(found, listing.kind, area), order=listing.order_in(area))
    content = {
        "listing": listing,
        "path": path_of(area, "home", linked=True),
        "rows_template": f"county/rows/{listing.kind}.html",
        "open_statuses": OPEN_STATUSES,
        "page": as_told(page, listing.kind, area),
        "narrowed": narrowed,
    }
    return render(request, "county/list.html", frame(request, area, "home") | content)


def _page(request: Visitor, area: Area, name: str, **content: Any) -> HttpResponse:
    return render(request, f"county/{name}.html", frame(request, area, name) | content)


def trend_of(area: Area, *measures: str) -> dict[str, Any]:
    steps = trend(area)
    happened = any(step.counts[name] for step in steps for name in measures)
    return {"heads": _heads(measures), "lines": boards.trend_lines(area, steps, measures), "any": happened}


def _categories(area: Area) -> dict[str, Any]:
    return {
        "category_heads": ["挂号", "其中已销号", "现未销号", "现逾期"],
        "categories": boards.category_lines(area, ("registered", "registered_closed", "open", "overdue")),
    }


def stages_of(area: Area) -> list[boards.Line]:
    """收集→挂号→督办→销号 of the matters collected in the period: how far each came."""
    return [boards.Line(label, [boards.number(area, what, lists.rows(area, what).count())]) for label, what in STAGES]


def median_of(counting: Counting) -> dict[str, Any]:
    """Half of what was registered in the period and is closed took no longer; with the list of those."""
    time = median_time(counting.area)
    days = words.NO_FIGURE if time is None else f"{time / timedelta(days=1):.1f}天"
    return {"days": days, "number": boards.number(counting.area, DONE.what, counting.total(DONE.what))}


def months_of(area: Area) -> dict[str, Any]:
    """The grid's own last months, whatever the period."""
    measures = ("collected", "registered", "closed")
    periods = months.with_data(area)
    counts = months.by_month(area, periods, measures).get(area.grid.pk, [])
    lines = [
        boards.Line(
            f"{period.since.year}年{period.since.month}月",
            [boards.number(area, name, each[name], since=period.since, until=period.until) for name in measures],
        )
        for period, each in zip(periods, counts, strict=False)
    ]
    return {"heads": _heads(measures), "lines": lines, "any": bool(lines)}


def _heads(measures: Sequence[str]) -> list[str]:
    return [str(getattr(DailyTally._meta.get_field(name), "verbose_name", name)) for name in measures]
