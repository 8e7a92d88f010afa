"""The ledger of a past night against the ledger of now: the same page, the same counts, in process without template.

    python -m bench.ledgers [jiangle|heping|zhucheng]

A third of the county's matters has stayed as it was that night, a third has gone up since, a third has been closed.
"""

import os
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from bench.lists import in_turns
from bench.sweep import AT, SIZES, STARTED, at, execute, prepared_database

Result = tuple[str, float, str, bool]
ROUNDS = 5
NIGHT = date(2026, 11, 5)


def run(scale: str) -> list[Result]:
    """(what, measured, target, met). Creates and drops its own database beside the configured one."""
    count, overdue = SIZES[scale]
    with prepared_database(count, overdue):
        execute(TOLD, {"at": STARTED})
        execute(GONE_UP, {"at": AT})
        execute(CLOSED, {"at": AT})
        execute("VACUUM ANALYZE issues_issue, issues_issueevent")
        town, county = Desk("town"), Desk("county")
        check(county, count)
        town_now, town_then = in_turns(town.page(None), town.page(NIGHT), rounds=ROUNDS)
        county_now, county_then = in_turns(county.page(None), county.page(NIGHT), rounds=ROUNDS)
    print(f"town {town_now:.3f} → {town_then:.3f} s, county {county_now:.3f} → {county_then:.3f} s")
    town_ratio, county_ratio = town_then / town_now, county_then / county_now
    return [
        ("ledger of a past night ÷ of now, a town", town_ratio, "≤ 6", town_ratio <= 6),
        ("ledger of a past night ÷ of now, the county", county_ratio, "≤ 20", county_ratio <= 20),
    ]


def check(county: "Desk", count: int) -> None:
    """That night everything was open in the unit ledgers."""
    from issues.ledgers import LedgerQuery

    then = LedgerQuery(as_of=NIGHT).balance(county.user, at())
    now = LedgerQuery().balance(county.user, at())
    assert (then.unit, then.open, then.holds) == (count, count, True), then
    assert now.holds, now
    assert now.open == count - count // 3, now


class Desk:
    """Whoever holds the post of one grid, before the page."""

    def __init__(self, kind: str) -> None:
        from grids.models import Grid, Posting

        grid = Grid.objects.filter(kind=kind).order_by("id")[0]
        self.user = Posting.objects.select_related("user").get(grid=grid).user

    def page(self, day: date | None) -> Callable[[], Any]:
        """What the console's view makes of the request: fifty lines, their words, the tabs and the balance."""
        from django.test import RequestFactory

        from exchange.ledger_lines import lines
        from issues.ledgers import ORDER, LedgerQuery
        from surfaces import paging

        request, query = RequestFactory().get("/console/ledgers/"), LedgerQuery(as_of=day)

        def made() -> Any:
            rows = query.rows(self.user, at()).select_related("grid")
            page = paging.page(request, rows, order=ORDER)
            return lines(page, moment=query.moment(at()), at=at()), query.balance(self.user, at())

        return made


_STATE = """jsonb_build_object('status', status, 'status_since', status_since, 'level', level, 'ledger', ledger,
    'round', round, 'supervision', supervision, 'handler_id', handler_id, 'unit_id', unit_id, 'due_at', due_at,
    'closed_at', closed_at, 'unconfirmed', unconfirmed, 'cannot_be_done', cannot_be_done, 'forced', forced)"""
_EVENT = "INSERT INTO issues_issueevent (issue_id, seq, at, by_id, name, changes, facts, note, prev_hash, hash)"
TOLD = f"{_EVENT} SELECT id, 0, %(at)s, handler_id, 'comment', {_STATE}, '{{}}', '', '', '' FROM issues_issue"
GONE_UP = f"""
    WITH gone AS (UPDATE issues_issue SET level = 3, ledger = 'county', status_since = %(at)s WHERE id %% 3 = 1
                  RETURNING *)
    {_EVENT} SELECT id, 0, %(at)s, handler_id, 'escalate', {_STATE}, '{{}}', '', '', '' FROM gone
"""
CLOSED = f"""
    WITH ended AS (UPDATE issues_issue SET status = 'closed', status_since = %(at)s, closed_at = %(at)s,
                   live_grid_id = NULL WHERE id %% 3 = 2 RETURNING *)
    {_EVENT} SELECT id, 0, %(at)s, handler_id, 'close', {_STATE}, '{{}}', '', '', '' FROM ended
"""


def main(arguments: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
    django.setup()
    for what, measured, target, met in run(arguments[0] if arguments else "jiangle"):
        print(f"{'ok  ' if met else 'MISS'} {what}: {measured:.2f} (target {target})")


if __name__ == "__main__":
    main(sys.argv[1:])
