"""The ledgers and rates of the API: the same rows and numbers as the pages, every bad value told."""

from datetime import timedelta

import pytest
import time_machine

from issues.actions import escalate, give_verdict
from issues.tests import walk
from issues.tests.cast import MONDAY
from tallies.recount import recount
from workdays.now import now

NOW = MONDAY + timedelta(days=8)
LEDGERS, RATES = "/api/v1/ledgers/", "/api/v1/rates/"


@pytest.fixture(autouse=True)
def _the_week_after():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_ledger_of_a_past_day_lists_what_stood_in_it(visit, cast):
    issue = walk.processing(cast)
    escalate(issue=issue, by=cast.grid_leader, at=MONDAY + timedelta(days=2), reason="本级没有资金")
    then, today = (visit.get(cast.clerk, LEDGERS, **asked).json() for asked in ({"as_of": "2026-11-02"}, {}))
    assert then["as_of"] == "2026-11-02"
    assert [row["status"] for row in then["results"]] == ["processing"]
    assert [row["handler"] for row in then["results"]] == [cast.grid_leader.pk]
    assert [row["status"] for row in today["results"]] == ["assigned"]
    assert then["balance"] == {"personal": 0, "unit": 1, "county": 0, "open": 1}


def test_a_ledger_shows_nothing_personal_and_nothing_from_elsewhere(visit, cast):
    walk.processing(cast)
    row = visit.get(cast.clerk, LEDGERS).json()["results"][0]
    assert not {"petitioner", "phone", "text", "code"} & row.keys()
    assert visit.get(cast.other_clerk, LEDGERS).json()["count"] == 0


def test_pages_join_without_gap_or_double(visit, cast):
    made = {walk.registered(cast).pk for _ in range(5)}
    seen, url = [], f"{LEDGERS}?size=2"
    while url:
        page = visit.get(cast.clerk, url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert (len(seen), set(seen)) == (5, made)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (f"{LEDGERS}?as_of=2026-11-11", 409),
        (f"{LEDGERS}?as_of=x", 400),
        (f"{LEDGERS}?ledger=mine", 400),
        (f"{LEDGERS}?place=-1", 400),
        (f"{LEDGERS}?since=2026-11-02&until=2026-11-01", 409),
        (f"{RATES}?since=2026-11-02&until=2026-11-01", 400),
        (f"{RATES}?since=2026-11-02", 400),
        (f"{RATES}?since=0001-01-01&until=2026-11-01", 400),
        (f"{RATES}?grid=999999", 404),
    ],
)
def test_a_value_that_makes_no_sense_is_told(visit, cast, url, status):
    answer = visit.get(cast.clerk, url)
    assert answer.status_code == status
    assert answer.json()


def test_rates_come_as_numerator_and_denominator(visit, cast):
    give_verdict(issue=walk.confirming(cast), by=None, at=walk.hours(6), value="solved")
    recount(now())
    answer = visit.get(cast.county_officer, RATES, since="2026-11-01", until="2026-11-10").json()
    rates = {rate["label"]: (rate["numerator"], rate["denominator"]) for rate in answer["rates"]}
    assert answer["grid"] == cast.county.pk
    assert (rates["解决率"], rates["满意率"], rates["销号率"], rates["强制销号"]) == ((1, 1), (0, 1), (1, 1), (0, 1))
    assert visit.get(cast.county_officer, RATES, grid=cast.village.pk).json()["grid"] == cast.village.pk
    assert visit.get(cast.secretary, RATES, grid=cast.county.pk).status_code == 404
    assert visit.get(cast.grid_leader, RATES).status_code == 403
