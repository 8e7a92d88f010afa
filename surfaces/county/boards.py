"""Figures laid out for a page: each number with the address of the list behind it. Grids stand in the order of their
codes, never by score (减负: no rankings)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from issues.models import Category, Colour, Status
from surfaces import words
from surfaces.colours import Colours
from surfaces.county.asking import list_url, page_url
from tallies import lists
from tallies.area import Area
from tallies.figures import OWN, Ask, Counting, Figure, Step, by_month, grids_below
from tallies.rates import Month


@dataclass(frozen=True)
class Number:
    """A count and the list it counts; `href` empty where there is nothing to list."""

    value: int
    href: str


@dataclass(frozen=True)
class Card:
    label: str
    number: Number
    whole: Number | None
    whole_label: str
    unit: str
    tone: str

    @property
    def share(self) -> str:
        return words.share(self.number.value, self.whole.value) if self.whole else ""


@dataclass(frozen=True)
class Row:
    name: str
    href: str
    cells: Sequence[Card]


@dataclass(frozen=True)
class Board:
    """One row per grid right below, one column per figure, and the sum."""

    heads: Sequence[str]
    rows: Sequence[Row]
    total: Row


@dataclass(frozen=True)
class Line:
    """A row of a plain table: a name, perhaps a badge, and numbers."""

    name: str
    numbers: Sequence[Number]
    status: str = ""


def number(area: Area, what: str, value: int, **changed: Any) -> Number:
    return Number(value, list_url(what, area, **changed) if value else "")


def card(area: Area, figure: Figure, **changed: Any) -> Card:
    whole = number(area, figure.whole_what, figure.whole, **changed) if figure.whole is not None else None
    whole_label = lists.LISTS[figure.whole_what].label if figure.whole_what else ""
    value = number(area, figure.what, figure.value, **changed)
    return Card(figure.label, value, whole, whole_label, figure.unit, figure.tone)


def cards(counting: Counting, asks: Iterable[Ask]) -> list[Card]:
    return [card(counting.area, counting.figure(ask)) for ask in asks]


def board(counting: Counting, asks: Sequence[Ask]) -> Board | None:
    """None where nothing lies below."""
    area = counting.area
    below = [counting.figures_below(ask) for ask in asks] if area.below else []
    seen = {grid for column in below for grid in column} - {OWN}
    grids = grids_below(area, seen)
    if not grids:
        return None
    rows = [
        Row(grid.name, page_url("home", area, grid=grid.pk), _cells(area, asks, below, grid.pk, grid=grid.pk))
        for grid in grids
    ]
    own = Row(f"{area.grid.name}本级", "", _cells(area, asks, below, OWN, own=1))
    if any(cell.number.value or (cell.whole and cell.whole.value) for cell in own.cells):
        rows.append(own)
    return Board([ask.label for ask in asks], rows, Row("合计", "", cards(counting, asks)))


def _cells(area: Area, asks: Sequence[Ask], below: list[dict[int, Figure]], key: int, **changed: Any) -> list[Card]:
    nothing = [Figure(ask.label, 0, ask.what, 0 if ask.whole else None, ask.whole) for ask in asks]
    return [card(area, column.get(key, none), **changed) for column, none in zip(below, nothing, strict=True)]


def category_board(area: Area, figures: Mapping[str, Sequence[Figure]], total: Sequence[Card]) -> Board:
    """One row per category; matters not yet sorted into one stand last."""
    known = [(value, label) for value, label in [*Category.choices, ("", "未分类")] if value in figures]
    rows = [
        Row(
            label, "", [card(area, figure, category=value) if value else _unlisted(figure) for figure in figures[value]]
        )
        for value, label in known
    ]
    return Board([each.label for each in total], rows, Row("合计", "", total))


def _unlisted(figure: Figure) -> Card:
    """No list is narrowed to what has no category."""
    return Card(figure.label, Number(figure.value, ""), Number(figure.whole or 0, ""), "", figure.unit, "")


def month_board(area: Area, months: Sequence[Month], total: Sequence[Card]) -> Board | None:
    rows = [
        Row(
            f"{month.period.since.year}年{month.period.since.month}月",
            "",
            [card(area, each, since=month.period.since, until=month.period.until) for each in month.figures],
        )
        for month in months
    ]
    return Board([each.label for each in total], rows, Row("合计", "", total)) if rows else None


def trend_lines(area: Area, steps: Iterable[Step], measures: Sequence[str]) -> list[Line]:
    return [
        Line(
            _step_name(area, step),
            [
                number(area, name, step.counts[name], since=step.period.since, until=step.period.until)
                for name in measures
            ],
        )
        for step in steps
    ]


def _step_name(area: Area, step: Step) -> str:
    day = step.period.since
    return f"{day.year}年{day.month}月" if by_month(area.period) else f"{day.month}月{day.day}日"


def status_lines(area: Area) -> list[Line]:
    """Where the matters collected in the period are now."""
    found = lists.counts(area, "collected", "status")
    return [
        Line(status.label, [number(area, "collected", found[status], status=status.value)], status.value)
        for status in Status
        if found.get(status)
    ]


def category_lines(area: Area, whats: Sequence[str]) -> list[Line]:
    columns = [lists.counts(area, what, "category") for what in whats]
    return [
        Line(
            label,
            [
                number(area, what, column.get(value, 0), category=value)
                for what, column in zip(whats, columns, strict=True)
            ],
        )
        for value, label in Category.choices
    ]


def colour_lines(area: Area, whats: Sequence[str]) -> list[Line]:
    """Supervision orders by colour, in the words of the county."""
    colours = Colours()
    columns = [(what, lists.counts(area, what, "colour")) for what in whats]
    return [
        Line(
            colours.label(area.grid.county_id, colour),
            [number(area, what, column.get(colour, 0), colour=colour) for what, column in columns],
            colour,
        )
        for colour in Colour.values
    ]


def age_lines(area: Area) -> list[Line]:
    found = lists.counts(area, "overdue", "age")
    return [Line(label, [number(area, "overdue", found.get(code, 0), age=code)]) for code, label, _ in lists.AGES]


def age_board(area: Area) -> list[Line]:
    """Overdue by grid right below and age; the last number is the grid's sum."""
    if not area.below:
        return []
    found = lists.counts(area, "overdue", area.below, "age")
    grids = grids_below(area, {grid for grid, _ in found} - {OWN, area.grid.pk})
    places: list[tuple[str, int, dict[str, Any]]] = [(grid.name, grid.pk, {"grid": grid.pk}) for grid in grids]
    places.append((f"{area.grid.name}本级", area.grid.pk if area.below == "grid_id" else OWN, {"own": 1}))
    lines = [Line(name, _ages(area, found, key, changed)) for name, key, changed in places]
    return [line for line in lines if line.numbers[-1].value]


def _ages(area: Area, found: dict[Any, int], key: int, changed: dict[str, Any]) -> list[Number]:
    each = {code: found.get((key, code), 0) for code, _, _ in lists.AGES}
    numbers = [number(area, "overdue", count, age=code, **changed) for code, count in each.items()]
    return [*numbers, number(area, "overdue", sum(each.values()), **changed)]
