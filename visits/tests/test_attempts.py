"""Calls in vain: counted, told to the village once, settled by a meeting or by the village's word."""

import pytest

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Posting
from households.tests.cast import CELL
from notices.models import Notice
from visits.actions import set_policy, settle_check
from visits.attempts import attempts
from visits.models import VillageCheck, Visit
from visits.tests.cast import NOON, SINCE, Round, day

pytestmark = pytest.mark.django_db
NOT_HOME, REFUSED, MOVED = Visit.Outcome.NOT_HOME, Visit.Outcome.REFUSED, Visit.Outcome.MOVED
Finding = VillageCheck.Finding


class Missing(Round):
    def __init__(self) -> None:
        super().__init__()
        self.pairing = self.begun()
        self.secretary = User.objects.create_user("13900000095", "刘书记")
        village = Grid.objects.get(pk=self[CELL].village_id)
        Posting.objects.create(user=self.secretary, role=Role.CHIEF_GRID_LEADER, since=SINCE, **village.scope())

    def calls(self, *days: int, outcome: Visit.Outcome = NOT_HOME) -> None:
        for number in days:
            self.visit(self.pairing, day(number), outcome, at=day(number, 11))

    def told(self) -> list[str]:
        return list(Notice.objects.filter(user=self.secretary).values_list("text", flat=True))


@pytest.fixture
def here() -> Missing:
    return Missing()


def test_the_third_call_in_vain_is_told_to_the_village_once(here):
    here.calls(2, 5)
    assert (here.told(), VillageCheck.objects.count()) == ([], 0)
    here.calls(8, outcome=REFUSED)
    here.calls(11, 14)
    assert here.told() == ["H1号户连续3次上门没见到人，请村里了解一下：仍住这里、暂时外出还是已搬离。"]
    check = VillageCheck.objects.get()
    assert (check.kind, check.attempts) == ("unmet", 3)


def test_how_many_calls_is_the_countys_number(here):
    set_policy(county=here[""], failed_attempts=2, proof=False, by=here.clerk_user)
    here.calls(2, 5)
    assert VillageCheck.objects.get().attempts == 2


def test_a_meeting_begins_the_count_anew_and_settles_the_check(here):
    here.calls(2, 5, 8)
    here.calls(11, outcome=Visit.Outcome.MET)
    assert attempts(here.pairing.household, NOON) == 0
    check = VillageCheck.objects.get()
    assert (check.finding, check.settled_by) == ("met", here.clerk_user)
    here.calls(14)
    assert attempts(here.pairing.household, NOON) == 1


def test_a_meeting_of_before_entered_late_settles_nothing(here):
    here.calls(2, 5, 8)
    here.visit(here.pairing, day(1), Visit.Outcome.MET, at=day(12))
    assert VillageCheck.objects.open().count() == 1


def test_a_household_said_to_have_moved_is_for_the_village_to_verify_at_once(here):
    here.calls(2, outcome=MOVED)
    here.calls(5, 8)
    assert here.told() == ["走访时听说H1号户已搬离，请村里核实。"]
    assert VillageCheck.objects.get().kind == "moved"


def test_the_villages_word_settles_it_and_the_count_begins_anew(here):
    here.calls(2, 5, 8)
    check = VillageCheck.objects.get()
    with pytest.raises(Refused, match="记一次走访"):
        settle_check(check=check, finding=Finding.MET, at=day(9), by=here.secretary)
    settle_check(check=check, finding=Finding.HERE, at=day(9), by=here.secretary, note="白天在地里")
    with pytest.raises(Outrun, match="已经核实过"):
        settle_check(check=check, finding=Finding.LEFT, at=day(9), by=here.secretary)
    here.calls(11, 14)
    assert len(here.told()) == 1
    here.calls(17)
    assert len(here.told()) == 2


def test_without_anybody_who_speaks_for_the_village_it_is_listed_all_the_same(here):
    Posting.objects.filter(user=here.secretary).delete()
    here.calls(2, 5, 8)
    assert VillageCheck.objects.open().count() == 1
    assert Notice.objects.count() == 0
