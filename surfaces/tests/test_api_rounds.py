"""Choice rounds by API: how each stands, and the pairs of those that are published, to whoever may see them."""

from datetime import timedelta

import pytest
import time_machine

from accounts.roles import Role
from households.models import ChoiceRound
from households.rounds.actions import publish, wish_as_member
from households.tests.round_cast import AFTER, NOON, TODAY, Hamlet, adopted, pairs, proposed
from surfaces.api.rounds import Counted, RoundResource

ROUNDS = "/api/v1/rounds/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def here(db) -> Hamlet:
    return Hamlet()


def published(here: Hamlet) -> ChoiceRound:
    round = adopted(proposed(here.opened()))
    publish(round=round, in_force_from=AFTER.date() + timedelta(days=7), by=None, at=AFTER)
    return ChoiceRound.objects.get(pk=round.pk)


def test_a_round_tells_its_state_days_and_counts(visit, here):
    round = here.opened()
    wish_as_member(round=round, member=here.huang, households=here.homes[:2], by=here.secretary, at=NOON)
    [row] = visit.get(here.secretary, ROUNDS).json()["results"]
    one = visit.get(here.secretary, f"{ROUNDS}{round.pk}/").json()
    assert (row["status"], row["wishes_from"], row["branch_name"]) == ("wishing", str(TODAY), "试1支部")
    assert row.keys() == RoundResource.brief.serializer().fields.keys()
    assert one.keys() == Counted().fields.keys()
    assert row.items() <= one.items()
    assert one["counts"] == {"members": 1, "of_members": 2, "households": 0, "of_households": 6, "pairs": 0}


def test_pairs_are_read_once_published_with_every_name_masked(visit, here):
    round = proposed(here.opened())
    early = visit.get(here.secretary, f"{ROUNDS}{round.pk}/pairs/")
    assert (early.status_code, early.json()["detail"]) == (409, "本轮还没有公示，公示以后才能读取结对名单。")
    publish(round=adopted(round), in_force_from=AFTER.date(), by=None, at=AFTER)
    told = visit.get(here.secretary, f"{ROUNDS}{round.pk}/pairs/?size=4")
    assert (told.json()["count"], len(told.json()["results"])) == (6, 4)
    assert {row["household"]: row["member"] for row in visit.get(here.secretary, told.json()["next"]).json()["results"]}
    assert not any(name in told.content.decode() for name in ("住户甲", "黄春荣", "林国强"))
    assert told.json()["results"][0]["head_name"] == "住*甲"


def test_a_member_reads_the_households_that_are_to_be_theirs_and_no_other(visit, here):
    user = here.with_account(here.huang, 7)
    round = published(here)
    mine = {home.pk for home, member in pairs(round).items() if member == here.huang}
    told = visit.get(user, f"{ROUNDS}{round.pk}/pairs/").json()
    assert {row["household"] for row in told["results"]} == mine
    assert 0 < len(mine) < 6


def test_elsewhere_there_is_no_such_round(visit, here):
    round = published(here)
    assert visit.get(here.neighbour, ROUNDS).json()["count"] == 0
    for path in ("", "pairs/"):
        assert visit.get(here.neighbour, f"{ROUNDS}{round.pk}/{path}").status_code == 404
    auditor = here.posted("审计", 8, "", Role.AUDITOR)
    assert visit.get(auditor, ROUNDS).status_code == 403


@pytest.mark.parametrize(
    ("asked", "count"), [("live=true", 1), ("live=false", 0), ("status=published", 1), ("status=wishing", 0)]
)
def test_rounds_are_narrowed(visit, here, asked, count):
    published(here)
    assert visit.get(here.secretary, f"{ROUNDS}?{asked}").json()["count"] == count
