"""Takes the rows of one sheet, checks each, and gives out what is to be staged. Collects every fault, by row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from accounts.errors import Refused
from exchange.cells import BadCell, Cell, Parser, is_blank
from exchange.columns import EXAMPLE, FAULTS, Check, Column, Key, Sheet, header_key

HEADER_WITHIN = 10
"""A title may stand above the header, as counties' tables have it."""

Lookup = Callable[[str], object]
"""Finds what a text names; raises BadCell when it names nothing."""


class Intake:
    """The state of one sheet's reading. Row numbers are those that Excel shows."""

    def __init__(self, sheet: Sheet, lookups: Mapping[str, Lookup]) -> None:
        self.sheet = sheet
        self.faults: dict[int, list[str]] = defaultdict(list)
        self.ignored: list[str] = []
        self.staged = 0
        self.header_row = 0
        self.faults_column = 0
        """Where an error workbook writes its reasons: the column of that name, else the first free one (from 0)."""
        self._lookups = lookups
        self._row = 0
        self._layout: list[tuple[Column, Parser, int]] = []
        self._first_rows: list[dict[object, int]] = [{} for _ in sheet.keys]

    @property
    def fields(self) -> list[str]:
        """The staged fields of the columns this workbook has; `row` first."""
        return ["row", *(name for column, _, _ in self._layout for name in column.fields)]

    def take(self, rows: Sequence[list[Cell]]) -> Iterable[tuple[object, ...]]:
        """Checks the next rows and returns them in the order of `fields`. Raises Refused when the header is amiss."""
        first = self._row + 1
        self._row += len(rows)
        if not self._layout:
            self.header_row = self._find_header(rows[:HEADER_WITHIN]) + 1
            first, rows = first + self.header_row, rows[self.header_row :]
        key = self._layout[0][2]
        body = [(number, row) for number, row in enumerate(rows, first) if _is_data(row, key)]
        self.staged += len(body)
        numbers = [number for number, _ in body]
        fields = self._fields_of([row for _, row in body], numbers)
        self._check_rows(fields, numbers)
        self._check_keys(fields, numbers)
        return zip(numbers, *fields.values(), strict=True)

    def _find_header(self, rows: Sequence[list[Cell]]) -> int:
        """The row with the most known headers is the header. Lays out the columns by it."""
        known = {name for column in self.sheet.columns for name in (column.header, *column.aliases)}
        keys = [[header_key(cell) if isinstance(cell, str) else "" for cell in row] for row in rows]
        best = max(range(len(keys)), key=lambda index: len(known.intersection(keys[index])), default=0)
        self._lay_out(keys[best] if keys else [])
        return best

    def _lay_out(self, headers: list[str]) -> None:
        twice = sorted({header for header in headers if header and headers.count(header) > 1})
        if twice:
            raise Refused(f"“{self.sheet.name}”表的表头“{'”“'.join(twice)}”出现了两次,请只保留一列。")
        places = {column: _place(column, headers) for column in self.sheet.columns}
        missing = [column.header for column in self.sheet.columns if column.required and places[column] is None]
        if missing:
            raise Refused(
                f"“{self.sheet.name}”表缺少这些列:{'、'.join(missing)}。请下载模板,按模板的表头填写(表头要在前10行内)。"
            )
        found = {column: place for column, place in places.items() if place is not None}
        self._layout = [(column, self._parser(column), place) for column, place in found.items()]
        self.faults_column = headers.index(FAULTS) if FAULTS in headers else len(headers)
        self.ignored = [
            header
            for index, header in enumerate(headers)
            if header and header != FAULTS and index not in found.values()
        ]

    def _parser(self, column: Column) -> Parser:
        if not column.lookup:
            return column.parse
        parse, find = column.parse, self._lookups[column.lookup]
        return lambda cell: find(str(parse(cell)))

    def _fields_of(self, rows: list[list[Cell]], numbers: list[int]) -> dict[str, Sequence[Any]]:
        fields: dict[str, Sequence[Any]] = {}
        for column, parse, place in self._layout:
            values = list(self._values(column, parse, [row[place] for row in rows], numbers))
            fields.update(zip(column.fields, _spread(column, values), strict=True))
        return fields

    def _values(self, column: Column, parse: Parser, cells: list[Cell], numbers: list[int]) -> Iterator[object]:
        for number, cell in zip(numbers, cells, strict=True):
            value = None
            try:
                if not is_blank(cell):
                    value = parse(cell)
                elif column.required:
                    raise BadCell("不能为空")
            except BadCell as bad:
                self.faults[number].append(f"{column.header}:{bad}")
            yield value

    def _check_rows(self, fields: Mapping[str, Sequence[Any]], numbers: list[int]) -> None:
        for check in self.sheet.checks:
            for number, *values in zip(numbers, *_picked(fields, check, len(numbers)), strict=True):
                fault = check.fault(*values)
                if fault:
                    self.faults[number].append(fault)

    def _check_keys(self, fields: Mapping[str, Sequence[Any]], numbers: list[int]) -> None:
        for key, first_rows in zip(self.sheet.keys, self._first_rows, strict=True):
            for number, *values in zip(numbers, *_picked(fields, key, len(numbers)), strict=True):
                if None in values and not (key.blanks and values[0]):
                    continue
                first = first_rows.setdefault(tuple(values), number)
                if first != number:
                    self.faults[number].append(key.sentence.format(row=first))


def _is_data(row: list[Cell], key: int) -> bool:
    """Not empty, and not the template's example."""
    first = row[key]
    if isinstance(first, str) and first.lstrip().startswith(EXAMPLE):
        return False
    return not all(is_blank(cell) for cell in row)


def _place(column: Column, headers: list[str]) -> int | None:
    return next((headers.index(name) for name in (column.header, *column.aliases) if name in headers), None)


def _spread(column: Column, values: list[Any]) -> Sequence[Sequence[Any]]:
    """The value of a column as the values of its fields."""
    if column.spread is None:
        return [values]
    blank = (None,) * len(column.fields)
    spread = column.spread
    rows = [blank if value is None else spread(value) for value in values]
    return list(zip(*rows, strict=True)) or [[] for _ in column.fields]


def _picked(fields: Mapping[str, Sequence[Any]], rule: Check | Key, count: int) -> list[Iterable[Any]]:
    """The rule's fields; a column the workbook lacks is blank throughout."""
    return [fields[name] if name in fields else repeat(None, count) for name in rule.fields]
