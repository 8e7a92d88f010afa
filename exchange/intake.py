"""Takes the rows of one sheet, checks each, and gives out what is to be staged. Collects every fault, by row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
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

    def take(self, rows: Sequence[list[Cell]]) -> dict[str, Sequence[object]]:
        """Checks the next rows; what to stage, by field, `row` among them. Raises Refused when the header is amiss."""
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
        return {"row": numbers, **fields}

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
            raise Refused(f"“{self.sheet.name}”表的表头“{'”“'.join(twice)}”出现了两次，请只保留一列。")
        places = {column: _place(column, headers) for column in self.sheet.columns}
        missing = [column.header for column in self.sheet.columns if column.required and places[column] is None]
        if missing:
            raise Refused(
                f"“{self.sheet.name}”表缺少这些列：{'、'.join(missing)}。请下载模板，按模板的表头填写（表头要在前10行内）。"
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
        return lru_cache(maxsize=65536, typed=True)(lambda cell: find(str(parse(cell))))

    def _fields_of(self, rows: list[list[Cell]], numbers: list[int]) -> dict[str, Sequence[Any]]:
        fields: dict[str, Sequence[Any]] = {}
        for column, parse, place in self._layout:
            values = self._values(column, parse, [row[place] for row in rows], numbers)
            fields.update(zip(column.fields, _spread(column, values), strict=True))
        return fields

    def _values(self, column: Column, parse: Parser, cells: list[Cell], numbers: list[int]) -> list[object]:
        """A column's values. Nearly always every cell is good, so they are parsed in one go before cell by cell."""
        try:
            if not (column.required and "" in cells):
                return [None if cell == "" else parse(cell) for cell in cells]
        except BadCell:
            pass
        return [self._value(column, parse, cell, number) for cell, number in zip(cells, numbers, strict=True)]

    def _value(self, column: Column, parse: Parser, cell: Cell, number: int) -> object:
        try:
            if not is_blank(cell):
                return parse(cell)
            if column.required:
                raise BadCell("不能为空")
        except BadCell as bad:
            self.faults[number].append(f"{column.header}：{bad}")
        return None

    def _check_rows(self, fields: Mapping[str, Sequence[Any]], numbers: list[int]) -> None:
        for check in self.sheet.checks:
            for number, *values in zip(numbers, *_picked(fields, check, len(numbers)), strict=True):
                fault = check.fault(*values)
                if fault:
                    self.faults[number].append(fault)

    def _check_keys(self, fields: Mapping[str, Sequence[Any]], numbers: list[int]) -> None:
        for key, first_rows in zip(self.sheet.keys, self._first_rows, strict=True):
            values = _key_values(key, _picked(fields, key, len(numbers)))
            fresh = dict(zip(values, numbers, strict=True))
            if len(fresh) == len(values) and first_rows.keys().isdisjoint(fresh):
                first_rows.update(fresh)
            else:
                self._find_twins(key, first_rows, values, numbers)

    def _find_twins(self, key: Key, first_rows: dict[object, int], values: Sequence[Any], numbers: list[int]) -> None:
        for number, value in zip(numbers, values, strict=True):
            if _is_open(key, value):
                continue
            first = first_rows.setdefault(value, number)
            if first != number:
                self.faults[number].append(key.sentence.format(row=first))


def _is_data(row: list[Cell], key: int) -> bool:
    """Not empty, and not the template's example."""
    first = row[key]
    if is_blank(first):
        return not all(is_blank(cell) for cell in row)
    return not (isinstance(first, str) and first.lstrip().startswith(EXAMPLE))


def _place(column: Column, headers: list[str]) -> int | None:
    return next((headers.index(name) for name in (column.header, *column.aliases) if name in headers), None)


def _spread(column: Column, values: list[Any]) -> Sequence[Sequence[Any]]:
    """The values of a column as those of its fields."""
    if column.spread is None:
        return [values]
    filled = [value for value in values if value is not None]
    spread = column.spread(filled)
    if len(filled) == len(values):
        return spread
    return [_with_gaps(values, part) for part in spread]


def _with_gaps(values: list[Any], filled: Iterable[object]) -> list[object]:
    following = iter(filled)
    return [None if value is None else next(following) for value in values]


def _key_values(key: Key, fields: list[Iterable[Any]]) -> Sequence[Any]:
    """What no two rows share: the value itself of a single field, which takes half the memory of a tuple."""
    return list(fields[0] if len(fields) == 1 else zip(*fields, strict=True))


def _is_open(key: Key, value: Any) -> bool:
    """Whether blanks keep the row out of the comparison."""
    if len(key.fields) == 1:
        return value is None
    return None in value and not (key.blanks and value[0])


def _picked(fields: Mapping[str, Sequence[Any]], rule: Check | Key, count: int) -> list[Iterable[Any]]:
    """The rule's fields; a column the workbook lacks is blank throughout."""
    return [fields[name] if name in fields else repeat(None, count) for name in rule.fields]
