"""A town's issue list, 50 rows in process without template, against hand-written SQL of the same rows.

    python -m bench.lists [jiangle|heping|zhucheng]

Both ways make the same two statements: 51 rows with grid, handler and unit, and the count up to its cap. The list goes
through the person's scope, the console's filter, the ORM and the keyset page; the texts it holds are encrypted.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bench.sweep import at, execute, prepared_database, timed

Result = tuple[str, float, str, bool]

SIZES = {"jiangle": 36_000, "heping": 36_000, "zhucheng": 178_000}
"""Open issues of the county; a seventeenth of them lies in the town."""
ROUNDS = 80
OVERDUE = 3_600


def run(scale: str) -> list[Result]:
    """(what, measured, target, met). Creates and drops its own database beside the configured one."""
    with prepared_database(SIZES[scale], OVERDUE):
        encrypt_texts()
        town = Town()
        town.check_same_rows()
        page, raw = in_turns(town.page, town.raw)
        first, last = in_turns(town.page, town.page_near_the_end())
        endpoint, statements = in_turns(town.endpoint, town.sql_of_endpoint())
    print(f"issue list {page * 1000:.1f} ms, raw SQL {raw * 1000:.1f} ms; API {endpoint * 1000:.1f} ms")
    return [
        ("console issue list of a town ÷ raw SQL of the same rows", page / raw, "≤ 3", page / raw <= 3),
        ("its page at 99 % ÷ its first page", last / first, "≤ 1.5", last / first <= 1.5),
        ("API issue list ÷ its SQL, in process", endpoint / statements, "≤ 3", endpoint / statements <= 3),
    ]


def in_turns(*ways: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The best seconds of each, taken in turns so that a busy machine hits all alike."""
    for way in ways:
        way()
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, seconds in zip(ways, taken, strict=True):
            seconds.append(timed(way))
    return [min(seconds) for seconds in taken]


def encrypt_texts() -> None:
    from accounts.crypto import encrypt

    said = encrypt("村口水渠漏水，浇不上地，已有三户反映。")
    execute("UPDATE issues_issue SET text = %(said)s, phone = %(said)s", {"said": said})
    execute("VACUUM ANALYZE issues_issue")


class Town:
    """One town of the county, its clerk, and the ways to list its issues."""

    def __init__(self) -> None:
        from rest_framework.test import APIRequestFactory, force_authenticate

        from grids.models import Grid, Posting
        from surfaces.api.issues import IssueResource

        self.grid = Grid.objects.filter(kind="town").order_by("id")[0]
        self.clerk = Posting.objects.select_related("user").get(grid=self.grid).user
        self.view = IssueResource.as_view({"get": "list"})
        self.request = APIRequestFactory().get("/api/v1/issues/")
        force_authenticate(self.request, self.clerk)

    def page(self, query: str = "") -> Any:
        """What the console's view makes of the request. The person's scope is made once, as in a request."""
        from django.test import RequestFactory

        from surfaces import paging

        request = RequestFactory().get(f"/console/issues/?{query}")
        rows, order = self._asked(request.GET)
        return paging.page(request, rows.select_related("handler", "unit", "grid"), order=order)

    def page_near_the_end(self) -> Callable[[], object]:
        from django.http import QueryDict

        rows, order = self._asked(QueryDict())
        row = rows.order_by(*order)[rows.count() * 99 // 100]
        query = urlencode({"after": json.dumps([row.due_or_never.isoformat(), row.pk])})
        assert len(self.page(query)) == 50 or rows.count() < 5_000
        return lambda: self.page(query)

    def endpoint(self) -> Any:
        """The API's answer, from the request to the bytes of the body."""
        return self.view(self.request).render().content

    def raw(self) -> list[Any]:
        rows = fetched(RAW_ROWS, {"town": self.grid.pk})
        fetched(RAW_COUNT, {"town": self.grid.pk})
        return rows

    def sql_of_endpoint(self) -> Callable[[], object]:
        """The statements the endpoint sends, sent and fetched again without it."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.endpoint()
        with CaptureQueriesContext(connection) as captured:
            self.endpoint()
        statements = [query["sql"] for query in captured.captured_queries]
        return lambda: [fetched(statement) for statement in statements]

    def check_same_rows(self) -> None:
        assert [issue.pk for issue in self.page()] == [row[0] for row in self.raw()[:50]]

    def _asked(self, query: Any) -> Any:
        from surfaces.console.issue_list import IssueFilter

        return IssueFilter(self.clerk, query, at()).ordered()


LIVE = "('collected', 'registered', 'assigned', 'processing', 'on_hold', 'reported', 'confirming', 'publicizing')"
RAW_ROWS = f"""
    SELECT issue.*, handler.*, unit.*, grid.* FROM issues_issue issue
    JOIN grids_grid grid ON grid.id = issue.grid_id
    LEFT JOIN accounts_user handler ON handler.id = issue.handler_id
    LEFT JOIN members_unit unit ON unit.id = issue.unit_id
    WHERE issue.town_id = %(town)s AND issue.status IN {LIVE}
    ORDER BY coalesce(issue.due_at, '9999-01-01 00:00+08'), issue.id LIMIT 51
"""
RAW_COUNT = f"""
    SELECT count(*) FROM (SELECT FROM issues_issue WHERE town_id = %(town)s AND status IN {LIVE} LIMIT 10001) AS capped
"""


def fetched(sql: str, parameters: dict[str, Any] | None = None) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[Any] = cursor.fetchall()
        return found


def main(arguments: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
    django.setup()
    for what, measured, target, met in run(arguments[0] if arguments else "jiangle"):
        print(f"{'ok  ' if met else 'MISS'} {what}: {measured:.2f} (target {target})")


if __name__ == "__main__":
    main(sys.argv[1:])
