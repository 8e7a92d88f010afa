"""Keyset paging: 上一页/下一页 in constant time however deep, and a count that stops at a cap.

    page = paging.page(request, issues, order=("due_at", "id"))      # in the view
    {% for issue in page %} … {% endfor %} {% pager page %}           # in the template

The order ends in a unique column, and none of its columns holds nulls. `rows` may be a `.values()` queryset that
names the columns of its order.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from surfaces import words

SIZE = 50
COUNT_CAP = 10_000

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page; `previous` and `next` are query strings, empty at the ends; `counted` stops above COUNT_CAP."""

    rows: Sequence[Row]
    previous: str
    next: str
    counted: int

    @property
    def total(self) -> str:
        """The count, ready to show."""
        return words.counted(self.counted, COUNT_CAP)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page(request: HttpRequest, rows: "QuerySet[Any, Row]", *, order: Sequence[str], size: int = SIZE) -> Page[Row]:
    """The page that `?after=` or `?before=` points at. A cursor nobody gave out means the first page."""
    backward = "before" in request.GET
    direction = [_flipped(name) for name in order] if backward else list(order)
    beyond = _cursor(request.GET.get("before") or request.GET.get("after"), order)
    found = _found(rows.order_by(*direction), direction, beyond, size)
    more = len(found) > size
    found = found[:size]
    if backward:
        found.reverse()
    return Page(
        rows=found,
        previous=_link(request, "before", found, order) if (more if backward else beyond) else "",
        next=_link(request, "after", found, order) if (beyond if backward else more) else "",
        counted=rows.order_by().values("pk")[: COUNT_CAP + 1].count(),
    )


def _found(rows: "QuerySet[Any, Row]", order: Sequence[str], beyond: list[Any] | None, size: int) -> list[Row]:
    if beyond is None:
        return list(rows[: size + 1])
    try:
        return list(rows.filter(_past(order, beyond))[: size + 1])
    except (ValueError, TypeError, OverflowError, ValidationError):
        return list(rows[: size + 1])


def _past(order: Sequence[str], values: Sequence[Any]) -> Q:
    """a > x or (a = x and b > y) …, with a >= x in front so that an index on a is walked from the right place."""
    past, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        column = name.removeprefix("-")
        side = "lt" if name.startswith("-") else "gt"
        past |= equal & Q(**{f"{column}__{side}": value})
        equal &= Q(**{column: value})
    first = order[0].removeprefix("-")
    return Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]}) & past


def _flipped(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _cursor(text: str | None, order: Sequence[str]) -> list[Any] | None:
    try:
        values = json.loads(text or "")
    except ValueError:
        return None
    return values if isinstance(values, list) and len(values) == len(order) else None


def _link(request: HttpRequest, side: str, rows: Sequence[Row], order: Sequence[str]) -> str:
    if not rows:
        return ""
    edge = rows[-1] if side == "after" else rows[0]
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[side] = json.dumps([_value(edge, name.removeprefix("-")) for name in order])
    return query.urlencode()


def _value(row: Any, path: str) -> Any:
    value = row[path] if isinstance(row, dict) else reduce(getattr, path.split("__"), row)
    return value.isoformat() if isinstance(value, date) else value
